"""One exchange with a server, without the network: its clocks, and who listens."""

from __future__ import annotations

import asyncio
from typing import NamedTuple, Protocol

from parley.errors import UpstreamError
from parley.value import Value


class Clocks(Value):
    """How long to wait, in seconds, and for what."""

    connect: float = 5.0
    """For name, port and TLS."""
    first_event: float = 120.0
    """From sending to the first event; a model that is loaded first takes minutes, so this may be raised."""
    idle: float = 180.0
    """Between two events; comments and padding do not count, because they keep a dead answer warm."""
    linger: float = 30.0
    """After a finish reason, for the usage and the end marker; then the answer is taken as whole without them."""
    total: float = 900.0
    """From the first try to the end of the answer."""
    lookup: float = 30.0
    """For lists, keys and credits, from the first try to the end."""
    generation: float = 90.0
    """How long to ask for a generation that is not booked yet; recorded delays are about 15 s."""
    backoff: float = 0.5
    """First pause before another try; it doubles."""
    longest_wait: float = 60.0
    """A server that asks for more patience than this is not waited for: the person is told."""


class Tap(Protocol):
    """Hears an exchange as it happens, for the timeline and the raw record."""

    def sent(self) -> None:
        """A request goes out."""

    def headers(self, status: int, generation_id: str | None) -> None:
        """The status line and the headers are there."""

    def received(self, raw: str) -> None:
        """The payload of one event, or a plain body, as it came."""

    def retrying(self, attempt: int, wait: float, error: UpstreamError) -> None:
        """Try number `attempt`, from 1, failed with `error`; the next begins in `wait` seconds."""


class NoTap:
    """Hears nothing."""

    def sent(self) -> None: ...

    def headers(self, status: int, generation_id: str | None) -> None: ...

    def received(self, raw: str) -> None: ...

    def retrying(self, attempt: int, wait: float, error: UpstreamError) -> None: ...


class Deadline(NamedTuple):
    """When an exchange must be over, by the loop's clock, and what that limit is called."""

    at: float
    clock: str


class Patience:
    """How long the next piece of an answer may take. Counts the time spent waiting for the server, not for whoever reads."""

    def __init__(self, clocks: Clocks, end: Deadline, already: float) -> None:
        self._clocks, self._end = clocks, end
        self._idle = clocks.idle
        self._for_first = already
        self._for_data = 0.0
        self._data_came = False

    def left(self, now: float) -> tuple[float, str]:
        """Seconds that may still pass, and the clock that runs out then."""
        clocks = [(self._end.at - now, self._end.clock), (self._idle - self._for_data, "idle")]
        if not self._data_came:
            clocks.append((self._clocks.first_event - self._for_first, "first event"))
        return min(clocks)

    def waited(self, seconds: float) -> None:
        """That long nothing came."""
        self._for_first += seconds
        self._for_data += seconds

    def heard(self, *, ended: bool = False) -> None:
        """Data came; the answer may have `ended`, but for what trails behind it."""
        self._data_came, self._for_data = True, 0.0
        self._idle = min(self._clocks.idle, self._clocks.linger) if ended else self._clocks.idle


class Turn:
    """Work on a loop that others use, too: after `seconds` of it they have theirs, however fast the data come."""

    def __init__(self, seconds: float = 0.01) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._over = 0.0

    async def give_way(self) -> None:
        """Ask between any two steps: it costs next to nothing until the turn is over."""
        if self._loop.time() >= self._over:
            await asyncio.sleep(0)
            self._over = self._loop.time() + self._seconds
