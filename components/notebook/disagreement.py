"""Two tabs changed the same thing: what each of them says, and the choice between them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.one_line import one_line
from components.presets.row import label, spelt
from components.state import key
from parley.notebook import Cell, Session, edits
from parley.notebook.merging import Clash, Disagreement, How, Part
from parley.reply.defuse import plain

SHOWN = 3
"""Things that are shown; further ones are counted."""
LONGEST = 160
"""Characters of either side."""
WORDS: dict[Part, str] = {
    "text": "cell {place}",
    "choice": "which attempt of cell {place} later cells see",
    "exclusion": "whether cell {place} is sent",
    "system": "the system prompt",
    "setting": "**{label}**",
    "variable": "the variable **{name}**",
    "lane": "a lane",
    "title": "the title",
}


def ask_which(split: Disagreement, session: Session, settle: Callable[[How], None]) -> None:
    """Draw it; `settle` has the choice before the page is drawn anew."""
    with st.container(border=True, gap="small", key="disagreement"):
        things = [thing_of(clash, session) for clash in split.found[:SHOWN]]
        more = len(split.found) - SHOWN
        listed = ", ".join(things) + (f" and {more} more" if more > 0 else "")
        st.markdown(
            f":orange-badge[Two tabs] Changed here and in another tab: {listed}. Theirs stands until you choose."
        )
        for clash in split.found[:SHOWN]:
            if clash.part != "choice":
                st.caption(f"Theirs: {side_of(clash, clash.theirs)}")
                st.caption(f"Yours: {side_of(clash, clash.mine)}")
        with st.container(horizontal=True, gap="small"):
            _button("Keep theirs", "theirs", settle)
            _button("Take mine", "mine", settle)
            if split.can_be_both:
                _button("Keep both texts", "both", settle)


def thing_of(clash: Clash, session: Session) -> str:
    """What was changed, in a person's words, as Markdown."""
    known = {"place": place_of(clash.name, session), "label": plain(label(clash.name)), "name": plain(clash.name)}
    return WORDS[clash.part].format(**known)


def place_of(cell_id: str, session: Session) -> str:
    """The cell's number as a person counts, without the system prompt on top; a word for one that is not there any more."""
    number = number_of(cell_id, session)
    return "that was deleted" if number is None else str(number)


def number_of(cell_id: str | None, session: Session) -> int | None:
    """How many cells down it stands, counted from 1, or from 0 under a system prompt; None where it is not there."""
    ids = [cell.id for cell in session.cells]
    return ids.index(cell_id) + 1 - bool(edits.system_prompt(session)) if cell_id in ids else None


def side_of(clash: Clash, value: Any) -> str:
    """What one side says, on one line, as Markdown."""
    if value is MISSING:
        return "unset" if clash.part == "setting" else "*deleted*"
    if clash.part == "text":
        return _cut(Cell(id=clash.name, **value).text)
    if clash.part == "exclusion":
        return "excluded" if value else "sent"
    return plain(spelt(value)) if clash.part in ("setting", "lane") else _cut(str(value))


def _cut(text: str) -> str:
    return plain(one_line(text, LONGEST)) or "*empty*"


def _button(words: str, how: How, settle: Callable[[How], None]) -> None:
    st.button(words, key=key("disagreement", how), on_click=partial(settle, how))
