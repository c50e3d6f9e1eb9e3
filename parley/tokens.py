"""How many tokens a request has, counted before it is sent, and how far that can be wrong.

Where the model's vocabulary is at hand the text is counted exactly; elsewhere another one stands in, with a factor. What a
provider writes around messages and tools is nowhere documented: those shares were measured on recorded answers, by family.
The bound lies above every recorded answer that sent text and functions alone; what else is sent (images, audio, files, and any
part of a kind that is not known to be text) is named and not counted.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
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
_SAID = frozenset({"text", "input_text", "output_text", "refusal"})
"""Parts of a content that are text."""
_WORDS = {
    "image_url": "image",
    "input_audio": "audio",
    "video_url": "video",
    "input_video": "video",
}
_PLAIN = frozenset({"role", "content"})
"""What most messages have, and no other members."""
_APART = frozenset(
    {"role", "content", "tool_calls", "images", "audio", "reasoning", "reasoning_details", "annotations"}
)
"""Members of a message that are not simply text."""


class Count(Value):
    """The tokens of a prompt."""

    tokens: int
    """Of all that is text."""
    most: int | None = None
    """A bound; None where something is sent that cannot be counted."""
    own: bool = False
    """Whether the text was counted with the model's own vocabulary."""
    uncounted: tuple[str, ...] = ()
    """What is not in it: `image`, `audio`, `file`, `video` and the like, one word for each piece."""


def family_of(model: str, tokenizer: str | None) -> Family:
    """The family of a model, by its id and the `architecture.tokenizer` that GET /models names."""
    if tokenizer == "GPT" and _CL100K.match(model):
        return _OLD_GPT
    if tokenizer in ("Qwen", "Qwen3") and _NEWER_QWEN.search(model):
        return _QWEN._replace(own=False)
    return _FAMILIES.get(tokenizer or "", _OTHER)


def count_prompt(body: Mapping[str, Any], family: Family) -> Count:
    """The tokens of a request's messages, tools and output schema; `body` is its JSON.

    What an answer brought beside its text (thoughts, files that were read) goes back with it, and may be billed or not: it is in
    the bound alone.
    """
    said = [message for message in _items(body.get("messages")) if isinstance(message, Mapping)]
    text = sum(count_text(piece, family.vocabulary) for message in said for piece in _texts(message))
    rich = [message for message in said if not (message.keys() <= _PLAIN and isinstance(message.get("content"), str))]
    beside = sum(_beside(message, family.vocabulary) for message in rich)
    tokens = family.factor * text + family.each * len(said) + family.once + _tools(body, family)
    uncounted = tuple(kind for message in rich for kind in _uncounted(message))
    bound = None if uncounted else ceil(SURE * (tokens + family.factor * beside)) + HIDDEN
    return Count(tokens=ceil(tokens), most=bound, own=family.own, uncounted=uncounted)


def count_text(text: str, vocabulary: str) -> int:
    """The tokens of a text as it stands; what looks like a special token counts as the text it is."""
    if not text:
        return 0
    known = vocabulary, len(text), hash(text)
    if (count := _counted.get(known)) is None:
        count = int(_encoding(vocabulary).count(text.encode(errors="replace").decode()))
        with _keeping:
            while len(_counted) >= KEPT:
                del _counted[next(iter(_counted))]
            _counted[known] = count
    return count


KEPT = 4096
"""Texts of which is known how many tokens they have. The texts themselves are not kept, for every draft is counted: 64 bits, drawn
by lot in every process, stand for each."""
_counted: dict[tuple[str, int, int], int] = {}
_keeping = threading.Lock()
_loading = threading.Lock()


def warm(vocabulary: str = _OTHER.vocabulary) -> None:
    """Read a vocabulary before anybody needs it: while it is read, nothing else of the process goes on."""
    count_text("Hello", vocabulary)


def _encoding(vocabulary: str) -> Any:
    """Read once, and kept: by one thread."""
    with _loading:
        import quicktok  # type: ignore[import-untyped]

        return quicktok.get_encoding(vocabulary)


def _tools(body: Mapping[str, Any], family: Family) -> float:
    tools, schema = _items(body.get("tools")), body.get("response_format")
    said = [*tools, *([schema] if isinstance(schema, Mapping) and schema.get("type") == "json_schema" else [])]
    tokens = sum(count_text(_json(one), family.vocabulary) for one in said)
    return family.tool_factor * tokens + (family.tools_once if tools else 0)


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    content = message.get("content")
    yield _text(content)
    yield from _said(content)
    for call in _items(message.get("tool_calls")):
        function = call.get("function", call) if isinstance(call, Mapping) else None
        yield _json(function) if isinstance(function, Mapping) else ""


def _said(content: Any) -> Iterator[str]:
    """The texts of a content's parts."""
    for part in _items(content):
        yield _text(part)
        if isinstance(part, Mapping):
            yield from (_text(part.get(name)) for name in ("text", "refusal"))


def _beside(message: Mapping[str, Any], vocabulary: str) -> int:
    """Tokens of what stands in a message beside what it says."""
    thoughts = [_written(message.get(name)) for name in ("reasoning", "reasoning_details")]
    files = [text for content in _files(message) for text in _said(content)]
    others = [_written(value) for name, value in message.items() if name not in _APART]
    counts = [count_text(text, vocabulary) for text in thoughts]
    return max(counts) + sum(count_text(text, vocabulary) for text in (*files, *others))


def _uncounted(message: Mapping[str, Any]) -> Iterator[str]:
    """A word for each piece that is no text."""
    for content in (message.get("content"), *_files(message)):
        kinds = (str(part.get("type", "text")) for part in _items(content) if isinstance(part, Mapping))
        yield from (_WORDS.get(kind, kind) for kind in kinds if kind not in _SAID)
    yield from ("image" for _ in _items(message.get("images")))
    yield from ["audio"] if message.get("audio") else []


def _files(message: Mapping[str, Any]) -> Iterator[Any]:
    """The contents of files that were read for an earlier answer, and go back with it so that they are not read again."""
    for one in _items(message.get("annotations")):
        file = one.get("file") if isinstance(one, Mapping) else None
        yield _items(file.get("content")) if isinstance(file, Mapping) else [_written(one)]


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _written(value: Any) -> str:
    """A text, or what is none as JSON."""
    return "" if value is None else value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
