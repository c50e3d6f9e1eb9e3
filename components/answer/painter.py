"""The one painter: an answer, alive or ended, and every message of a notebook.

An answer keeps one structure from its first token to its last, so that nothing jumps: a fold for reasoning, its text in settled
pieces and an open tail, then whatever else came. Everything a model or a file wrote is defused here, and only here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import streamlit as st

from components.answer.folding import render_anyway, render_button, shown_of, unfold_button
from components.answer.media import paint_audio, paint_image
from parley.money import part
from parley.reply import Reply, ToolCall
from parley.reply.blocks import standalone
from parley.reply.defuse import defuse, defuse_pieces, plain
from parley.reply.writing import fenced

_LARGEST_HEADING = 3
_MOST_CITATIONS = 50
_MOST_CALLS = 20
_MOST_IMAGES = 12
_MOST_PARTS = 50
_LONGEST_RESULT = 50_000
_LONGEST_CALLS = 100_000
_IN_HISTORY = "History has all of them, under Response."
_AS_JSON = "All of them are kept, and stand in the messages as JSON."
_ROLES = {"system": "System message", "developer": "Developer message", "tool": "Tool result"}


def paint_reply(reply: Reply, *, live: bool, name: str = "", looking: bool = False) -> bool:
    """Draw an answer as far as it has come; gives whether the next look has more to draw, though nothing more may come.

    Under a `name` of its own, such as the run's id, a long answer folds and can be unfolded, and one that the page is `looking` at
    again and again, in the same places, is drawn step by step: see `components.answer.folding`.
    """
    _paint_reasoning(reply, live=live)
    with st.container():
        if live and not reply.has_output:
            st.markdown(":shimmer[Waiting for the first token…]")
        behind = _paint_text(reply.text, live=live, name=name, looking=looking)
    if reply.refusal:
        st.markdown(f":orange-badge[Refused] {defuse(reply.refusal, largest_heading=_LARGEST_HEADING)}", anchors=False)
    _paint_calls(reply.tool_calls, live=live, whole=_IN_HISTORY)
    for image in reply.images[:_MOST_IMAGES]:
        paint_image(part(image, "image_url", "url"))
    _tell_more(len(reply.images) - _MOST_IMAGES, "image", _IN_HISTORY)
    if reply.audio is not None:
        paint_audio(reply.audio.bytes if not live else b"", reply.audio.transcript)
    _paint_remarks(reply, live=live)
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
    content = message.get("content")
    parts = content if isinstance(content, list) else [content]
    for one in parts[:_MOST_PARTS]:
        _paint_part(one, verbatim=role == "tool")
    _tell_more(len(parts) - _MOST_PARTS, "part", _AS_JSON)
    if message.get("refusal"):
        st.markdown(f":orange-badge[Refused] {defuse(str(message['refusal']))}", anchors=False)
    calls = message.get("tool_calls")
    if isinstance(calls, list):
        _paint_calls([ToolCall.told(one) for one in calls], live=False, whole=_AS_JSON)


def _paint_reasoning(reply: Reply, *, live: bool) -> None:
    if not reply.reasoning:
        st.empty()
        return
    thinking = live and not (reply.text or reply.tool_calls or reply.refusal or reply.images)
    with st.expander(reasoning_label(reply.reasoning, thinking=thinking), expanded=thinking, type="compact"):
        _paint_text(reply.reasoning, live=live)


def reasoning_label(reasoning: str, *, thinking: bool) -> str:
    """What the fold says. Words, because they are settled when the answer begins: a label that changed later would shut the fold."""
    words = len(reasoning.split())
    return ":shimmer[Reasoning…]" if thinking else f"Reasoning · {words:,} {'word' if words == 1 else 'words'}"


def _paint_text(text: str, *, live: bool, breaks: bool = False, name: str = "", looking: bool = False) -> bool:
    shown = shown_of(standalone(text, live=live), name, looking=looking)
    generous = bool(name) and render_anyway(name)
    painted = defuse_pieces(shown.pieces, largest_heading=_LARGEST_HEADING, breaks=breaks, generous=generous)
    for piece in painted.pieces:
        st.markdown(piece, anchors=False)
    if shown.folded:
        unfold_button(text, name)
    if painted.over and name and not live and not generous:
        render_button(name)
    return shown.behind


def _paint_remarks(reply: Reply, *, live: bool) -> None:
    """Citations, the reader's notes, and the word that nothing came."""
    pages = _pages(reply.annotations)
    if pages:
        st.markdown(_citations(pages), anchors=False)
        _tell_more(len(pages) - _MOST_CITATIONS, "source", _IN_HISTORY)
    if not live and reply.finish_reason and not reply.has_output:
        st.caption("The answer is empty: the model ended it without a word. Run it again, or choose another model.")
    if reply.notes:
        st.caption(" · ".join(plain(note) for note in reply.notes))


def _citations(pages: Mapping[str, str]) -> str:
    """The cited pages as a numbered list of links."""
    first = islice(pages.items(), _MOST_CITATIONS)
    listed = [f"{n}. [{plain(title)}](<{url}>)" for n, (url, title) in enumerate(first, 1)]
    return "**Sources**\n\n" + defuse("\n".join(listed))


def _pages(annotations: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Titles by address, each page once."""
    pages: dict[str, str] = {}
    for one in annotations:
        url = part(one, "url_citation", "url")
        if isinstance(url, str) and url:
            pages.setdefault(url, str(part(one, "url_citation", "title") or url))
    return pages


def _tell_more(count: int, noun: str, whole: str) -> None:
    """How many are not drawn, because a page that draws thousands stands still, and where they are."""
    if count > 0:
        st.caption(f"And {count:,} more {noun}{'' if count == 1 else 's'}. {whole}")


def _paint_calls(calls: Sequence[ToolCall], *, live: bool, whole: str) -> None:
    shown, left = [], _LONGEST_CALLS
    for call in calls[:_MOST_CALLS]:
        shown.append(_shown_call(call, live=live, longest=min(left, _LONGEST_RESULT)))
        left = max(0, left - len(call.arguments))
    if shown:
        st.markdown("\n\n".join(shown), anchors=False)
    _tell_more(len(calls) - _MOST_CALLS, "tool call", whole)


def _shown_call(call: ToolCall, *, live: bool, longest: int) -> str:
    head = f":blue-badge[Tool call] **{plain(call.name or 'without a name')}**" + (
        f" · {plain(call.id)}" if call.id else ""
    )
    if not call.arguments.strip():
        return head if live else f"{head} · no arguments"
    try:
        readable, broken = json.dumps(json.loads(call.arguments), indent=2, ensure_ascii=False), ""
    except (ValueError, RecursionError):
        told = "" if live else "\n\nThe arguments are no valid JSON: they were probably cut off."
        readable, broken = call.arguments, told
    cut = f"\n\nOf {len(readable):,} characters, {longest:,} are shown." if len(readable) > longest else ""
    return f"{head}\n\n{fenced(readable[:longest], 'json')}{cut}{broken}" if longest else f"{head}{cut}{broken}"


def _paint_part(one: object, *, verbatim: bool) -> None:
    text = one if isinstance(one, str) else part(one, "text")
    kind = part(one, "type")
    if isinstance(text, str) and text.strip():
        st.markdown(_result(text), anchors=False) if verbatim else _paint_text(text, live=False, breaks=True)
    elif kind == "image_url":
        paint_image(part(one, "image_url", "url"))
    elif isinstance(kind, str) and kind != "text":
        st.caption(_attachment(kind, one))


def _result(text: str) -> str:
    try:
        return fenced(json.dumps(json.loads(text), indent=2, ensure_ascii=False)[:_LONGEST_RESULT], "json")
    except (ValueError, RecursionError):
        return fenced(text[:_LONGEST_RESULT], "text")


def _attachment(kind: str, one: object) -> str:
    """An attachment that is not drawn, by its name or format and its size."""
    inside = part(one, kind)
    named = part(inside, "filename") or part(inside, "format") or ""
    held = next((part(inside, key) for key in ("data", "file_data", "url") if part(inside, key)), "")
    size = f"{len(str(held)) * 3 // 4 / 1000:,.0f} kB" if str(held).startswith("data:") or part(inside, "data") else ""
    words = {"input_audio": "Audio", "file": "File", "video_url": "Video", "input_video": "Video"}
    return " · ".join(
        part_ for part_ in (f"Attached: {words.get(kind, plain(kind))}", plain(str(named)), size) if part_
    )
