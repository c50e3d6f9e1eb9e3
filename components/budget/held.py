"""What is held back because it may cost more than is left: why, and the ways out."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

import streamlit as st

from components.panel.problems import small
from components.state import key
from parley.budget import Account, Held
from parley.budget.caps import CapName, shown_cap, typed_cap
from parley.errors import SettingsError
from parley.money import dollars
from parley.reply.defuse import plain

WORD = "send"
"""What is typed to send it all the same."""
LABELS: dict[CapName, str] = {"session": "Cap a session, $", "day": "Cap a day, $"}
ROW = key("budget", "held")
CAP, ANYWAY = key("budget", "cap"), key("budget", "word")
WRONG, SUGGESTED = key("budget", "wrong"), key("budget", "suggested")


class Ways(Protocol):
    """The ways out, before the page is drawn anew: see `components.desk.guarding`."""

    def raise_cap(self, to: Decimal) -> None: ...
    def lower_answer(self) -> None: ...
    def send_anyway(self) -> None: ...
    def try_again(self) -> None: ...
    def leave_held(self) -> None: ...


def held_row(why: Held, ways: Ways, account: Account) -> None:
    """Draw it."""
    with st.container(border=True, gap="small", key=ROW):
        st.markdown(f":orange-badge[Held back] {plain(why.reason)}")
        if told := account.left_words:
            small(f"The server says: {plain(told)}.")
        if wrong := st.session_state.pop(WRONG, ""):
            small(f":material/error: {plain(wrong)}", "red")
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            if why.raise_to is not None:
                _raise(why, ways)
            if why.fits is not None:
                words = f"Answer in at most {why.fits:,} tokens"
                st.button(words, key=key("budget", "lower"), icon=":material/compress:", on_click=ways.lower_answer)
            if why.waits:
                st.button("Try again", key=key("budget", "retry"), icon=":material/replay:", on_click=ways.try_again)
            _anyway(ways)
            st.button("Leave it", key=key("budget", "leave"), type="tertiary", on_click=ways.leave_held)


def _raise(why: Held, ways: Ways) -> None:
    shown = shown_cap(why.raise_to)
    if st.session_state.get(SUGGESTED) != shown or CAP not in st.session_state:
        st.session_state[SUGGESTED] = st.session_state[CAP] = shown
    st.text_input(LABELS[why.cap], key=CAP, width=150)
    st.button(
        "Raise and send", key=key("budget", "raise"), icon=":material/upload:", on_click=_raised, args=(ways, why)
    )


def _raised(ways: Ways, why: Held) -> None:
    def raise_it() -> None:
        cap = typed_cap(str(st.session_state[CAP]))
        if cap is None:
            raise SettingsError("Type the new cap in dollars, such as 2.50.")
        if why.raise_to is not None and cap < why.raise_to:
            raise SettingsError(
                f"Under {dollars(cap)} it would be held back again: type {shown_cap(why.raise_to)} or more."
            )
        st.session_state.pop(CAP, None)
        ways.raise_cap(cap)

    _tried(raise_it)


def _anyway(ways: Ways) -> None:
    form = st.form("budget-anyway-form", border=False, clear_on_submit=True, width="content")
    with form, st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.text_input(f"Or type “{WORD}”", key=ANYWAY, width=120, autocomplete="off")
        st.form_submit_button("Send anyway", key=key("budget", "anyway"), on_click=_sent, args=(ways,))


def _sent(ways: Ways) -> None:
    def send_it() -> None:
        if str(st.session_state.get(ANYWAY, "")).strip().casefold() != WORD:
            raise SettingsError(f"To send it all the same, type the word {WORD}.")
        ways.send_anyway()

    _tried(send_it)


def _tried(act: Callable[[], None]) -> None:
    try:
        act()
    except SettingsError as error:
        st.session_state[WRONG] = str(error)
