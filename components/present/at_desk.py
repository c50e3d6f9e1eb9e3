"""Presenting at a desk: what is presented, and the way back to the notebook. Nothing here writes, but for taking over."""

from __future__ import annotations

import uuid
from typing import NamedTuple

import streamlit as st

from components.address import ADDRESS
from components.desk import Desk
from components.present.choosing import Picked
from components.present.stage import OPENING, Stage
from parley.errors import Missing
from parley.notebook import Session, Snapshot
from parley.notebook.edits import position
from parley.notebook.forking import fork
from parley.notebook.samples import Events, Sample, copy_of, sample_of
from parley.notebook.scenes import Scene, scenes

NOTEBOOK = "pages/1_Notebook.py"
SAMPLE, PLACE, CHOOSE = "sample", "at", "choose"
"""Query parameters: the sample that is presented, and where in it, or in the session; that somebody chooses another one."""
LISTED = 50
"""Sessions to choose among."""


class Presented(NamedTuple):
    """A session, or a sample, as it is presented."""

    snapshot: Snapshot
    scenes: tuple[Scene, ...]
    sample: Sample | None = None

    @property
    def session(self) -> Session:
        return self.snapshot.session

    @property
    def address(self) -> dict[str, str]:
        return {SAMPLE if self.sample else ADDRESS: self.session.id}

    @property
    def last(self) -> int:
        """The place of the closing card."""
        return len(self.scenes) + 1

    def scene_at(self, place: int) -> Scene | None:
        """None for the cards."""
        return self.scenes[place - 1] if 0 < place < self.last else None


def presented(at: Desk) -> Presented | None:
    """What the address names, else the session at hand; None where there is nothing to show, so that somebody chooses."""
    if CHOOSE in st.query_params:
        return None
    name = st.query_params.get(SAMPLE)
    if name is not None:
        found = sample_of(name)
        return None if found is None else Presented(found.snapshot, scenes(found.snapshot), found)
    session = _session(at, st.query_params.get(ADDRESS))
    if session is None:
        return None
    snapshot = Snapshot(session=session, attempts=at.attempts_of(session))
    shown = Presented(snapshot, scenes(snapshot))
    return shown if shown.scenes else None


def events_of(at: Desk, shown: Presented, run_id: str) -> Events:
    """The raw events of an answer; none where they were not kept."""
    if shown.sample is not None:
        return shown.sample.events.get(run_id, ())
    try:
        return at.doors.store.events(run_id)
    except Missing:
        return ()


def asked_for() -> bool:
    """Whether the address names what is to be presented."""
    return SAMPLE in st.query_params or ADDRESS in st.query_params


def place_asked() -> int | None:
    """The place that the address names; an address that names what is presented and no place means its opening."""
    asked = st.query_params.get(PLACE)
    if asked is None:
        return OPENING if asked_for() else None
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else None


def tell(shown: Presented, stage: Stage) -> None:
    """Let the address name what is presented and the place, so that a reload comes back to it."""
    place = {PLACE: str(stage.place)} if stage.place != OPENING or PLACE in st.query_params else {}
    told = {**shown.address, **place}
    if st.query_params.to_dict() != told:
        st.query_params.from_dict(told)


def go_to(picked: Picked) -> None:
    """Present it, from its opening on; the page is drawn anew."""
    st.query_params.from_dict({SAMPLE if picked.is_sample else ADDRESS: picked.id})
    st.rerun()


def choose_another() -> None:
    """Callback: let somebody choose."""
    st.query_params.from_dict({CHOOSE: ""})


def leave(shown: Presented | None) -> None:
    """To the notebook, with the session that was presented open."""
    own = shown is not None and shown.sample is None
    st.switch_page(NOTEBOOK, query_params={ADDRESS: shown.session.id} if shown is not None and own else None)


def take_over(at: Desk, shown: Presented, scene: Scene | None) -> None:
    """Go on live in the notebook from the present cell.

    At the session's last cell, and at the cards, that is the session itself; before, a fork, and of a sample a copy, so that what
    is presented stays as it is. Raises StoreError.
    """
    cell_id = scene.cell_id if scene is not None else None
    session = _copied(at, shown.sample, cell_id) if shown.sample else _continued(at, shown.snapshot, cell_id)
    at.tab.take(session)
    st.switch_page(NOTEBOOK, query_params={ADDRESS: session.id})


def _copied(at: Desk, sample: Sample, cell_id: str | None) -> Session:
    part = sample if cell_id is None else sample.until(cell_id)
    return at.doors.store.adopt(*copy_of(part, lambda: uuid.uuid4().hex))


def _continued(at: Desk, shown: Snapshot, cell_id: str | None) -> Session:
    session = shown.session
    if cell_id is None or position(session, cell_id) == len(session.cells) - 1:
        return session
    return at.doors.store.save(fork(session, cell_id, uuid.uuid4().hex, shown.attempts))


def _session(at: Desk, asked: str | None) -> Session | None:
    if asked is None or (at.tab.session is not None and at.tab.session.id == asked):
        return at.tab.session
    try:
        return at.doors.store.session(asked)
    except Missing:
        return None
