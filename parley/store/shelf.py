"""Runs at hand: what has ended is read from the database once, and forgotten when there is too much of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from parley.notebook import Run

ROOM = 64 * 2**20


class _Entry(NamedTuple):
    revision: int
    run: Run
    size: int


class Shelf:
    """The most recently used runs, up to about `room` bytes of stored replies; safe in any thread.

    A run is found only by the revision it was put under, so whoever else changed it in the database is noticed.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._taken = 0
        self._entries: OrderedDict[int, _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, wanted: Iterable[tuple[int, int]]) -> dict[int, Run]:
        """The runs that are at hand, by sequence; each is wanted by its sequence and revision."""
        found: dict[int, Run] = {}
        with self._lock:
            for sequence, revision in wanted:
                entry = self._entries.get(sequence)
                if entry is not None and entry.revision == revision:
                    self._entries.move_to_end(sequence)
                    found[sequence] = entry.run
        return found

    def put(self, sequence: int, revision: int, run: Run, size: int) -> None:
        with self._lock:
            self._forget(sequence)
            self._entries[sequence] = _Entry(revision, run, size)
            self._taken += size
            while self._taken > self._room:
                self._forget(next(iter(self._entries)))

    def _forget(self, sequence: int) -> None:
        entry = self._entries.pop(sequence, None)
        self._taken -= entry.size if entry else 0
