"""Looks at an answer again and again while it is alive, in a fragment of its own, so that the page around it stands still."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

import streamlit as st

from components.answer.transcript import Handle, paint_answer
from parley.notebook import Run

POLL = 0.15
"""Seconds between two looks."""
LOOK = 0.1
"""Seconds that a look waits for the answer's end, so that its last words are not a whole look late."""
FEW = 6
"""Answers that can be on their way at once before their onlookers have to share the machine."""
RAREST = 6.0
STEP = 0.05
"""Seconds that a browser has for what one look added to an answer that comes in a rush."""


def rarity(alive: int) -> float:
    """How many times rarer to look at an answer while so many are on their way."""
    return min(max(alive / FEW, 1.0), RAREST)


class Sight(NamedTuple):
    """An answer as it stands at a look."""

    run: Run
    live: Handle | None = None
    waiting: str = ""
    """What it waits for, where that is known."""


def watch(look: Callable[[float], Sight], ended: Callable[[Run], bool], *, looking: bool, rarer: float = 1.0) -> None:
    """Paint what `look` gives, and while `looking`, as it comes; so many times rarer where many do.

    `look` waits so many seconds for the end, at most; `ended` says whether a run was seen at its end before.
    """
    st.fragment(_look, run_every=POLL * rarer if looking else None)(look, ended, count(), looking=looking)


def _look(look: Callable[[float], Sight], ended: Callable[[Run], bool], looks: Iterator[int], *, looking: bool) -> None:
    """What ended is first painted, to its end, and at the next look the page is drawn anew."""
    again = next(looks) > 0
    run, live, waiting = look(LOOK if again else 0)
    behind = paint_answer(run, live, waiting=waiting, looking=looking)
    if behind and again:
        time.sleep(STEP)
        st.rerun(scope="fragment")
    if looking and ended(run):
        st.rerun()
