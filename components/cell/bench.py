"""What is being worked at in the column of cells, in one tab: editors, the place in a long session, what was deleted last."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from parley.media import Attachment


class Insertion(NamedTuple):
    """A cell that is written and stands in no session yet; nothing is left of it when it is given up."""

    cell_id: str
    beside: str | None
    """The cell that it comes next to; None is the end."""
    above: bool = False


class Deleted(NamedTuple):
    """The cell that was deleted last, as long as nothing else was changed."""

    version: int
    """Of the session without it."""
    before: str | None
    """The cell that came after it; None where it was the last."""
    words: str


@dataclass
class Bench:
    """The state of one tab's column."""

    editing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Cells whose editor is open, with what they said when it was opened."""
    attached: dict[str, tuple[Attachment, ...]] = field(default_factory=dict)
    """What is to be attached to cells that are edited, where that is changed."""
    read: dict[str, tuple[dict[str, Any], tuple[Attachment, ...]]] = field(default_factory=dict)
    """What is attached to such a cell as it is, and the message in which that was read: pictures are not read at every look."""
    refused: dict[str, list[str]] = field(default_factory=dict)
    """Why files were not attached to such a cell."""
    insertion: Insertion | None = None
    first: str | None = None
    """The cell that the window begins with; None is wherever it has to, to end with the last cell."""
    to_run: str | None = None
    """A cell that is to be run as soon as the settings are known."""
    to_bring: str | None = None
    """A cell to which the page is to scroll when it is drawn the next time: it was sent from elsewhere on the page."""
    answering: dict[str, str] = field(default_factory=dict)
    """By cell, a run of it whose calls are to be answered once more."""
    deleted: Deleted | None = None
    former: str | None = None
    """The cell whose former texts are looked at."""

    def go(self, first: str | None) -> None:
        """Begin the window with this cell; with None, show the end of the session again."""
        self.first = first
