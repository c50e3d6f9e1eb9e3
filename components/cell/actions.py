"""The row of actions under a cell: what is done every minute as a button, all else in one menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from components.answer.copying import copy_button
from components.answer.transcript import Handle
from components.cell.menu import Entry, more
from components.cell.shortcuts import keys
from components.state import cell_key, stop_key
from parley.notebook import Cell, Run

Act = Literal["run", "prev", "next"]
ICONS = {"run": ":material/replay:", "prev": ":material/chevron_left:", "next": ":material/chevron_right:"}
EXCLUDED = ":orange-badge[Excluded: not sent]"
NOTE = ":gray-badge[Note: not sent]"
UNSENT = ":orange-badge[Not sent]"


class Row:
    """One cell's row. `edit` opens its editor, and is None while that is open; `hot` says that the shortcuts press its buttons."""

    def __init__(self, cell: Cell, edit: Callable[[], None] | None, *, hot: bool) -> None:
        self.cell = cell
        self.edit = edit
        self.hot = hot

    def draw(self, run: Run | None, runs: Sequence[Run], live: Handle | None, entries: Sequence[Entry]) -> Act | None:
        """Draw it; gives what was asked of the attempts."""
        act: Act | None = None
        # Two rows, not one that changes: where the line broke in between, the browser may hide what took the place of Stop.
        state = "live-row" if run is not None and run.live else "row"
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key=cell_key(self.cell.id, state)):
            if run is not None and run.live:
                self._stop(run, live)
            elif run is not None:
                act = self._attempt(run, runs)
            elif self.cell.kind == "prompt":
                st.markdown(UNSENT, width="content")
                act = "run" if self._button("Run", "run") else None
            if badge := NOTE if self.cell.kind == "note" else EXCLUDED if self.cell.excluded else "":
                st.markdown(badge, width="content")
            self._edit()
            more(self.cell.id, entries, "More for this cell")
        return act

    def _stop(self, run: Run, live: Handle | None) -> None:
        """It stands in the page, where the other actions will, not in the fragment that looks: what a fragment leaves behind
        vanishes a moment after what replaces it has come, and for that moment everything below would jump."""
        if live is not None:
            st.button(
                "Stop",
                key=stop_key(run.id),
                icon=":material/stop_circle:",
                on_click=live.stop,
                shortcut=keys("stop", self.hot),
            )

    def _attempt(self, run: Run, runs: Sequence[Run]) -> Act | None:
        act: Act | None = None
        place = [one.id for one in runs].index(run.id) + 1
        if self._button("Run again", "run"):
            act = "run"
        copy_button(run.whole.words, cell_key(self.cell.id, "copy"))
        if len(runs) > 1:
            if self._button("Previous", "prev", off=place == 1):
                act = "prev"
            st.caption(f"Attempt {place} of {len(runs)}", width="content")
            if self._button("Next", "next", off=place == len(runs)):
                act = "next"
        return act

    def _edit(self) -> None:
        if self.edit is not None:
            place, icon = cell_key(self.cell.id, "edit"), ":material/edit:"
            st.button(
                "Edit", key=place, icon=icon, type="tertiary", on_click=self.edit, shortcut=keys("edit", self.hot)
            )

    def _button(self, label: str, part: Act, *, off: bool = False) -> bool:
        return st.button(
            label,
            key=cell_key(self.cell.id, part),
            icon=ICONS[part],
            type="tertiary",
            disabled=off,
            shortcut=keys(part, self.hot),
        )
