"""Comparing on the notebook's page: what the desk hands to the lanes and to answers side by side, and does for them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.answer.watching import POLL, Sight, rarity
from components.cell.menu import Entry
from components.compare.beside import Side, paint_side, stop_button, tell_apart
from components.compare.board import Sidebar, board
from components.compare.readings import lane_hindrances
from components.compare.several import several_form
from components.compare.titles import titles
from components.connection.line import rerun_when
from components.desk import Desk
from components.request_panel import Panel
from components.state import key
from components.tools.at_desk import after_answer, before_answer
from parley.notebook import Cell, Run, chosen
from parley.notebook.comparing import FEWEST
from parley.notebook.lanes import MOST_LANES, lane_settings
from parley.notebook.steps import as_one, last_steps, steps_to
from parley.request import ChatRequest

FEW = 2
"""Answers that one look paints as often as a single one."""


def hindrances(at: Desk, panel: Panel) -> tuple[str, ...]:
    """Why nothing can be sent: what is wrong in the sidebar, and in any lane."""
    told = tuple(problem.message for problem in panel.problems if problem.blocks)
    sidebar = _sidebar(at, panel)
    return told + lane_hindrances(sidebar.settings, at.session.lanes, sidebar.anyway, sidebar.see, told)


def compare_board(at: Desk, panel: Panel) -> None:
    """Draw the board below the cells, and do what is asked: run the last prompt in its lanes, or another one several times."""
    if at.tab.times is not None:
        (cell_id, times), at.tab.times = at.tab.times, None
        at.run_times(cell_id, panel.request, times)
        st.rerun()
    last = next((cell.id for cell in reversed(at.session.cells) if cell.kind == "prompt"), None)
    if board(at.session.lanes, _sidebar(at, panel), at, asked=last is not None) and last is not None:
        at.act(last, "run", panel.request)
        st.rerun()


def inspected(at: Desk, settings: ChatRequest) -> ChatRequest:
    """The settings of the lane whose body is to be seen; those of the sidebar where there are no lanes."""
    lanes = at.session.lanes
    if not lanes:
        return settings
    widget = key("lane", "inspected")
    if st.session_state.get(widget, 0) >= len(lanes):
        st.session_state[widget] = 0
    place = st.segmented_control(
        "What will be sent in",
        range(len(lanes)),
        default=None if widget in st.session_state else 0,
        required=True,
        format_func=lambda place: f"Lane {place + 1}",
        key=widget,
    )
    return lane_settings(settings, lanes[place or 0])


def paint_beside(
    at: Desk, cell: Cell, side: Sequence[Run], runs: Sequence[Run], *, hot: bool
) -> tuple[Run, tuple[Run, ...]]:
    """Draw those of a cell's runs that stand side by side, in this order, with what tells them apart and what can be done with each.

    Gives the one that the cell's own actions are about, alone: the chosen one, or one that is alive while any is.
    """
    alive, names = [run.id for run in side if run.live], titles(side)
    for run in side:
        at.tab.changed(run.id, run.outcome)
    every = POLL * max(rarity(at.doors.runner.alive), len(side) / FEW)
    paint_side(cell.id, names, _side(at, cell, side, runs, looking=bool(alive)), every=every if alive else None)
    if alive:
        stop_button(cell.id, partial(_stop, at, alive), hot=hot)
    else:
        tell_apart(cell, [as_one(steps_to(run, runs)) for run in side], last_steps(runs), names)
        _see_to_the_rest(at, side)
    own = next((run for run in side if run.live), chosen(cell, side) or side[-1])
    return own, (own,)


def entries_beside(at: Desk, cell: Cell, runs: Sequence[Run]) -> list[Entry]:
    """What a cell's menu offers: several runs at once, and attempts side by side."""
    if cell.kind != "prompt" or any(run.live for run in runs):
        return []
    again = Entry("Run several times", partial(setattr, at.tab, "several", cell.id))
    if cell.compared:
        return [again, Entry("Show one answer at a time", partial(at.choose, cell.id, cell.chosen))]
    if len(runs) < FEWEST:
        return [again]
    last = [run.id for run in runs[-MOST_LANES:]]
    return [again, Entry("Lay attempts side by side", partial(at.lay_beside, cell.id, last))]


def ask_how_often(at: Desk, cell: Cell) -> None:
    """The form for several runs, in the cell that it was asked for; they begin when its settings are known."""

    def run(times: int) -> None:
        at.tab.several, at.tab.times = None, (cell.id, times)

    if at.tab.several == cell.id:
        several_form(cell.id, run, partial(setattr, at.tab, "several", None))


def _side(at: Desk, cell: Cell, side: Sequence[Run], runs: Sequence[Run], *, looking: bool) -> Side:
    live = at.doors.runner.live

    def kept() -> str | None:
        now = next((one for one in at.session.cells if one.id == cell.id and one.chosen), None)
        picked = chosen(now, runs) if now is not None else None
        return picked.id if picked is not None else None

    return Side(
        look=lambda: [at.look(run.id, 0) if looking else Sight(run, live(run.id)) for run in side],
        chosen=kept,
        keep=partial(at.keep_this, cell.id),
        ended=at.seen_ended,
        before=lambda run: before_answer(at, cell, run, runs),
        after=lambda run: after_answer(at, cell, run, runs, beside=True),
    )


def _stop(at: Desk, run_ids: Sequence[str]) -> None:
    for run_id in run_ids:
        if (live := at.doors.runner.live(run_id)) is not None:
            live.stop()


def _see_to_the_rest(at: Desk, runs: Sequence[Run]) -> None:
    """Until every answer is on disk and its cost is known, the page is drawn anew when that changes."""
    waits = [live for run in runs if (live := at.doors.runner.live(run.id)) and (live.settling or not live.kept())]
    said = [live.unsaved for live in waits]
    if waits:
        rerun_when(
            lambda: any(live.kept() and not live.settling for live in waits) or [live.unsaved for live in waits] != said
        )


def _sidebar(at: Desk, panel: Panel) -> Sidebar:
    model = at.doors.model(at.connection)
    return Sidebar(
        settings=panel.request,
        anyway={"stream": True, **({"model": model} if model else {})},
        models=[model.id for model in at.doors.listed(at.connection).content] if at.session.lanes else (),
        see=partial(at.doors.view, at.connection),
    )
