"""Settings: where requests go, the key, how long a run waits, and where the data is."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.budget.at_desk import budget
from components.connection.at_desk import data
from components.connection.form import Given, connection_form, key_report
from components.connection.patience import fill, patience_form
from components.desk import Desk, desk
from components.kept_form import kept_form
from components.notices import explain, say
from parley.errors import ParleyError


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
    budget(at)
    st.divider()
    patience(at)
    st.divider()
    data(at)


def patience(at: Desk) -> None:
    """How long runs of this browser wait."""
    now = at.doors.clocks()
    kept_form(
        at.tab,
        "patience",
        now,
        fill=fill,
        form=partial(patience_form, now),
        keep=at.doors.keep_clocks,
        saved="Saved: the next run waits as long as is set here.",
    )


def apply(at: Desk, given: Given) -> None:
    """Take over what was given and ask the server who the key is; where something is wrong with it, nothing of it is taken."""
    try:
        at.connect(given.kind, given.base_url, given.key, forget=given.forget)
        if given.forget:
            st.rerun()
        with st.spinner("Asking…"):
            key_report(at.connection, at.doors.ask_account(at.connection))
    except ParleyError as error:
        explain(error)


page(desk())
