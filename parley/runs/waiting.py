"""What a run waits for while it is alive: a server that says nothing, or the time until the next try."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple


class Pause(NamedTuple):
    """A try was refused; the next one follows."""

    number: int
    """Of the try that follows: 2 after the first refusal."""
    left: float
    """Seconds until then."""
    why: str
    """The refusal, as a sentence."""


class Waiting:
    """Written by the run's loop, read from any thread: every change replaces one reference."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None
        self._pause: tuple[int, float, str] | None = None
        self.tries = 0
        """How often the request was sent."""

    def sent(self) -> None:
        self.tries += 1
        self._since, self._pause = self._clock(), None

    def heard(self) -> None:
        """Data came; what only keeps the line open is no data."""
        self._since = self._clock()

    def refused(self, number: int, wait: float, why: str) -> None:
        """Try `number` was refused; the next begins in `wait` seconds."""
        self._since, self._pause = None, (number + 1, self._clock() + wait, why)

    @property
    def silence(self) -> float | None:
        """Seconds since the request was sent or something came, whichever was later; None while nothing is on its way."""
        since = self._since
        return None if since is None else self._clock() - since

    @property
    def pause(self) -> Pause | None:
        """The pause before another try, while there is one."""
        if (pause := self._pause) is None:
            return None
        number, until, why = pause
        return Pause(number, max(0.0, until - self._clock()), why)
