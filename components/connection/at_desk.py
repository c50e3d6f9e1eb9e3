"""Where everything is kept, at the desk: what is known of it, and what is done about it."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

import streamlit as st

from components.connection.storage import Storage, Wanted, forget_target, left_words, paint_storage, told
from components.desk import Desk
from components.history.frame import zone_of
from components.notices import paint_came
from parley.errors import ParleyError
from parley.request.kept import counted
from parley.settings import without_password

SWEPT = 5.0
"""Seconds that the page waits until what removed runs had is gone with them; with many runs that goes on without it."""


def data(at: Desk) -> None:
    """Where the data is, its back-up, and what was deleted. Who visits a deployment writes no files on its machine, and neither
    brings back nor removes what somebody else has deleted.
    """
    store, settings = at.doors.store, at.doors.settings
    free, at_home = store.free(), settings.mode == "local"
    known = Storage(
        without_password(settings.database_url),
        store.size(),
        free,
        store.short_of_space(),
        store.deletions() if at_home else (),
        store.leftovers() if at_home else None,
        backups_of(at) if at_home and free is not None else None,
    )
    moment = datetime.now(zone_of(st.context.timezone))
    wanted = paint_storage(known, moment, lambda place: paint_came(at.tab.came.pop(place, None)))
    if wanted is not None:
        carry_out(at, wanted)


def carry_out(at: Desk, wanted: Wanted) -> None:
    """Do it; what came of it is said beside its button when the page is drawn anew."""
    store, came = at.doors.store, at.tab.came
    try:
        if wanted.what == "restore":
            came["deleted"] = f"{counted(store.undelete(wanted.token), 'run')} brought back."
        elif wanted.what == "remove":
            with st.spinner("Removing…"):
                gone = store.remove_deleted(upto=wanted.token, wait=SWEPT)
            came["deleted"] = f"{counted(gone, 'run')} removed for good. {left_words(store.leftovers())}".strip()
        else:
            with st.spinner("Copying…"):
                size = backed_up(at, wanted.target)
            came["backup"] = told(wanted.target, size)
            forget_target()
    except ParleyError as error:
        came["backup" if wanted.what == "backup" else "deleted"] = error
    st.rerun()


def backed_up(at: Desk, target: Path) -> int:
    """Bytes of the copy. The folder for back-ups is made; any other must be there."""
    with contextlib.suppress(OSError):
        if target.parent == backups_of(at):
            target.parent.mkdir(mode=0o700, exist_ok=True)
    at.doors.store.backup(target)
    return target.stat().st_size


def backups_of(at: Desk) -> Path:
    return at.doors.settings.home / "backups"
