"""The one typed object in session state, and the spelling of every widget key.

A widget is the state of its widget; what must outlive a reload is in the store. Here stands only what lies between: which
session is open, which connection this browser chose, what the page has to say once.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import streamlit as st

from components.attempt.staleness import StaleCells
from components.budget.waiting import Again, HeldBack
from components.cell.bench import Bench
from components.panel.editors import widgets_of
from components.panel.seen import show_as
from components.present.stage import Stage
from components.presets.acts import Asked, Replaced, Told
from parley.errors import ParleyError
from parley.notebook import Session
from parley.notebook.merging import Disagreement
from parley.notebook.replaying import Step
from parley.request import ChatRequest

_UI = "ui"


class Left(NamedTuple):
    """A session that a tab has left, and until when (of the monotonic clock, in seconds) a browser may not have heard of it."""

    session_id: str
    until: float


class Offered(NamedTuple):
    """A copy of what somebody shared, that may be taken over."""

    token: str
    title: str
    cells: int


@dataclass
class UiState:
    """What one browser tab has open."""

    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    """What the tab is called where its browser has no name of its own."""
    session: Session | None = None
    """The open session as it was last read or written; replaced whole at every edit."""
    refill: bool = False
    """The sidebar's widgets and the prompt box are to be filled from the session before they are drawn."""
    refill_prompt: bool = False
    """Only the prompt box is to be filled."""
    filling: bool = False
    """They are being filled: also the next run does it, should this one end before it has drawn them."""
    filling_prompt: bool = False
    outgoing: str | None = None
    """A prompt that was sent and is not in a cell yet; kept here, because any draw call may end a run of the page."""
    offered: list[str] = field(default_factory=list)
    """Addresses, data: ones mostly, of what somebody wants to send back; they are attached as soon as the page is drawn."""
    refused: list[str] = field(default_factory=list)
    """Why files were not attached, until somebody has read it."""
    redraw: bool = False
    """What was done in a part of the page concerns the whole."""
    hindrances: tuple[str, ...] = ()
    """What the sidebar holds that the API would refuse: nothing is sent with it."""
    warned: frozenset[str] = frozenset()
    """Variables without a value of which the person was told before sending; to send again is to mean it."""
    preset_asked: Asked | None = None
    """What was asked of presets and is not done yet."""
    preset_told: Told | None = None
    """What came of it."""
    preset_replaced: Replaced | None = None
    """What the preset that was loaded last replaced, to be taken back."""
    paste_notes: tuple[str, ...] = ()
    """What was unknown or left out of the request that was pasted; it stands until it is dismissed."""
    messages_shown: str = ""
    """The notebook's messages as the raw editor showed them."""
    left: Left | None = None
    """The session that was left, as long as the browser may still name it."""
    ticket: str | None = None
    """The way to a copy that was gone last: a browser that is busy may name it once more."""
    led_to: Offered | None = None
    """Where that led to; nothing is taken over before somebody says so."""
    led: bool = False
    """The address was changed by this tab: what the next run meets may be that change, and not the browser's address."""
    page: str | None = None
    """The page that was drawn last."""
    bench: Bench = field(default_factory=Bench)
    """What is being worked at in the column of cells."""
    several: str | None = None
    """The cell of which somebody is about to say how many times it is to be run."""
    times: tuple[str, int] | None = None
    """A cell that is to be run so many times at once, as soon as its settings are known."""
    going_on: tuple[str, str] | None = None
    """A cell whose answer is to be gone on with, as soon as the settings are known, and from what on; empty is all of it."""
    answering: str | None = None
    """A run whose tool calls are to be answered, as soon as the settings are known."""
    results: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What was written for the calls of a run, until it is sent."""
    branching: tuple[str, str] | None = None
    """A run of which a fork is to be made, and what its answer is to begin with there."""
    replaying: Sequence[Step] = ()
    """Cells that are to be run again one after another, as soon as the page is drawn."""
    asked_of: tuple[str, str] | None = None
    """A run of the ledger, and what is to be done with it as soon as its page is drawn."""
    held: HeldBack | None = None
    """What was to be sent and may cost more than is left."""
    let_through: Again | None = None
    """What somebody said is to be sent all the same, once."""
    stale: StaleCells = field(default_factory=StaleCells)
    """Which cells are stale, as it was last found."""
    disagreement: Disagreement | None = None
    """What another tab changed, too, until somebody says which it is to be."""
    stage: Stage = field(default_factory=Stage)
    """What this tab presents."""
    notices: list[str] = field(default_factory=list)
    """Sentences to be said once, on the next run of the page."""
    came: dict[str, str | ParleyError] = field(default_factory=dict)
    """What came of something that was asked for, to be said once beside the place, by its name, where it was asked for."""
    seen: dict[str, str] = field(default_factory=dict)
    """What was on screen when it was last looked at, by name."""
    drawn: dict[str, int] = field(default_factory=dict)
    """Answers, by name, that do not fold, for they were seen while they came, or somebody unfolded them; how many pieces of each
    were on screen at the last look."""
    carried: set[str] = field(default_factory=set)
    """Sessions, each with the models asked, of which somebody said that reasoning of another family is to be sent."""
    costly: set[str] = field(default_factory=set)
    """Answers, by name, of which also what may freeze the page is drawn, because somebody asked for it."""

    def opened(self) -> Session:
        """The open session; a page that draws cells has opened one before."""
        if self.session is None:
            raise RuntimeError("no session is open")
        return self.session

    def take(self, session: Session) -> None:
        """Put another session, or another state of this one, on the page and fill the widgets from it."""
        if self.session is not None and self.session.id != session.id:
            self.warned, self.preset_told, self.preset_replaced, self.paste_notes = frozenset(), None, None, ()
            self.bench, self.disagreement, self.held, self.let_through = Bench(), None, None, None
            self.refused = []
        self.session, self.refill = session, True

    def visit(self, page: str) -> None:
        """Note which page is drawn. On coming back its prompt box is empty, because a box lives as long as its page."""
        self.refill_prompt |= page != self.page
        self.page = page

    def said(self) -> list[str]:
        """The notices, which are not said again."""
        said, self.notices = self.notices, []
        return said

    def changed(self, name: str, now: str) -> bool:
        """Whether what bears this name differs from what was seen the last time; at first sight it does not."""
        before = self.seen.get(name, now)
        self.seen[name] = now
        return before != now


def ui() -> UiState:
    """This tab's state."""
    if _UI not in st.session_state:
        st.session_state[_UI] = UiState()
    return cast(UiState, st.session_state[_UI])


def key(*parts: str) -> str:
    """A widget key from its parts; what a CSS class cannot hold becomes `-`."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", "-".join(parts))


def field_key(name: str) -> str:
    """The key of the widget that edits the ChatRequest field `name`."""
    return key("field", name)


def stop_key(run_id: str) -> str:
    return key("stop", run_id)


def cell_key(cell_id: str, *part: str) -> str:
    return key("cell", cell_id, *part)


def write_settings(settings: ChatRequest) -> None:
    """Make every widget of the request panel show these settings, before any of them is drawn.

    For settings that come from elsewhere: another session, a row of History, an undo. What was chosen or typed in the panel
    and is not part of them is gone.
    """
    widgets, empty = widgets_of(settings), widgets_of(ChatRequest())
    for name, shown in widgets.fields.items():
        show_as(field_key(name), shown, first=empty.fields[name])
    show_as(key("raw-json"), widgets.raw, first=empty.raw)
    for kept in ("edits", "typed", "left"):
        st.session_state.pop(key("panel", kept), None)
