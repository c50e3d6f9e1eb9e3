"""The clocks of a run, to be set by the person: how long Parley waits, and for what."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.state import key
from parley.errors import SettingsError
from parley.wire.exchange import Clocks
from parley.wire.patience import ADJUSTABLE, Clock, restored, typed


def patience_form(now: Clocks, came: Callable[[], None]) -> Clocks | None:
    """Draw it; gives the clocks that were asked for, once, when they were. What is not allowed is told, and nothing of it taken.

    `came` draws what came of what was asked for before.
    """
    st.header("Patience", anchor=False)
    st.caption(
        "How long a run waits before it gives up. Seconds, or a time such as 90 s or 5 min; runs that are alive keep theirs."
    )
    with st.form("patience", border=False, enter_to_submit=True):
        texts = {clock.name: _field(clock, now) for clock in ADJUSTABLE}
        with st.container(horizontal=True, gap="small"):
            saved = st.form_submit_button("Save", key="patience-save", type="primary")
            reset = st.form_submit_button("Back to the usual times", key="patience-reset", type="tertiary")
    given = Clocks() if reset else _given(texts) if saved else None
    came()
    return given


def _field(clock: Clock, now: Clocks) -> str:
    st.session_state.setdefault(key("patience", clock.name), in_seconds(getattr(now, clock.name)))
    usual = in_seconds(getattr(Clocks(), clock.name))
    with st.container(gap="xxsmall"):
        text = st.text_input(clock.label, key=key("patience", clock.name), width=260)
        st.caption(f"{clock.means} {clock.least} to {clock.most:,} s, usually {usual}.")
    return str(text)


def _given(texts: dict[str, str]) -> Clocks | None:
    wrong, right = [], {}
    for clock in ADJUSTABLE:
        try:
            right[clock.name] = typed(clock, texts[clock.name])
        except SettingsError as error:
            wrong.append(str(error))
    if wrong:
        st.error("Nothing was saved. " + " ".join(wrong), icon=":material/error:")
        return None
    return restored(right)


def fill(clocks: Clocks) -> None:
    """Let the fields show these clocks, before any of them is drawn."""
    for clock in ADJUSTABLE:
        st.session_state[key("patience", clock.name)] = in_seconds(getattr(clocks, clock.name))


def in_seconds(seconds: float) -> str:
    return f"{seconds:,.10g} s".replace(",", "")
