"""The ledger at the desk: what the page asks of the store, and what is done with the rows that are opened or picked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import streamlit as st

from components.address import ADDRESS
from components.desk import Desk
from components.history import ledger
from components.history.comparing import paint_comparison
from components.history.counting import forget_counts
from components.history.counts import PAGE, query
from components.history.details import Act, Kept, run_details
from components.history.filters import View
from components.history.frame import short_label
from components.history.marking import Bulk, paint_deleted, paint_marks, paint_picked
from components.history.picking import pick_none, picked
from components.history.repeating import again, held_back
from components.history.truth import with_echo
from components.state import key
from parley.errors import Missing, ParleyError, StoreError
from parley.exporting.ledger import LEDGER_FORMS, ledger_file
from parley.notebook import LIVE, Run, Session, chosen, edits
from parley.reply.defuse import plain
from parley.store import RunPage, RunQuery, RunRow

SESSIONS = 200
"""Sessions on offer to filter by, the latest ones."""
LOADED = "Loaded: the sidebar has the settings of request #{}, in place of those that this session had. Undo takes that back."
ASKING = "Set: the next run of this session asks OpenRouter what it forwards."
GONE = "That run was deleted."
_DELETED = key("history", "deleted")
GoTo = Callable[..., None]
"""To another page, by the cursors that lead to it."""


class Deleted(NamedTuple):
    """What was deleted together, and what brings it back."""

    token: str
    runs: int


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


def picked_acts(at: Desk, known_tags: Sequence[str], *, any_rows: bool) -> None:
    """What was deleted last, and, where there are `any_rows`, what can be done with those that are picked."""
    gone: tuple[Deleted, ...] = st.session_state.get(_DELETED, ())
    if gone:
        dismiss = partial(st.session_state.pop, _DELETED, None)
        paint_deleted(gone[-1].runs, len(gone) - 1, partial(bring_back, at, gone[-1]), dismiss)
    if any_rows:
        acts = Bulk(mark=partial(mark, at), compare=ledger.compare, delete=partial(delete, at), none=clear_picked)
        paint_picked(picked(), known_tags, acts)


def way_to_deleted(at: Desk) -> None:
    """Where everything is that was deleted and can be brought back, also by another tab or before a reload. Who visits a deployment
    does not get at what others have deleted.
    """
    if at.doors.settings.mode == "local" and at.doors.store.deletions():
        st.page_link("pages/6_Settings.py", label="Deleted runs", icon=":material/restore_from_trash:", width="content")


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
    st.session_state[_DELETED] = (*st.session_state.get(_DELETED, ()), Deleted(token, went))
    forget_counts()
    clear_picked()
    ledger.close(run_ids)


def bring_back(at: Desk, gone: Deleted) -> None:
    """Callback: what was deleted last is there again; what was deleted before it can be brought back next."""
    st.session_state[_DELETED] = tuple(one for one in st.session_state.get(_DELETED, ()) if one != gone)
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
    store, asked, keys = at.doors.store, query(view), at.doors.keys_at_hand()
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("history", "export")):
        st.caption("Export what is filtered:", width="content")
        for form, kind in LEDGER_FORMS.items():
            make = partial(ledger_file, form, partial(store.every_row, asked), partial(store.every_run, asked), keys)
            name = f"parley-history.{kind.ending}"
            address = at.doors.on_offer(repr(asked), name, kind.media_type, make)
            place = key("history", "export", form)
            st.link_button(kind.words, address, key=place, icon=":material/download:", type="tertiary")
        way_to_deleted(at)


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
    run = live.run if live and live.run.live else whole(at, row.id)
    if run is None:
        return

    def elsewhere(run_id: str) -> str:
        with contextlib.suppress(Missing):
            return short_label(store.row(run_id), zone)
        return "A run that was deleted"

    def more() -> None:
        other = paint_marks(row, tags, partial(mark, at), partial(ledger.beside, labels, row.id, elsewhere))
        if other is not None:
            compared(at, run, row, other, zone)

    def ask(act: Act) -> None:
        """A callback, because the page may be drawn anew before it comes to what was pressed: when a run ends, for example."""
        at.tab.asked_of = row.id, act

    asked, at.tab.asked_of = at.tab.asked_of, None
    if asked is not None and asked[0] == row.id:
        carry_out(at, row, run, asked[1])
    held_back(at, run)
    run_details(run, lambda: Kept(store.events(row.id), store.events_truncated(row.id)), zone, more, ask)


def carry_out(at: Desk, row: RunRow, run: Run, act: str) -> None:
    """Do what was asked of the run that is open; nearly all of it is seen on another page."""
    if act in ("load", "echo"):
        at.open()
        settings = run.request if act == "load" else with_echo(at.session.settings)
        session = at.edit(lambda session: edits.with_settings(session, settings))
        at.tab.notices.append(LOADED.format(row.sequence) if act == "load" else ASKING)
        show(at, session)
    elif act == "again":
        again(at, run)
    elif act == "session" and run.session_id is not None:
        store = at.doors.store
        try:
            session = store.session(run.session_id)
            told = which_attempt(run, store.attempts(session.id).get(run.cell_id or "", ()), session)
            at.tab.notices.extend(told)
            show(at, session, run.cell_id)
        except Missing:
            st.toast("The session of this request was deleted; the request itself stays here.", icon=":material/info:")


def compared(at: Desk, run: Run, row: RunRow, other_id: str, zone: ZoneInfo) -> None:
    with contextlib.suppress(Missing):
        beside = short_label(at.doors.store.row(other_id), zone)
        if (other := whole(at, other_id)) is not None:
            paint_comparison(run, other, (short_label(row, zone), beside))
        return
    st.caption(GONE)


def whole(at: Desk, run_id: str) -> Run | None:
    """The run; None where it was deleted meanwhile or cannot be read, which is said in its place."""
    try:
        return at.doors.store.run(run_id)
    except Missing:
        st.caption(GONE)
    except StoreError as error:
        st.warning(plain(str(error)), icon=":material/warning:")
    return None


def which_attempt(run: Run, runs: Sequence[Run], session: Session) -> Sequence[str]:
    """Where a run is found that its cell does not show now, as a sentence; nothing where the cell shows it."""
    cell = next((one for one in session.cells if one.id == run.cell_id), None)
    ids = [one.id for one in runs]
    if cell is None or run.id not in ids:
        return ("The cell of this request was deleted; the request itself stays in History.",)
    shown = chosen(cell, runs)
    if run.id in cell.compared or (shown is not None and shown.id == run.id):
        return ()
    return (f"The request is attempt {ids.index(run.id) + 1} of {len(ids)} of the first cell shown here: step to it.",)


def show(at: Desk, session: Session, cell_id: str | None = None) -> None:
    """Put the session on the notebook's page, its sidebar filled anew, and go there, to one of its cells where it is named."""
    at.tab.take(session)
    if cell_id is not None:
        at.tab.bench.go(cell_id)
    st.switch_page("pages/1_Notebook.py", query_params={ADDRESS: session.id})
