"""The ledger at the desk: what the page asks of the store, and what is done with the rows that are opened or picked."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import streamlit as st

from components.address import ADDRESS
from components.budget.held import held_row
from components.budget.waiting import Again
from components.connection.line import rerun_when
from components.desk import Desk
from components.history import ledger
from components.history.chart_specs import Bucket, Group, Step
from components.history.charts import HOURS, By
from components.history.comparing import paint_comparison
from components.history.counting import PATIENCE, Count, counting, forget_counts, keep_counts
from components.history.details import Kept, run_details
from components.history.filters import View
from components.history.frame import short_label
from components.history.marking import Bulk, paint_deleted, paint_marks, paint_picked
from components.history.picking import pick_none, picked
from components.history.sums import paint_spreads, paint_sums
from components.history.truth import with_echo
from components.notebook.paste_request import session_of
from components.state import key
from parley.errors import Conflict, Missing, ParleyError
from parley.exporting.ledger import LEDGER_FORMS, ledger_file
from parley.notebook import LIVE, Run, Session, edits
from parley.store import RunPage, RunQuery, RunRow

PAGE = 100
GLANCE = 0.1
"""Seconds that what stands above the rows waits for what it counts; then the rows come first."""
SESSIONS = 200
"""Sessions on offer to filter by, the latest ones."""
_DELETED = key("history", "deleted")
T = TypeVar("T")
GoTo = Callable[..., None]
"""To another page, by the cursors that lead to it."""


class Counts:
    """What is being counted of all that the filter lets through, while the page is drawn."""

    def __init__(self, at: Desk, view: View, zone: ZoneInfo) -> None:
        self._store, self._zone = at.doors.store, zone
        self._every = query(view)
        self._asked = repr(sorted(view.filters.items()))
        self._late: list[Count[Any]] = []
        self.totals = self._count("totals", self._store.totals)
        self.spreads = self._count("spreads", self._store.percentiles)
        self._place: Any = None

    def paint(self, place: Any) -> None:
        """Draw the sums there if they are known at once, else at the end of the page."""
        if self.totals.wait(GLANCE) and self.spreads.wait(GLANCE):
            with place:
                self._paint(0)
        else:
            self._place = place

    def end(self, pages: Any, turn: Callable[[int | None], None]) -> None:
        """What the page waits for last: its sums, and the number of rows beside the ways between pages.

        What is not known by now is being counted, and the page is drawn anew when it is.
        """
        if self._place is not None:
            with self._place:
                self._paint(PATIENCE)
        totals = self.totals.within(0)
        with pages:
            turn(totals.runs if totals is not None else None)
        waits = [*self._late, *(one for one in (self.totals, self.spreads) if not one.known)]
        if waits:
            rerun_when(lambda: all(one.known for one in waits) and keep_counts())

    def buckets(self, step: Step) -> Sequence[Bucket] | None:
        """For the charts; hours of the last days alone."""
        since = self._every.since
        if step == "hour":
            begin = datetime.now(self._zone).replace(minute=0, second=0, microsecond=0) - timedelta(days=HOURS)
            since = max(since, begin) if since else begin
        every = self._every.model_copy(update={"since": since})
        work = partial(self._store.series, step="hour" if step == "hour" else "day", zone=self._zone)
        return self._glanced(self._count(f"series-{step}", work, every))

    def groups(self, by: By) -> Sequence[Group] | None:
        return self._glanced(self._count(f"groups-{by}", partial(self._store.percentiles_by, by)))

    def _paint(self, seconds: float) -> None:
        paint_sums(self.totals.within(seconds))
        paint_spreads(self.spreads.within(seconds))

    def _glanced(self, count: Count[T]) -> T | None:
        if not count.wait(GLANCE):
            self._late.append(count)
        return count.within(0)

    def _count(self, name: str, work: Callable[[RunQuery], T], every: RunQuery | None = None) -> Count[T]:
        asked = every or self._every
        return counting(name, f"{self._asked} {asked.since}", lambda: work(asked))


class Deleted(NamedTuple):
    """What was deleted last, and what brings it back."""

    token: str
    runs: int


def query(view: View, trail: Sequence[str] = ()) -> RunQuery:
    """The question to the store; `trail` holds the cursors that lead to a page, without any the first."""
    asked = {**view.filters, "sort": view.sort, "descending": view.descending}
    after = trail[-1] if trail else None
    return RunQuery.model_validate({**asked, "limit": PAGE, "after": after, "totals": False})


def some_alive(at: Desk) -> bool:
    alive = RunQuery(outcome=tuple(LIVE), sort="outcome", limit=1, totals=False)
    return bool(at.doors.store.runs(alive).rows)


def titles(at: Desk) -> Mapping[str, str]:
    """The latest sessions by id."""
    return {one.id: one.title or "untitled" for one in at.doors.store.sessions(most=SESSIONS)}


def turn(trail: tuple[str, ...], found: RunPage, go_to: GoTo, total: int | None) -> None:
    """The ways to the neighbours of a page."""
    back = partial(go_to, *trail[:-1]) if trail else None
    forth = partial(go_to, *trail, found.next) if found.next else None
    ledger.pager(len(trail) * PAGE, len(found.rows), total, back, forth)


def picked_acts(at: Desk, known_tags: Sequence[str]) -> None:
    """What can be done with the rows that are picked, and what was deleted last."""
    paint_picked(
        picked(),
        known_tags,
        Bulk(mark=partial(mark, at), compare=ledger.compare, delete=partial(delete, at), none=clear_picked),
    )
    gone: Deleted | None = st.session_state.get(_DELETED)
    if gone is not None:
        paint_deleted(gone.runs, partial(bring_back, at, gone), partial(st.session_state.pop, _DELETED, None))


def mark(at: Desk, run_ids: Sequence[str], /, **marks: Any) -> None:
    """Callback: store marks, which may be filtered by; says so where that cannot be."""
    forget_counts()
    try:
        at.doors.store.mark(run_ids, **marks)
    except ParleyError as error:
        at.tab.notices.append(f"Not marked: {error}")


def delete(at: Desk, run_ids: Sequence[str]) -> None:
    """Callback: take runs out of the ledger; the one that is open closes."""
    try:
        token = at.doors.store.delete_runs(run_ids)
        went = next((one.runs for one in at.doors.store.deletions() if one.token == token), len(run_ids))
    except ParleyError as error:
        at.tab.notices.append(f"Not deleted: {error}")
        return
    st.session_state[_DELETED] = Deleted(token, went)
    forget_counts()
    clear_picked()
    ledger.close(run_ids)


def bring_back(at: Desk, gone: Deleted) -> None:
    """Callback: what was deleted last is there again."""
    st.session_state.pop(_DELETED, None)
    forget_counts()
    try:
        at.doors.store.undelete(gone.token)
    except ParleyError as error:
        at.tab.notices.append(f"Not brought back: {error}")


def clear_picked() -> None:
    """Callback: nothing is picked, in the table neither."""
    pick_none()
    ledger.forget_selection()


def exports(at: Desk, view: View) -> None:
    """Everything that the filter lets through as a file, made while it is fetched: it may be larger than the memory."""
    store, asked, keys = at.doors.store, query(view), at.doors.keys_at_hand(at.connection)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("history", "export")):
        st.caption("Export what is filtered:", width="content")
        for form, kind in LEDGER_FORMS.items():
            make = partial(ledger_file, form, partial(store.every_row, asked), partial(store.every_run, asked), keys)
            name = f"parley-history.{kind.ending}"
            address = at.doors.on_offer(repr(asked), name, kind.media_type, make)
            place = key("history", "export", form)
            st.link_button(kind.words, address, key=place, icon=":material/download:", type="tertiary")


def row_of(at: Desk, run_id: str | None, found: RunPage) -> RunRow | None:
    """The line of the run that is open, on this page or on another one; None where none is, or it was deleted."""
    if run_id is None:
        return None
    shown = next((row for row in found.rows if row.id == run_id), None)
    with contextlib.suppress(Missing):
        return shown or at.doors.store.row(run_id)
    return None


def details(at: Desk, row: RunRow, labels: Mapping[str, str], tags: Sequence[str], zone: ZoneInfo) -> None:
    """The run that is open, with its marks, and with another one beside it where somebody wants to compare."""
    store, live = at.doors.store, at.doors.runner.live(row.id)
    run = live.run if live and live.run.live else store.run(row.id)

    def more() -> None:
        other = paint_marks(row, tags, partial(mark, at), partial(ledger.beside, labels, row.id))
        if other is not None:
            compared(at, run, row, other, zone)

    held_back(at, run)
    act = run_details(run, lambda: Kept(store.events(row.id), store.events_truncated(row.id)), zone, more)
    if act in ("load", "echo"):
        at.open()
        settings = run.request if act == "load" else with_echo(at.session.settings)
        show(at, at.edit(lambda session: edits.with_settings(session, settings)))
    elif act == "again":
        again(at, run)
    elif act == "session" and run.session_id is not None:
        try:
            show(at, store.session(run.session_id))
        except Missing:
            st.toast("The session of this request was deleted; the request itself stays here.", icon=":material/info:")


def compared(at: Desk, run: Run, row: RunRow, other_id: str, zone: ZoneInfo) -> None:
    store = at.doors.store
    try:
        other, beside = store.run(other_id), store.row(other_id)
    except Missing:
        st.caption("That run was deleted.")
        return
    paint_comparison(run, other, (short_label(row, zone), short_label(beside, zone)))


def again(at: Desk, run: Run) -> None:
    """Send the exact request once more, as a new run of its cell, or in a new session where that is gone; then open it."""
    told = partial(at.doors.forecast, run.request, at.connection)
    try:
        with at.deciding():
            if at.hold(lambda: [told()], Again("repeat", run.id), session_id=run.session_id or ""):
                st.rerun()
            session, cell_id = home_of(at, run)
            show_newest(at, session.id, cell_id)
            template, added = run.template, run.added
            sent = at.doors.send(session, cell_id, run.request, at.connection, template, added, prefill=run.prefill)
    except ParleyError as error:
        at.tab.notices.append(f"Not sent: {error}")
        st.rerun()
    forget_counts()
    ledger.open_next(sent.id)
    if run.connection not in ("", at.connection.name):
        at.tab.notices.append(f"Sent over {at.connection.name}; the first time it went over {run.connection}.")
    st.toast("Sent again, as a new run.", icon=":material/replay:")
    st.rerun()


def held_back(at: Desk, run: Run) -> None:
    """Repeat it, now that it may be; or draw why it may not, with the ways out."""
    asked, at.tab.repeating = at.tab.repeating, None
    if asked == run.id:
        again(at, run)
    if at.tab.held is not None and at.tab.held.again == Again("repeat", run.id):
        held_row(at.tab.held.why, at, at.doors.account(at.connection).content)


def home_of(at: Desk, run: Run) -> tuple[Session, str]:
    """The session and the cell of a run, as long as they are there, else a new session that says the same."""
    store, ids = at.doors.store, iter(lambda: uuid.uuid4().hex, "")
    if run.session_id is not None:
        with contextlib.suppress(Missing):
            session = store.session(run.session_id)
            if any(cell.id == run.cell_id and cell.kind == "prompt" for cell in session.cells):
                return session, run.cell_id or ""
    session, _ = session_of(run.request, next(ids), ids)
    session = edits.with_settings(session, run.settings)
    if not session.cells or session.cells[-1].kind != "prompt":
        session = edits.add_prompt(session, {"role": "user", "content": ""}, next(ids))
    return store.save(session), session.cells[-1].id


def show_newest(at: Desk, session_id: str, cell_id: str) -> None:
    """Let the cell show its newest attempt. That is a choice of what is seen: another tab's word for it is as good."""
    session = at.doors.store.session(session_id)
    if edits.cell_of(session, cell_id).chosen is None:
        return
    if at.tab.session is not None and at.tab.session.id == session_id:
        at.edit(lambda session: edits.choose(session, cell_id, None))
    else:
        with contextlib.suppress(Conflict):
            at.doors.store.save(edits.choose(session, cell_id, None))


def show(at: Desk, session: Session) -> None:
    """Put the session on the notebook's page, its sidebar filled anew, and go there."""
    at.tab.take(session)
    st.switch_page("pages/1_Notebook.py", query_params={ADDRESS: session.id})
