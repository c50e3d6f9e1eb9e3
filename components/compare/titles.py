"""What stands above an answer that has others beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import MISSING

from parley.notebook import Run
from parley.notebook.comparing import told_apart
from parley.reply.defuse import plain
from parley.request import BY_NAME
from parley.request.kept import brief

LONGEST = 32


def titles(runs: Sequence[Run]) -> tuple[str, ...]:
    """One for each, as Markdown: its number, and what it set that others did not: **1** · scripted/text · Temperature 0.2."""
    differ = told_apart([run.request for run in runs])
    return tuple(
        " · ".join((f"**{number}**", *(_set(name, value) for name, value in fields.items())))
        for number, fields in enumerate(differ, 1)
    )


def _set(name: str, value: Any) -> str:
    if name == "model":
        return f"**{plain(str(value))}**"
    label = BY_NAME[name].label if name in BY_NAME else name
    words = "unset" if value is MISSING else value if isinstance(value, str) and value else brief(value, LONGEST)
    return plain(f"{label} {words if len(words) <= LONGEST else words[: LONGEST - 1] + '…'}")
