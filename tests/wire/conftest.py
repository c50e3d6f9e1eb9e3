"""Answers from bytes: read in pieces of any size, folded, with what was raised."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

import pytest

from parley.errors import UpstreamError
from parley.reply import Reply, ReplyFold, StreamEvent
from parley.wire.answer import AnswerReader
from parley.wire.limits import Limits


class Read(NamedTuple):
    reply: Reply
    events: list[StreamEvent]
    error: UpstreamError | None
    raw: list[str]


def read(answer: bytes, cuts: int | Iterable[int] = 0, limits: Limits | None = None) -> Read:
    """The answer, cut into pieces of one size or at the given places."""
    places = range(cuts, len(answer), cuts) if isinstance(cuts, int) and cuts else cuts or ()
    raw: list[str] = []
    reader, fold, events, error = AnswerReader(limits=limits, received=raw.append), ReplyFold(), [], None

    def take(found: Iterable[StreamEvent]) -> None:
        for event in found:
            events.append(event)
            fold.add(event)

    try:
        for start, end in pairwise((0, *places, len(answer))):
            if not reader.done:
                take(reader.feed(answer[start:end]))
        take(reader.close())
    except UpstreamError as raised:
        error = raised
    return Read(fold.reply, events, error, raw)


@pytest.fixture(name="read", scope="session")
def _read() -> Callable[..., Read]:
    return read
