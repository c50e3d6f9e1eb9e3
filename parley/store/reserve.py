"""Space that is kept free for the moment when the disk is full: without it not even deleting would work."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

SIZE = 4 * 2**20
"""Bytes of the reserve."""
SCARCE = 2**20
"""With fewer bytes than these left on the disk, the reserve is given up."""
PLENTY = 16 * 2**20
"""With more bytes than these left, it is made again."""


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class Reserve:
    """A file beside the database that holds nothing and is given up first.

    What cannot be looked at or written is let be: a reserve is a help, and never in the way of a write.
    """

    def __init__(self, database: Path, free: Callable[[Path], int] = free_bytes) -> None:
        self.path = database.with_name(f"{database.name}-reserve")
        self._free = free
        self.given_up = False
        """From when space ran short until there is plenty."""

    def look(self) -> None:
        """Before a write: give the reserve up where space is scarce, make it where there is plenty."""
        with contextlib.suppress(OSError):
            free = self._free(self.path.parent)
            if free < SCARCE:
                self.give_up()
            elif free > PLENTY and (self.given_up or not self.path.exists()):
                self._make()

    def give_up(self) -> None:
        """Let the disk have the space, and remember that it ran short."""
        self.given_up = True
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _make(self) -> None:
        """With bytes that really take space, which a file with a hole in it would not."""
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            if os.fstat(file).st_size < SIZE:
                os.write(file, bytes(SIZE))
            self.given_up = False
        finally:
            os.close(file)
