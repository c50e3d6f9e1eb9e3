"""The clocks that a person may set: their names, what they wait for, and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from parley.errors import SettingsError, UpstreamError
from parley.wire.exchange import Clocks


class Clock(NamedTuple):
    """One clock of `Clocks`, as a person sets it; `least` and `most` are seconds."""

    name: str
    label: str
    means: str
    least: int
    most: int


ADJUSTABLE = (
    Clock("connect", "Connect", "Finding the server and opening a connection to it.", 1, 300),
    Clock("first_event", "First event", "From sending until the answer begins. A model that is loaded first takes minutes.", 5, 3600),
    Clock("idle", "Silence", "From one piece of the answer to the next. Some models reason for minutes without a word.", 5, 3600),
    Clock("total", "Whole answer", "From sending to the end.", 10, 14_400),
    Clock("longest_wait", "Wait for another try", "A busy server may ask to wait. Longer than this, you are told instead.", 0, 3600),
)  # fmt: skip

_NUMBER = re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)\s*(s|sec|seconds?|min|minutes?|h|hours?)?", re.IGNORECASE)
_UNITS = {"m": 60, "h": 3600}


def where_set(name: str) -> str:
    """Where a person changes the clock of that name, in a sentence."""
    label = next(clock.label for clock in ADJUSTABLE if clock.name == name)
    return f"The limit is “{label}” on the Settings page, under Patience."


def told_instead(error: UpstreamError, clocks: Clocks) -> UpstreamError:
    """The error of a server that asks for more patience than the clocks have, with a sentence on that; any other as it is."""
    if error.retry_after is not None and error.retry_after > clocks.longest_wait:
        error.args = (f"{error} Parley waits {clocks.longest_wait:g} s at most. {where_set('longest_wait')}",)
    return error


def typed(clock: Clock, text: str) -> float:
    """The seconds that a person typed: `90`, `90 s`, `1.5 min`.

    Raises SettingsError, which names the clock and says what is allowed.
    """
    found = _NUMBER.fullmatch(text.strip())
    seconds = -1.0
    if found:
        seconds = float(found[1].replace(",", ".")) * _UNITS.get((found[2] or "s")[0].lower(), 1)
    if not clock.least <= seconds <= clock.most:
        raise SettingsError(f"{clock.label} should be {clock.least} to {clock.most:,} seconds, such as 90 or 1.5 min.")
    return seconds


def stored(clocks: Clocks) -> dict[str, float] | None:
    """What is kept of the clocks: those that differ from the usual ones; None where none does."""
    usual = Clocks()
    now = {clock.name: float(getattr(clocks, clock.name)) for clock in ADJUSTABLE}
    return {name: seconds for name, seconds in now.items() if seconds != getattr(usual, name)} or None


def restored(kept: object) -> Clocks:
    """The clocks that were kept; what is not allowed, or not known, today counts as not set."""
    known = kept if isinstance(kept, Mapping) else {}
    allowed = {
        clock.name: float(seconds)
        for clock in ADJUSTABLE
        if isinstance(seconds := known.get(clock.name), int | float) and clock.least <= seconds <= clock.most
    }
    return Clocks(**allowed)
