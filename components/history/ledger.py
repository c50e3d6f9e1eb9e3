"""The ledger on the screen: the table of the rows, how one of them is opened, and the ways from page to page.

Every order is the database's, over all that the filter lets through; a click on a column's head orders by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import streamlit as st

from components.history.filters import View, clear_filters, sort_by
from components.history.frame import COLUMNS, Line, frame, opening_label, spelled
from components.history.picking import pick, picked
from components.state import key

TABLE = "history-table"
OPEN = "history-open"
COMPARE = "history-compare"
RUN = "run"
"""The query parameter that names the run that is open."""
_NEXT = key("history", "opens-next")
_ROUND = key("history", "round")


def table(rows: Sequence[Line], view: View, zone: ZoneInfo, changed: Callable[[], None]) -> None:
    """The rows. A click on a cell opens its row, one on a column's head orders everything by it, boxes pick rows.

    A selection is a place in the table, so another set of rows is another table.
    """
    ids = tuple(row.id for row in rows)
    place = _place(ids, view)
    opened = cast("str | None", st.session_state.get(OPEN))
    with st.container(key=TABLE):
        st.dataframe(
            spelled(frame(rows, zone)),
            key=place,
            on_select=lambda: _selected(place, ids, view, changed),
            selection_mode=["multi-row", "single-cell", "single-column"],
            selection_default=_selection(ids, opened),
            hide_index=True,
            column_config={name: column.shown(view.sort, view.descending) for name, column in COLUMNS.items()},
            alt="Runs",
        )


def choices(rows: Sequence[Line], zone: ZoneInfo, also: Line | None) -> dict[str, str]:
    """What can be opened, by id: the rows of this page, and the one that is open already."""
    elsewhere = [also] if also is not None and all(row.id != also.id for row in rows) else []
    return {row.id: opening_label(row, zone) for row in (*elsewhere, *rows)}


def opener(labels: Mapping[str, str]) -> None:
    """The way to open a row without a pointer; it says which one is open, however it was opened."""
    st.selectbox(
        "Open a run",
        list(labels),
        index=None,
        format_func=lambda one: labels.get(one, one),
        key=OPEN,
        on_change=forget_selection,
        placeholder="Choose one, or click a row of the table",
        help="Its exact request and response, the events as they came, and its timeline",
    )


def opened() -> str | None:
    """The run that is open, before the opener is drawn; what was to be opened next is, from here on, and after a reload what the
    address names."""
    if _NEXT in st.session_state:
        st.session_state[OPEN] = st.session_state.pop(_NEXT)
        forget_selection()
    elif OPEN not in st.session_state and RUN in st.query_params:
        st.session_state[OPEN] = st.query_params[RUN]
    return cast("str | None", st.session_state.get(OPEN))


def name_in_url(run_id: str | None) -> None:
    """Let the address name the run that is open, so that a reload or a bookmark opens it again."""
    if run_id is not None:
        st.query_params[RUN] = run_id
    elif RUN in st.query_params:
        del st.query_params[RUN]


def open_next(run_id: str | None) -> None:
    """Open a run when the page is drawn the next time; None closes the one that is open."""
    st.session_state[_NEXT] = run_id


def close(run_ids: Sequence[str]) -> None:
    """Callback: none of these is open any more, nor beside the one that is."""
    for name in (OPEN, COMPARE):
        if st.session_state.get(name) in run_ids:
            st.session_state[name] = None


def compare(one: str, other: str) -> None:
    """Callback: open a run with another one beside it."""
    st.session_state[OPEN], st.session_state[COMPARE] = one, other
    forget_selection()


def beside(offered: Mapping[str, str], run_id: str, elsewhere: Callable[[str], str]) -> str | None:
    """What the run that is open is compared with, if anything; `elsewhere` names a run that is not among those `offered`."""
    labels = {one: words for one, words in offered.items() if one != run_id}
    chosen = cast("str | None", st.session_state.get(COMPARE))
    if chosen is not None and chosen not in labels and chosen != run_id:
        labels[chosen] = elsewhere(chosen)
    return st.selectbox(
        "Compare with",
        list(labels),
        index=None,
        format_func=lambda one: labels.get(one, one),
        key=COMPARE,
        placeholder="Another run",
        width="stretch",
    )


def _selection(ids: Sequence[str], opened: str | None) -> Any:
    cells = [[ids.index(opened), "created"]] if opened in ids else []
    rows = [place for place, run_id in enumerate(ids) if run_id in picked()]
    return {"selection": {"rows": rows, "columns": [], "cells": cells}}


def _selected(place: str, ids: Sequence[str], view: View, changed: Callable[[], None]) -> None:
    selection = st.session_state[place].selection
    if selection.columns:
        forget_selection()
        sort_by(COLUMNS[selection.columns[0]].sort, view)
        changed()
        return
    pick(ids, [ids[row] for row in selection.rows])
    st.session_state[OPEN] = ids[selection.cells[0][0]] if selection.cells else None


def forget_selection() -> None:
    """Draw the table as a new one. Selected from here instead, its browser side would not tell of a click on the former cell."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def pager(
    first: int, shown: int, total: int | None, back: Callable[[], None] | None, forth: Callable[[], None] | None
) -> None:
    """Where in the whole this page stands, and the ways to its neighbours; nothing where there are none. None is not counted yet."""
    if back is None and forth is None:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="history-pages"):
        whole = "counting…" if total is None else f"{total:,}"
        st.caption(f"{first + 1:,}–{first + shown:,} of {whole}", width="content")
        _turn("Previous", ":material/chevron_left:", "left", back)
        _turn("Next", ":material/chevron_right:", "right", forth)


def _turn(label: str, icon: str, side: Literal["left", "right"], act: Callable[[], None] | None) -> None:
    place = key("history", label.lower())
    st.button(label, key=place, icon=icon, icon_position=side, type="tertiary", on_click=act, disabled=act is None)


def paint_nothing_yet() -> None:
    """What will stand here, for whoever comes before the first run."""
    with st.container(border=True, key="history-empty"):
        st.markdown(
            "Nothing was sent yet. Every run will stand here as a row, however it ends: which model answered, what it "
            "cost, how long it took, and the exact request and response behind it."
        )
        st.page_link("pages/1_Notebook.py", label="Send the first one", icon=":material/edit_note:")


def paint_no_match() -> None:
    """Nothing that was sent passes the filters; the way out stands beside it."""
    st.info("No run passes these filters.", icon=":material/filter_alt:")
    st.button("Clear the filters", key="history-clear", on_click=clear_filters)


def _place(ids: Sequence[str], view: View) -> str:
    """The table's key: other rows, or another order, are another table."""
    told = "\n".join((*ids, repr(view), str(st.session_state.get(_ROUND))))
    return key("history-rows", hashlib.sha256(told.encode()).hexdigest()[:16])
