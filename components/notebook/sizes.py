"""How much a notebook says, as far as it matters: what is large is written out only for whoever looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.large_fold import LARGE
from parley.notebook import Run, Session, chosen


def size_of(session: Session, attempts: Mapping[str, Sequence[Run]]) -> int:
    """Characters of what the cells say, counted from the end and only until they are many, so that a long session costs nothing."""
    size = len(session.draft) + sum(_length(one.part) for one in session.attached)
    for cell in reversed(session.cells):
        if size >= LARGE:
            break
        if cell.excluded or cell.kind == "note":
            continue
        run = chosen(cell, attempts.get(cell.id, ()))
        size += _length(cell.message) + (len(run.reply.text) if run is not None else 0)
    return size


def _length(value: object) -> int:
    if isinstance(value, dict):
        return sum(map(_length, value.values()))
    return sum(map(_length, value)) if isinstance(value, list) else len(str(value))
