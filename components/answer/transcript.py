"""An attempt as it stands under its cell: the answer and the receipt."""

from __future__ import annotations

from typing import Protocol

import streamlit as st

from components.answer.judged import instead_of_text, paint_verdict
from components.answer.painter import paint_reply
from components.answer.receipt import paint_receipt
from components.notebook.variables import sent_with
from parley.judging.telling import shaped
from parley.notebook import Run

AVATARS = {
    "user": ":material/person:",
    "assistant": ":material/auto_awesome:",
    "tool": ":material/build:",
    "note": ":material/sticky_note_2:",
}


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
        complete = run.outcome == "complete"
        other = instead_of_text(run)
        behind = paint_reply(
            shaped(run), live=run.live, name=run.id, looking=looking, complete=complete, keeps=True, instead=other
        )
        paint_verdict(run)
        if waiting:
            st.caption(waiting)
        paint_receipt(run, settling=live is not None and live.settling)
        if run.template is not None and (said := sent_with(run.template)):
            st.caption(said)
        if live is not None and live.unsaved:
            st.warning(f"Not saved yet: {live.unsaved} Copy what matters; it is written as soon as it can be.")
    return behind
