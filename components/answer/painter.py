"""The one painter: an answer, alive or ended, and every message of a notebook.

An answer keeps one structure from its first token to its last, so that nothing jumps: a fold for reasoning, its text in settled
pieces and an open tail, then whatever else came. Everything a model or a file wrote is defused here, and only here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from components.answer.calls import paint_calls, shown_result
from components.answer.folding import render_anyway, render_button, shown_of, unfold_button
from components.answer.media import paint_attachment, paint_audio, paint_image
from components.answer.reasoning import paint_reasoning
from components.answer.sources import MOST as MOST_SOURCES
from components.answer.sources import paint_files, paint_sources
from components.state import key
from parley.money import part
from parley.reply import Reply, ToolCall
from parley.reply.blocks import standalone
from parley.reply.citing import Source, sources_of, with_marks
from parley.reply.defuse import defuse, defuse_pieces, plain
from parley.reply.silence import silence_of

_LARGEST_HEADING = 3
_MOST_IMAGES = 12
_MOST_PARTS = 50
_IN_HISTORY = "History has all of them, under Response."
_AS_JSON = "All of them are kept, and stand in the messages as JSON."
_ROLES = {"system": "System message", "developer": "Developer message", "tool": "Tool result"}


def paint_reply(
    reply: Reply,
    *,
    live: bool,
    name: str = "",
    looking: bool = False,
    complete: bool = False,
    keeps: bool = False,
    instead: Callable[[], None] | None = None,
) -> bool:
    """Draw an answer as far as it has come; gives whether the next look has more to draw, though nothing more may come.

    Under a `name` of its own, such as the run's id, a long answer folds and can be unfolded, and one that the page is `looking` at
    again and again, in the same places, is drawn step by step: see `components.answer.folding`. `complete` says that it ended as it
    should have, for answers that do not say so themselves; `keeps` that its images and sound can be kept and sent back; `instead`
    draws its text in another way.
    """
    thoughts = key(name, "reasoning") if name and not live else ""
    paint_reasoning(reply, lambda text: _paint_text(text, live=live, name=thoughts), live=live)
    sources = sources_of(reply.annotations)
    with st.container():
        if live and not reply.has_output:
            st.markdown(":shimmer[Waiting for the first token…]")
        if instead is not None:
            instead()
        behind = instead is None and _paint_text(reply.text, live=live, name=name, looking=looking, sources=sources)
    if reply.refusal:
        st.markdown(f":orange-badge[Refused] {defuse(reply.refusal, largest_heading=_LARGEST_HEADING)}", anchors=False)
    paint_calls(reply.tool_calls, live=live, whole=_IN_HISTORY, cut=reply.cut_short)
    for place, image in enumerate(reply.images[:_MOST_IMAGES]):
        own = f"{name}-{place}" if name and keeps and not live else ""
        paint_image(part(image, "image_url", "url"), name=own)
    _tell_more(len(reply.images) - _MOST_IMAGES, "image", _IN_HISTORY)
    if reply.audio is not None:
        paint_audio(reply.audio, live=live, name=name if keeps else "")
    paint_sources(sources, name)
    _tell_more(len(sources) - MOST_SOURCES, "source", _IN_HISTORY)
    paint_files(reply.annotations, name)
    if not live and (said := silence_of(reply, complete=complete)):
        st.caption(said)
    if reply.notes:
        st.caption(" · ".join(plain(note) for note in reply.notes))
    return behind


def prewarm() -> None:
    """Load what formulae and code are drawn with before the first of them arrives; else the text around it vanishes for a moment.

    Once on each page that paints answers, at its end.
    """
    with st.container(key="prewarm"):
        st.markdown("`a` $x$ :smile:\n\n```python\nx = 1\n```", anchors=False)


def paint_message(message: Mapping[str, Any]) -> None:
    """Draw a message of any role as it will be sent: its text, its attachments, its tool calls."""
    role = str(message.get("role") or "")
    if role in _ROLES:
        name = message.get("tool_call_id")
        st.caption(f"{_ROLES[role]} · {plain(str(name))}" if name else _ROLES[role])
    if message.get("reasoning") or message.get("reasoning_details"):
        paint_reasoning(_thought(message), lambda text: _paint_text(text, live=False), live=False)
    content = message.get("content")
    parts = content if isinstance(content, list) else [content]
    for one in parts[:_MOST_PARTS]:
        _paint_part(one, verbatim=role == "tool")
    _tell_more(len(parts) - _MOST_PARTS, "part", _AS_JSON)
    for image in _dicts(message.get("images"))[:_MOST_IMAGES]:
        paint_image(part(image, "image_url", "url"))
    if message.get("refusal"):
        st.markdown(f":orange-badge[Refused] {defuse(str(message['refusal']))}", anchors=False)
    calls = message.get("tool_calls")
    if isinstance(calls, list):
        paint_calls([ToolCall.told(one) for one in calls], live=False, whole=_AS_JSON)


def _thought(message: Mapping[str, Any]) -> Reply:
    """The reasoning in a message that somebody put there by hand, or brought in from elsewhere."""
    text = message.get("reasoning")
    details = tuple(_dicts(message.get("reasoning_details")))
    return Reply(reasoning=text if isinstance(text, str) else "", reasoning_details=details, text=" ")


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _paint_text(
    text: str,
    *,
    live: bool,
    breaks: bool = False,
    name: str = "",
    looking: bool = False,
    sources: Sequence[Source] = (),
) -> bool:
    shown = shown_of(standalone(with_marks(text, sources), live=live), name, looking=looking)
    generous, cited = bool(name) and render_anyway(name), tuple(source.url for source in sources)
    painted = defuse_pieces(
        shown.pieces, largest_heading=_LARGEST_HEADING, breaks=breaks, generous=generous, cited=cited
    )
    for piece in painted.pieces:
        st.markdown(piece, anchors=False)
    if shown.folded:
        unfold_button(text, name)
    if painted.over and name and not live and not generous:
        render_button(name)
    return shown.behind


def _tell_more(count: int, noun: str, whole: str) -> None:
    """How many are not drawn, because a page that draws thousands stands still, and where they are."""
    if count > 0:
        st.caption(f"And {count:,} more {noun}{'' if count == 1 else 's'}. {whole}")


def _paint_part(one: object, *, verbatim: bool) -> None:
    text = one if isinstance(one, str) else part(one, "text")
    kind = part(one, "type")
    if isinstance(text, str) and text.strip():
        st.markdown(shown_result(text), anchors=False) if verbatim else _paint_text(text, live=False, breaks=True)
    elif kind == "image_url":
        paint_image(part(one, "image_url", "url"))
    elif isinstance(kind, str) and kind != "text" and isinstance(one, Mapping):
        paint_attachment(one)
