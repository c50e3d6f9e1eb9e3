"""History: every request that was ever sent, what came of it, and what it cost."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.desk import Desk, desk
from components.history import ledger
from components.history.at_desk import (
    details,
    exports,
    picked_acts,
    row_of,
    some_alive,
    titles,
    turn,
    way_to_deleted,
)
from components.history.charts import paint_charts
from components.history.counting import forget_counts
from components.history.counts import Counts, query
from components.history.filters import View, controls, remembered
from components.history.frame import zone_of
from components.history.picking import pick_none, picked
from components.notices import say
from parley.errors import StoreError
from parley.store import RunPage

AFTER = "after"
"""The query parameter that holds the way to this page: the cursor of every page before it."""
FOLLOW = 1.0
"""Seconds between two looks while some run is alive."""


def page(at: Desk) -> None:
    st.title("History", anchor=False)
    for sentence in at.tab.said():
        say(sentence)
    alive = some_alive(at)
    if at.tab.changed("history", str(alive)):
        forget_counts()
    st.fragment(whole, run_every=FOLLOW if alive else None)(at)


def whole(at: Desk) -> None:
    """The whole of the page, in a fragment, because it follows live runs; it asks to be drawn anew when they have ended."""
    if at.tab.changed("history", str(some_alive(at))):
        forget_counts()
        st.rerun()
    if at.tab.notices:
        st.rerun()
    zone, trail = zone_of(st.context.timezone), tuple(st.query_params.get_all(AFTER))
    offered, opened = at.doors.store.offered(), ledger.opened()
    if not offered.outcomes:
        picked_acts(at, (), any_rows=False)
        ledger.paint_nothing_yet()
        way_to_deleted(at)
        return
    controls(offered, partial(titles, at), other_filter, go_to)
    view = remembered(zone)
    counts = Counts(at, view, zone)
    counts.paint(st.container())
    paint_charts(counts.buckets, counts.groups)
    found = asked_for(at, view, trail)
    picked_acts(at, offered.tags, any_rows=bool(found.rows))
    if found.rows:
        ledger.table(found.rows, view, zone, go_to)
    else:
        ledger.paint_no_match()
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    row = row_of(at, opened, found)
    if row is None and opened is not None:
        ledger.close((opened,))
        st.toast("The run that was open is not here any more.", icon=":material/info:")
    ledger.name_in_url(None if row is None else row.id)
    known = ledger.choices(found.rows, zone, row)
    with left:
        if known:
            ledger.opener(known)
    if found.rows:
        exports(at, view)
    if row is not None:
        details(at, row, known, offered.tags, zone)
    counts.end(right, partial(turn, trail, found, go_to))


def asked_for(at: Desk, view: View, trail: tuple[str, ...]) -> RunPage:
    """The page that the address names; the first one where its cursor is of another order, after a reload perhaps."""
    try:
        return at.doors.store.runs(query(view, trail))
    except StoreError:
        if not trail:
            raise
        go_to()
        st.rerun()


def go_to(*trail: str) -> None:
    """Another page, by the cursors that lead to it; without any the first one."""
    st.query_params[AFTER] = trail


def other_filter() -> None:
    """Callback: another filter begins at its first page, and picks nothing."""
    go_to()
    if picked():
        pick_none()
        st.toast("The filter changed, so nothing is picked any more.", icon=":material/info:")


page(desk())
