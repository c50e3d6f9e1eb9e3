"""The notebook: the request in the sidebar, the cells in a column, the prompt box at the bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components.connection_line import connection_line, on_its_way, paint_local_status
from components.desk import Desk, desk
from components.heading import heading, system_prompt
from components.inspector import inspector
from components.notices import say
from components.prompt import keep_draft, prompt_box
from components.request_panel import Panel, request_panel
from components.transcript import WINDOW, attempt_actions, earlier_button, paint_answer, prompt_cell
from components.welcome import welcome
from parley.notebook import Cell, Run, chosen, edits
from parley.notebook.samples import samples

POLL = 0.2
"""Seconds between two looks at a live answer."""


def page(at: Desk) -> None:
    at.open()
    for sentence in at.tab.said():
        say(sentence)
    top = st.container()
    with st.sidebar:
        panel = sidebar(at)
    at.keep_system(system_prompt(at.session.id, edits.system_prompt(at.session)))
    prompt(at, panel)
    with top:
        picked = heading(at.session, at.doors.store.sessions()[:20])
    if picked is not None:
        at.open_other(picked.session_id)
    keep_draft(at.session.id, at.keep_draft)
    column(at, panel, at.attempts())


def sidebar(at: Desk) -> Panel:
    """Where the request goes, and every field of it."""
    if at.connection.kind == "local":
        at.doors.local.start()
        st.fragment(local_line, run_every=0.5 if on_its_way(at.doors.local.status) else None)(at)
    connection_line(at.connection, has_key=at.doors.key(at.connection) is not None)
    models = [model.id for model in at.doors.catalog(at.connection).models]
    panel = request_panel(at.session.settings, default_model=at.doors.model(at.connection), models=models)
    at.keep_settings(panel.request)
    return panel


def local_line(at: Desk) -> None:
    status = at.doors.local.status
    paint_local_status(status)
    if at.tab.changed("local", status.stage):
        st.rerun()


def prompt(at: Desk, panel: Panel) -> None:
    text = prompt_box("Ask anything")
    if text and panel.blocked:
        at.give_back(
            text, "Not sent: " + " ".join(str(problem.message) for problem in panel.problems if problem.blocks)
        )
    if text:
        at.send(text, panel.request)


def column(at: Desk, panel: Panel, attempts: Mapping[str, Sequence[Run]]) -> None:
    cells = at.session.cells[bool(edits.system_prompt(at.session)) :]
    if not cells and welcome(samples()[0]):
        at.open_sample(samples()[0])
    shown = cells[-WINDOW:] if not at.tab.unfolded else cells
    if len(shown) < len(cells) and earlier_button(len(cells) - len(shown)):
        at.tab.unfolded = True
        st.rerun()
    for cell in shown:
        with prompt_cell(cell):
            answer_of(at, panel, cell, attempts.get(cell.id, ()), last=cell is cells[-1])
    inspector(at.next_body(panel.request, attempts))


def answer_of(at: Desk, panel: Panel, cell: Cell, runs: Sequence[Run], *, last: bool) -> None:
    """The chosen attempt; the last answer always stands in a fragment, so that nothing moves when it ends."""
    run = chosen(cell, runs)
    if run is None:
        return
    if run.live or last:
        st.fragment(live_answer, run_every=POLL if run.live else None)(at, run.id)
    else:
        paint_answer(run)
    if not run.live:
        act = attempt_actions(cell, run, runs)
        if act is not None:
            at.act(cell.id, act, panel.request)
            st.rerun()


def live_answer(at: Desk, run_id: str) -> None:
    """Looks again and again while the run is alive; when it has ended the whole page is drawn once more, without looking."""
    live = at.doors.runner.live(run_id)
    run = live.run if live else at.doors.store.run(run_id)
    paint_answer(run, stop=live.stop if live else None)
    if at.tab.changed(run_id, run.outcome) and not run.live:
        st.rerun()


page(desk())
