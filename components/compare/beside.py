"""Answers side by side: all of them in one fragment, which looks at them while any is alive.

Each stands in a place of its own, found by the id of its run, so none can show another's text. On a narrow page the
places stack.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count

import streamlit as st

from components.answer.copying import copy_button
from components.answer.transcript import paint_answer
from components.answer.watching import POLL, STEP, Sight, rarity
from components.cell.shortcuts import keys
from components.compare.board import columns_for
from components.compare.difference import difference_fold
from components.compare.figures import figures
from components.compare.titles import bare, titles
from components.connection.line import rerun_when
from components.desk import Desk
from components.history.became import look_at
from components.state import cell_key, key, stop_key
from parley.notebook import Cell, Run, chosen

NARROWEST = 240
"""Pixels that an answer has at least."""
CHOSEN = ":blue-badge[Later cells see this one]"
CHOSEN_EMPTY = ":orange-badge[No answer for later cells: keep another]"
FEW_LANES = 2
"""Answers that one look paints as often as a single one."""


def paint_beside(
    at: Desk, cell: Cell, side: Sequence[Run], runs: Sequence[Run], *, hot: bool
) -> tuple[Run, tuple[Run, ...]]:
    """Draw those of a cell's runs that stand side by side, in this order, with what tells them apart and what can be done with each.

    Gives the one that the cell's own actions are about, alone: the chosen one, or one that is alive while any is. `hot` says that
    the shortcuts press the cell's buttons.
    """
    looking, names = any(run.live for run in side), titles(side)
    for run in side:
        at.tab.changed(run.id, run.outcome)
    every = POLL * max(rarity(at.doors.runner.alive), len(side) / FEW_LANES)
    fragment = st.fragment(_look, run_every=every if looking else None)
    fragment(at, cell.id, side, names, count(), looking=looking)
    if looking:
        _stop_button(at, cell, side, hot=hot)
    else:
        _tell_apart(cell, side, runs, names)
        _see_to_the_rest(at, side)
    own = next((run for run in side if run.live), chosen(cell, side) or side[-1])
    return own, (own,)


def _tell_apart(cell: Cell, side: Sequence[Run], runs: Sequence[Run], names: Sequence[str]) -> None:
    """What each took, and how the texts of any two attempts of the cell differ."""
    beside = {run.id: bare(name) for run, name in zip(side, names, strict=True)}
    others = [(f"Attempt {number}", run) for number, run in enumerate(runs, 1) if run.id not in beside]
    with st.container(gap="small", key=cell_key(cell.id, "figures")):
        st.markdown(figures(side, names))
        difference_fold(cell, [*((beside[run.id], run) for run in side), *others])


def _stop_button(at: Desk, cell: Cell, side: Sequence[Run], *, hot: bool) -> None:
    st.button(
        "Stop all",
        key=cell_key(cell.id, "stop-all"),
        icon=":material/stop_circle:",
        type="tertiary",
        on_click=_stop_all,
        args=(at, [run.id for run in side]),
        shortcut=keys("stop", hot),
    )


def _stop_all(at: Desk, run_ids: Sequence[str]) -> None:
    for run_id in run_ids:
        if (live := at.doors.runner.live(run_id)) is not None:
            live.stop()


def _look(
    at: Desk, cell_id: str, runs: Sequence[Run], names: Sequence[str], looks: Iterator[int], *, looking: bool
) -> None:
    """What ended is first painted, to its end, and at the next look the page is drawn anew."""
    again, behind = next(looks) > 0, False
    sights = [at.look(run.id, 0) if looking else Sight(run, at.doors.runner.live(run.id)) for run in runs]
    kept = next((cell.chosen for cell in at.session.cells if cell.id == cell_id), None)
    with st.grid(columns_for(len(sights)), min_column_width=NARROWEST, key=cell_key(cell_id, "lanes")):
        for sight, name in zip(sights, names, strict=True):
            with st.container(border=True, gap="xsmall", key=key("beside", sight.run.id)):
                st.markdown(f"{name} {_choice(sight.run)}" if sight.run.id == kept else name)
                behind |= paint_answer(sight.run, sight.live, waiting=sight.waiting, looking=looking)
                _actions(sight, partial(at.keep_this, cell_id, sight.run.id))
    if behind and again:
        time.sleep(STEP)
        st.rerun(scope="fragment")
    seen = [at.seen_ended(sight.run) for sight in sights]
    if looking and all(seen):
        st.rerun()


def _choice(run: Run) -> str:
    return CHOSEN if run.live or run.whole.has_output else CHOSEN_EMPTY


def _actions(sight: Sight, keep: Callable[[], None]) -> None:
    """What can be done with one answer; the page is drawn anew where more than the answers changes."""
    run, live = sight.run, sight.live
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if run.live and live is not None:
            st.button("Stop", key=stop_key(run.id), icon=":material/stop_circle:", on_click=live.stop)
            return
        if st.button("Keep this one", key=key("keep", run.id), icon=":material/check:", type="tertiary"):
            keep()
            st.rerun()
        copy_button(run.whole.text or run.reply.refusal or "", key("beside", run.id, "copy"))
        if st.button("Truth", key=key("beside", run.id, "truth"), icon=":material/fact_check:", type="tertiary"):
            look_at(run.id)
            st.rerun()


def _see_to_the_rest(at: Desk, runs: Sequence[Run]) -> None:
    """Until every answer is on disk and its cost is known, the page is drawn anew when that changes."""
    lives = [live for run in runs if (live := at.doors.runner.live(run.id)) is not None]
    waits = [live for live in lives if live.settling or not live.kept()]
    said = [live.unsaved for live in waits]
    if waits:
        rerun_when(
            lambda: any(live.kept() and not live.settling for live in waits) or [o.unsaved for o in waits] != said
        )
