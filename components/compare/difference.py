"""Two answers of a cell as one text: what only the first says is struck out, what only the second says is bold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

from components.state import cell_key
from parley.notebook import Cell, Run
from parley.notebook.differing import Piece, word_difference
from parley.reply.defuse import plain

LONGEST = 60_000
"""Characters of an answer that are compared: a browser draws more only slowly."""
_MARKS = {"same": "{}", "gone": ":red-background[~~{}~~]", "new": ":green-background[**{}**]"}
_LAST_BREAKS = re.compile(r"(\s*\\\n)+\s*\Z")
_BREAK, _WIDE = "\\\n", "\u00a0 "


def difference_fold(cell: Cell, named: Sequence[tuple[str, Run]]) -> None:
    """Draw the fold; what is in it, while it is open. Each run comes with the name that tells it apart."""
    fold = st.expander(
        "Difference, word by word",
        type="compact",
        icon=":material/difference:",
        key=cell_key(cell.id, "difference"),
        on_change="rerun",
    )
    if not fold.open:
        return
    names = [name for name, _ in named]
    with fold:
        with st.container(horizontal=True, gap="small"):
            before = _choice("From", 0, cell, names)
            after = _choice("To", 1, cell, names)
        one, other = (named[place][1].whole.text for place in (before, after))
        paint_difference(one, other, cell_key(cell.id, "difference", "text"))


def paint_difference(one: str, other: str, name: str) -> None:
    """Draw how two texts differ, in words and word by word; what is marked stands under the key `name`."""
    pieces = _difference(one[:LONGEST], other[:LONGEST])
    st.caption(summary(pieces))
    if any(piece.kind != "same" for piece in pieces):
        with st.container(key=name):
            st.markdown(marked(pieces), anchors=False)
    if max(len(one), len(other)) > LONGEST:
        st.caption(f"Of each text the first {LONGEST:,} characters are compared.")


def summary(pieces: Sequence[Piece]) -> str:
    """How much differs, in words."""
    if not any(piece.text for piece in pieces):
        return "Both answers are without text."
    gone, new = (sum(len(piece.text.split()) for piece in pieces if piece.kind == kind) for kind in ("gone", "new"))
    if not gone and not new:
        return "Word for word the same."
    return f"{_words(gone)} struck out stand only in the first, {_words(new)} in bold only in the second."


def marked(pieces: Sequence[Piece]) -> str:
    """The pieces as Markdown in which nothing of the answers is markup, and each line stands on a line of its own."""
    lines = (_BREAK.join(_line(piece.kind, line) for line in piece.text.split("\n")) for piece in pieces)
    return _LAST_BREAKS.sub("", "".join(lines))


def _line(kind: str, line: str) -> str:
    """A part of a line; blanks at its ends stay outside of the mark, where Markdown wants them."""
    words = line.strip()
    before, _, after = line.partition(words) if words else (line, "", "")
    head, tail = (blank.replace("\t", "    ") for blank in (before, after))
    return f"{head.replace('  ', _WIDE)}{_MARKS[kind].format(plain(words)) if words else ''}{tail}"


def _choice(label: str, place: int, cell: Cell, names: Sequence[str]) -> int:
    index = st.selectbox(
        label,
        range(len(names)),
        index=min(place, len(names) - 1),
        format_func=lambda index: names[index],
        key=cell_key(cell.id, "difference", label.lower()),
    )
    return int(index or 0)


@lru_cache(maxsize=8)
def _difference(one: str, other: str) -> tuple[Piece, ...]:
    return word_difference(one, other)


def _words(count: int) -> str:
    return f"{count:,} {'word' if count == 1 else 'words'}"
