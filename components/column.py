"""The column of cells as the notebook's page draws it, and a closer look at one of their runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from components.answer.transcript import (
    WINDOW,
    Act,
    attempt_actions,
    earlier_button,
    paint_answer,
    prompt_cell,
    stop_action,
    unsent,
)
from components.answer.watching import rarity, watch
from components.connection.line import rerun_when
from components.desk import Desk
from components.history.became import look_away, looked_at, what_became
from components.notebook.welcome import welcome
from parley.errors import Missing
from parley.notebook import Cell, Run, chosen, edits
from parley.notebook.samples import samples
from parley.request import ChatRequest
from parley.runs import LiveRun

WRITING = 0.1
"""Seconds that the store has for an answer that has ended, before the page looks out for what becomes of it."""


def column(at: Desk, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> None:
    """Draw the cells, the latest ones at first, and do what is asked of one; `settings` are those of the next run."""
    cells = at.session.cells[bool(edits.system_prompt(at.session)) :]
    if not cells and welcome(samples()[0]):
        at.open_sample(samples()[0])
    shown = cells[-WINDOW:] if not at.tab.unfolded else cells
    if len(shown) < len(cells) and earlier_button(len(cells) - len(shown)):
        at.tab.unfolded = True
        st.rerun()
    for cell in shown:
        with prompt_cell(cell):
            act = answer_of(at, cell, attempts.get(cell.id, ()), last=cell is cells[-1])
        if act is not None:
            at.act(cell.id, act, settings)
            st.rerun()
    if (live := asked_for(at, cells, attempts)) is not None:
        rerun_when(lambda: not live.settling)
    closer_look(at, settings)


def asked_for(at: Desk, cells: Sequence[Cell], attempts: Mapping[str, Sequence[Run]]) -> LiveRun | None:
    """The last answer's run, while it is being asked what it cost."""
    run = chosen(cells[-1], attempts.get(cells[-1].id, ())) if cells else None
    live = at.doors.runner.live(run.id) if run is not None and not run.live else None
    return live if live is not None and live.settling else None


def answer_of(at: Desk, cell: Cell, runs: Sequence[Run], *, last: bool) -> Act | None:
    """The chosen attempt; the last answer always stands in a fragment, so that nothing moves when it ends."""
    run = chosen(cell, runs)
    if run is None:
        return unsent(cell) if cell.kind == "prompt" else None
    at.tab.changed(run.id, run.outcome)
    live = at.doors.runner.live(run.id)
    unkept = _unkept(run, live)
    if run.live or last:
        watch(partial(at.look, run.id), at.seen_ended, looking=run.live, rarer=rarity(at.doors.runner.alive))
    else:
        paint_answer(run)
    if not run.live:
        if unkept is not None:
            rerun_when(unkept)
        return attempt_actions(cell, run, runs)
    if live is not None:
        stop_action(run, live)
    return None


def _unkept(run: Run, live: LiveRun | None) -> Callable[[], bool] | None:
    """While the store has not taken an ended run: what tells whether it has, or says something else than it does now."""
    if run.live or live is None or live.kept(WRITING):
        return None
    said = live.unsaved
    return lambda: live.kept() or live.unsaved != said


def closer_look(at: Desk, settings: ChatRequest) -> None:
    """What became of the request of the run that is looked at, as long as there is such a run."""
    if (run_id := looked_at()) is None:
        return
    store = at.doors.store
    try:
        run = store.run(run_id)
    except Missing:
        look_away()
        return
    what_became(run, lambda: [raw for _, raw in store.events(run_id)], settings)
