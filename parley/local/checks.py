"""Which requests are refused before a model sees them, in OpenRouter's words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from parley.local.card import Card
from parley.local.parts import Refusal
from parley.request import ChatRequest, problems
from parley.request.parameters import PARAMETERS

MEDIA = {
    "image_url": "image",
    "input_audio": "audio",
    "file": "file",
    "video_url": "video",
    "input_video": "video",
}
ROLES = ("system", "user", "developer", "assistant", "tool")
SAMPLING = frozenset(PARAMETERS).intersection(ChatRequest.model_fields)
"""The fields that an endpoint honours only where it lists them."""


def parsed(raw: bytes) -> dict[str, Any]:
    """The body as a JSON object that the API would accept."""
    try:
        body = json.loads(raw, parse_constant=no_constant)
        whole_characters(body, raw)
    except (ValueError, RecursionError):
        raise Refusal(400, "The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Refusal(400, "The request body must be a JSON object.")
    if not isinstance(body.get("messages"), list) or not body["messages"]:
        raise Refusal(400, 'Input required: specify "messages" with at least one message')
    if not all(isinstance(message, dict) for message in body["messages"]):
        raise Refusal(400, "messages: every message must be an object")
    check_roles(body["messages"])
    found = [problem for problem in problems(ChatRequest.parse(body)) if problem.blocks]
    if found:
        listed = "; ".join(f"{problem.field}: {problem.message}" for problem in found)
        raise Refusal(400, listed, metadata={"error_type": "invalid_request"})
    return body


def check_roles(messages: Iterable[Mapping[str, Any]]) -> None:
    """Refuses a message whose role the API does not have: its kinds of message are told apart by nothing else."""
    for place, message in enumerate(messages):
        if message.get("role") not in ROLES:
            told = f"messages.{place}.role: must be one of {', '.join(ROLES)}"
            raise Refusal(400, told, metadata={"error_type": "invalid_request"})


def whole_characters(body: Any, raw: bytes) -> None:
    """Raises UnicodeEncodeError, a ValueError, for half of a surrogate pair, which no answer could repeat."""
    if b"\\u" in raw:
        json.dumps(body, ensure_ascii=False).encode()


def no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def check(body: Mapping[str, Any], card: Card) -> None:
    """Refuses what `card` cannot take."""
    for kind in media(body["messages"]):
        if kind not in card.input_modalities:
            raise Refusal(404, f"No endpoints found that support {kind} input", metadata={"error_type": "not_found"})
    for kind in body.get("modalities") or ():
        if kind not in card.output_modalities:
            raise Refusal(404, f"No endpoints found that support the requested output modalities: {kind}")


def media(messages: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """The kinds of input other than text, in order."""
    for message in messages:
        content = message.get("content")
        for part in content if isinstance(content, list) else ():
            kind = MEDIA.get(part.get("type", "")) if isinstance(part, dict) else None
            if kind:
                yield kind
