"""What stands above an answer that has others beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        " · ".join((f"**{number}**", *_words(fields))) if fields else f"**{number}** of {len(runs)}"
        for number, fields in enumerate(differ, 1)
    )


def _words(fields: Mapping[str, Any]) -> list[str]:
    """What is set; what is not only where there is nothing else to say."""
    given = {name: value for name, value in fields.items() if value is not MISSING}
    return [_set(name, value) for name, value in (given or fields).items()]


def _set(name: str, value: Any) -> str:
    if name == "model":
        return f"**{plain(str(value))}**"
    label = BY_NAME[name].label if name in BY_NAME else name
    words = "unset" if value is MISSING else value if isinstance(value, str) and value else brief(value, LONGEST)
    return plain(f"{label} {words if len(words) <= LONGEST else words[: LONGEST - 1] + '…'}")


def bare(title: str) -> str:
    """A title where there is no Markdown."""
    return title.replace("**", "").replace("\\", "")
