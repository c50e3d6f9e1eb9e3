"""The editor in place of a cell's message, and the one for a cell that is yet to be.

What is typed is kept when another page is looked at meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.cell.bench import Insertion
from components.cell.bringing import focus_box
from components.cell.content import CACHES, KINDS, NOTE, PROMPT, TOOL, caches_of, kind_word, texts_of
from components.cell.hand import LONGEST, Hand, Typed
from components.cell.pending import Pending, attachments
from components.cell.shortcuts import keys
from components.one_line import one_line
from components.state import cell_key
from parley.notebook import Cell
from parley.reply.defuse import plain

PLACEHOLDERS = {NOTE: "Markdown for people; it is never sent."}
LOWEST, HIGHEST, LINE = 96, 480, 24
"""Pixels: of the lowest and the highest box, and of a line in it."""
CHANGED = "This cell was changed since its editor was opened. Save puts your text in its place, Cancel leaves it."
COLUMNS = 70
"""Characters of a line, roughly."""


def open_editor(hand: Hand, cell_id: str) -> None:
    """Callback: show the cell's editor with what the cell says now."""
    _put_away(hand, cell_id)
    said = next((texts_of(cell.message) for cell in hand.session.cells if cell.id == cell_id), ())
    hand.bench.editing[cell_id] = said


def editor(hand: Hand, cell: Cell) -> None:
    """Draw the editor of a cell in the place of its message."""
    texts, caches = texts_of(cell.message), caches_of(cell.message)
    pending = Pending(hand.bench, cell.id, cell)

    def save(*, run: bool = False) -> None:
        typed = [st.session_state.get(_box(cell.id, place), text) for place, text in enumerate(texts)]
        marks = [st.session_state.get(_cache(cell.id, place), cache) for place, cache in enumerate(caches)]
        call_id = st.session_state.get(_call(cell.id)) if word == TOOL else None
        if hand.write(cell.id, word, Typed(typed, pending.changed, marks, call_id)):
            close()
            hand.bench.to_run = cell.id if run and hand.says(cell.id, typed) else None

    def close() -> None:
        hand.bench.editing.pop(cell.id, None)
        _put_away(hand, cell.id)

    with st.container(key=cell_key(cell.id, "editor"), gap="small", border=True):
        word = _kind_choice(cell)
        for place, text in enumerate(texts):
            _text_box(cell.id, place, text, word)
            if word != NOTE:
                _cache_choice(cell.id, place, caches[place])
        if texts != hand.bench.editing[cell.id]:
            says = plain(one_line(cell.text, LONGEST)) or "nothing"
            st.caption(f":orange[:material/warning: {CHANGED}] It says now: {says}")
        if word == TOOL:
            _call_box(cell)
        if word != NOTE:
            attachments(pending, cell.id)
        _buttons(cell.id, save, close, can_run=word == PROMPT)
        focus_box(cell.id, _box(cell.id, 0))


def new_editor(hand: Hand, insertion: Insertion) -> None:
    """Draw the editor of a cell that is yet to be."""
    cell_id = insertion.cell_id
    pending = Pending(hand.bench, cell_id)
    word = st.session_state.setdefault(_kind(cell_id), PROMPT)

    def save(*, run: bool = False) -> None:
        typed = st.session_state.get(_box(cell_id, 0), "")
        if hand.insert(insertion, st.session_state[_kind(cell_id)], Typed([typed], pending.changed)):
            close()
            hand.bench.to_run = cell_id if run else None

    def close() -> None:
        hand.bench.insertion = None
        _put_away(hand, cell_id)

    with st.container(key=cell_key(cell_id, "editor"), gap="small", border=True):
        st.selectbox("New cell", list(KINDS), key=_kind(cell_id), width=240, persist_state="session")
        _text_box(cell_id, 0, "", word)
        if word != NOTE:
            attachments(pending, cell_id)
        _buttons(cell_id, save, close, can_run=word == PROMPT)
        focus_box(cell_id, _box(cell_id, 0))


def _kind_choice(cell: Cell) -> str:
    """What the cell is to be, which counts with what is typed: when that is saved."""
    now, chosen = kind_word(cell), _kind(cell.id)
    words = list(KINDS) if now in KINDS else [now, *KINDS]
    if st.session_state.get(chosen) not in words:
        st.session_state[chosen] = now
    return st.selectbox("Kind of cell", words, key=chosen, width=240, persist_state="session")


def _text_box(cell_id: str, place: int, text: str, word: str) -> None:
    st.session_state.setdefault(_box(cell_id, place), text)
    label = "Text" if place == 0 else f"Text {place + 1}"
    st.text_area(
        label,
        key=_box(cell_id, place),
        height=height_for(text),
        placeholder=PLACEHOLDERS.get(word, ""),
        label_visibility="collapsed",
        persist_state="session",
    )


def height_for(text: str) -> int:
    """Pixels of a box in which the text can be seen, as far as a screen allows."""
    lines = sum(1 + len(line) // COLUMNS for line in text.splitlines())
    return min(max(LOWEST, (lines + 2) * LINE), HIGHEST)


def _cache_choice(cell_id: str, place: int, cache: str) -> None:
    """Beside a text: whether the prompt is cached up to it."""
    st.session_state.setdefault(_cache(cell_id, place), cache)
    st.selectbox(
        "Prompt cache",
        list(CACHES),
        key=_cache(cell_id, place),
        format_func=lambda one: CACHES[one],
        label_visibility="collapsed",
        width=280,
        persist_state="session",
    )


def _call_box(cell: Cell) -> None:
    st.session_state.setdefault(_call(cell.id), str(cell.message.get("tool_call_id") or ""))
    st.text_input(
        "Answers the call", key=_call(cell.id), placeholder="id of the tool call", persist_state="session", width=360
    )


def _buttons(cell_id: str, save: Callable[..., None], close: Callable[[], None], *, can_run: bool) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button("Save", key=cell_key(cell_id, "save"), type="primary", on_click=save, shortcut=keys("save"))
        if can_run:
            st.button(
                "Save and run",
                key=cell_key(cell_id, "save-run"),
                on_click=save,
                kwargs={"run": True},
                shortcut=keys("save-run"),
            )
        st.button("Cancel", key=cell_key(cell_id, "cancel"), type="tertiary", on_click=close)


def _put_away(hand: Hand, cell_id: str) -> None:
    hand.bench.attached.pop(cell_id, None)
    hand.bench.read.pop(cell_id, None)
    hand.bench.refused.pop(cell_id, None)
    _forget(cell_id)


def _forget(cell_id: str) -> None:
    for name in [str(one) for one in st.session_state if str(one).startswith(cell_key(cell_id, "edited"))]:
        del st.session_state[name]
    st.session_state.pop(_kind(cell_id), None)


def _box(cell_id: str, place: int) -> str:
    return cell_key(cell_id, "edited", str(place))


def _cache(cell_id: str, place: int) -> str:
    return cell_key(cell_id, "edited", "cache", str(place))


def _call(cell_id: str) -> str:
    return cell_key(cell_id, "edited", "call")


def _kind(cell_id: str) -> str:
    return cell_key(cell_id, "kind")
