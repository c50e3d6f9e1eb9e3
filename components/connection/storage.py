"""Where the data is, how large, and how it is backed up; and what was deleted and is still in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import streamlit as st

from components.state import key
from parley.request.kept import counted

BACKUP = key("storage", "backup")
REMOVE = key("storage", "remove")
_TARGET = key(BACKUP, "path")
MOST_LISTED = 5
"""Deletions that are listed, the latest; with more of them, whoever wants back an older one has brought back these before."""
_UNITS = ("bytes", "KB", "MB", "GB")


class Deletion(Protocol):
    """Runs that were deleted together."""

    @property
    def token(self) -> str: ...
    @property
    def moment(self) -> datetime: ...
    @property
    def runs(self) -> int: ...


class Storage(NamedTuple):
    """What is known of the data."""

    place: str
    """The database's URL without a password."""
    size: int
    """Bytes."""
    free: int | None = None
    """Bytes that are left on its disk; None is unknown."""
    short: str = ""
    """What a person should know where space runs short."""
    deleted: Sequence[Deletion] = ()
    """What can still be brought back, the latest first."""
    backups: Path | None = None
    """The folder for back-ups; None where they are not made from here."""


class Wanted(NamedTuple):
    """What was asked for."""

    what: Literal["backup", "restore", "remove"]
    target: Path = Path()
    token: str = ""


def paint_storage(data: Storage, moment: datetime) -> Wanted | None:
    """Draw it; gives what was asked for, once, when it was. `moment` names the next back-up."""
    st.header("Data", anchor=False)
    if data.short:
        st.warning(data.short, icon=":material/hard_drive:")
    left = f", and {in_words(data.free)} are free beside it" if data.free is not None else ""
    st.markdown(
        f"Sessions and history are in `{data.place.removeprefix('sqlite:///')}`. That is {in_words(data.size)}{left}. "
        "Nothing of it leaves this machine by itself."
    )
    wanted = _backup(data.backups, moment) if data.backups is not None else None
    return _deleted(data.deleted, moment.tzinfo) or wanted


def told(target: Path, size: int) -> str:
    """What came of a back-up, and what it is good for."""
    return (
        f"Backed up: {target} has everything as it was at that moment, {in_words(size)}. "
        "To look into it, start Parley with PARLEY_DATABASE_URL=sqlite:///, followed by that path."
    )


def forget_target() -> None:
    """Propose another file for the next back-up."""
    st.session_state.pop(_TARGET, None)


def in_words(size: float) -> str:
    """A size for people: `812 KB`, `1.4 MB`."""
    unit = 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {_UNITS[unit]}" if unit < 2 else f"{size:.1f} {_UNITS[unit]}"


def file_of(typed: str, folder: Path, moment: datetime) -> Path:
    """The file that a person means: a name alone stands in the folder for back-ups, a folder gets a file with a name of ours."""
    path = folder / Path(typed.strip()).expanduser()
    return path / _name(moment) if path.is_dir() else path


def _backup(folder: Path, moment: datetime) -> Wanted | None:
    st.session_state.setdefault(_TARGET, str(folder / _name(moment)))
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=key(BACKUP, "row")):
        typed = st.text_input("Back up to one file", key=_TARGET, placeholder=str(folder))
        asked = st.button("Back up now", key=BACKUP, icon=":material/save:")
    st.caption(
        "Made while Parley goes on, also while answers come; keys are not in it. Such a file can be copied away, which the "
        "database itself should not be while Parley runs."
    )
    return Wanted("backup", file_of(typed, folder, moment)) if asked else None


def _deleted(deletions: Sequence[Deletion], zone: tzinfo | None) -> Wanted | None:
    """What was deleted, each time, with the way back; the one that was pressed."""
    if not deletions:
        return None
    st.markdown("**Deleted runs** can be brought back for a day; the first start after that removes them for good.")
    wanted = None
    for one in deletions[:MOST_LISTED]:
        with st.container(
            horizontal=True, gap="small", vertical_alignment="center", key=key("storage", "row", one.token)
        ):
            st.markdown(
                f"{counted(one.runs, 'run')}, deleted {one.moment.astimezone(zone):%d %b, %H:%M}", width="content"
            )
            name = key("storage", "restore", one.token)
            if st.button("Bring back", key=name, icon=":material/undo:", type="tertiary"):
                wanted = Wanted("restore", token=one.token)
    runs = counted(sum(one.runs for one in deletions), "run")
    gone = st.button(f"Remove {runs} for good now", key=REMOVE, icon=":material/delete_forever:")
    return Wanted("remove") if gone else wanted


def _name(moment: datetime) -> str:
    return f"parley-{moment:%Y-%m-%d-%H%M%S}.db"
