"""The ways out: files to download, and a link to a copy that nobody can change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import NamedTuple

import segno
import streamlit as st

from components.panel.folds import inner_fold
from components.state import key
from parley.reply.defuse import as_name
from parley.request.kept import counted

CREATE = key("share", "create")
EXPIRY = key("share", "expiry")
EXPIRIES: dict[str, timedelta | None] = {
    "1 day": timedelta(days=1),
    "7 days": timedelta(days=7),
    "30 days": timedelta(days=30),
    "90 days": timedelta(days=90),
    "Until I revoke it": None,
}
ONLY_HERE = (
    "Parley runs on this machine only, so a link opens on this machine only. To hand the session to somebody else, "
    "send the HTML file: it opens in any browser, without Parley."
)
_ONCE = (
    "It is shown this once: Parley keeps only its fingerprint. It is listed, and can be revoked, on the page Sessions."
)
LONGEST_PREVIEW = 100_000
"""Characters that are shown; the files have all."""
_QR = 5
"""Pixels of a module."""


class File(NamedTuple):
    """A file on offer."""

    form: str
    label: str
    told: str
    address: str


def files(on_offer: Sequence[File], *, first: bool) -> None:
    """Draw them; `first` says that a file is what one most likely wants."""
    with st.container(horizontal=True, gap="small", key=key("share", "files")):
        for place, file in enumerate(on_offer):
            st.link_button(
                file.label,
                file.address,
                key=key("share", "file", file.form),
                icon=":material/download:",
                type="primary" if first and not place else "secondary",
            )
    st.caption("  \n".join(f"**{file.label}**: {file.told}" for file in on_offer))


def preview_fold(texts: Callable[[], Mapping[str, str]]) -> None:
    """Exactly what leaves, to be read before it does; it is written down only for whoever looks."""
    with inner_fold("What leaves, exactly", under=key("share", "preview")) as is_open:
        if not is_open:
            return
        told = texts()
        for tab, (form, text) in zip(st.tabs(list(told)), told.items(), strict=True):
            with tab:
                st.code(
                    text[:LONGEST_PREVIEW], language="json" if form == "Data" else None, height=320, wrap_lines=True
                )
                if len(text) > LONGEST_PREVIEW:
                    st.caption(f"The first {LONGEST_PREVIEW:,} of {len(text):,} characters; a file has all of them.")


def link_maker(*, only_here: bool) -> tuple[bool, timedelta | None]:
    """Draw it; whether a link is asked for, and for how long."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.session_state.setdefault(EXPIRY, "30 days")
        chosen = st.selectbox("Expires after", list(EXPIRIES), key=EXPIRY, width=190)
        asked = st.button(
            "Create a link", key=CREATE, icon=":material/link:", type="secondary" if only_here else "primary"
        )
    return asked, EXPIRIES[chosen]


def link_made(url: str, expires: datetime | None, *, outdated: bool, only_here: bool) -> None:
    """The link, this once, as text and as a picture for a telephone; `outdated` says that what is chosen now is not what it shows,
    `only_here` that it leads nowhere from another machine."""
    until = f"until {expires.day} {expires:%B %Y, %H:%M}" if expires else "until you revoke it"
    who = "On this machine, whoever has this link" if only_here else "Whoever has this link"
    with st.container(border=True, key=key("share", "made")):
        st.markdown(f"**{who} can read the copy {until}.** They need no account, and can change nothing.")
        if outdated:
            st.warning("It shows what was chosen when it was made. Create another one for what is chosen now.")
        st.code(url, language=None, wrap_lines=True)
        with st.container(horizontal=True, wrap=False, gap="medium", vertical_alignment="center"):
            st.image(qr(url), width=148, alt="The link as a QR code, for a phone")
            st.caption(_ONCE, width="stretch")


def qr(url: str) -> bytes:
    """A PNG, dark on light by day and by night, with the margin that readers need."""
    held = BytesIO()
    segno.make(url, error="m", micro=False).save(held, kind="png", scale=_QR, border=4, dark="#000", light="#fff")
    return held.getvalue()


class Link(NamedTuple):
    """A link as it is listed."""

    id: str
    title: str
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    is_open: bool


def link_list(made: Sequence[Link]) -> str | None:
    """Draw it; gives the id of the one to be revoked."""
    alive = sum(one.is_open for one in made)
    with inner_fold(
        "Links to copies", f"{alive} open" if alive else "none open", under=key("share", "links")
    ) as is_open:
        if not is_open:
            return None
        revoked = None
        for one in listed(made):
            with st.container(
                horizontal=True, wrap=False, gap="small", vertical_alignment="center", key=key("share", one.id)
            ):
                with st.container(gap=None):
                    st.markdown(as_name(one.title) or "Untitled")
                    st.caption(standing(one))
                if one.is_open and st.button("Revoke", key=key("share", "revoke", one.id), type="tertiary"):
                    revoked = one.id
        if len(made) > MOST_LISTED:
            st.caption(f"And {counted(len(made) - MOST_LISTED, 'older link')}.")
        return revoked


MOST_LISTED = 30


def listed(made: Sequence[Link]) -> list[Link]:
    """The newest first, and none that is open left out for one that is not; one that is revoked stays in its place, so that
    no other one comes under the finger."""
    kept = sorted(made, key=lambda one: not one.is_open)[:MOST_LISTED]
    return sorted(kept, key=lambda one: one.created, reverse=True)


def standing(link: Link) -> str:
    """When it was made, and until when it leads somewhere."""
    made = f"made {_day(link.created)}"
    if link.revoked:
        return f"{made} · revoked {_day(link.revoked)}"
    if not link.expires:
        return f"{made} · until it is revoked"
    return f"{made} · {'expires' if link.is_open else 'expired'} {_day(link.expires)}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M}"
