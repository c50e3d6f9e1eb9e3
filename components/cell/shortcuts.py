"""The keyboard: one table of shortcuts, and the list of them.

A shortcut belongs to the button that it presses, so it works where that button is drawn; those of a cell are on the last prompt.
All have two modifiers: one would collide with a browser's menus, or with letters that a keyboard types with it.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st

Name = Literal["run", "stop", "edit", "prev", "next", "add", "undo", "redo", "save", "save-run"]
SHORTCUTS: dict[Name, tuple[str, str]] = {
    "run": ("Alt+Shift+Enter", "Run the last prompt again"),
    "stop": ("Alt+Shift+X", "Stop its answer"),
    "edit": ("Alt+Shift+E", "Edit it"),
    "prev": ("Alt+Shift+P", "Its previous attempt"),
    "next": ("Alt+Shift+N", "Its next attempt"),
    "add": ("Alt+Shift+A", "Add a cell at the end"),
    "undo": ("Alt+Shift+Z", "Undo the last change"),
    "redo": ("Alt+Shift+Y", "Redo it"),
    "save": ("Ctrl+Enter", "Save a cell that is edited"),
    "save-run": ("Ctrl+Shift+Enter", "Save it and run it"),
}
"""Keys and what they do, by name."""


def keys(name: Name, hot: bool = True) -> str | None:
    """The shortcut for a button; None where the button is not the one that it presses."""
    return SHORTCUTS[name][0] if hot else None


def shortcut_list() -> None:
    """The list of all shortcuts, one click away."""
    with st.popover(":material/keyboard: Keyboard shortcuts", key="shortcuts", type="tertiary", width=24):
        st.markdown(table())


def table() -> str:
    rows = [f"| {spelt(shortcut)} | {meaning} |" for shortcut, meaning in SHORTCUTS.values()]
    others = ["| `Enter` | Send what stands in the prompt box |", "| `Shift` `Enter` | A new line in it |"]
    return (
        "\n".join(["| Keys | What they do |", "| --- | --- |", *rows, *others])
        + "\n\nOn a Mac, Alt is ⌥ and Ctrl is ⌘."
    )


def spelt(shortcut: str) -> str:
    return " ".join(f"`{one}`" for one in shortcut.split("+"))
