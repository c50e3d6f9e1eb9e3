"""Attempts on the notebook's page: their marks and menus, what is run again, forks, and what two tabs changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from components.attempt.cached import cache_row
from components.attempt.kin import kin_row
from components.attempt.marks import marks_row
from components.attempt.reasoned import reasoned_row
from components.attempt.replay import ask_from, ask_no_more, asked_from, replay_dialog, sequence_row
from components.budget.held import held_row
from components.cell.menu import Entry
from components.desk import Desk
from components.notebook.asking import now_set
from components.notebook.disagreement import ask_which
from components.notices import say
from parley.budget.forecast import asked_models
from parley.catalog.saving import cached_of, caches, saved
from parley.errors import ParleyError
from parley.notebook import Cell, Run, chosen_runs, edits
from parley.notebook.differing import changes
from parley.notebook.prefix import LEAST, miss_of, reasons
from parley.notebook.reasoned import abroad, at_home
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
            cached(at, cell, run, attempts)

    return marks


def cached(at: Desk, cell: Cell, run: Run, attempts: Mapping[str, Sequence[Run]]) -> None:
    """What the provider's cache saved, and, where it was of no use, what in the prompt may be why."""
    usage = run.reply.usage
    if usage is None or not (any(cached_of(usage)) or (usage.prompt_tokens or 0) >= LEAST):
        return
    asked = run.request.payload().get("model")
    catalog = at.doors.tariff(at.connection).prices_of(run.connection)
    pricing = catalog.pricing(run.reply.model, run.reply.provider) or catalog.pricing(asked, run.reply.provider)
    miss = miss_of(run, (one for runs in attempts.values() for one in runs), caches=caches(pricing))

    def why() -> Sequence[str]:
        before = miss.before if miss is not None else run.id
        try:
            return reasons(at.doors.store.run(before), at.doors.store.run(run.id))
        except ParleyError as error:
            return (str(error),)

    cache_row(cell.id, cached_of(usage), saved(pricing, usage, run.created), miss, why)


def attempt_entries(at: Desk, cell: Cell, run: Run | None) -> list[Entry]:
    """What the menu of a cell offers for its chosen attempt, and for what comes of it."""
    ended = run is not None and not run.live
    goes_on = ended and run is not None and bool(run.whole.text.strip())
    return [
        *([Entry("Run from here", partial(ask_from, cell.id))] if cell.kind == "prompt" else []),
        *([Entry("Continue this answer", partial(setattr, at.tab, "going_on", (cell.id, "")))] if goes_on else []),
        Entry("Fork from here", partial(at.fork, cell.id)),
    ]


def do_what_was_asked(at: Desk, settings: ChatRequest) -> None:
    """Go on with the answer that was asked for, now that the settings are known; ask what is to be run again."""
    branching, at.tab.branching = at.tab.branching, None
    if branching is not None:
        at.branch(*branching)
        st.rerun()
    going_on, at.tab.going_on = at.tab.going_on, None
    if going_on is not None:
        cell_id, beginning = going_on
        at.go_on(cell_id, settings, beginning)
        st.rerun()
    answering, at.tab.answering = at.tab.answering, None
    if answering is not None:
        at.answer(answering, settings)
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


def reasoned(at: Desk, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> None:
    """What is to be known of reasoning that goes to a model of another family, or stays behind."""
    usual = at.doors.model(at.connection)
    models = tuple(dict.fromkeys(model for way in at.ways(settings) for model in asked_models(way.payload(), usual)))
    replies, name = chosen_runs(at.session, attempts), " ".join((at.session.id, *models))

    def leave(cells: Sequence[str], left: bool) -> None:
        at.hand.change(lambda session: edits.leave_reasoning(session, cells, left))

    keep = None if name in at.tab.carried else partial(at.tab.carried.add, name)
    asked = models[0] if len(models) == 1 else "the models that are asked next"
    reasoned_row(abroad(at.session, replies, models), at_home(at.session, replies, models), asked, leave, keep)


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
