"""The part of a long session that is on screen: what a rerun costs is counted in elements, so their number does not grow with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from parley.notebook import Cell

LATEST = 10
"""Cells on screen at first."""
MOST = 20
"""Cells on screen at most."""


class Window(NamedTuple):
    """The cells from `start` up to `end`, counted from 0."""

    start: int
    end: int


def window_of(cells: Sequence[Cell], first: str | None) -> Window:
    """The window that begins with the cell `first`; where that is None, or gone, the latest cells."""
    start = next((place for place, cell in enumerate(cells) if cell.id == first), None) if first else None
    if start is None:
        return Window(max(0, len(cells) - LATEST), len(cells))
    return Window(start, min(len(cells), start + MOST))


def earlier_row(cells: Sequence[Cell], window: Window, go: Callable[[str | None], None]) -> None:
    """Where cells stand above the window: the ways there. `go` is told the cell to begin with, before the page is drawn."""
    if window.start == 0:
        return
    target = max(0, window.start - LATEST)
    with st.container(horizontal=True, gap="small", horizontal_alignment="center"):
        _way(f"Show {window.start - target} earlier cells", "earlier", "expand_less", go, cells[target].id)
        if target > 0:
            _way(f"First of {len(cells)}", "earliest", "vertical_align_top", go, cells[0].id)


def later_row(cells: Sequence[Cell], window: Window, go: Callable[[str | None], None]) -> None:
    """Where cells stand below the window: the ways there."""
    if window.end == len(cells):
        return
    target = min(window.start + LATEST, len(cells) - LATEST)
    left = len(cells) - window.end
    with st.container(horizontal=True, gap="small", horizontal_alignment="center"):
        _way(f"Show {min(LATEST, left)} later cells", "later", "expand_more", go, cells[target].id)
        _way(f"Last of {len(cells)}", "latest", "vertical_align_bottom", go, None)


def _way(label: str, place: str, icon: str, go: Callable[[str | None], None], to: str | None) -> None:
    st.button(label, key=place, icon=f":material/{icon}:", type="tertiary", on_click=go, args=(to,))
