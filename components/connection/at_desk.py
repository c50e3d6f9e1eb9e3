"""Where everything is kept, at the desk: what is known of it, and what is done about it."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

import streamlit as st

from components.connection.storage import Storage, Wanted, forget_target, paint_storage, told
from components.desk import Desk
from components.notices import explain
from parley.errors import ParleyError
from parley.request.kept import counted
from parley.settings import without_password


def data(at: Desk) -> None:
    """Where the data is, and its back-up. Who visits a deployment writes no files on its machine."""
    store, settings = at.doors.store, at.doors.settings
    free = store.free()
    known = Storage(
        without_password(settings.database_url),
        store.size(),
        free,
        store.short_of_space(),
        store.deletions(),
        backups_of(at) if settings.mode == "local" and free is not None else None,
    )
    wanted = paint_storage(known, datetime.now().astimezone())
    if wanted is not None:
        carry_out(at, wanted)


def carry_out(at: Desk, wanted: Wanted) -> None:
    """Do it, and say so when the page is drawn anew; or say here why it could not be done."""
    store = at.doors.store
    try:
        if wanted.what == "restore":
            at.tab.notices.append(f"{counted(store.undelete(wanted.token), 'run')} brought back.")
        elif wanted.what == "remove":
            at.tab.notices.append(f"{counted(store.remove_deleted(), 'run')} removed for good.")
        else:
            with st.spinner("Copying…"):
                size = backed_up(at, wanted.target)
            at.tab.notices.append(told(wanted.target, size))
            forget_target()
    except ParleyError as error:
        explain(error)
        return
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
