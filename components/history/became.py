"""A closer look at a run from its cell: Truth and Route, in a dialog over the notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from components.history.route import paint_route
from components.history.truth import paint_truth, with_echo
from components.panel.edits import edit
from components.state import key
from parley.notebook import Run
from parley.request import ChatRequest

LOOKED_AT = key("truth", "run")


def look_at(run_id: str) -> None:
    """Callback of whoever wants to know what became of a run."""
    st.session_state[LOOKED_AT] = run_id


def look_away() -> None:
    st.session_state.pop(LOOKED_AT, None)


def looked_at() -> str | None:
    """The run that is looked at, if any."""
    held: str | None = st.session_state.get(LOOKED_AT)
    return held


def what_became(run: Run, raws: Callable[[], Iterable[str]], settings: ChatRequest) -> None:
    """Draw the dialog; `settings` are those of the next run, which may be asked to tell more."""

    def ask() -> None:
        asking = with_echo(settings).payload()
        edit({name: asking[name] for name in ("debug", "stream") if name in asking})
        look_away()

    @st.dialog("What became of the request", width="large", icon=":material/fact_check:", on_dismiss=look_away)
    def look() -> None:
        truth, way = st.tabs(["Truth", "Route"])
        with truth:
            paint_truth(run, ask)
        with way:
            paint_route(run, raws)

    look()
