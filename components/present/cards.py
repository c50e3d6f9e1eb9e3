"""The first and the last thing on the screen: what is going to be shown, and what it all took."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.answer.painter import paint_message
from components.state import key
from parley.figures import milliseconds
from parley.money import dollars
from parley.notebook import Session, edits
from parley.notebook.receipt import scripted_note
from parley.notebook.scenes import Scene
from parley.notebook.totals import Totals, totals
from parley.reply.defuse import as_name, plain
from parley.request.kept import counted

UNKNOWN = "unknown"
KEYS = "`→` begins · `←` goes back · `Space` plays and holds · `F` fills the screen · `Esc` leaves"
"""Not told where nobody has keys (`look.py`)."""


def opening(session: Session, scenes: Sequence[Scene], note: str, another: Callable[[], None]) -> None:
    """The title, what comes, and the system prompt, folded away; `note` says where a recording comes from, `another` is called
    back by whoever wants to present something else."""
    told = totals(scene.runs for scene in scenes)
    st.title(as_name(session.title) or "Untitled session", anchor=False)
    st.markdown(" · ".join(filter(None, (counted(len(scenes), "step"), counted(told.answers, "answer"), models(told)))))
    if note:
        st.caption(f"Recorded: {plain(note)}")
    if top := edits.system_cell(session):
        with st.expander("System prompt", icon=":material/psychology:", type="compact"):
            paint_message({"content": top.message.get("content")})
    with st.container(key=key("present", "keys")):
        st.caption(KEYS)
    st.button(
        "Present another", key=key("present", "another"), icon=":material/list:", type="tertiary", on_click=another
    )


def closing(session: Session, scenes: Sequence[Scene]) -> None:
    """What the whole session took, answers that stand side by side among it."""
    told = totals(scene.runs for scene in scenes)
    st.title(as_name(session.title) or "Untitled session", anchor=False)
    with st.grid(2, min_column_width=190, key=key("present", "totals")):
        st.metric("Tokens", tokens(told))
        st.metric("Time", milliseconds(told.ms))
        st.metric(f"Cost ({' and '.join(told.sources)})" if told.sources else "Cost", cost(told))
        st.metric("Answers shown", f"{told.answers:,}")
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
    """Who answered; where no model ran at all, that is said once, for all of them."""
    notes = [scripted_note(name) for name in told.models]
    alike = len(set(notes)) == 1
    named = (f"**{plain(name)}**{'' if alike else note}" for name, note in zip(told.models, notes, strict=True))
    return ", ".join(named) + (notes[0] if alike else "")


def remarks(told: Totals, scenes: Sequence[Scene]) -> str:
    """What is not in the sum, and how time is counted where answers came at once."""
    left = f"The cost of {counted(told.unpriced, 'answer')} is not known." if told.sources and told.unpriced else ""
    uncounted = (
        f"The tokens of {counted(told.uncounted, 'answer')} are not known." if told.tokens and told.uncounted else ""
    )
    beside = any(len(scene.runs) > 1 for scene in scenes)
    longest = "Of answers side by side, the longest counts as time." if beside else ""
    return " ".join(filter(None, (left, uncounted, longest)))
