"""History: every request that was ever sent, what came of it, and what it cost."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from components.address import ADDRESS
from components.desk import Desk, desk
from components.history import ledger
from components.history.details import Kept, run_details
from components.history.frame import zone_of
from components.history.truth import with_echo
from components.notices import say
from parley.errors import Missing, StoreError
from parley.notebook import LIVE, Session, edits
from parley.store import RunPage, RunQuery, Totals

PAGE = 100
AFTER = "after"
"""The query parameter that holds the way to this page: the cursor of every page before it."""
FOLLOW = 1.0
"""Seconds between two looks while some run is alive."""


def page(at: Desk) -> None:
    st.title("History", anchor=False)
    for sentence in at.tab.said():
        say(sentence)
    alive = some_alive(at)
    at.tab.changed("history", str(alive))
    st.fragment(whole, run_every=FOLLOW if alive else None)(at)


def whole(at: Desk) -> None:
    """The whole of the page, in a fragment, because it follows live runs; it asks to be drawn anew when they have ended."""
    if at.tab.changed("history", str(some_alive(at))):
        st.rerun()
    trail = tuple(st.query_params.get_all(AFTER))
    asked = query(ledger.remembered(), trail)
    found = asked_for(at, asked)
    sums = found.totals or Totals()
    if not sums.outcomes:
        ledger.paint_nothing_yet()
        return
    view = ledger.controls(sums, go_to)
    if query(view, trail) != asked:
        found = asked_for(at, query(view, trail))
        sums = found.totals or sums
    ledger.paint_sums(sums)
    if not found.rows:
        ledger.paint_no_match()
        return
    zone = zone_of(st.context.timezone)
    ledger.table(found.rows, view, zone, go_to)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        opened = ledger.opener(found.rows, zone)
    with right:
        turn(trail, found)
    if opened is not None:
        details(at, opened, zone)


def some_alive(at: Desk) -> bool:
    alive = RunQuery(outcome=tuple(LIVE), sort="outcome", limit=1, totals=False)
    return bool(at.doors.store.runs(alive).rows)


def query(view: ledger.View, trail: tuple[str, ...]) -> RunQuery:
    return RunQuery.model_validate({**view._asdict(), "limit": PAGE, "after": trail[-1] if trail else None})


def asked_for(at: Desk, asked: RunQuery) -> RunPage:
    """The page that the address names; the first one where its cursor is of another order, after a reload perhaps."""
    try:
        return at.doors.store.runs(asked)
    except StoreError:
        if asked.after is None:
            raise
        go_to()
        st.rerun()


def go_to(*trail: str) -> None:
    """Another page, by the cursors that lead to it; without any the first one."""
    st.query_params[AFTER] = trail


def turn(trail: tuple[str, ...], found: RunPage) -> None:
    total = found.totals.runs if found.totals else 0
    back = partial(go_to, *trail[:-1]) if trail else None
    forth = partial(go_to, *trail, found.next) if found.next else None
    ledger.pager(len(trail) * PAGE, len(found.rows), total, back, forth)


def details(at: Desk, run_id: str, zone: ZoneInfo) -> None:
    store, live = at.doors.store, at.doors.runner.live(run_id)
    run = live.run if live and live.run.live else store.run(run_id)
    act = run_details(run, lambda: Kept(store.events(run_id), store.events_truncated(run_id)), zone)
    if act in ("load", "echo"):
        at.open()
        settings = run.request if act == "load" else with_echo(at.session.settings)
        show(at, at.edit(lambda session: edits.with_settings(session, settings)))
    elif act == "session" and run.session_id is not None:
        try:
            show(at, store.session(run.session_id))
        except Missing:
            st.toast("The session of this request was deleted; the request itself stays here.", icon=":material/info:")


def show(at: Desk, session: Session) -> None:
    """Put the session on the notebook's page, its sidebar filled anew, and go there."""
    at.tab.take(session)
    st.switch_page("pages/1_Notebook.py", query_params={ADDRESS: session.id})


page(desk())
