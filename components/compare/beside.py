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
from components.compare.difference import difference_fold
from components.compare.figures import figures
from components.compare.titles import titles
from components.connection.line import rerun_when
from components.desk import Desk
from components.history.became import look_at
from components.state import cell_key, key, stop_key
from parley.notebook import Cell, Run, chosen, edits

COLUMNS, NARROWEST = 3, 240
"""Answers beside one another at most, and the pixels that each has at least."""


def paint_beside(at: Desk, cell: Cell, runs: Sequence[Run]) -> tuple[Run, tuple[Run, ...]]:
    """Draw a cell's runs side by side, in this order, with what tells them apart and what can be done with each.

    Gives the one that the cell's own actions are about, alone: the chosen one, or one that is alive while any is.
    """
    looking = any(run.live for run in runs)
    for run in runs:
        at.tab.changed(run.id, run.outcome)
    rarer = rarity(at.doors.runner.alive)
    fragment = st.fragment(_look, run_every=POLL * rarer if looking else None)
    fragment(at, cell.id, [run.id for run in runs], titles(runs), count(), looking=looking)
    if not looking:
        with st.container(gap="small", key=cell_key(cell.id, "figures")):
            st.markdown(figures(runs, titles(runs)))
            difference_fold(cell, runs, [title.replace("*", "") for title in titles(runs)])
        _see_to_the_rest(at, runs)
    own = next((run for run in runs if run.live), chosen(cell, runs) or runs[-1])
    return own, (own,)


def _look(
    at: Desk, cell_id: str, run_ids: Sequence[str], names: Sequence[str], looks: Iterator[int], *, looking: bool
) -> None:
    """What ended is first painted, to its end, and at the next look the page is drawn anew."""
    again = next(looks) > 0
    sights = [at.look(run_id, 0) for run_id in run_ids]
    kept = edits.cell_of(at.session, cell_id).chosen
    behind = False
    with st.grid(min(len(sights), COLUMNS), min_column_width=NARROWEST, key=cell_key(cell_id, "lanes")):
        for sight, name in zip(sights, names, strict=True):
            with st.container(gap="xsmall", key=key("beside", sight.run.id)):
                st.markdown(name)
                behind |= paint_answer(sight.run, sight.live, waiting=sight.waiting, looking=looking)
                _actions(sight, partial(at.keep_this, cell_id, sight.run.id), kept=sight.run.id == kept)
    if behind and again:
        time.sleep(STEP)
        st.rerun(scope="fragment")
    seen = [at.seen_ended(sight.run) for sight in sights]
    if looking and all(seen):
        st.rerun()


def _actions(sight: Sight, keep: Callable[[], None], *, kept: bool) -> None:
    run, live = sight.run, sight.live
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if run.live and live is not None:
            st.button("Stop", key=stop_key(run.id), icon=":material/stop_circle:", on_click=live.stop)
            return
        if st.button("Keep this one", key=key("keep", run.id), icon=":material/check:", type="tertiary"):
            keep()
            st.rerun()
        copy_button(run.whole.text or run.reply.refusal or "", key("beside", run.id, "copy"))
        st.button(
            "Truth",
            key=key("beside", run.id, "truth"),
            icon=":material/fact_check:",
            type="tertiary",
            on_click=look_at,
            args=(run.id,),
        )
        if kept:
            st.markdown(":blue-badge[Later cells see this one]", width="content")


def _see_to_the_rest(at: Desk, runs: Sequence[Run]) -> None:
    """Until every answer is on disk and its cost is known, the page is drawn anew when that changes."""
    lives = [live for run in runs if (live := at.doors.runner.live(run.id)) is not None]
    waits = [live for live in lives if live.settling or not live.kept()]
    said = [live.unsaved for live in waits]
    if waits:
        rerun_when(
            lambda: any(live.kept() and not live.settling for live in waits) or [o.unsaved for o in waits] != said
        )
