"""A message that many requests were sent with is looked at once; what was noted of it then is noted at each of its places."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol, TypeVar

from parley.exporting.checking.found import Kind, Place

T = TypeVar("T")
Note = tuple[Kind, str, str]
"""What it is, what it says, and who makes such things."""


class Noting(Protocol):
    """Whoever looks at things, and may keep notes of where they stand."""

    def noting(self, look: Callable[[], T]) -> tuple[T, Sequence[Note]]:
        """What a look gives, and what was noted by it."""
        ...

    def again(self, notes: Sequence[Note], place: Place) -> None:
        """The same stands at another place, too."""
        ...


class Once:
    """What becomes of messages, each worked out once. They are known as the objects that they are: requests of one snapshot share them."""

    def __init__(self, noting: Noting) -> None:
        self._noting = noting
        self._known: dict[tuple[int, Hashable], tuple[Any, Any, Sequence[Note]]] = {}

    def of(self, message: Any, place: Place, look: Callable[[], T], how: Hashable = None) -> T:
        """What `look` gives for the message, which it must do whatever the place; `how` tells looks of several kinds apart."""
        known = self._known.get((id(message), how))
        if known is not None:
            if known[2]:
                self._noting.again(known[2], place)
            return known[1]  # type: ignore[no-any-return]
        made, notes = self._noting.noting(look)
        # The message is kept, so that no other object gets its place in memory meanwhile.
        self._known[id(message), how] = (message, made, notes)
        return made
