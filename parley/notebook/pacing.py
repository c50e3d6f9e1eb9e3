"""How fast an answer came, without a word of it: what a copy tells of its stream, so that it plays as it really did.

Raw events would carry every word once more, cut into pieces in which nothing could be found or masked. A pace counts characters, and
the words are those of the reply. Of an answer in which something was masked the check leaves it out: lengths of pieces tell of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Annotated

from pydantic import Field

from parley.figures import Moment
from parley.reply import ReasoningDelta, RefusalDelta, Reply, StreamEvent, TextDelta
from parley.value import Value

Beat = tuple[Annotated[Moment, Field(ge=0)], Annotated[int, Field(ge=0, le=10**9)]]
"""Milliseconds since the request was sent, and how many characters came then."""
Beats = tuple[Beat, ...]
MOST = 20_000
"""Beats of one kind that are kept; of a longer answer neighbours count as one."""


class Pace(Value):
    """When the pieces of an answer came."""

    reasoning: Beats = ()
    text: Beats = ()
    refusal: Beats = ()
    rest: Beats = ()
    """Pieces of calls, images, sound and citations, each counted as one."""

    def __bool__(self) -> bool:
        return bool(self.reasoning or self.text or self.refusal or self.rest)


def pace_of(events: Iterable[tuple[float, StreamEvent]], wordless: frozenset[str]) -> Pace | None:
    """The pace of a recorded stream; None where nothing in it shows anything. `wordless` are kinds of events that are no pieces."""
    found: dict[str, list[Beat]] = {name: [] for name in Pace.model_fields}
    for ms, event in events:
        match event:
            case ReasoningDelta():
                found["reasoning"].append((ms, len(event.text)))
            case TextDelta():
                found["text"].append((ms, len(event.text)))
            case RefusalDelta():
                found["refusal"].append((ms, len(event.text)))
            case _ if event.kind not in wordless:
                found["rest"].append((ms, 1))
    pace = Pace(**{name: _rounded(beats) for name, beats in found.items()})
    return pace if pace else None


def paced(pace: Pace, reply: Reply, others: Sequence[StreamEvent]) -> list[tuple[float, StreamEvent]]:
    """The pieces of a reply, each at its moment; `others` are those that are no text. Where words were masked since, they come
    as fast as those that stood there."""
    beats: list[tuple[float, StreamEvent]] = []
    beats += ((ms, ReasoningDelta(text=piece)) for ms, piece in _cut(reply.reasoning, pace.reasoning))
    beats += ((ms, TextDelta(text=piece)) for ms, piece in _cut(reply.text, pace.text))
    beats += ((ms, RefusalDelta(text=piece)) for ms, piece in _cut(reply.refusal or "", pace.refusal))
    moments = _moments(pace.rest) or [0.0]
    beats += ((moments[at * len(moments) // len(others)], one) for at, one in enumerate(others))
    return sorted(beats, key=lambda beat: beat[0])


def _cut(text: str, beats: Beats) -> Iterator[tuple[float, str]]:
    """The text in pieces, in proportion to the characters that came; what is left comes with the last."""
    moments, came, done = _moments(beats), list(accumulate(count for _, count in beats)), 0
    for ms, count in zip(moments, came, strict=True):
        end = count * len(text) // came[-1] if came[-1] else 0
        if end > done:
            yield ms, text[done:end]
            done = end
    if done < len(text):
        yield (moments or [0.0])[-1], text[done:]


def _moments(beats: Beats) -> list[float]:
    """When pieces came, none before the one that precedes it."""
    return list(accumulate((ms for ms, _ in beats), max))


def _rounded(beats: Sequence[Beat]) -> Beats:
    together = -(-len(beats) // MOST) or 1
    return tuple(
        (round(max(0.0, beats[at][0]), 1), sum(count for _, count in beats[at : at + together]))
        for at in range(0, len(beats), together)
    )
