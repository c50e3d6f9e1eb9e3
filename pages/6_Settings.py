"""Settings: where requests go, the key, and where the data is."""

from __future__ import annotations

import streamlit as st

from components.connection.form import Given, connection_form, key_report
from components.connection.storage import paint_storage
from components.desk import Desk, desk
from components.notices import explain, say
from parley.errors import ParleyError
from parley.settings import without_password


def page(at: Desk) -> None:
    st.title("Settings", anchor=False)
    for sentence in at.tab.said():
        say(sentence)
    given = connection_form(
        at.connection,
        has_own_key=at.doors.own_key(at.connection) is not None,
        has_deployment_key=at.doors.settings.api_key is not None,
    )
    if given is not None:
        apply(at, given)
    st.divider()
    paint_storage(without_password(at.doors.settings.database_url), at.doors.store.size())


def apply(at: Desk, given: Given) -> None:
    """Take over what was given and ask the server who the key is; where something is wrong with it, nothing of it is taken."""
    try:
        at.connect(given.kind, given.base_url, given.key, forget=given.forget)
        if given.forget:
            st.rerun()
        with st.spinner("Asking…"):
            key_report(at.connection, at.doors.answering(at.connection).check())
    except ParleyError as error:
        explain(error)


page(desk())
