"""The first and the last thing on the screen: what is going to be shown, and what it all took."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.answer.painter import paint_message
from components.state import key
from parley.figures import milliseconds
from parley.money import dollars
from parley.notebook import Session, edits
from parley.notebook.receipt import scripted_note
from parley.notebook.scenes import Scene, Totals, totals
from parley.reply.defuse import plain

SOURCES = {"audited": "audited", "reported": "reported", "estimate": "estimate"}
UNKNOWN = "unknown"


def opening(session: Session, scenes: Sequence[Scene], note: str) -> None:
    """The title, what comes, and the system prompt, folded away; `note` says where a recording comes from."""
    told = totals(scenes)
    st.title(plain(session.title) or "Untitled session", anchor=False)
    st.markdown(" · ".join(filter(None, (counted(len(scenes), "step"), counted(told.answers, "answer"), models(told)))))
    if note:
        st.caption(f"Recorded: {plain(note)}")
    if top := edits.system_cell(session):
        with st.expander("System prompt", icon=":material/psychology:", type="compact"):
            paint_message({"content": top.message.get("content")})
    st.caption("`→` begins · `←` goes back · `Space` plays and holds · `Esc` leaves")


def closing(session: Session, scenes: Sequence[Scene]) -> None:
    """What the whole session took, answers that stand side by side among it."""
    told = totals(scenes)
    st.title(plain(session.title) or "Untitled session", anchor=False)
    with st.grid(2, min_column_width=200, key=key("present", "totals")):
        st.metric("Tokens", tokens(told))
        st.metric("Time", milliseconds(told.ms))
        st.metric("Cost", cost(told))
        st.metric("Answers", f"{told.answers:,}")
    st.markdown(models(told))
    if words := remarks(told, scenes):
        st.caption(words)


def tokens(told: Totals) -> str:
    """Both sides; a side that nobody counted is unknown, never 0."""
    sides = ((told.prompt_tokens, "in"), (told.completion_tokens, "out"))
    return " · ".join(f"{UNKNOWN if count is None else format(count, ',')} {side}" for count, side in sides)


def cost(told: Totals) -> str:
    return UNKNOWN if told.cost is None else plain(dollars(told.cost))


def models(told: Totals) -> str:
    return ", ".join(f"**{plain(name)}**{scripted_note(name)}" for name in told.models)


def remarks(told: Totals, scenes: Sequence[Scene]) -> str:
    """Who says what it cost, what is not in the sum, and how time is counted where answers came at once."""
    source = f"Cost: {' and '.join(f'*{SOURCES[one]}*' for one in told.sources)}." if told.sources else ""
    left = f"Without {counted(told.unpriced, 'answer')} of unknown cost." if told.sources and told.unpriced else ""
    beside = any(len(scene.runs) > 1 for scene in scenes)
    longest = "Of answers side by side, the longest counts as time." if beside else ""
    return " ".join(filter(None, (source, left, longest)))


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
