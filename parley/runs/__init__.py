"""Runs: requests that were really sent, each worked off on one event loop that no screen can disturb.

A run is committed to the store before anything is sent, journaled while it streams, and written once more however it
ends. Whoever wants to see it holds a LiveRun; closing a page, moving a slider or losing a connection touches only the
onlooker. Only `LiveRun.stop()` stops a run.
"""

from parley.runs.live import LiveRun
from parley.runs.runner import Runner
from parley.runs.sequence import RunSequence, Sequences
from parley.runs.settling import Unsettled

__all__ = ["LiveRun", "RunSequence", "Runner", "Sequences", "Unsettled"]
