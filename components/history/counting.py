"""What a large ledger takes a while to count: worked out on threads of their own, so that no page waits for a sum.

A count that is there within the page's patience is simply drawn. Of one that is not, the page says that it is being counted,
and is drawn anew when it is there. What was counted last stands until then, where the question is the same.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import streamlit as st

from components.state import key
from parley.errors import ParleyError, StoreError

T = TypeVar("T")
PATIENCE = 0.4
"""Seconds that the end of a page waits for its counts; all else is drawn by then."""
LONG = 0.5
"""Seconds from which on a count is not made anew for every look at the page."""
STANDS = 20
"""So many times longer than it took a long count stands."""
_AT_ONCE = threading.BoundedSemaphore(2)
_HELD = key("history", "counts")


@dataclass
class Count(Generic[T]):
    """The answer to one question, as soon as it is known."""

    asked: str
    former: T | None = None
    """What the same question had for an answer when it was asked before."""
    took: float = 0.0
    """Seconds."""
    at: float = 0.0
    """When it was known, by the monotonic clock."""
    _value: T | None = None
    _error: ParleyError | None = None
    _done: threading.Event = field(default_factory=threading.Event)
    _dropped: bool = False
    _taken: bool = False

    def begin(self, work: Callable[[], T]) -> None:
        threading.Thread(target=self._work, args=(work,), name="parley-count", daemon=True).start()

    def drop(self) -> None:
        """Nobody asks this any more; where it was not begun, it never is."""
        self._dropped = True

    @property
    def known(self) -> bool:
        return self._done.is_set()

    @property
    def stands(self) -> bool:
        """Whether the same question need not be asked again: it is on its way, nobody has seen the answer yet, or is to see it
        once more, or that took long and is new."""
        new = self.took > LONG and time.monotonic() < self.at + STANDS * self.took
        return not self.known or not self._taken or new

    def keep(self) -> None:
        """What is known stands for one more look."""
        self._taken = False

    def wait(self, seconds: float) -> bool:
        """Whether it is known within so many seconds."""
        return self._done.wait(seconds)

    def within(self, seconds: float) -> T | None:
        """The answer, if it is known within so many seconds, else the former one. Raises what went wrong."""
        if not self.wait(seconds):
            return self.former
        self._taken = True
        if self._error is not None:
            raise self._error
        return self._value

    def former_or_value(self) -> T | None:
        """What there is to show while the same is counted anew."""
        return self._value if self.known and self._error is None else self.former

    def _work(self, work: Callable[[], T]) -> None:
        with _AT_ONCE:
            begun = time.monotonic()
            try:
                if not self._dropped:
                    self._value = work()
            except ParleyError as error:
                self._error = error
            except Exception as error:
                self._error = StoreError(f"This could not be counted ({type(error).__name__}).")
            finally:
                self.at = time.monotonic()
                self.took = self.at - begun
                self._done.set()


def counting(name: str, asked: str, work: Callable[[], T]) -> Count[T]:
    """The count of this name: the one that stands, where it answers the same question, else one that is begun now."""
    held = cast("dict[str, Count[Any]]", st.session_state.setdefault(_HELD, {}))
    before: Count[T] | None = held.get(name)
    same = before is not None and before.asked == asked
    if before is not None and same and before.stands:
        return before
    if before is not None:
        before.drop()
    held[name] = now = Count(asked, before.former_or_value() if before is not None and same else None)
    now.begin(work)
    return now


def keep_counts() -> bool:
    """Before a page is drawn anew for one late count: the others stand, or they would be late in their turn, and so on; True."""
    for count in st.session_state.get(_HELD, {}).values():
        count.keep()
    return True


def forget_counts() -> None:
    """What was counted does not stand any more: rows went, or came."""
    for count in st.session_state.pop(_HELD, {}).values():
        count.drop()
