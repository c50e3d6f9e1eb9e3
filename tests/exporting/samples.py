"""Bodies to hand on: every field with sample values, everything that is documented, and every recorded request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from parley.request import FIELDS, FieldSpec
from tests.request.test_request_catalogue import BODIES

TRAFFIC = Path(__file__).resolve().parents[2] / "../shared/traffic"
WORDS = [{"role": "user", "content": "Hello"}]
HOSTILE = "'''\"\"\"' \" `id` $(id) ${HOME} $HOME !! \\ \\n %s {x} #{x} \r\n\t\x00\x1b\u2028\u2029\u202e\ufeff\U0001f600</script>"


def sample(spec: FieldSpec) -> Any:
    """A value that the field takes."""
    known = next((body[spec.name] for body in BODIES if spec.name in body), None)
    if known is not None:
        return known
    simple = {"number": 0.5, "integer": 3, "switch": True, "text": "a word", "model": "vendor/model"}
    if spec.editor in simple:
        return simple[spec.editor]
    if spec.editor == "choice":
        return spec.choices[0]
    return {"text_list": list(spec.choices) or ["one", "two"], "json": {"1": -100}}[spec.editor]


def whole(body: dict[str, Any]) -> dict[str, Any]:
    """The body as Parley sends it: with model, messages and streaming."""
    return {"model": "vendor/model", "messages": WORDS, "stream": True, **body}


def fields() -> dict[str, dict[str, Any]]:
    """A whole body for every field."""
    return {spec.name: whole({spec.name: {"a": "b"} if spec.name == "metadata" else sample(spec)}) for spec in FIELDS}


def documented() -> list[dict[str, Any]]:
    return [whole(body) for body in BODIES]


def recorded() -> list[dict[str, Any]]:
    """Every request body of the recorded traffic."""
    texts = (json.loads(path.read_text(encoding="utf-8")).get("request") for path in sorted(TRAFFIC.glob("*.json")))
    bodies = (json.loads(text) if isinstance(text, str) else text for text in texts if text)
    return [body for body in bodies if isinstance(body, dict)]


ODD: list[dict[str, Any]] = [
    {"messages": WORDS},
    {"model": "vendor/model", "messages": [], "stream": False},
    whole({"temperature": 0, "top_p": 0.0, "stop": [], "seed": None, "user": "", "logprobs": False, "top_k": -0.0}),
    whole({"seed": 2**60, "logit_bias": {"a": 2**60, "__proto__": 1}, "trace": {"__proto__": {"x": 2**60}}}),
    whole({"temperature": "hot", "messages": [{"role": "user"}, {"role": "of tomorrow", "content": "x"}, *WORDS]}),
    whole({"messages": "not a list", "tools": "no list either", "stream": "yes"}),
    whole({"user": "half \ud800", "metadata": {"half \udfff": "x"}}),
    whole(
        {
            "user": HOSTILE,
            "messages": [{"role": "user", "content": HOSTILE}],
            "metadata": {HOSTILE: HOSTILE},
            HOSTILE: 1,
        }
    ),
    whole({"extra_body": {"x": 1}, "timeout": 3, "class": 1, "extra_headers": {"a": "b"}, "api_key": 1, "": None}),
    whole({"messages": [{"role": "user", "content": "x" * 300_000}]}),
]
"""What no widget gives, and a stranger's body may hold."""
