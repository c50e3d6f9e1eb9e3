"""Comparing: a prompt goes to several lanes at once, each with settings of its own, and its answers stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from pydantic import MISSING

from parley.notebook.messages import chosen
from parley.notebook.run import Run
from parley.notebook.session import Cell
from parley.notebook.steps import last_step
from parley.request import ChatRequest
from parley.request.kept import same

FEWEST = 2
"""Answers that can stand side by side."""


def side_by_side(cell: Cell, runs: Iterable[Run]) -> tuple[Run, ...]:
    """The attempts of a cell that stand side by side, in the order of their lanes; empty where one stands alone.

    Whatever became of the edit that laid them out, each that is alive stands there, so that it can be seen and stopped. Of several
    steps the last one does.
    """
    attempts = {run.id: run for run in runs}
    alive = [run.id for run in attempts.values() if run.live]
    picked = chosen(cell, attempts.values())
    named = (attempts[run_id] for run_id in cell.compared if run_id in attempts)
    beside = list(dict.fromkeys(last_step(run, attempts.values()).id for run in named))
    if alive and picked is not None:
        also = {*alive, picked.id}
        beside += [run_id for run_id in attempts if run_id in also and run_id not in beside]
    return tuple(attempts[run_id] for run_id in beside) if len(beside) >= FEWEST else ()


def told_apart(requests: Sequence[ChatRequest]) -> tuple[dict[str, Any], ...]:
    """For each of some requests, what it sets of the fields in which they differ, the messages apart; MISSING is unset."""
    bodies = [request.without("messages").payload() for request in requests]
    names = [name for name in dict.fromkeys(chain.from_iterable(bodies)) if _differs(name, bodies)]
    return tuple({name: body.get(name, MISSING) for name in names} for body in bodies)


def _differs(name: str, bodies: Sequence[Mapping[str, Any]]) -> bool:
    first, *others = (body.get(name, MISSING) for body in bodies)
    return not all(same(first, other) for other in others)
