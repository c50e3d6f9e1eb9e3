"""Run from here: what would be sent and about what it costs, before anything is; then how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

import streamlit as st

from components.one_line import one_line
from components.state import key
from parley.money import dollars
from parley.notebook.replaying import Estimate, Step
from parley.reply.defuse import plain

Which = Literal["original", "present"]
SETTINGS: dict[Which, str] = {"original": "As each was sent", "present": "As the sidebar has them now"}
FROM = key("replay", "from")
State = tuple[int, str, bool]
LISTED = 6
LONGEST = 60
LOOK = 0.3
"""Seconds between two looks at a sequence."""


class Planned(NamedTuple):
    """What would be sent."""

    steps: Sequence[Step]
    texts: Sequence[str]
    """The prompt of each step."""
    estimate: Estimate
    hindrance: str = ""
    """Why it cannot be sent now."""
    empty: Sequence[str] = ()
    """Variables without a value."""
    elsewhere: Sequence[str] = ()
    """Connections, other than the present one, over which these cells were sent with the settings that they are sent with again."""
    most: Decimal | None = None
    """Dollars in the worst case, of all steps together; None where nobody can tell."""


class Sequenced(Protocol):
    """Cells that are run one after another: see `parley.runs.RunSequence`."""

    @property
    def steps(self) -> Sequence[str]: ...
    @property
    def done(self) -> int: ...
    @property
    def state(self) -> State: ...
    @property
    def ended(self) -> bool: ...
    @property
    def why(self) -> str: ...
    def stop(self) -> None: ...


def ask_from(cell_id: str) -> None:
    """Callback of whoever wants to run a cell and what comes after it."""
    st.session_state[FROM] = cell_id


def ask_no_more() -> None:
    st.session_state.pop(FROM, None)


def asked_from() -> str | None:
    """The cell from which somebody wants to run, if anybody does."""
    held: str | None = st.session_state.get(FROM)
    return held


def replay_dialog(planned: Callable[[Which], Planned], start: Callable[[Sequence[Step]], None]) -> None:
    """Draw it; `start` has the steps, and the page is drawn anew."""

    @st.dialog("Run from here", icon=":material/playlist_play:", on_dismiss=ask_no_more)
    def ask() -> None:
        which: Which = st.radio(
            "Settings", list(SETTINGS), format_func=SETTINGS.__getitem__, key=key("replay", "settings")
        )
        would = planned(which)
        _draw(would)
        with st.container(horizontal=True, gap="small"):
            words, off = f"Run {_cells(len(would.steps))}", bool(would.hindrance)
            begun = st.button(words, key=key("replay", "start"), type="primary", disabled=off)
            if st.button("Cancel", key=key("replay", "cancel")) or begun:
                ask_no_more()
                if begun:
                    start(would.steps)
                st.rerun()

    ask()


def _draw(would: Planned) -> None:
    count = len(would.steps)
    what = f"{_cells(count)}, one after another, each with the answers above it as they are then:"
    st.markdown("\n".join([what, "", *lines(would.texts)]))
    st.caption(" ".join(filter(None, (cost_words(would.estimate, count), most_words(would.most)))))
    for words in remarks(would):
        st.caption(f":orange[:material/warning: {words}]")
    if would.hindrance:
        st.warning(plain(would.hindrance), icon=":material/info:")


def remarks(would: Planned) -> list[str]:
    """What is to be known besides, as Markdown."""
    empty, elsewhere = (plain(", ".join(names[:LISTED])) for names in (would.empty, would.elsewhere))
    return [
        *([f"Empty variables: {empty}. Nothing is sent in their place."] if empty else []),
        *(
            [f"Sent over {elsewhere} before: the model may be unknown over the present connection."]
            if elsewhere
            else []
        ),
    ]


def cost_words(told: Estimate, count: int) -> str:
    """About what it costs, with what cannot be told."""
    if told.unknown == count:
        return "What this costs cannot be told beforehand."
    if told.cost == Decimal(0) and not told.unknown:
        return "It cost nothing the last time."
    rest = f" What {_cells(told.unknown)} cost cannot be told." if told.unknown else ""
    return f"About {plain(dollars(told.cost))} *estimate*, if the answers are as long as the last ones.{rest}"


def most_words(most: Decimal | None) -> str:
    """The worst case; empty where it costs nothing, or nobody can tell."""
    return f"At most {plain(dollars(most))} *estimate*." if most else ""


def lines(texts: Sequence[str]) -> list[str]:
    """The prompts as a Markdown list, the first ones in words."""
    shown = [f"1. {plain(one_line(text, LONGEST)) or '*empty*'}" for text in texts[:LISTED]]
    return [*shown, f"1. and {len(texts) - LISTED} more"] if len(texts) > LISTED else shown


def sequence_row(sequence: Sequenced, seen: State | None, dismiss: Callable[[], None], *, told: bool = False) -> None:
    """How far it is, and the way to stop it; then, why it broke off, unless that is `told` elsewhere. The page, which shows it as it
    was `seen`, is drawn anew whenever a step has begun or ended."""
    if not sequence.ended:
        st.fragment(_row, run_every=LOOK)(sequence, seen)
    elif sequence.why:
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sequence"):
            done = f"{sequence.done} of {_cells(len(sequence.steps))} were run again."
            st.markdown(f":orange-badge[Run from here] {done}{'' if told else f' {plain(sequence.why)}'}")
            if not told:
                st.button("Dismiss", key=key("sequence", "dismiss"), type="tertiary", on_click=dismiss)
    else:
        st.rerun()


def _row(sequence: Sequenced, seen: State | None) -> None:
    if sequence.state != seen or sequence.ended:
        st.rerun()
    count = len(sequence.steps)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sequence"):
        words = f"Running cell {min(sequence.done + 1, count)} of {count}"
        st.progress(sequence.done / max(count, 1), text=words)
        st.button("Stop all", key=key("sequence", "stop"), icon=":material/stop_circle:", on_click=sequence.stop)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
