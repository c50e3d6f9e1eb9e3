"""The notebook: the request in the sidebar, the cells in a column, the prompt box at the bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from components.address import name_in_url
from components.attaching.at_desk import tray
from components.attaching.taking import by_address
from components.attempt.at_desk import bar, kin, reasoned
from components.budget.at_desk import estimated
from components.cell.entries import system_menu
from components.column import column
from components.compare.at_desk import compare_board, hindrances, inspected
from components.connection.line import connection_line, local_line, rerun_when
from components.desk import Desk, desk
from components.notebook.copy_offer import copy_offer
from components.notebook.heading import heading, system_prompt
from components.notebook.inspector import inspector
from components.notebook.messages_editor import messages_editor
from components.notebook.paste_notes import paste_notes
from components.notebook.paste_request import paste_request
from components.notebook.prompt import keep_draft, prompt_box
from components.notebook.sizes import size_of
from components.notebook.variables import variables_form
from components.presets.row import presets
from components.request_panel import Panel, request_panel
from components.sharing.at_desk import share_dialog
from components.tools.kept import kept_results
from parley.exporting import code
from parley.notebook import Run, variables
from parley.notebook.presets import Setup


def page(at: Desk) -> None:
    at.open()
    at.tab.redraw = False
    at.follow()
    top = st.container()
    attempts = at.attempts()
    with st.sidebar:
        panel = sidebar(at)
        edit_messages(at, attempts)
    at.keep_system(system_prompt(at.session, partial(system_menu, at.hand)))
    if at.presets.work():
        st.rerun()
    with panel.below_model:
        presets(at.presets, Setup.of(at.session), at.tab.preset_told)
    with st.bottom:
        notices = st.container()
        tray(at, panel.request)
        prompt_box("Ask anything", at.submit, beside=lambda: by_address("prompt", at.attach_address))
    at.filled()
    if at.tab.outgoing is not None:
        at.send(panel.request, at.tab.hindrances)
        attempts = at.attempts()
    with top:
        copy_offer(at.tab.led_to, at.take_copy, at.leave_copy)
        picked = heading(at.session, at.hand.steps(), lambda: at.doors.store.sessions()[:20])
        kin(at)
    if picked is not None:
        at.open_other(picked.session_id)
    column(at, panel.request, attempts)
    compare_board(at, panel)
    keep_draft(at.session.id, at.keep_draft, lambda: below(at, panel, attempts))
    with notices:
        bar(at)
        reasoned(at, panel.request, attempts)
    share_dialog(at, "notebook")
    name_in_url(at.session)


def below(at: Desk, panel: Panel, attempts: Mapping[str, Sequence[Run]]) -> None:
    """What depends on the draft: an input for each variable, and what will be sent and may cost.

    It is drawn again without the page, also when a prompt is sent at the same moment: then the page has work to do."""
    if at.tab.refill or at.tab.redraw or at.tab.outgoing is not None:
        st.rerun()
    variables_form(variables(at.session), at.session.variables, at.keep_variable)
    estimated(at, panel.request, attempts)
    body = partial(at.next_body, inspected(at, panel.request), attempts)
    inspector(body, size_of(at.session, attempts), at.connection, code)


def sidebar(at: Desk) -> Panel:
    """Where the request goes, and every field of it."""
    doors, connection = at.doors, at.connection
    if connection.kind == "local":
        doors.local.start()
        local_line(lambda: doors.local.status, doors.local.again)
    connection_line(connection, has_key=doors.key(connection) is not None)
    paste_request(at.paste)
    paste_notes(at.tab.paste_notes, partial(setattr, at.tab, "paste_notes", ()))
    listed = doors.listed(connection)
    panel = request_panel(
        at.session.settings,
        default_model=doors.model(connection),
        models=[model.id for model in listed.content],
        sent_anyway={"stream": True},
        see=partial(doors.view, connection),
        below_tools=lambda: kept_results(at.session, at.hand.change),
    )
    if listed.busy or panel.view.busy:
        rerun_when(lambda: not doors.busy(connection))
    at.keep_settings(panel.request)
    at.tab.hindrances = hindrances(at, panel)
    return panel


def edit_messages(at: Desk, attempts: Mapping[str, Sequence[Run]]) -> None:
    size = size_of(at.session, attempts)
    at.tab.messages_shown, typed = messages_editor(lambda: at.said(attempts), size, at.tab.messages_shown)
    if typed is not None:
        at.say(typed, attempts)


page(desk())
