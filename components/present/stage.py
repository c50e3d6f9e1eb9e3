"""What a tab presents, where in it, and how far the answer on the screen has come."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from parley.notebook import Run
from parley.notebook.playback import Playback, Playhead, Speed
from parley.notebook.samples import Events

OPENING = 0
"""The place of the card with the title; the scenes follow it, and the closing card follows them."""


HEARING = 3.0
"""Seconds within which a browser hears that the address has changed."""


@dataclass
class Stage:
    """One presentation; it is asked again at every look."""

    name: str = ""
    """Names what is presented; another name is another presentation, from its opening on."""
    place: int = OPENING
    head: Playhead = field(default_factory=Playhead().ended)
    """Where in the answer of this place; it stands at the end, so that what is seen without being played is whole."""
    heard: bool = True
    """The browser has sent the present place: from then on another one in its address is a wish to go there."""
    moved: float = 0.0
    """When it came to this place, of the monotonic clock, in seconds."""
    _runs: tuple[Run, ...] = ()
    _playbacks: tuple[Playback, ...] = ()
    """Of those runs; none while they stand whole."""

    def present(self, name: str, asked: int | None, last: int, now: float) -> None:
        """Show what bears this name at the place that the address asks for, if it asks, and never behind the last one.

        A browser that is busy goes on sending the place that was left for a while; that is no wish to go back.
        """
        if name != self.name:
            self.name, self.place, self.heard = name, asked or OPENING, True
            self.head = self.head.ended()
        elif asked == self.place:
            self.heard = True
        elif asked is not None and (self.heard or now - self.moved > HEARING):
            self.place, self.head = asked, self.head.ended()
        self.place = min(max(self.place, OPENING), last)

    def forward(self, last: int, now: float) -> None:
        """To the next place, whose answer plays; at the last one nothing happens."""
        if self.place < last:
            self._go(self.place + 1, now)
            self.head = self._begun(now)

    def back(self, now: float) -> None:
        """To the place before, whose answer stands whole."""
        if self.place > OPENING:
            self._go(self.place - 1, now)

    def toggle(self, now: float) -> None:
        """Hold an answer that is coming, let one go on that was held, and begin one that has ended from its beginning."""
        if self.head.moving:
            self.head = self.head.pause(now)
        elif math.isinf(self.head.position):
            self.head = self._begun(now)
        else:
            self.head = self.head.play(now)

    def pace(self, speed: Speed, now: float) -> None:
        self.head = self.head.paced(speed, now)
        self.settle(now)

    def settle(self, now: float) -> bool:
        """Stop at the end; gives whether all answers of this place have ended."""
        if self.head.at(now) >= self.length:
            self.head = self.head.ended()
        return math.isinf(self.head.position)

    def on(self, runs: Sequence[Run], events: Callable[[str], Events]) -> None:
        """Put the answers of this place on the stage; their `events` are asked for only where they are played."""
        names = tuple(run.id for run in runs)
        if not runs:
            self.head = self.head.ended()
        if math.isinf(self.head.position):
            self._playbacks = ()
        elif not self._playbacks or names != tuple(run.id for run in self._runs):
            self._playbacks = tuple(Playback(run, events(run.id)) for run in runs)
        self._runs = tuple(runs)

    def at(self, now: float) -> Sequence[Run]:
        """The answers on the stage as they stand now."""
        ms = self.head.at(now)
        return self._runs if math.isinf(ms) else [one.at(ms) for one in self._playbacks]

    @property
    def length(self) -> float:
        """Milliseconds until all answers that are played have ended."""
        return max((one.length for one in self._playbacks), default=0.0)

    @property
    def spread(self) -> bool:
        """Whether an answer that is played comes evenly, because its events were not kept."""
        return any(one.length and not one.recorded for one in self._playbacks)

    def _go(self, place: int, now: float) -> None:
        self.place, self.heard, self.moved, self.head = place, False, now, self.head.ended()

    def _begun(self, now: float) -> Playhead:
        begun = self.head.rewound(now)
        return begun.ended() if math.isinf(begun.at(now)) else begun
