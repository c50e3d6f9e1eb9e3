"""What every part of a desk has in hand."""

from __future__ import annotations

from components.services import Services
from components.state import UiState
from parley.connection import Connection
from parley.notebook import Session


class Part:
    """The doors, and what one tab has in hand for one run of a page."""

    def __init__(self, doors: Services, tab: UiState) -> None:
        self.doors = doors
        self.tab = tab
        self.connection: Connection = doors.connection()

    @property
    def session(self) -> Session:
        return self.tab.opened()
