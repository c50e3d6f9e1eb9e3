"""The column of cells as the notebook's page draws it, and a closer look at one of their runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import streamlit as st

from components.answer.judged import paint_pass_rate
from components.answer.transcript import paint_answer
from components.answer.watching import Sight, rarity, watch
from components.attempt.at_desk import Marks, attempt_entries, do_what_was_asked, marking
from components.cell.actions import Act, Row
from components.cell.adding import add_row, deleted_row
from components.cell.bringing import bring_cell
from components.cell.editor import new_editor, open_editor
from components.cell.entries import deletion, entries_of
from components.cell.former import former_texts
from components.cell.frame import frame
from components.cell.menu import Entry
from components.cell.window import earlier_row, later_row, window_of
from components.compare.at_desk import ask_how_often, entries_beside, paint_beside
from components.connection.line import rerun_when
from components.desk import Desk
from components.history.became import look_at, look_away, looked_at, what_became
from components.notebook.welcome import welcome
from components.tools.at_desk import after_answer, before_answer
from parley.errors import Missing
from parley.notebook import Cell, Run, Session, chosen, edits
from parley.notebook.comparing import side_by_side
from parley.notebook.samples import samples
from parley.notebook.steps import last_steps
from parley.request import ChatRequest
from parley.runs import LiveRun

WRITING = 0.1
"""Seconds that the store has for an answer that has ended, before the page looks out for what becomes of it."""


def column(at: Desk, settings: ChatRequest, attempts: Mapping[str, Sequence[Run]]) -> None:
    """Draw the cells, the latest ones at first, and do what is asked of one; `settings` are those of the next run."""
    run_what_was_saved(at, settings)
    do_what_was_asked(at, settings)
    cells = at.session.cells[boxed(at.session) :]
    if not cells and welcome(samples()[0]):
        at.open_sample(samples()[0])
    window = window_of(cells, at.tab.bench.first)
    earlier_row(cells, window, at.tab.bench.go)
    marks = marking(at, settings, attempts)
    hot = next((cell.id for cell in reversed(cells) if cell.kind == "prompt"), None)
    for place in range(window.start, window.end):
        cell = cells[place]
        deleted_row(at.hand, cell.id)
        beside(at, cell.id, above=True)
        act = draw_cell(at, cells, place, attempts.get(cell.id, ()), marks, hot=cell.id == hot)
        beside(at, cell.id, above=False)
        if act is not None:
            at.act(cell.id, act, settings)
            st.rerun()
        if cell.id == at.tab.bench.to_bring:
            at.tab.bench.to_bring = None
            bring_cell(cell.id)
    deleted_row(at.hand, None)
    later_row(cells, window, at.tab.bench.go)
    beside_none(at, {cell.id for cell in cells[window.start : window.end]})
    add_row(at.hand)
    if (live := settling(at, cells, attempts)) is not None:
        rerun_when(lambda: not live.settling)
    closer_look(at, settings)
    former_texts(at.hand, at.doors.store.former_texts)


def boxed(session: Session) -> bool:
    """Whether the cell on top stands in the box for the system prompt, and so not in the column."""
    return bool(edits.system_prompt(session))


def run_what_was_saved(at: Desk, settings: ChatRequest) -> None:
    """Run the cell that was saved to be run: its settings are known only now."""
    cell_id, at.tab.bench.to_run = at.tab.bench.to_run, None
    if cell_id is not None:
        at.act(cell_id, "run", settings)
        st.rerun()


def beside(at: Desk, cell_id: str, *, above: bool) -> None:
    """The editor of a new cell, where it was asked for here."""
    new = at.hand.insertion
    if new is not None and (new.beside, new.above) == (cell_id, above):
        new_editor(at.hand, new)


def beside_none(at: Desk, shown: Collection[str]) -> None:
    """The editor of a new cell at the end, and of one beside a cell that is not on screen, or not there any more."""
    new = at.tab.bench.insertion
    if new is not None and new.beside not in shown:
        new_editor(at.hand, new)


def draw_cell(
    at: Desk, cells: Sequence[Cell], place: int, runs: Sequence[Run], marks: Marks, *, hot: bool
) -> Act | None:
    """One cell: its message, its answer, and what can be done with both; gives what was asked of its attempts.

    What is no prompt any more says nothing but its own words, so it shows no attempt, but for one to be stopped.
    """
    cell = cells[place]
    runs = runs if cell.kind == "prompt" else [run for run in runs if run.live]
    editing = cell.id in at.tab.bench.editing
    run, own = chosen(cell, runs), last_steps(runs)
    with frame(at.hand, cell):
        if side := side_by_side(cell, runs):
            run, own = paint_beside(at, cell, side, runs, hot=hot)
        live = None
        if run is not None and not side:
            before_answer(at, cell, run, runs)
            live = answer_of(at, cell, run, last=place == len(cells) - 1)
            after_answer(at, cell, run, runs)
        entries = [*entries_of(at.hand, cell, first=place == 0, last=place == len(cells) - 1), *of_attempt(run)]
        entries += [*attempt_entries(at, cell, run), *entries_beside(at, cell, own), deletion(at.hand, cell)]
        paint_pass_rate(last_steps(runs))
        marks(cell, run)
        edit = None if editing else partial(open_editor, at.hand, cell.id)
        act = Row(cell, edit, hot=hot).draw(run, own, live, entries)
        ask_how_often(at, cell)
        return act


def of_attempt(run: Run | None) -> list[Entry]:
    """What the menu offers for an attempt that has ended."""
    return (
        [Entry("Truth and route of this attempt", partial(look_at, run.id))] if run is not None and not run.live else []
    )


def settling(at: Desk, cells: Sequence[Cell], attempts: Mapping[str, Sequence[Run]]) -> LiveRun | None:
    """The last answer's run, while it is being asked what it cost."""
    run = chosen(cells[-1], attempts.get(cells[-1].id, ())) if cells else None
    live = at.doors.runner.live(run.id) if run is not None and not run.live else None
    return live if live is not None and live.settling else None


def answer_of(at: Desk, cell: Cell, run: Run, *, last: bool) -> LiveRun | None:
    """The chosen attempt; the last answer always stands in a fragment, so that nothing moves when it ends, and so does every
    other that was seen while it came. Gives the run where it is still at hand."""
    at.tab.changed(run.id, run.outcome)
    live = at.doors.runner.live(run.id)
    unkept = _unkept(run, live)
    if run.live or last or run.id in at.tab.drawn:
        look = partial(at.look, run.id) if run.live else lambda _: Sight(run, live)
        watch(look, at.seen_ended, looking=run.live, rarer=rarity(at.doors.runner.alive))
    else:
        paint_answer(run)
    if unkept is not None:
        rerun_when(unkept)
    return live


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
