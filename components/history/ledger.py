"""The ledger on the screen: what it is filtered and ordered by, its sums, its pages, and the table of the rows.

Every order and every sum is the database's, over all that the filter lets through; a click on a column's head orders by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol, cast
from zoneinfo import ZoneInfo

import streamlit as st

from components.answer.receipt import OUTCOME_WORDS
from components.history.frame import COLUMNS, SORTS, Line, frame, opening_label, styled
from components.state import key
from parley.money import dollars
from parley.notebook import OUTCOMES

TABLE = "history-table"
OPEN = "history-open"
SORT = "history-sort"
ORDER = "history-order"
_ROUND = "history-round"
FILTERS = {"model": "Model", "outcome": "Outcome", "provider": "Provider", "connection": "Connection"}
_CELLS, _SUMS, _NARROWEST = 6, 4, 130
"""Cells in a row where there is room, and pixels from which on there is; a phone has two."""
_NEWEST_FIRST = "sequence"
_DESCENDING, _ASCENDING = "Descending", "Ascending"


class Sums(Protocol):
    """What is known of all rows that a filter lets through, and what there is to choose from."""

    @property
    def runs(self) -> int: ...
    @property
    def cost(self) -> Any: ...
    @property
    def cost_unknown(self) -> int: ...
    @property
    def prompt_tokens(self) -> int: ...
    @property
    def completion_tokens(self) -> int: ...
    @property
    def models(self) -> Sequence[str]: ...
    @property
    def outcomes(self) -> Sequence[str]: ...
    @property
    def providers(self) -> Sequence[str]: ...
    @property
    def connections(self) -> Sequence[str]: ...


class View(NamedTuple):
    """Which rows, in which order. An empty filter lets everything through."""

    model: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    connection: tuple[str, ...] = ()
    sort: str = _NEWEST_FIRST
    descending: bool = True


def filter_key(column: str) -> str:
    return key("history-filter", column)


def remembered() -> View:
    """The view as it was last drawn, before the controls are drawn again: one question to the database instead of two."""
    kept = {name: tuple(st.session_state.get(filter_key(name)) or ()) for name in FILTERS}
    return _view(kept, st.session_state.get(SORT), st.session_state.get(ORDER))


def _view(picked: Mapping[str, tuple[str, ...]], sort: str | None, order: str | None) -> View:
    return View(**picked, sort=sort or _NEWEST_FIRST, descending=order != _ASCENDING)


def controls(choices: Sums, changed: Callable[[], None]) -> View:
    """The filters and the order; `changed` is called before a changed one is drawn."""
    offered = {
        "model": choices.models,
        "outcome": [one for one in OUTCOMES if one in choices.outcomes],
        "provider": choices.providers,
        "connection": choices.connections,
    }
    with st.grid(_CELLS, min_column_width=_NARROWEST, key="history-controls"):
        picked = {name: _filter(name, options, changed) for name, options in offered.items()}
        sort = st.selectbox(
            "Sort by", list(SORTS), format_func=SORTS.__getitem__, key=SORT, on_change=changed, persist_state="session"
        )
        order = st.selectbox("Order", [_DESCENDING, _ASCENDING], key=ORDER, on_change=changed, persist_state="session")
    return _view(picked, sort, order)


def _filter(name: str, options: Sequence[str], changed: Callable[[], None]) -> tuple[str, ...]:
    chosen = st.multiselect(
        FILTERS[name],
        list(options),
        format_func=_choice_words,
        key=filter_key(name),
        placeholder="Any",
        on_change=changed,
        persist_state="session",
    )
    return tuple(chosen)


def _choice_words(choice: str) -> str:
    """An outcome in words; every other choice is what it is called."""
    return OUTCOME_WORDS[choice] if choice in OUTCOMES else choice


def clear_filters() -> None:
    """Let everything through again; in a callback only."""
    for name in FILTERS:
        st.session_state[filter_key(name)] = []


def paint_sums(sums: Sums) -> None:
    """The totals of what the filter lets through; what is unknown is counted, never taken for nothing."""
    nothing_known = sums.cost_unknown == sums.runs
    with st.grid(_SUMS, min_column_width=_NARROWEST, key="history-totals"):
        _metric("Runs", f"{sums.runs:,}")
        label = f"Cost, {sums.cost_unknown:,} unknown" if sums.cost_unknown and not nothing_known else "Cost"
        _metric(label, dollars(None if nothing_known else sums.cost))
        _metric("Tokens in", f"{sums.prompt_tokens:,}")
        _metric("Tokens out", f"{sums.completion_tokens:,}")


def _metric(label: str, value: str) -> None:
    st.metric(label, value)


def table(rows: Sequence[Line], view: View, zone: ZoneInfo, changed: Callable[[], None]) -> None:
    """The rows. A click on a cell opens its row, a click on a column's head orders everything by it.

    A selection is a place in the table, so another set of rows is another table.
    """
    ids = tuple(row.id for row in rows)
    place = _place(ids, view)
    opened = cast("str | None", st.session_state.get(OPEN))
    with st.container(key=TABLE):
        st.dataframe(
            styled(frame(rows, zone)),
            key=place,
            on_select=lambda: _selected(place, ids, view, changed),
            selection_mode=["single-cell", "single-column"],
            selection_default=_selection(ids, opened),
            hide_index=True,
            column_config={name: column.shown(view.sort, view.descending) for name, column in COLUMNS.items()},
            placeholder="unknown",
            alt="Runs",
        )


def opener(rows: Sequence[Line], zone: ZoneInfo) -> str | None:
    """The way to open a row without a pointer; gives the id of the row that is open, however it was opened."""
    labels = {row.id: opening_label(row, zone) for row in rows}
    return st.selectbox(
        "Open a run",
        list(labels),
        index=None,
        format_func=lambda one: labels.get(one, one),
        key=OPEN,
        on_change=_forget_selection,
        placeholder="Choose one, or click a row of the table",
        help="Its exact request and response, the events as they came, and its timeline",
    )


def _selection(ids: Sequence[str], opened: str | None) -> Any:
    cells = [[ids.index(opened), "created"]] if opened in ids else []
    return {"selection": {"rows": [], "columns": [], "cells": cells}}


def _selected(place: str, ids: Sequence[str], view: View, changed: Callable[[], None]) -> None:
    selection = st.session_state[place].selection
    if selection.columns:
        _forget_selection()
        if sort := COLUMNS[selection.columns[0]].sort:
            _sort_by(sort, view)
            changed()
    else:
        st.session_state[OPEN] = ids[selection.cells[0][0]] if selection.cells else None


def _forget_selection() -> None:
    """Draw the table as a new one. Selected from here instead, its browser side would not tell of a click on the former cell."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _sort_by(sort: str, view: View) -> None:
    """Order by a column; asked for once more, the other way round."""
    turned = sort == view.sort and view.descending
    st.session_state[SORT] = sort
    st.session_state[ORDER] = _ASCENDING if turned else _DESCENDING


def pager(
    first: int, shown: int, total: int, back: Callable[[], None] | None, forth: Callable[[], None] | None
) -> None:
    """Where in the whole this page stands, and the ways to its neighbours; nothing where there are none."""
    if back is None and forth is None:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="history-pages"):
        st.caption(f"{first + 1:,}–{first + shown:,} of {total:,}", width="content")
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
