"""The line on top of the sidebar: where requests go, how the local model is doing, and the way to OpenRouter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Protocol

import streamlit as st

from parley.connection import Connection

SETTINGS = "pages/6_Settings.py"
LOOK = 0.5
"""Seconds between two looks at what comes beside the page."""


class Standing(Protocol):
    """What is known of the local server: see `parley.local.LocalStatus`."""

    @property
    def stage(self) -> str: ...
    @property
    def fraction(self) -> float: ...
    @property
    def sentence(self) -> str: ...


def on_its_way(standing: Standing) -> bool:
    return standing.stage in ("idle", "fetching", "starting")


def connection_line(connection: Connection, *, has_key: bool) -> None:
    """Where requests go, and the way to change that."""
    with st.container(key="connection"):
        if connection.needs_key and not has_key:
            st.warning("OpenRouter needs a key before it answers.", icon=":material/key:")
        elif connection.kind != "local":
            st.caption(f"Connected to **{connection.name}**")
        label = "Connect OpenRouter" if connection.kind == "local" or not has_key else "Connection and key"
        st.page_link(SETTINGS, label=label, icon=":material/link:")


def local_line(standing: Callable[[], Standing], again: Callable[[], None]) -> None:
    """How the local model is doing, followed while it is on its way; the page is drawn anew at every stage."""
    now = standing()
    st.fragment(_local_line, run_every=LOOK if on_its_way(now) else None)(standing, again, now.stage, count())


def _local_line(standing: Callable[[], Standing], again: Callable[[], None], stage: str, looks: Iterator[int]) -> None:
    now = standing()
    paint_local_status(now)
    if now.stage == "failed":
        st.button("Try again", key="local-again", icon=":material/replay:", type="tertiary", on_click=again)
    if now.stage != stage and is_later(looks):
        st.rerun()


def rerun_when(holds: Callable[[], bool]) -> None:
    """Nothing to see: the page is drawn anew when what comes beside it has come."""
    st.fragment(_rerun_when, run_every=LOOK)(holds, count())


def _rerun_when(holds: Callable[[], bool], looks: Iterator[int]) -> None:
    if is_later(looks) and holds():
        st.rerun()


def is_later(looks: Iterator[int]) -> bool:
    """Whether a look is not the one at which the page itself is drawn: to draw the page anew then would lose the click it answers."""
    return next(looks) > 0


def paint_local_status(standing: Standing) -> None:
    """A progress bar while the weights come, a line otherwise."""
    if standing.stage == "fetching":
        st.progress(min(max(standing.fraction, 0.0), 1.0), text=standing.sentence)
    elif standing.stage == "failed":
        st.warning(standing.sentence, icon=":material/error:")
    else:
        st.caption(standing.sentence)
