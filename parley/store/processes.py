"""Which processes are at work on the database: the runs of a dead one are found, those of a live one left alone."""

from __future__ import annotations

import contextlib
import os
import socket
import uuid
from pathlib import Path
from typing import NamedTuple

import psutil

MICROSECONDS = 1_000_000
SILENT_FOR = 3600 * MICROSECONDS
"""A process on another machine cannot be looked at; without a sign of life for this long it counts as dead."""
SIGN_EVERY = 60 * MICROSECONDS
_SAME_START = 1.0


class Process(NamedTuple):
    """One opening of the store by one process: machine, boot, pid, and when it started."""

    id: str
    host: str
    boot: str
    pid: int
    started: float
    """Seconds after the machine's boot, so that a clock that is set does not make it another process."""
    seen: int


def this_process(now: int) -> Process:
    return Process(uuid.uuid4().hex, socket.gethostname(), _boot(), os.getpid(), _started(os.getpid()) or 0.0, now)


def is_alive(process: Process, now: int) -> bool:
    """Whether the process may still be working on its runs; pids are used again, so the start time must agree."""
    if process.host != socket.gethostname():
        return now - process.seen < SILENT_FOR
    if process.boot != _boot():
        return False
    try:
        started = _started(process.pid)
    except psutil.AccessDenied:
        return True
    return started is not None and abs(started - process.started) < _SAME_START


def _started(pid: int) -> float | None:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process.create_time() - psutil.boot_time()
    except psutil.NoSuchProcess:
        return None


def _boot() -> str:
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""
