"""Attempts on the notebook's page: their marks and menus, what is run again, forks, and what two tabs changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from components.attempt.kin import kin_row
from components.attempt.marks import marks_row
from components.attempt.replay import ask_from, ask_no_more, asked_from, replay_dialog, sequence_row
from components.budget.held import held_row
from components.cell.menu import Entry
from components.desk import Desk
from components.notebook.asking import now_set
from components.notebook.disagreement import ask_which
from components.notices import say
from parley.notebook import Cell, Run, chosen_runs
from parley.notebook.differing import changes
from parley.request import ChatRequest

Marks = Callable[[Cell, Run | None], None]


def marking(at: Desk, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> Marks:
    """What draws the marks of a cell's chosen attempt; `settings` are those of the next run."""
    stale = at.tab.stale.of(at.session, chosen_runs(at.session, attempts))
    now = now_set(settings, at.doors.model(at.connection))
    busy = bool(at.busy(attempts))

    def marks(cell: Cell, run: Run | None) -> None:
        if run is not None and not run.live:
            marks_row(cell.id, changes(run.request, now), stale=cell.id in stale, busy=busy)

    return marks


def attempt_entries(at: Desk, cell: Cell, run: Run | None) -> list[Entry]:
    """What the menu of a cell offers for its chosen attempt, and for what comes of it."""
    ended = run is not None and not run.live
    goes_on = ended and run is not None and bool(run.whole.text.strip())
    return [
        *([Entry("Run from here", partial(ask_from, cell.id))] if cell.kind == "prompt" else []),
        *([Entry("Continue this answer", partial(setattr, at.tab, "going_on", cell.id))] if goes_on else []),
        Entry("Fork from here", partial(at.fork, cell.id)),
    ]


def do_what_was_asked(at: Desk, settings: ChatRequest) -> None:
    """Go on with the answer that was asked for, now that the settings are known; ask what is to be run again."""
    cell_id, at.tab.going_on = at.tab.going_on, None
    if cell_id is not None:
        at.go_on(cell_id, settings)
        st.rerun()
    steps, at.tab.replaying = at.tab.replaying, ()
    if steps:
        at.replay(steps)
        st.rerun()
    start = asked_from()
    if start is not None and any(cell.id == start for cell in at.session.cells):
        replay_dialog(lambda which: at.planned(start, which, settings), at.replay)
    else:
        ask_no_more()


def kin(at: Desk) -> None:
    """The ways to where this session was forked from, and to its forks."""
    parent, children = at.kin()
    kin_row(parent, children, parent is None and at.session.parent is not None, at.go_to)


def bar(at: Desk) -> None:
    """What stands above the prompt box: what is being run, what is held back, what two tabs changed, what is to be said once."""
    at.tab.let_through = None
    at.hold_what_is_left()
    held, sequence = at.tab.held, at.sequence
    if sequence is not None:
        sequence_row(sequence, at.followed, at.let_go, told=held is not None and held.left)
    if held is not None and held.again.act != "repeat":
        held_row(held.why, at, at.doors.account(at.connection).content)
    if at.tab.disagreement is not None:
        ask_which(at.tab.disagreement, at.session, at.settle)
    for sentence in filter(None, (at.doors.store.short_of_space(), *at.tab.said())):
        say(sentence)
