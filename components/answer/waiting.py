"""What an answer waits for, in words: the local model, the pause before another try, a server that says nothing."""

from __future__ import annotations

from math import ceil
from typing import Protocol

from parley.figures import milliseconds
from parley.reply.defuse import plain

SOFT_NOTICE = 10.0
"""Seconds without a word after which the page says so."""


class Pause(Protocol):
    """A pause before another try: see `parley.runs.waiting.Pause`."""

    @property
    def number(self) -> int: ...
    @property
    def left(self) -> float: ...
    @property
    def why(self) -> str: ...


class Waits(Protocol):
    """A run that is alive, as far as it waits: see `parley.runs.LiveRun`."""

    @property
    def pause(self) -> Pause | None: ...
    @property
    def silence(self) -> float | None: ...


def waiting_words(live: Waits, *, begun: bool) -> str:
    """One line of Markdown that counts the seconds; empty while there is nothing to wait for. `begun`: some of the answer is there."""
    if (pause := live.pause) is not None:
        return f"Try {pause.number} in {ceil(pause.left)} s. {plain(pause.why)} Stop ends it now."
    silence = live.silence
    if silence is None or silence < SOFT_NOTICE:
        return ""
    time = milliseconds(int(silence) * 1000).replace(".0 s", " s")
    if begun:
        return f"Nothing more has come for {time}. Some models think without a word; Stop works."
    return f"Still waiting: {time}. A model that is loaded first takes minutes. Stop works."
