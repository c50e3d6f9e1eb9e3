"""How many tokens a request has, counted before it is sent, and how far that can be wrong.

Where the model's vocabulary is at hand the text is counted exactly; elsewhere another one stands in, with a factor. What a
provider writes around messages and tools is nowhere documented: those shares were measured on recorded answers, by family.
The bound lies above every recorded answer that sent text and functions alone; what else is sent (images, audio, files) is named
and not counted.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

from parley.value import Value

SURE = 1.5
HIDDEN = 1000
"""The bound is half as much again, and so many tokens that a provider may put before a prompt of its own accord: Grok had 684."""


class Family(NamedTuple):
    """How models that share a tokenizer count."""

    vocabulary: str
    """The one that counts: `o200k_base`, `cl100k_base`, `llama3` or `qwen3`."""
    own: bool = False
    """Whether it is the models' own; otherwise it stands in."""
    factor: float = 1.0
    """Tokens of these models for each of the vocabulary's."""
    each: int = 4
    """Tokens around a message."""
    once: int = 3
    """Tokens around all of them."""
    tool_factor: float = 1.2
    """Tokens for each of a tool's, or an output schema's, JSON."""
    tools_once: int = 60
    """Tokens that say how tools are called."""


_GPT = Family("o200k_base", own=True, tool_factor=0.75, tools_once=0)
_OLD_GPT = _GPT._replace(vocabulary="cl100k_base")
_QWEN = Family("qwen3", own=True, each=5, tools_once=100)
_OTHER = Family("o200k_base", factor=1.1)
_FAMILIES: dict[str, Family] = {
    "GPT": _GPT,
    "Llama3": Family("llama3", own=True, each=5, once=5),
    "Qwen": _QWEN,
    "Qwen3": _QWEN,
    "Claude": Family("o200k_base", factor=1.2, tool_factor=1.9, tools_once=460),
    "Gemini": Family("o200k_base", each=0, once=1, tool_factor=1.0, tools_once=0),
    "Gemma": Family("o200k_base", each=4, once=1),
    "DeepSeek": Family("o200k_base", each=2, once=1),
}
_CL100K = re.compile(r"openai/gpt-(3\.5|4(?![\d.o]))")
_NEWER_QWEN = re.compile(r"qwen-?(3\.[5-9]|[4-9])")
_UNCOUNTED = {
    "image_url": "image",
    "input_audio": "audio",
    "file": "file",
    "video_url": "video",
    "input_video": "video",
}


class Count(Value):
    """The tokens of a prompt."""

    tokens: int
    """Of all that is text."""
    most: int | None = None
    """A bound; None where something is sent that cannot be counted."""
    own: bool = False
    """Whether the text was counted with the model's own vocabulary."""
    uncounted: tuple[str, ...] = ()
    """What is not in it: `image`, `audio`, `file`, `video`, one word for each piece."""


def family_of(model: str, tokenizer: str | None) -> Family:
    """The family of a model, by its id and the `architecture.tokenizer` that GET /models names."""
    if tokenizer == "GPT" and _CL100K.match(model):
        return _OLD_GPT
    if tokenizer in ("Qwen", "Qwen3") and _NEWER_QWEN.search(model):
        return _QWEN._replace(own=False)
    return _FAMILIES.get(tokenizer or "", _OTHER)


def count_prompt(body: Mapping[str, Any], family: Family) -> Count:
    """The tokens of a request's messages, tools and output schema; `body` is its JSON."""
    said = [message for message in _items(body.get("messages")) if isinstance(message, Mapping)]
    text = sum(count_text(piece, family.vocabulary) for message in said for piece in _texts(message))
    thought = sum(count_text(_text(message.get("reasoning")), family.vocabulary) for message in said)
    tokens = family.factor * text + family.each * len(said) + family.once + _tools(body, family)
    uncounted = tuple(_UNCOUNTED[kind] for message in said for kind in _kinds(message) if kind in _UNCOUNTED)
    bound = None if uncounted else ceil(SURE * (tokens + family.factor * thought)) + HIDDEN
    return Count(tokens=ceil(tokens), most=bound, own=family.own, uncounted=uncounted)


@lru_cache(maxsize=4096)
def count_text(text: str, vocabulary: str) -> int:
    """The tokens of a text as it stands; what looks like a special token counts as the text it is."""
    if not text:
        return 0
    encoding = _encoding(vocabulary)
    try:
        return int(encoding.count(text))
    except TypeError:
        return int(encoding.count(text.encode(errors="replace").decode()))


_loading = threading.Lock()


def _encoding(vocabulary: str) -> Any:
    """Read once, in some 0.3 s, and kept: so it is read when the first text is counted, and by one thread."""
    with _loading:
        import quicktok  # type: ignore[import-untyped]

        return quicktok.get_encoding(vocabulary)


def _tools(body: Mapping[str, Any], family: Family) -> float:
    tools, schema = _items(body.get("tools")), body.get("response_format")
    said = [*tools, *([schema] if isinstance(schema, Mapping) and schema.get("type") == "json_schema" else [])]
    tokens = sum(count_text(_json(one), family.vocabulary) for one in said)
    return family.tool_factor * tokens + (family.tools_once if tools else 0)


def _texts(message: Mapping[str, Any]) -> Iterable[str]:
    content = message.get("content")
    yield _text(content)
    for part in _items(content):
        yield _text(part.get("text")) if isinstance(part, Mapping) else ""
    for call in _items(message.get("tool_calls")):
        function = call.get("function") if isinstance(call, Mapping) else None
        yield _json(function) if isinstance(function, Mapping) else ""


def _kinds(message: Mapping[str, Any]) -> Iterable[str]:
    return (str(part.get("type")) for part in _items(message.get("content")) if isinstance(part, Mapping))


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
