"""Answers side by side: all of them in one fragment, which looks at them while any is alive.

Each stands in a place of its own, found by the id of its run, so none can show another's text. On a narrow page the
places stack.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

import streamlit as st

from components.answer.copying import copy_button
from components.answer.transcript import paint_answer
from components.answer.watching import STEP, Sight
from components.cell.shortcuts import keys
from components.compare.board import columns_for
from components.compare.difference import difference_fold
from components.compare.figures import figures
from components.compare.titles import bare
from components.history.became import look_at
from components.state import cell_key, key, stop_key
from parley.notebook import Cell, Run

NARROWEST = 240
"""Pixels that an answer has at least."""
CHOSEN = ":blue-badge[Later cells see this one]"
CHOSEN_EMPTY = ":orange-badge[No answer for later cells: keep another]"


def _nothing(run: Run) -> None:
    """For answers that stand alone."""


class Side(NamedTuple):
    """Answers that stand side by side, as whoever looks at them sees them."""

    look: Callable[[], Sequence[Sight]]
    """How they stand now, in the order of their lanes."""
    chosen: Callable[[], str | None]
    """The one that later cells see."""
    keep: Callable[[str], None]
    ended: Callable[[Run], bool]
    """Whether a run was seen at its end before."""
    before: Callable[[Run], None] = _nothing
    """Draws what comes before an answer: the steps before it."""
    after: Callable[[Run], None] = _nothing
    """Draws what becomes of its tool calls."""


def paint_side(cell_id: str, names: Sequence[str], side: Side, *, every: float | None) -> None:
    """Draw them under these names, and while any is alive, `every` so many seconds, as they come."""
    st.fragment(_look, run_every=every)(cell_id, names, side, count(), looking=every is not None)


def _look(cell_id: str, names: Sequence[str], side: Side, looks: Iterator[int], *, looking: bool) -> None:
    """What ended is first painted, to its end, and at the next look the page is drawn anew."""
    again, behind = next(looks) > 0, False
    sights, kept = side.look(), side.chosen()
    with st.grid(columns_for(len(sights)), min_column_width=NARROWEST, key=cell_key(cell_id, "lanes")):
        for sight, name in zip(sights, names, strict=True):
            with st.container(border=True, gap="xsmall", key=key("beside", sight.run.id)):
                st.markdown(f"{name} {_choice(sight.run)}" if sight.run.id == kept else name)
                side.before(sight.run)
                behind |= paint_answer(sight.run, sight.live, waiting=sight.waiting, looking=looking)
                side.after(sight.run)
                _actions(sight, side.keep)
    if behind and again:
        time.sleep(STEP)
        st.rerun(scope="fragment")
    seen = [side.ended(sight.run) for sight in sights]
    if looking and all(seen):
        st.rerun()


def _choice(run: Run) -> str:
    return CHOSEN if run.live or run.whole.has_output else CHOSEN_EMPTY


def _actions(sight: Sight, keep: Callable[[str], None]) -> None:
    """What can be done with one answer; the page is drawn anew where more than the answers changes."""
    run, live = sight.run, sight.live
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if run.live and live is not None:
            st.button("Stop", key=stop_key(run.id), icon=":material/stop_circle:", on_click=live.stop)
            return
        if st.button("Keep this one", key=key("keep", run.id), icon=":material/check:", type="tertiary"):
            keep(run.id)
            st.rerun()
        copy_button(run.whole.words, key("beside", run.id, "copy"))
        if st.button("Truth", key=key("beside", run.id, "truth"), icon=":material/fact_check:", type="tertiary"):
            look_at(run.id)
            st.rerun()


def stop_button(cell_id: str, stop: Callable[[], None], *, hot: bool) -> None:
    """For all of them at once; `hot` says that the shortcuts press the cell's buttons."""
    st.button(
        "Stop all",
        key=cell_key(cell_id, "stop-all"),
        icon=":material/stop_circle:",
        type="tertiary",
        on_click=stop,
        shortcut=keys("stop", hot),
    )


def tell_apart(cell: Cell, side: Sequence[Run], runs: Sequence[Run], names: Sequence[str]) -> None:
    """What each took, and how the texts of any two attempts of the cell differ."""
    beside = {run.id: bare(name) for run, name in zip(side, names, strict=True)}
    others = [(f"Attempt {number}", run) for number, run in enumerate(runs, 1) if run.id not in beside]
    with st.container(gap="small", key=cell_key(cell.id, "figures")):
        st.markdown(figures(side, names))
        difference_fold(cell, [*((beside[run.id], run) for run in side), *others])
