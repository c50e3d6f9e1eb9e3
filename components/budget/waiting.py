"""What was to be sent and is held back, until somebody says what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from parley.budget import Held
from parley.notebook.replaying import Step


class Again(NamedTuple):
    """What is done once it may be."""

    act: Literal["run", "times", "go on", "replay", "repeat", "answer"]
    """`repeat` sends a run's exact request once more, from History; `answer` goes on from a run with results of its calls."""
    place: str
    """Id of the cell; of the run that is repeated, or gone on from."""
    times: int = 1
    beginning: str = ""
    """What an answer is gone on from; empty is all of it."""


class HeldBack(NamedTuple):
    """One thing at a time."""

    why: Held
    again: Again
    session_id: str
    steps: Sequence[Step] = ()
    """For a replay."""
    left: bool = False
    """Whether a sequence left them, because its next step may cost too much."""
