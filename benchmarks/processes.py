"""Processes under measurement: which one serves an address, and what it has used of the machine."""

from __future__ import annotations

import time

import psutil

_SCHEDULED = 2
"""Linux: which of a process's clocks is meant, in the lowest bits of the clock's number."""


def port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


def server_at(url: str) -> psutil.Process:
    """The process that serves an address."""
    port = port_of(url)
    for one in psutil.Process().children(recursive=True):
        if any(link.laddr.port == port and link.status == psutil.CONN_LISTEN for link in one.net_connections("tcp")):
            return one
    raise SystemExit(f"No server is at {url}.")


def spent(process: psutil.Process) -> float:
    """Seconds of processor time of a process, threads that have ended included; exact where the system lets one ask."""
    try:
        return time.clock_gettime(~process.pid << 3 | _SCHEDULED)
    except (AttributeError, OSError):
        times = process.cpu_times()
        return float(times.user + times.system)


def memory(process: psutil.Process) -> float:
    """Megabytes that the process holds for itself, as the system counts them."""
    return float(process.memory_info().rss) / 1e6


def open_files(process: psutil.Process) -> int:
    """Files, sockets and whatever else the process has open."""
    try:
        return int(process.num_fds())
    except AttributeError:
        return int(process.num_handles())
