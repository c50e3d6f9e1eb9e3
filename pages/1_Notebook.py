"""The notebook: the request in the sidebar, the cells in a column, the prompt box at the bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from components.connection_line import connection_line, local_line, rerun_when
from components.desk import Desk, desk
from components.heading import heading, system_prompt
from components.inspector import inspector
from components.messages_editor import messages_editor
from components.notices import say
from components.presets import presets
from components.prompt import keep_draft, prompt_box
from components.request_panel import Panel, request_panel
from components.transcript import WINDOW, Act, attempt_actions, earlier_button, paint_answer, prompt_cell, unsent
from components.variables import variables_form
from components.watching import watch
from components.welcome import welcome
from parley.notebook import Cell, Run, chosen, edits, variables
from parley.notebook.presets import Setup
from parley.notebook.samples import samples


def page(at: Desk) -> None:
    at.open()
    top = st.container()
    attempts = at.attempts()
    with st.sidebar:
        panel = sidebar(at)
        edit_messages(at, attempts)
    at.keep_system(system_prompt(at.session.id, edits.system_prompt(at.session)))
    if at.presets.work():
        st.rerun()
    with panel.below_model:
        presets(at.presets, Setup.of(at.session), at.tab.preset_told)
    with st.bottom:
        notices = st.container()
        prompt_box("Ask anything", at.take_prompt)
    if at.tab.outgoing is not None:
        at.send(panel.request, [problem.message for problem in panel.problems if problem.blocks])
        attempts = at.attempts()
    with top:
        picked = heading(at.session, at.doors.store.sessions()[:20])
    if picked is not None:
        at.open_other(picked.session_id)
    column(at, panel, attempts)
    keep_draft(at.session.id, at.keep_draft, lambda: below(at, panel, attempts))
    with notices:
        for sentence in at.tab.said():
            say(sentence)
    at.name_in_url()


def below(at: Desk, panel: Panel, attempts: Mapping[str, Sequence[Run]]) -> None:
    """What depends on the draft: an input for each variable, and what will be sent."""
    if at.tab.refill:
        st.rerun()
    variables_form(variables(at.session), at.session.variables, at.keep_variable)
    inspector(at.next_body(panel.request, attempts))


def sidebar(at: Desk) -> Panel:
    """Where the request goes, and every field of it."""
    doors, connection = at.doors, at.connection
    if connection.kind == "local":
        doors.local.start()
        local_line(lambda: doors.local.status, doors.local.again)
    connection_line(connection, has_key=doors.key(connection) is not None)
    models = [model.id for model in doors.catalog(connection)]
    panel = request_panel(
        at.session.settings,
        default_model=doors.model(connection),
        models=models,
        sent_anyway={"stream": True},
        see=partial(doors.view, connection),
    )
    if doors.busy(connection):
        rerun_when(lambda: not doors.busy(connection))
    at.keep_settings(panel.request)
    return panel


def edit_messages(at: Desk, attempts: Mapping[str, Sequence[Run]]) -> None:
    at.tab.messages_shown, typed = messages_editor(at.said(attempts), at.tab.messages_shown)
    if typed is not None:
        at.say(typed, attempts)


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
            act = answer_of(at, cell, attempts.get(cell.id, ()), last=cell is cells[-1])
        if act is not None:
            at.act(cell.id, act, panel.request)
            st.rerun()


def answer_of(at: Desk, cell: Cell, runs: Sequence[Run], *, last: bool) -> Act | None:
    """The chosen attempt; the last answer always stands in a fragment, so that nothing moves when it ends."""
    run = chosen(cell, runs)
    if run is None:
        return unsent(cell) if cell.kind == "prompt" else None
    at.tab.changed(run.id, run.outcome)
    if run.live or last:
        watch(partial(at.look, run.id), at.seen_ended, looking=run.live)
    else:
        paint_answer(run)
    return None if run.live else attempt_actions(cell, run, runs)


page(desk())
