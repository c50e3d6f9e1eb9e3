"""A Run as a row of the ledger with its documents, and back."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from parley.money import Money
from parley.notebook import Run, Timings
from parley.notebook.stale import said_by
from parley.reply import Reply
from parley.request import ChatRequest
from parley.store.documents import Apart, Document, UnpackedLists, pack, pack_list, unpack, unsqueezed
from parley.store.part import AnyRow, to_micros, to_moment

PICO = 10**12
_MOST = Decimal(10**6)
"""Dollars of one run that count in sums: 64 bits hold nine times as much in picodollars."""
_PROMPT_SHOWN = 200
_IN_THE_REST = {
    "failure",
    "money",
    "booked",
    "timeline",
    "template",
    "added",
    "prefill",
    "follows",
    "between",
    "imported",
    "pace",
}
Fetch = Callable[[set[str]], Mapping[str, bytes]]
UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError, zlib.error)
"""What reading a damaged document may raise."""


class Asked(NamedTuple):
    """A request as it is stored: its settings, and its messages each once."""

    settings: Document
    messages: Document
    columns: dict[str, Any]


def asked(run: Run) -> Asked:
    """What is known of a run before it is sent, and never changes."""
    body = run.request.payload()
    sent = body["messages"] if isinstance(body.get("messages"), list) else None
    settings = body if sent is None else {**body, "messages": None}
    model = body.get("model")
    columns = {
        "id": run.id,
        "session_id": run.session_id,
        "cell_id": run.cell_id,
        "connection": run.connection,
        "created": to_micros(run.created),
        "model_asked": model if isinstance(model, str) else None,
        "prompt": _prompt_of(sent or []),
        "sent": said_by(run),
    }
    return Asked(pack_list([settings]), pack(None) if sent is None else pack_list(sent), columns)


def answered(reply: Reply, timings: Timings, model_asked: str | None) -> dict[str, Any]:
    """The ledger's columns that a reply fills."""
    usage = reply.usage
    prompt_details = usage.prompt_tokens_details if usage else None
    completion_details = usage.completion_tokens_details if usage else None
    completion = usage.completion_tokens if usage else None
    return {
        "model_answered": reply.model,
        "model": reply.model or model_asked,
        "provider": reply.provider,
        "finish_reason": reply.finish_reason,
        "generation_id": reply.generation_id,
        "prompt_tokens": usage.prompt_tokens if usage else None,
        "completion_tokens": completion,
        "reasoning_tokens": completion_details.reasoning_tokens if completion_details else None,
        "cached_tokens": prompt_details.cached_tokens if prompt_details else None,
        "first_token_ms": timings.first_token_ms,
        "total_ms": timings.total_ms,
        "tokens_per_second": timings.tokens_per_second(completion),
    }


def paid(money: Money) -> dict[str, Any]:
    """The cost: exact as text, and in whole picodollars for sorting and sums; and what a provider bills apart, as text."""
    cost, source = money.best or (None, None)
    return {
        "cost": None if cost is None else str(cost),
        "cost_source": source,
        "cost_pico": None if cost is None else in_pico(cost),
        "upstream": None if money.upstream is None else str(money.upstream),
    }


def in_pico(cost: Decimal) -> int:
    return int((max(-_MOST, min(cost, _MOST)) * PICO).to_integral_value())


def reply_document(reply: Reply, *, growing: bool = False) -> Document:
    """What is unset is left out; costs become text, which reads back as the same decimal.

    Of a reply that is still growing only data URLs are lifted out, for images come whole: every length of a sound or a
    text would be a blob of its own.
    """
    return pack(plain(reply.model_dump(exclude_defaults=True)), only_data_urls=growing)


def rest_of(run: Run) -> Document:
    """What the ledger has no column for. Messages as they were written are stored once, as those that were sent are."""
    return pack(with_template_apart(run, include=_IN_THE_REST))


def with_template_apart(run: Run, **fields: Any) -> dict[str, Any]:
    """Some fields of a run as a document has them, its prefill and each message of its template apart."""
    kept: dict[str, Any] = plain(run.model_dump(exclude_defaults=True, **fields))
    if messages := kept.get("template", {}).get("messages"):
        kept["template"]["messages"] = {place: Apart(message) for place, message in messages.items()}
    if "prefill" in kept:
        kept["prefill"] = Apart(kept["prefill"])
    return kept


def messages_of(fetch: Fetch) -> UnpackedLists:
    """What reads the messages of many requests, each message once, however many of them it was sent with."""
    return UnpackedLists(fetch, ChatRequest.message)


def run_of(row: AnyRow, fetch: Fetch, *, with_messages: bool = True, sent: UnpackedLists | None = None) -> Run:
    """The run again; `fetch` gives blobs, `sent` the messages. Without messages the request holds settings only, and a fingerprint
    stands for them; those of the steps before it come along."""
    (settings,) = unpack(unsqueezed(row.request), fetch)
    rest = unpack(unsqueezed(row.rest), fetch)
    messages = (sent or messages_of(fetch)).unpack(unsqueezed(row.messages)) if with_messages else None
    if messages is not None:
        settings["messages"] = messages
    elif not with_messages:
        settings.pop("messages", None)
    return Run(
        id=row.id,
        owner=row.owner,
        session_id=row.session_id,
        cell_id=row.cell_id,
        request=ChatRequest.parse(settings),
        said="" if with_messages else row.sent,
        tail=() if with_messages else _tail(row, rest, fetch),
        reply=Reply.model_validate(unpack(unsqueezed(row.reply), fetch)),
        outcome=row.outcome,
        connection=row.connection,
        created=to_moment(row.created),
        timings=Timings(first_token_ms=row.first_token_ms, total_ms=row.total_ms),
        **rest,
    )


def _tail(row: AnyRow, rest: Mapping[str, Any], fetch: Fetch) -> list[Any]:
    """The messages of the steps before it, without those before them."""
    count = rest.get("between", 0)
    if not count:
        return []
    end = -1 if rest.get("prefill") else None
    last: list[Any] = unpack(unsqueezed(row.messages), fetch, slice(-count + (end or 0), end))
    return last


def read_or_none(
    row: AnyRow, fetch: Fetch, *, with_messages: bool = True, sent: UnpackedLists | None = None
) -> Run | None:
    """The same, or None for a run that is damaged: others beside it can be read."""
    try:
        return run_of(row, fetch, with_messages=with_messages, sent=sent)
    except UNREADABLE:
        return None


def plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def _prompt_of(messages: list[Any]) -> str:
    """The beginning of the last user message, for the list."""
    for message in reversed(messages):
        if isinstance(message, dict) and message.get("role") == "user":
            content = message.get("content")
            parts = content if isinstance(content, list) else [{"text": content}]
            texts = [part.get("text") for part in parts if isinstance(part, dict)]
            return " ".join(" ".join(text[:_PROMPT_SHOWN] for text in texts if isinstance(text, str)).split())[
                :_PROMPT_SHOWN
            ]
    return ""
