"""The rows that are picked to do something with all of them: on this page of the ledger, and on those that were turned."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

import streamlit as st

from components.state import key

PICKED = key("history", "picked")


def picked() -> tuple[str, ...]:
    """Ids of runs, in the order in which they were picked."""
    return cast("tuple[str, ...]", tuple(st.session_state.get(PICKED, ())))


def pick(page: Collection[str], chosen: Sequence[str]) -> None:
    """Of the runs of a page these, and those of other pages as they were."""
    before = [run_id for run_id in picked() if run_id not in page or run_id in chosen]
    st.session_state[PICKED] = (*before, *(run_id for run_id in chosen if run_id not in before))


def pick_none() -> None:
    """What is picked must be seen: where the filter changes, nothing is."""
    st.session_state.pop(PICKED, None)
