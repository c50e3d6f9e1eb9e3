"""Recorded payloads of an answer as events again, each at the moment at which its payload came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from parley.errors import ParleyError
from parley.reply import StreamEvent
from parley.wire.answer import DONE
from parley.wire.chunks import ChunkReader
from parley.wire.json_text import Unreadable, loads

Timed = tuple[float, str]
"""Milliseconds, and a payload as it came."""


def replayed(payloads: Sequence[Timed]) -> Iterator[tuple[float, StreamEvent]]:
    """The events of one answer, up to where it ended or broke off; no error is raised, for it is known how the run ended."""
    if not payloads:
        return
    reader = ChunkReader()
    if (body := _whole_body(payloads)) is not None:
        ((ms, raw),) = payloads
        yield from _until_it_breaks(ms, reader.take(body, raw, whole=True))
        yield from _until_it_breaks(ms, reader.finish())
        return
    ms = 0.0
    for ms, raw in payloads:
        payload, _, last = raw.rpartition("\n")
        marked = last.strip() == DONE
        yield from _until_it_breaks(ms, reader.read(payload if marked else raw))
        if marked:
            break
    yield from _until_it_breaks(ms, reader.finish())


def _until_it_breaks(ms: float, events: Iterable[StreamEvent]) -> Iterator[tuple[float, StreamEvent]]:
    try:
        for event in events:
            yield ms, event
    except ParleyError:
        return


def _whole_body(payloads: Sequence[Timed]) -> dict[str, Any] | None:
    """The body of an answer that came in one piece; None for a stream."""
    if len(payloads) != 1:
        return None
    try:
        body = loads(payloads[0][1])
    except Unreadable:
        return None
    choices = body.get("choices") if isinstance(body, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return body if isinstance(first, dict) and "delta" not in first and isinstance(body, dict) else None
