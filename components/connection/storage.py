"""Where the data is, how large, and how it is backed up; and what was deleted and is still in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import streamlit as st

from components.state import key
from parley.request.kept import counted

BACKUP = key("storage", "backup")
REMOVE = key("storage", "remove")
_TARGET = key(BACKUP, "path")
SURE, KEEP = key(REMOVE, "sure"), key(REMOVE, "keep")
_ASKED = key(REMOVE, "asked")
LISTED = 5
"""Deletions that are listed, the latest; so many more whenever somebody wants to see more."""
_SHOWN = key("storage", "shown")
_UNITS = ("bytes", "KB", "MB", "GB")


class Deletion(Protocol):
    """Runs that were deleted together."""

    @property
    def token(self) -> str: ...
    @property
    def moment(self) -> datetime: ...
    @property
    def runs(self) -> int: ...


class Leftovers(Protocol):
    """What removed runs had and may still be in the database."""

    @property
    def blobs(self) -> int: ...
    @property
    def why(self) -> str: ...


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
    left: Leftovers | None = None
    backups: Path | None = None
    """The folder for back-ups; None where they are not made from here."""


class Wanted(NamedTuple):
    """What was asked for."""

    what: Literal["backup", "restore", "remove"]
    target: Path = Path()
    token: str = ""
    """Of the deletion to be brought back; or of the latest that is to be removed."""


def paint_storage(data: Storage, moment: datetime, came: Callable[[str], None]) -> Wanted | None:
    """Draw it; gives what was asked for, once, when it was. `moment` names the next back-up, and the zone that times are told in.

    `came` draws what came of what was asked for before: of a `backup`, or of what was `deleted`.
    """
    st.header("Data", anchor=False)
    if data.short:
        st.warning(data.short, icon=":material/hard_drive:")
    left = f", and {in_words(data.free)} are free beside it" if data.free is not None else ""
    st.markdown(
        f"Sessions and history are in `{data.place.removeprefix('sqlite:///')}`. That is {in_words(data.size)}{left}. "
        "Nothing of it leaves this machine by itself."
    )
    wanted = _backup(data.backups, moment, came) if data.backups is not None else None
    if said := left_words(data.left):
        st.caption(said)
    return _deleted(data.deleted, moment.tzinfo, came) or wanted


def told(target: Path, size: int) -> str:
    """What came of a back-up, and what it is good for."""
    return (
        f"Backed up: {target} has everything as it was at that moment, {in_words(size)}. "
        "To look into it, start Parley with PARLEY_DATABASE_URL=sqlite:///, followed by that path."
    )


def left_words(left: Leftovers | None) -> str:
    """What removed runs had is not all gone with them: how much, and why; empty where it is."""
    if left is None or not left.why:
        return ""
    parts = "One message or attachment" if left.blobs == 1 else f"{left.blobs:,} messages and attachments"
    return f"{parts} of removed runs {'is' if left.blobs == 1 else 'are'} still in the database: {_LEFT[left.why]}."


_LEFT = {
    "working": "everything else is being looked through, and what nothing else has is taken out then",
    "damaged": "something else that was stored is damaged, and nobody can tell whether it has them",
    "server": "of one that is on a server Parley takes out the runs alone",
}


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
    path = folder / os.path.expanduser(typed.replace("\0", "").strip())
    return path / _name(moment) if os.path.isdir(path) else path


def _backup(folder: Path, moment: datetime, came: Callable[[str], None]) -> Wanted | None:
    st.session_state.setdefault(_TARGET, str(folder / _name(moment)))
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=key(BACKUP, "row")):
        typed = st.text_input("Back up to one file", key=_TARGET, placeholder=str(folder))
        asked = st.button("Back up now", key=BACKUP, icon=":material/save:")
    came("backup")
    st.caption(
        "Made while Parley goes on, also while answers come; keys are not in it. Such a file can be copied away, which the "
        "database itself should not be while Parley runs."
    )
    return Wanted("backup", file_of(typed, folder, moment)) if asked else None


def _deleted(deletions: Sequence[Deletion], zone: tzinfo | None, came: Callable[[str], None]) -> Wanted | None:
    """What was deleted, each time, with the way back; the one that was pressed."""
    if not deletions:
        came("deleted")
        return None
    st.markdown("**Deleted runs** can be brought back for a day; the first start after that removes them for good.")
    wanted = None
    shown = st.session_state.get(_SHOWN, LISTED)
    for one in deletions[:shown]:
        with st.container(
            horizontal=True, gap="small", vertical_alignment="center", key=key("storage", "row", one.token)
        ):
            st.markdown(
                f"{counted(one.runs, 'run')}, deleted {one.moment.astimezone(zone):%d %b, %H:%M:%S}", width="content"
            )
            name = key("storage", "restore", one.token)
            if st.button("Bring back", key=name, icon=":material/undo:", type="tertiary"):
                wanted = Wanted("restore", token=one.token)
    if len(deletions) > shown:
        words, more = f"Show earlier ones ({len(deletions) - shown:,})", key("storage", "more")
        st.button(words, key=more, type="tertiary", on_click=_show, args=(shown,))
    came("deleted")
    return _removal(deletions) or wanted


def _show(shown: int) -> None:
    st.session_state[_SHOWN] = shown + LISTED


def _removal(deletions: Sequence[Deletion]) -> Wanted | None:
    """What cannot be taken back is asked for twice; what was deleted since the first time is not in it."""
    asked: str | None = st.session_state.get(_ASKED)
    these = [one for one in deletions if asked is None or int(one.token) <= int(asked)]
    if not these:
        _ask(None)
        return _removal(deletions)
    runs = counted(sum(one.runs for one in these), "run")
    if asked is None:
        words, latest = f"Remove {runs} for good…", these[0].token
        st.button(words, key=REMOVE, icon=":material/delete_forever:", on_click=_ask, args=(latest,))
        return None
    st.warning(f"{runs}, with the messages and attachments that nothing else has: nothing brings them back after this.")
    with st.container(horizontal=True, gap="small", key=key(REMOVE, "row")):
        sure = st.button(f"Remove {runs}", key=SURE, icon=":material/delete_forever:")
        st.button("Keep them", key=KEEP, type="tertiary", on_click=_ask, args=(None,))
    if not sure:
        return None
    _ask(None)
    return Wanted("remove", token=asked)


def _ask(latest: str | None) -> None:
    """Whether to ask once more, and of which deletions: those up to this one."""
    st.session_state[_ASKED] = latest


def _name(moment: datetime) -> str:
    return f"parley-{moment:%Y-%m-%d-%H%M%S}.db"
