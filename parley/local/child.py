"""The gateway as a child process: how it is started, what it says of itself, and how it ends."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from parley.value import Value

PATIENCE = 5.0
LARGEST_LOG = 1 << 20


class Greeting(Value):
    """The one line that a child writes: where it answers and for which language model, or why it will not."""

    base_url: str | None = None
    model: str | None = None
    error: str | None = None


class Child:
    """A running gateway. It reads its key from its stdin, and lives no longer than that stays open."""

    def __init__(self, command: Sequence[str], key: str, log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        mode = "w" if log.exists() and log.stat().st_size > LARGEST_LOG else "a"
        with log.open(mode, encoding="utf-8") as written:
            self._process = subprocess.Popen(  # noqa: S603 - this very package, no shell
                (*command, "--child", "--port", "0"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=written,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )
        with contextlib.suppress(OSError):
            self._pipe().write(f"{key}\n")
            self._pipe().flush()

    @property
    def pid(self) -> int:
        return self._process.pid

    def greeting(self) -> Greeting | None:
        """Waits for the child's line; None when it died without one."""
        assert self._process.stdout is not None
        try:
            return Greeting.model_validate(json.loads(self._process.stdout.readline()))
        except ValueError:
            return None

    def wait(self) -> None:
        self._process.wait()

    def leave(self) -> None:
        """Asks the child to go, by closing its stdin, and sees to it; may be called while another thread waits."""
        self._hang_up()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Leaves nothing of the child behind; for the thread that reads its greeting."""
        self.leave()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._pipe().close()

    def _pipe(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin
