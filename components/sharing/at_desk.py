"""Handing over at the desk: what of a session leaves, what the check takes out of it, and the ways out."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import streamlit as st

from components.desk import Desk
from components.history.frame import zone_of
from components.notices import explain
from components.sessions.list import name_of
from components.sharing.asking import Page, Sharing, ask_no_more, asked_to_share
from components.sharing.check import Row, check, forget_choices
from components.sharing.extent import Extent, extent, forget_extent, still_coming
from components.sharing.leaving import ONLY_HERE, File, Link, files, link_list, link_made, link_maker, preview_fold
from components.sharing.place import Place, place_of
from parley.bundle import COMMENT, document_of, lifted
from parley.errors import ParleyError, Unopenable
from parley.exporting import bundle, enclosed, html_page, markdown, notebook, only_read
from parley.exporting.bundling import is_zip
from parley.exporting.checking import KINDS, Found, leaving, sealed, without
from parley.notebook import Snapshot

T = TypeVar("T")
_FORMS: dict[str, tuple[str, str]] = {
    "html": ("HTML page", "opens in any browser without a network, prints, and opens again in Parley."),
    "bundle": ("Bundle", "everything as data, with its attachments, to be opened in Parley."),
    "markdown": ("Markdown", "to be read and edited as text."),
    "notebook": ("Jupyter", "a notebook that sends the same requests again."),
}


_READ: dict[str, str] = {
    "html": "opens in any browser without a network, and prints.",
    "markdown": _FORMS["markdown"][1],
    "notebook": _FORMS["notebook"][1],
}
_ONLY_READ = "Only to be read: with the session in it, it would be larger than what Parley opens again"


class Writer(NamedTuple):
    """How a form is written."""

    kind: Callable[[Snapshot], tuple[str, str]]
    """The ending of its name, and its media type."""
    write: Callable[[Snapshot], bytes]


def _bundle_kind(snapshot: Snapshot) -> tuple[str, str]:
    return ("zip", "application/zip") if is_zip(bundle(snapshot)) else ("json", "application/json")


_WRITERS: dict[str, Writer] = {
    "html": Writer(lambda _: ("html", "text/html"), lambda one: html_page(one, embed=enclosed(one)).encode()),
    "bundle": Writer(_bundle_kind, bundle),
    "markdown": Writer(lambda _: ("md", "text/markdown"), lambda one: markdown(one).encode()),
    "notebook": Writer(lambda _: ("ipynb", "application/x-ipynb+json"), lambda one: notebook(one).encode()),
}


def share_dialog(at: Desk, page: Page) -> None:
    """Draw it while somebody hands over a session on this page."""
    sharing = asked_to_share(page)
    if sharing is None:
        return

    @st.dialog("Share or export", width="medium", icon=":material/ios_share:", on_dismiss=_leave)
    def look() -> None:
        try:
            _hand_over(at, sharing)
        except ParleyError as error:
            explain(error)

    look()


def links(at: Desk) -> None:
    """The links that were made, each with the way to end it."""
    made = at.doors.store.shares()
    if not made:
        return
    zone, now = zone_of(st.context.timezone), datetime.now(UTC)
    listed = [
        Link(
            one.id,
            one.title,
            one.created.astimezone(zone),
            one.expires and one.expires.astimezone(zone),
            one.revoked and one.revoked.astimezone(zone),
            one.open_at(now),
        )
        for one in made
    ]
    revoked = link_list(listed)
    if revoked is None:
        return
    try:
        at.doors.store.revoke(revoked)
    except ParleyError as error:
        explain(error)
        return
    st.rerun()


def _hand_over(at: Desk, sharing: Sharing) -> None:
    if sharing.snapshot is None:
        if not sharing.again:
            forget_choices()
            forget_extent()
        sharing.snapshot = at.doors.store.snapshot(sharing.session_id)
    whole = sharing.snapshot
    keys = at.doors.keys_at_hand()()
    st.caption(name_of(whole.session.title))
    several = any(len(attempts) > 1 for attempts in whole.attempts.values())
    chosen = extent(whole.session.cells, several)
    still_coming(sum(run.live for attempts in whole.attempts.values() for run in attempts), sharing.read_again)
    part = _once(sharing, f"part {chosen}", partial(_part, whole, chosen))
    found = _once(sharing, f"found {chosen}", partial(leaving, part, secrets=keys))
    decided = check({one.id: _row(one) for one in found})
    what = f"{chosen} {sorted(decided.items())}"
    leaves = _once(sharing, f"leaves {what}", lambda: sealed(without(part, decided, secrets=keys), keys))
    preview_fold(lambda: _texts(sharing, what, leaves))
    place = place_of(st.context.url, st.get_option("server.baseUrlPath"))
    if place.only_here:
        st.info(ONLY_HERE, icon=":material/computer:")
        _files(at, sharing, leaves, what, keys, first=True)
        _link(at, sharing, leaves, what, place, keys)
    else:
        _link(at, sharing, leaves, what, place, keys)
        _files(at, sharing, leaves, what, keys, first=False)


def _leave() -> None:
    """Callback: the dialog was closed."""
    ask_no_more()
    forget_choices()
    forget_extent()


def _once(sharing: Sharing, what: str, work: Callable[[], T]) -> T:
    """Work out something of the copy, once for as long as it is asked in the same way."""
    name, _, asked = what.partition(" ")
    known = sharing.checked.get(name)
    if known is None or known[0] != asked:
        with st.spinner("Looking through the session…"):
            known = sharing.checked[name] = (asked, work())
    result: T = known[1]
    return result


def _part(whole: Snapshot, chosen: Extent) -> Snapshot:
    part = whole if chosen.until is None else whole.until(chosen.until)
    return (part.chosen_only() if chosen.attempts == "Chosen ones only" else part).anonymous()


def _row(found: Found) -> Row:
    about = KINDS[found.kind]
    label = f"{about.label} of {found.maker}" if found.maker else about.label
    return Row(label, about.why, found.shown, [place.words for place in found.places], found.advice, found.choices)


def _texts(sharing: Sharing, what: str, leaves: Snapshot) -> Mapping[str, str]:
    return _once(
        sharing,
        f"texts {what}",
        lambda: {"Text": _seen(markdown(leaves)), "Data": _data(leaves)},
    )


def _data(leaves: Snapshot) -> str:
    """The document that a bundle is, its attachments named by their hash."""
    return json.dumps(lifted(document_of(leaves))[0], ensure_ascii=False, indent=1)


def _seen(text: str) -> str:
    """A Markdown document without the session that it may carry."""
    return text.rpartition(COMMENT[0])[0] or text


class Offer(NamedTuple):
    """Which files there can be."""

    kinds: Mapping[str, tuple[str, str]]
    read: frozenset[str]
    """Those that cannot be opened again."""
    refused: Unopenable | None
    """Why there is no bundle."""

    def told(self, form: str) -> str:
        if form not in self.read:
            return _FORMS[form][1]
        return f"{_READ[form]} {_ONLY_READ}{'; the bundle opens again' if 'bundle' in self.kinds else ''}."


def _offer(leaves: Snapshot) -> Offer:
    kinds, refused = dict[str, tuple[str, str]](), None
    for form, writer in _WRITERS.items():
        try:
            kinds[form] = writer.kind(leaves)
        except Unopenable as error:
            refused = error
    return Offer(kinds, only_read(leaves), refused)


def _files(at: Desk, sharing: Sharing, leaves: Snapshot, what: str, keys: list[str], *, first: bool) -> None:
    """Files of just this copy, each written when it is fetched. What this tab offered of the session before is not on offer any more."""
    name, offered = file_name(leaves.session.title), f"session {at.tab.name} {sharing.session_id}"
    offer, on_offer = _once(sharing, f"offer {what}", lambda: _offer(leaves)), []
    if offer.refused is not None:
        explain(offer.refused)
    for form, (ending, media_type) in offer.kinds.items():
        make = partial(_made, _WRITERS[form].write, leaves, keys)
        address = at.doors.on_offer(offered, f"{name}.{ending}", media_type, make)
        on_offer.append(File(form, _FORMS[form][0], offer.told(form), address))
    files(on_offer, first=first)


def _made(write: Callable[[Snapshot], bytes], leaves: Snapshot, keys: list[str]) -> Iterator[bytes]:
    """The file; none at all where a key at hand is in it, or in what is packed into it."""
    yield sealed(write(sealed(leaves, keys)), keys)


def _link(at: Desk, sharing: Sharing, leaves: Snapshot, what: str, place: Place, keys: list[str]) -> None:
    asked, lasts = link_maker(only_here=place.only_here)
    if asked:
        token, share = at.doors.store.share(leaves, expires=lasts, keys=keys)
        zone: ZoneInfo = zone_of(st.context.timezone)
        sharing.link = place.link(token)
        st.toast("The link is made: it stands below.", icon=":material/link:")
        sharing.checked["link"] = (what, share.expires and share.expires.astimezone(zone))
    made_of, expires = sharing.checked.get("link", ("", None))
    if sharing.link:
        link_made(sharing.link, expires, outdated=made_of != what, only_here=place.only_here)


def file_name(title: str) -> str:
    """A title as the name of a file: letters of ASCII, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return f"parley-{words}" if words else "parley-session"
