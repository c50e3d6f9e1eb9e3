"""Parts of an answer as OpenRouter's bytes: chunks of a stream, or one plain body."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from parley.local.parts import Delta, Fault, Finish, Part, Tokens

WAITING = b": OPENROUTER PROCESSING\n\n"
DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class Head:
    """What every chunk of one answer repeats; `created` is in seconds since 1970."""

    id: str
    provider: str
    model: str
    created: int

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
    """The events that one part makes; `metadata` is the `openrouter_metadata` of the last chunk."""
    match part:
        case Delta():
            return event(chunk(head, part.fields, logprobs=part.logprobs))
        case Finish():
            end = chunk(head, {}, part.reason, part.native)
            tail = {"openrouter_metadata": metadata} if metadata else {}
            return event(end) + event(end | {"usage": usage(part.tokens)} | tail) + DONE
        case Fault():
            return event(chunk(head, {}, "error") | envelope(part.code, part.message, part.metadata))


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
                body["usage"] = usage(part.tokens)
            case Fault():
                choice |= {"finish_reason": "error", **envelope(part.code, part.message, part.metadata)}
    if logprobs:
        choice["logprobs"] = {"content": logprobs, "refusal": None}
    body["choices"] = [choice | {"message": message}]
    return body | ({"openrouter_metadata": metadata} if metadata else {})


def join(message: dict[str, Any], fields: Mapping[str, Any]) -> None:
    """Adds one delta to a message: text is appended, calls and details go to the entry they continue."""
    for name, value in fields.items():
        if name in ("tool_calls", "reasoning_details"):
            entries: list[dict[str, Any]] = message.setdefault(name, [])
            for entry in value:
                join_entry(entries, entry)
        elif isinstance(value, str):
            message[name] = (message.get(name) or "") + value
        elif isinstance(value, list):
            message.setdefault(name, []).extend(value)
        elif value is not None:
            message[name] = value


def join_entry(entries: list[dict[str, Any]], entry: Mapping[str, Any]) -> None:
    same = [known for known in entries if (known.get("index"), known.get("type")) == (entry["index"], entry["type"])]
    if not same:
        entries.append({**entry, **({"function": dict(entry["function"])} if "function" in entry else {})})
        return
    for name in ("text", "summary", "signature"):
        if name in entry:
            same[-1][name] = same[-1].get(name, "") + entry[name]
    if "function" in entry:
        same[-1]["function"]["arguments"] += entry["function"].get("arguments", "")


def usage(tokens: Tokens) -> dict[str, Any]:
    return {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
        "cost": 0,
        "is_byok": False,
        "prompt_tokens_details": {
            "cached_tokens": tokens.cached,
            "cache_write_tokens": 0,
            "audio_tokens": 0,
            "video_tokens": 0,
        },
        "cost_details": {
            "upstream_inference_cost": 0,
            "upstream_inference_prompt_cost": 0,
            "upstream_inference_completions_cost": 0,
        },
        "completion_tokens_details": {
            "reasoning_tokens": tokens.reasoning,
            "image_tokens": 0,
            "audio_tokens": 0,
        },
    }


def envelope(code: int | str, message: str, metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An error as OpenRouter sends it."""
    error: dict[str, Any] = {"message": message, "code": code}
    return {"error": error | ({"metadata": dict(metadata)} if metadata else {})}
