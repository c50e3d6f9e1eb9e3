"""The caps, to be set by the person: how much a session and a day may cost."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.panel.problems import small
from components.state import key
from parley.budget import Account, Caps, Standing
from parley.budget.caps import CapName, shown_cap, typed_cap
from parley.catalog.words import ago
from parley.errors import SettingsError
from parley.money import dollars
from parley.reply.defuse import plain

LABELS: dict[CapName, str] = {
    "session": "Cap for each session, in dollars",
    "day": "Cap for each day (UTC), in dollars",
}


def caps_form(now: Caps, standing: Standing, account: str, came: Callable[[], None]) -> Caps | None:
    """Draw it; gives the caps that were asked for, once, when they were. What cannot be read is told, and nothing of it taken.

    `account` is what the server says of the key; `came` draws what came of what was asked for before.
    """
    st.header("Budget", anchor=False)
    st.caption(
        "Before every send, what it may cost at most is compared with what is left; over it, the send is held back. "
        "Empty is no cap."
    )
    with st.form("budget", border=False):
        with st.container(horizontal=True, gap="small"):
            texts = {name: _field(name, now) for name in LABELS}
        saved = st.form_submit_button("Save", key=key("budget", "save"), type="primary")
    given = _given(texts) if saved else None
    came()
    for told in (spent_words(standing), account):
        if told:
            small(plain(told))
    return given


def fill_caps(caps: Caps) -> None:
    """Let the fields show these caps, before any of them is drawn."""
    for name in LABELS:
        st.session_state[key("budget", name)] = shown_cap(getattr(caps, name))


def spent_words(standing: Standing) -> str:
    """What went of the day's cap, where there is one."""
    if standing.caps.day is None:
        return ""
    alive = f", and up to {dollars(standing.day.waiting)} more by what runs now" if standing.day.waiting else ""
    doubts = f"; {standing.day.doubts}" if standing.day.doubts else ""
    return f"Spent today: {dollars(standing.day.cost)}{alive}{doubts}."


def account_words(account: Account, age: float | None) -> str:
    """What the server said of the key so many seconds ago, which may be older than what Parley counts; empty where it told nothing."""
    when = "" if age is None else f", {ago(age)}"
    return f"The server says{when}: {', '.join(account.facts)}." if account.facts else ""


def _field(name: CapName, now: Caps) -> str:
    st.session_state.setdefault(key("budget", name), shown_cap(getattr(now, name)))
    return str(st.text_input(LABELS[name], key=key("budget", name), placeholder="No cap", width=260))


def _given(texts: dict[CapName, str]) -> Caps | None:
    try:
        return Caps(session=typed_cap(texts["session"]), day=typed_cap(texts["day"]))
    except SettingsError as error:
        st.error(f"Nothing was saved. {plain(str(error))}", icon=":material/error:")
        return None
