"""What the menu of a cell offers for the cell itself, whatever became of it."""

from __future__ import annotations

from functools import partial

from components.cell.content import cached_up_to_here
from components.cell.hand import Hand
from components.cell.menu import Entry, more
from parley.notebook import Cell, edits


def entries_of(hand: Hand, cell: Cell, *, first: bool, last: bool) -> list[Entry]:
    """The entries; a cell that is the first or the last one in the column cannot go further up or down."""
    return [
        Entry("Insert a cell above", partial(hand.ask_for_cell, cell.id, above=True)),
        Entry("Insert a cell below", partial(hand.ask_for_cell, cell.id)),
        *([] if first else [Entry("Move up", partial(hand.move, cell.id, -1))]),
        *([] if last else [Entry("Move down", partial(hand.move, cell.id, 1))]),
        Entry("Duplicate", partial(hand.duplicate, cell.id)),
        *([] if cell.kind == "note" else [_exclusion(hand, cell), *_caching(hand, cell)]),
        Entry("Former texts", partial(hand.look_back, cell.id)),
    ]


def deletion(hand: Hand, cell: Cell) -> Entry:
    """The last entry of the menu."""
    return Entry("Delete", partial(hand.delete, cell.id))


def system_menu(hand: Hand) -> None:
    """The menu of the system prompt, which has a box on top in place of an editor; draws nothing where there is none."""
    top = edits.system_cell(hand.session)
    if top is None:
        return
    other = "system" if top.message["role"] == "developer" else "developer"
    entries = [
        Entry(f"Send it as the {other} message", partial(hand.set_kind, top.id, f"{other.title()} message")),
        _exclusion(hand, top),
        *_caching(hand, top),
        Entry("Former texts", partial(hand.look_back, top.id)),
    ]
    more(top.id, entries, "More for the system prompt")


def _caching(hand: Hand, cell: Cell) -> list[Entry]:
    """A breakpoint of the prompt's cache stands on a text, so a message without one has none."""
    if not cell.text.strip():
        return []
    cached = cached_up_to_here(cell.message)
    words = "Do not cache the prompt up to here" if cached else "Cache the prompt up to here"
    return [Entry(words, partial(hand.cache, cell.id, "" if cached else "5m"))]


def _exclusion(hand: Hand, cell: Cell) -> Entry:
    words = "Include in what is sent" if cell.excluded else "Exclude from what is sent"
    return Entry(words, partial(hand.exclude, cell.id, not cell.excluded))
