"""Response healing as the gateway does it: JSON that was asked for and came broken is mended, where cutting and closing will do.

Source: OpenRouter's guide on response healing. Answers that stream are left alone there, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from parley.local.parts import Delta, Part

STEP = {
    "type": "response_healing",
    "name": "response-healing",
    "summary": "The JSON of the answer was broken, and was mended",
    "data": {"healed": True},
}
"""What the metadata says of an answer that was mended."""
MOST_CUTS = 200
_FENCE = re.compile(r"\s*```[\w-]*\s*\n|\n?```\s*\Z")


def heals(body: Mapping[str, Any]) -> bool:
    """Whether a request asks for it, and for JSON."""
    plugins, form = body.get("plugins") or (), body.get("response_format") or {}
    named = [one for one in plugins if isinstance(one, Mapping) and one.get("id") == STEP["name"]]
    wants_json = isinstance(form, Mapping) and form.get("type") in ("json_object", "json_schema")
    return wants_json and any(one.get("enabled") is not False for one in named)


def healed(parts: Sequence[Part]) -> list[Part] | None:
    """The parts of an answer with its JSON mended; None where there is nothing to mend, or it cannot be."""
    text = "".join(str(part.fields.get("content") or "") for part in parts if isinstance(part, Delta))
    new = None if not text.strip() or is_json(text) else mended(text)
    if new is None:
        return None
    left, made = [new], list[Part]()
    for part in parts:
        if isinstance(part, Delta) and part.fields.get("content"):
            part = replace(part, fields={**part.fields, "content": left.pop() if left else ""})
        made.append(part)
    return made


def mended(text: str) -> str | None:
    """The JSON in a text without the words around it, and with what is open at its end closed; None where that makes no JSON."""
    bare = _FENCE.sub("", text)
    start = min((place for place in map(bare.find, "{[") if place >= 0), default=-1)
    if start < 0:
        return None
    bare = bare[start:]
    ends = [len(bare), *(found.start() for found in re.finditer(r"[,}\]]|(?<=[\[{\"}\]])", bare))]
    for end in sorted(set(ends), reverse=True)[:MOST_CUTS]:
        closed = bare[:end].rstrip().removesuffix(",") + closers(bare[:end])
        if is_json(closed):
            return closed
    return None


def closers(text: str) -> str:
    """What closes everything that is open at the end of a text."""
    waiting: list[str] = []
    inside = escaped = False
    for sign in text:
        if inside:
            inside, escaped = sign != '"' or escaped, sign == "\\" and not escaped
        elif sign == '"':
            inside = True
        elif sign in "{[":
            waiting.append("}" if sign == "{" else "]")
        elif sign in "}]" and waiting:
            waiting.pop()
    return ('"' if inside else "") + "".join(reversed(waiting))


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
