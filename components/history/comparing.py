"""Two rows of the ledger beside each other: what each took, and what differs in what was sent and in what came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.compare.difference import paint_difference
from components.compare.figures import figures
from components.history.truth import written
from components.panel.text import readable_json
from components.state import key
from parley.notebook import Cell, Run
from parley.notebook.differing import Change, changes
from parley.reply.defuse import plain
from parley.request import ChatRequest
from parley.request.kept import counted, same

COMPARED = key("history", "compared")
DEEPEST = 8
"""Levels of a field that are compared one by one; what lies deeper is compared as a whole."""


def paint_comparison(one: Run, other: Run, names: tuple[str, str]) -> None:
    """Draw it; each run comes with the words that tell it apart."""
    with st.container(border=True, gap="small", key=COMPARED):
        st.markdown("  \n".join(f"**{letter}** {plain(name)}" for letter, name in zip("AB", names, strict=True)))
        st.markdown(figures((one, other), ("A", "B"), abreast=True))
        st.markdown(request_table(one.request, other.request))
        asked, answered = st.columns(2, gap="medium")
        with asked:
            st.markdown("**Messages**, from A to B")
            _messages(one.request, other.request)
        with answered:
            st.markdown("**Answers**, from A to B")
            paint_difference(one.whole.text, other.whole.text, key(COMPARED, "answers"))


def request_table(one: ChatRequest, other: ChatRequest) -> str:
    """The fields that differ, as a Markdown table, or a sentence where none does."""
    found = [leaf for change in changes(other, one) for leaf in leaves(change)]
    if not found:
        return "Both were sent with the same fields."
    head = [("Field", "A", "B"), ("---", "---", "---")]
    rows = [(f"**{plain(name)}**", written(before), written(after)) for name, before, after in found]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (*head, *rows))


def leaves(change: Change) -> Iterator[Change]:
    """What differs within a field that holds others in both requests, under the path that leads there."""
    before, after = change.before, change.after
    if not (isinstance(before, dict) and isinstance(after, dict)) or change.name.count(".") >= DEEPEST:
        yield change
        return
    for name in {**before, **after}:
        within = Change(f"{change.name}.{name}", before.get(name, MISSING), after.get(name, MISSING))
        if not same(within.before, within.after):
            yield from leaves(within)


def _messages(one: ChatRequest, other: ChatRequest) -> None:
    before, after = messages_of(one), messages_of(other)
    if same(before, after):
        st.caption(f"The same {counted(len(before), 'message')}.")
        return
    one_text, other_text = ("\n\n".join(map(said, messages)) for messages in (before, after))
    if one_text == other_text:
        one_text, other_text = readable_json(before), readable_json(after)
    paint_difference(one_text, other_text, key(COMPARED, "messages"))


def messages_of(request: ChatRequest) -> Sequence[Any]:
    messages = request.payload().get("messages", [])
    return messages if isinstance(messages, list) else [messages]


def said(message: Any) -> str:
    """`user: Why is the sky blue?`; what is no text stands there as JSON."""
    if not isinstance(message, dict):
        return readable_json(message, indent=None)
    content = message.get("content")
    plain_text = isinstance(content, str) and set(message) <= {"role", "content"}
    words = Cell(id="", message=message).text if plain_text else readable_json(message, indent=None)
    return f"{message.get('role', 'no role')}: {words}"
