"""A recorded answer as it streamed: how it stood at any moment, and where in it a person is looking.

Everything here is a plain function of what was recorded and of a clock that the caller reads, so it needs neither network nor key.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal

from parley.money import Money
from parley.notebook.pacing import pace_of, paced
from parley.notebook.run import Run, Timings
from parley.reply import (
    AnnotationDelta,
    AudioDelta,
    ImageDelta,
    ReasoningDelta,
    RefusalDelta,
    Reply,
    ReplyFold,
    StreamEvent,
    TextDelta,
    ToolCall,
    ToolCallDelta,
)
from parley.value import Value
from parley.wire.recorded import Timed, replayed

Speed = Literal["1×", "2×", "At once"]
SPEEDS: dict[Speed, float] = {"1×": 1.0, "2×": 2.0, "At once": math.inf}
"""By how much each is faster than it really was."""
_WORDLESS = frozenset({"started", "noticed", "finished", "usage", "metadata", "debug"})
"""Events that show nothing of an answer."""
_EVERY = 128
"""Events between two replies that are kept at hand, so that every moment is near one."""
_MOST_PIECES = 2_000
_PIECE = re.compile(r"\s*\S{1,6}|\s+$")
_UNKNOWN_MS = 1_500.0
"""How long an answer takes of which no time is known."""


_NO_WORDS = {"reasoning": "", "text": "", "refusal": None}


def with_pace(run: Run, events: Sequence[Timed]) -> Run:
    """The run as it leaves, with the pace of its raw events; one that has none keeps the pace that it came with."""
    pace = pace_of(replayed(_of_last_try(run, events)), _WORDLESS)
    return run.model_copy(update={"pace": pace}) if pace else run


class Playback:
    """One answer, asked for any moment and in any order; milliseconds count from when its request was sent."""

    def __init__(self, run: Run, events: Sequence[Timed] = ()) -> None:
        """`events` are the raw ones that the store kept. Without them the pace of a copy counts; without either the answer comes
        evenly between its first token and its end."""
        self.run = run
        recorded = list(replayed(_of_last_try(run, events)))
        if not recorded and run.pace and run.reply.has_output:
            recorded = paced(run.pace, run.reply, list(_pieces(run.reply.model_copy(update=_NO_WORDS))))
        self.recorded = any(event.kind not in _WORDLESS for _, event in recorded)
        """Whether its times are those of its pieces."""
        beats = recorded if self.recorded or not run.reply.has_output else list(_spread(run))
        self._times = _rising([ms for ms, _ in beats])
        self._events = [event for _, event in beats]
        self._kept = [Reply(text=run.prefill)]
        self.length = 0.0 if run.live else max(run.timings.total_ms or 0.0, self._times[-1] if beats else 0.0)
        """Milliseconds; from then on it stands as it ended. An answer that is still on its way is not played."""

    def at(self, ms: float) -> Run:
        """The run as it stood then: before its end a live one, from its end on the very run that was kept."""
        if ms >= self.length:
            return self.run
        count = bisect_right(self._times, ms)
        first = self.run.timings.first_token_ms
        heard = Timings(first_token_ms=first if first is not None and first <= ms else None)
        then = {"reply": self._prefix(count), "prefill": "", "timings": heard, "outcome": "running"}
        return self.run.model_copy(update={**then, "failure": None, "money": Money(), "booked": None})

    def _prefix(self, count: int) -> Reply:
        """The fold of the first events, from the nearest reply before that is at hand."""
        while len(self._kept) <= count // _EVERY:
            self._kept.append(self._folded(len(self._kept) * _EVERY))
        return self._folded(count, nearest=count // _EVERY)

    def _folded(self, count: int, nearest: int | None = None) -> Reply:
        place = len(self._kept) - 1 if nearest is None else nearest
        fold = ReplyFold(self._kept[place])
        for event in self._events[place * _EVERY : count]:
            fold.add(event)
        return fold.reply


class Playhead(Value):
    """Where in a playback somebody is. `now` is a clock in seconds that only the caller reads, and that never goes back."""

    position: float = 0.0
    """Milliseconds into the answer when it was last touched."""
    since: float | None = None
    """When that was; None while it stands still."""
    speed: Speed = "1×"

    @property
    def moving(self) -> bool:
        return self.since is not None

    def at(self, now: float) -> float:
        """Milliseconds into the answer."""
        if self.since is None:
            return self.position
        factor = SPEEDS[self.speed]
        return math.inf if math.isinf(factor) else self.position + max(0.0, now - self.since) * 1000 * factor

    def play(self, now: float) -> Playhead:
        return self.model_copy(update={"position": self.at(now), "since": now})

    def pause(self, now: float) -> Playhead:
        return self.model_copy(update={"position": self.at(now), "since": None})

    def paced(self, speed: Speed, now: float) -> Playhead:
        """On from here, so much faster; at once is the end, also where it stood still."""
        if math.isinf(SPEEDS[speed]):
            return Playhead(position=math.inf, speed=speed)
        since = None if self.since is None else now
        return self.model_copy(update={"position": self.at(now), "since": since, "speed": speed})

    def rewound(self, now: float) -> Playhead:
        """From the beginning."""
        return Playhead(since=now, speed=self.speed)

    def ended(self) -> Playhead:
        """At the end, however long the answer is."""
        return Playhead(position=math.inf, speed=self.speed)


def _of_last_try(run: Run, events: Sequence[Timed]) -> list[Timed]:
    """The events of the try that was answered, counted from its sending as the receipt counts: pauses and refusals before are left out."""
    start = max((mark.ms for mark in run.timeline if mark.what == "sent"), default=0.0)
    return [(ms - start, raw) for ms, raw in events if ms >= start]


def _rising(times: Sequence[float]) -> list[float]:
    """The times, none before the one that precedes it."""
    latest, found = 0.0, []
    for ms in times:
        latest = max(latest, ms) if math.isfinite(ms) else latest
        found.append(latest)
    return found


def _spread(run: Run) -> Iterator[tuple[float, StreamEvent]]:
    """The answer in pieces of about a token, evenly between its first token and its end."""
    pieces = list(_pieces(run.reply))
    end = run.timings.total_ms if run.timings.total_ms is not None else _UNKNOWN_MS
    first = min(run.timings.first_token_ms or 0.0, end)
    for number, piece in enumerate(pieces):
        yield first + (end - first) * number / len(pieces), piece


def _pieces(reply: Reply) -> Iterator[StreamEvent]:
    yield from (ReasoningDelta(text=piece) for piece in _tokens(reply.reasoning))
    yield from (TextDelta(text=piece) for piece in _tokens(reply.text))
    yield from (RefusalDelta(text=piece) for piece in _tokens(reply.refusal or ""))
    for place, call in enumerate(reply.tool_calls):
        yield from _called(place, call)
    yield from (ImageDelta(image=image) for image in reply.images)
    if reply.audio is not None:
        yield AudioDelta(id=reply.audio.id, data=reply.audio.data, transcript=reply.audio.transcript)
    yield from (AnnotationDelta(annotation=one) for one in reply.annotations)


def _called(place: int, call: ToolCall) -> Iterator[StreamEvent]:
    """A call of its own, whatever its index and id say; its arguments follow by its place, which is then its index."""
    yield ToolCallDelta(index=place, id=call.id, name=call.name, begins=True)
    yield from (ToolCallDelta(index=place, arguments=piece) for piece in _tokens(call.arguments))


def _tokens(text: str) -> Iterator[str]:
    """A text in pieces, longer ones where there would be too many."""
    pieces = _PIECE.findall(text)
    together = math.ceil(len(pieces) / _MOST_PIECES) or 1
    return ("".join(pieces[at : at + together]) for at in range(0, len(pieces), together))
