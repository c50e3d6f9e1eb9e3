"""Who sweeps: one thread, while there is something to sweep, so that nobody waits until all is read."""

from __future__ import annotations

import contextlib
import threading

from parley.errors import StoreError
from parley.store.database import Database
from parley.store.sweeping import Unreadable, owners_of, sweep

_PAUSE = 0.005
"""Seconds between two pieces, for those who want to read or write themselves."""


class Sweeper:
    """Begins when it is told that runs were removed, and ends when nothing is left that could be removed after them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = threading.Lock()
        self._again = False
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        self.baffled: set[str] = set()
        """Owners among whose documents is one that cannot be read: nothing of theirs can be removed."""

    def begin(self) -> None:
        """Look through everything, once more where that is being done already."""
        if not self._database.is_sqlite:
            return
        with self._turn:
            self._again = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="parley-sweeper", daemon=True)
                self._thread.start()

    def wait(self, seconds: float | None = None) -> None:
        """Until it has come to its end, but no longer than that."""
        if thread := self._thread:
            thread.join(seconds)

    def stop(self) -> None:
        """What was not looked at stays written down for the next start."""
        self._stopped.set()
        self.wait()

    def _work(self) -> None:
        while self._goes_on():
            with contextlib.suppress(StoreError):
                with self._database.reading() as connection:
                    owners = owners_of(connection)
                for owner in owners:
                    self._sweep(owner)

    def _goes_on(self) -> bool:
        with self._turn:
            again, self._again = self._again and not self._stopped.is_set(), False
            if not again:
                self._thread = None
            return again

    def _sweep(self, owner: str) -> None:
        self.baffled.discard(owner)
        try:
            sweep(self._database, owner, lambda: self._stopped.wait(_PAUSE))
        except Unreadable:
            self.baffled.add(owner)
