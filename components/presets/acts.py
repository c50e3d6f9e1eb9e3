"""What can be asked of presets, and what is said about it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parley.notebook import Preset
from parley.notebook.presets import Setup

What = Literal["load", "take back", "save", "update", "rename", "delete", "restore", "import"]


@dataclass(frozen=True)
class Asked:
    """One thing that was asked for. `preset` is the one that was on screen then: if another tab changed it since, nothing is done."""

    what: What
    preset: Preset | None = None
    preset_id: str = ""
    name: str = ""
    with_system: bool = False
    content: bytes = b""
    """Of a file."""


@dataclass(frozen=True)
class Replaced:
    """What a preset replaced in a session, and what it put there."""

    session_id: str
    former: Setup
    put: Setup


@dataclass(frozen=True)
class Told:
    """What came of it."""

    text: str
    undo: Asked | None = None
    wrong: bool = False
