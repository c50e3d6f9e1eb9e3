"""The reasoning of an answer, in a fold of its own: what can be read of it, and what is only kept and sent back."""

from __future__ import annotations

import json
from collections.abc import Callable

import streamlit as st

from parley.reply import Reply
from parley.reply.defuse import plain
from parley.reply.thoughts import ServerCall, Thoughts, thoughts_of, tokens_in_words
from parley.reply.writing import fenced

_MOST_CALLS = 10
_LONGEST = 4_000
"""Characters that are drawn of what a server's tool was given, and of what it gave."""


def paint_reasoning(reply: Reply, paint_text: Callable[[str], object], *, live: bool) -> None:
    """Draw it in one place, whether there is any or none; `paint_text` draws Markdown, piece by piece."""
    told = thoughts_of(reply)
    if not told.any:
        if told.tokens and not live:
            st.caption(f"The model reasoned for {tokens_in_words(told.tokens)}, which its provider kept to itself.")
        else:
            st.empty()
        return
    thinking = live and not (reply.text or reply.tool_calls or reply.refusal or reply.images)
    with st.expander(":shimmer[Reasoning…]" if thinking else told.label, expanded=thinking, type="compact"):
        if told.text:
            paint_text(told.text)
        for call in told.calls[:_MOST_CALLS]:
            st.markdown(_server_call(call), anchors=False)
        if facts := facts_of(told, live=live):
            st.caption(" · ".join(facts))


def facts_of(told: Thoughts, *, live: bool) -> list[str]:
    """What is known of it besides, as Markdown; while it grows, how long it is."""
    if not live:
        return [plain(fact) for fact in told.facts]
    words = len(told.text.split())
    return [f"{words:,} words so far" if words != 1 else "1 word so far"] if words else []


def _server_call(call: ServerCall) -> str:
    """A tool that the server used meanwhile: what it was given, and what it gave."""
    head = f":gray-badge[Server tool] **{plain(call.name or 'without a name')}**"
    told = [fenced(_readable(value), "json") for value in (call.arguments, call.result) if value not in (None, "")]
    return "\n\n".join([head, *told])


def _readable(value: object) -> str:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return value[:_LONGEST] if isinstance(value, str) else ""
    return json.dumps(value, indent=2, ensure_ascii=False)[:_LONGEST]
