"""The column of cells: each its message, the chosen attempt's answer, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Literal, Protocol

import streamlit as st

from components.answer.copying import copy_button
from components.answer.painter import paint_message, paint_reply
from components.answer.receipt import paint_receipt
from components.history.became import look_at
from components.notebook.variables import sent_with
from components.state import cell_key, stop_key
from parley.notebook import Cell, Run

Act = Literal["run", "prev", "next"]
AVATARS = {"user": ":material/person:", "assistant": ":material/auto_awesome:", "tool": ":material/build:"}
WINDOW = 10
"""Cells on screen at first: what a rerun costs is counted in elements, not in text."""


@contextmanager
def prompt_cell(cell: Cell) -> Iterator[None]:
    """The cell's frame and its message; what the body draws stands under it."""
    with st.container(key=cell_key(cell.id), gap="small"):
        role = str(cell.message.get("role") or "user")
        with st.chat_message(
            "user" if role == "user" else "assistant", avatar=AVATARS.get(role, ":material/settings:")
        ):
            paint_message(cell.message)
        yield


def earlier_button(hidden: int) -> bool:
    """Asked for by the person: the cells that stand above the window."""
    return st.button(f"Show {hidden} earlier cells", key="earlier", type="tertiary", icon=":material/expand_less:")


class Handle(Protocol):
    """What the page holds of a run that is alive, or just was: see `parley.runs.LiveRun`."""

    @property
    def unsaved(self) -> str | None: ...
    @property
    def settling(self) -> bool: ...
    def stop(self) -> None: ...


def paint_answer(run: Run, live: Handle | None = None, *, waiting: str = "", looking: bool = False) -> bool:
    """An attempt, alive or ended, by the same painter, so that nothing moves when it ends; gives whether it lags behind the run.

    `waiting` says what the answer waits for, where that is known; `looking` whether the page looks at it again and again.
    """
    with st.chat_message("assistant", avatar=AVATARS["assistant"]):
        behind = paint_reply(run.reply, live=run.live, name=run.id, looking=looking)
        if waiting:
            st.caption(waiting)
        paint_receipt(run, settling=live is not None and live.settling)
        if run.template is not None and (said := sent_with(run.template)):
            st.caption(said)
        if live is not None and live.unsaved:
            st.warning(f"Not saved yet: {live.unsaved} Copy what matters; it is written as soon as it can be.")
    return behind


def stop_action(run: Run, live: Handle) -> None:
    """What can be done with an attempt that is alive.

    It stands where `attempt_actions` will, and in the page as they do, not in the fragment that looks: what a fragment leaves
    behind vanishes a moment after what replaces it has come, and for that moment everything below would jump.
    """
    with _row():
        st.button("Stop", key=stop_key(run.id), icon=":material/stop_circle:", on_click=live.stop)


def unsent(cell: Cell) -> Act | None:
    """A prompt that was kept but never sent, and the way to send it."""
    with _row():
        st.markdown(":orange-badge[Not sent]", width="content")
        return "run" if _quiet_button("Run", cell, "run") else None


def attempt_actions(cell: Cell, run: Run, runs: Sequence[Run]) -> Act | None:
    """What can be done with an ended attempt; gives what was asked for."""
    place = [one.id for one in runs].index(run.id) + 1
    act: Act | None = None
    with _row():
        if _quiet_button("Run again", cell, "run"):
            act = "run"
        copy_button(run.reply.text or run.reply.refusal or "", cell_key(cell.id, "copy"))
        st.button(
            "Truth",
            key=cell_key(cell.id, "truth"),
            icon=":material/fact_check:",
            type="tertiary",
            on_click=look_at,
            args=(run.id,),
        )
        if len(runs) > 1:
            if _quiet_button("‹ Previous", cell, "prev", off=place == 1):
                act = "prev"
            st.caption(f"Attempt {place} of {len(runs)}", width="content")
            if _quiet_button("Next ›", cell, "next", off=place == len(runs)):
                act = "next"
    return act


def _row() -> AbstractContextManager[object]:
    return st.container(horizontal=True, gap="small", vertical_alignment="center")


def _quiet_button(label: str, cell: Cell, part: Act, *, off: bool = False) -> bool:
    icon = ":material/replay:" if part == "run" else None
    return st.button(label, key=cell_key(cell.id, part), icon=icon, type="tertiary", disabled=off)
