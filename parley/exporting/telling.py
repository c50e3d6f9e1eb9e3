"""What every file says of a session, in the same words: what the whole took, what a cell is, how lanes differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import MISSING

from parley.figures import milliseconds
from parley.money import dollars
from parley.notebook import Cell, Run, Snapshot
from parley.notebook.comparing import told_apart
from parley.notebook.totals import totals
from parley.request import BY_NAME
from parley.request.kept import brief, counted

T = TypeVar("T")
_ROLES = {
    "system": "System message",
    "developer": "Developer message",
    "user": "Message",
    "assistant": "Assistant, by hand",
}


def sums(snapshot: Snapshot) -> list[str]:
    """What all attempts took together, one after the other; a sum of which a part is unknown says so."""
    runs = [run for several in snapshot.attempts.values() for run in several]
    if not runs:
        return [counted(len(snapshot.session.cells), "cell")]
    told = totals([run] for run in runs)
    models, more = told.models[:4], len(told.models) - 4
    said = [
        counted(len(snapshot.session.cells), "cell"),
        counted(told.answers, "attempt"),
        ", ".join(models) + (f" and {more} more" if more > 0 else ""),
        _sum("tokens", told.tokens, told.uncounted, lambda number: counted(number, "token")),
        _sum("cost", told.cost, told.unpriced, lambda usd: f"{dollars(usd)} {' and '.join(told.sources)}"),
        _sum("time", told.ms, told.untimed, lambda ms: f"{milliseconds(ms)} of answering"),
        f"{min(run.created for run in runs):%d %B %Y}",
    ]
    return [one for one in said if one]


def _sum(what: str, figure: T | None, unknown: int, written: Callable[[T], str]) -> str:
    """What is known of them together, and of how many it is not; nobody knows what no figure says."""
    if figure is None:
        return f"{what} unknown"
    return written(figure) + (f" + {unknown} unknown" if unknown else "")


def label_of(cell: Cell) -> str:
    """What a cell is, in a word or two."""
    if cell.kind == "note":
        return "Note"
    role = str(cell.message.get("role") or "user")
    return "Prompt" if cell.kind == "prompt" and role == "user" else _ROLES.get(role, f"{role.capitalize()} message")


def lane_titles(runs: Sequence[Run]) -> tuple[str, ...]:
    """For each of several attempts side by side, its number and what it set that others did not."""
    differ = told_apart([run.request for run in runs])
    return tuple(
        " · ".join((f"{number}", *(_set(name, value) for name, value in fields.items() if value is not MISSING)))
        for number, fields in enumerate(differ, 1)
    )


def _set(name: str, value: object) -> str:
    label = BY_NAME[name].label if name in BY_NAME else name
    return f"{label} {value[:60] if isinstance(value, str) else brief(value, 32)}"
