"""Which of several choices is followed: the first, though the pieces of another may come before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

_PATIENCE = 16
"""Pieces of other choices that wait for the first; a server that counts from 1 is read as it comes from then on."""


class Piece(NamedTuple):
    """One choice of a chunk; `torn` says that its text may hold half characters."""

    place: int
    choice: dict[str, Any]
    torn: bool


class ChoiceFollower:
    """Lets through the pieces of one choice, the lowest index that comes in time; those of index 0 never wait."""

    def __init__(self) -> None:
        self._followed: int | None = None
        self._lowest: int | None = None
        self._highest: int | None = None
        self._waiting: list[Piece] = []

    def ours(self, choices: object, *, torn: bool) -> Iterator[Piece]:
        """The pieces that can be read now: those of this chunk, and before them those that waited."""
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, dict):
                self._take(Piece(_index(choice), choice, torn))
        first_came = self._lowest is not None and self._lowest <= 0
        if self._followed is not None or first_came or len(self._waiting) > _PATIENCE:
            yield from self.settle()

    def _take(self, piece: Piece) -> None:
        self._lowest = piece.place if self._lowest is None else min(piece.place, self._lowest)
        self._highest = piece.place if self._highest is None else max(piece.place, self._highest)
        if self._followed in (None, piece.place):
            self._waiting.append(piece)

    def settle(self) -> Iterator[Piece]:
        """What waits, at the end of the answer at the latest: no lower index comes any more."""
        if self._followed is None:
            self._followed = self._lowest
        ready, self._waiting = [piece for piece in self._waiting if piece.place == self._followed], []
        yield from ready

    def waits_with(self, key: str) -> bool:
        """A piece that waits, and is the first's unless a lower one comes, says something under this key."""
        return any(piece.choice.get(key) for piece in self._waiting if piece.place == self._lowest)

    @property
    def note(self) -> str | None:
        """The remark on choices that are not shown."""
        shown = "the first" if self._followed == self._lowest else "one of them"
        return f"the server sent further choices; {shown} is shown" if self._lowest != self._highest else None


def _index(choice: dict[str, Any]) -> int:
    index = choice.get("index")
    return index if isinstance(index, int) else 0
