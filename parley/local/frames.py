"""Parts of an answer as OpenRouter's bytes: chunks of a stream, or one plain body."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parley.local.billing import Tariff
from parley.local.parts import Delta, Echo, Fault, Finish, Part

WAITING = b": OPENROUTER PROCESSING\n\n"
PADDING = b"\n         \n"
DONE = b"data: [DONE]\n\n"
USER = "user_scripted"


@dataclass(frozen=True, slots=True)
class Head:
    """What every chunk of one answer repeats; `created` is in seconds since 1970, `tariff` is who answers charges."""

    id: str
    provider: str
    model: str
    created: int
    tariff: Tariff

    def of(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "provider": self.provider,
            "system_fingerprint": None,
        }


def event(payload: Mapping[str, Any]) -> bytes:
    return b"data: " + encoded(payload) + b"\n\n"


def encoded(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def frames(head: Head, part: Part, metadata: Mapping[str, Any] | None = None) -> bytes:
    """The events that one part makes; `metadata` is the `openrouter_metadata` of the last chunk, or of the error."""
    return b"".join(event(payload) if payload else DONE for payload in payloads(head, part, metadata))


def payloads(head: Head, part: Part, metadata: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    """What the events hold; an empty one is the end marker."""
    tail = {"openrouter_metadata": metadata} if metadata else {}
    match part:
        case Delta():
            yield chunk(head, part.fields, logprobs=part.logprobs)
        case Echo():
            yield choiceless(head) | {"debug": {"echo_upstream_body": part.body}}
        case Finish():
            yield chunk(head, {}, part.reason, part.native)
            yield last(head, part) | {"usage": head.tariff.usage(part.tokens, part.unsaid)} | tail
            yield {}
        case Fault():
            for payload in faulty(head, part):
                yield payload | (tail if "error" in payload else {})
            if part.shape == "late":
                yield {}


def last(head: Head, finish: Finish) -> dict[str, Any]:
    match finish.tail:
        case "repeated":
            return chunk(head, {}, finish.reason, finish.native)
        case "null":
            return chunk(head, {})
        case "choiceless":
            return choiceless(head)


def faulty(head: Head, fault: Fault) -> Iterator[dict[str, Any]]:
    error = envelope(fault.code, fault.message, fault.metadata)
    match fault.shape:
        case "beside":
            yield chunk(head, {}, "error") | error
        case "choiceless":
            yield choiceless(head) | error
        case "inside":
            failed = chunk(head, {}, "error")
            yield failed | {"choices": [failed["choices"][0] | error]}
        case "bare":
            yield error | {"user_id": USER}
        case "late":
            yield from [chunk(head, {}, "length", "length")] * 2
            yield chunk(head, {}) | error | {"usage": head.tariff.usage(fault.tokens)}


def choiceless(head: Head) -> dict[str, Any]:
    return head.of("chat.completion.chunk") | {"choices": []}


def chunk(
    head: Head,
    fields: Mapping[str, Any],
    reason: str | None = None,
    native: str | None = None,
    logprobs: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    content = None if fields.get("tool_calls") else ""
    choice: dict[str, Any] = {
        "index": 0,
        "delta": {"role": "assistant", "content": content, **fields},
        "finish_reason": reason,
        "native_finish_reason": native,
    }
    if logprobs is not None:
        choice["logprobs"] = logprobs
    return head.of("chat.completion.chunk") | {"choices": [choice]}


def plain(head: Head, parts: Iterable[Part], metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The body of a plain answer; an answer that ended in a fault keeps what came before it, with the error beside it."""
    message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None, "reasoning": None}
    logprobs: list[Any] = []
    choice: dict[str, Any] = {"index": 0, "logprobs": None, "finish_reason": None, "native_finish_reason": None}
    body = head.of("chat.completion") | {"choices": [choice]}
    for part in parts:
        match part:
            case Delta():
                join(message, part.fields)
                logprobs += (part.logprobs or {}).get("content") or []
            case Finish():
                choice |= {"finish_reason": part.reason, "native_finish_reason": part.native}
                body["usage"] = head.tariff.usage(part.tokens, part.unsaid)
            case Fault():
                if part.shape == "bare":
                    return envelope(part.code, part.message, part.metadata) | {"user_id": USER}
                spoil(head, body, choice, part)
    if logprobs:
        choice["logprobs"] = {"content": logprobs, "refusal": None}
    if body["choices"]:
        body["choices"] = [choice | {"message": message}]
    return body | ({"openrouter_metadata": metadata} if metadata else {})


def spoil(head: Head, body: dict[str, Any], choice: dict[str, Any], fault: Fault) -> None:
    """Puts the fault where its shape has it in a plain body."""
    error = envelope(fault.code, fault.message, fault.metadata)
    match fault.shape:
        case "choiceless":
            body |= {"choices": [], **error}
        case "late":
            choice |= {"finish_reason": "length", "native_finish_reason": "length"}
            body |= {"usage": head.tariff.usage(fault.tokens), **error}
        case _:
            choice |= {"finish_reason": "error", **error}


def join(message: dict[str, Any], fields: Mapping[str, Any]) -> None:
    """Adds one delta to a message: text is appended, calls, details and audio go to the entry they continue."""
    for name, value in fields.items():
        if name in ("tool_calls", "reasoning_details"):
            entries: list[dict[str, Any]] = message.setdefault(name, [])
            for entry in value:
                join_entry(entries, entry)
        elif name == "audio":
            join(message.setdefault(name, {}), value)
        elif isinstance(value, str) and name not in ("id", "format"):
            message[name] = (message.get(name) or "") + value
        elif isinstance(value, list):
            message.setdefault(name, []).extend(value)
        elif value is not None:
            message[name] = value


def join_entry(entries: list[dict[str, Any]], entry: Mapping[str, Any]) -> None:
    """Adds a piece to the entry of its type and index; encrypted data comes whole."""
    same = [known for known in entries if (known.get("index"), known.get("type")) == (entry["index"], entry["type"])]
    if not same:
        entries.append({**entry, **({"function": dict(entry["function"])} if "function" in entry else {})})
        return
    for name in ("text", "summary", "signature"):
        if name in entry:
            same[-1][name] = same[-1].get(name, "") + entry[name]
    if "function" in entry:
        function = same[-1]["function"]
        function["arguments"] = function.get("arguments", "") + (entry["function"].get("arguments") or "")


def envelope(
    code: int | str,
    message: str,
    metadata: Mapping[str, Any] | None = None,
    beside: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An error as OpenRouter sends it."""
    error: dict[str, Any] = {"message": message, "code": code}
    return {"error": error | ({"metadata": dict(metadata)} if metadata else {}) | dict(beside or {})}
