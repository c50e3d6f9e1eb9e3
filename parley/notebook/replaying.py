"""Run from here: which cells are sent again, in which order and with which settings, and about what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from parley.catalog import Catalog
from parley.notebook.edits import position
from parley.notebook.messages import chosen_runs
from parley.notebook.run import Run
from parley.notebook.session import Session
from parley.notebook.steps import steps_to
from parley.request import ChatRequest


class Step(NamedTuple):
    """One cell to be sent. What it says is known only when its turn comes: `messages_for` with the answers as they are then."""

    cell_id: str
    settings: ChatRequest
    """A request without messages."""
    former: Run | None = None
    """The attempt that was chosen when this was planned; None for a prompt that was never sent."""
    again: tuple[Run, ...] = ()
    """What of that attempt's steps is sent again: all of them where calls are answered by themselves, else the first."""


class Estimate(NamedTuple):
    """About what some steps cost, were the answers as long as the last time."""

    cost: Decimal
    """US dollars, of the steps whose cost can be told."""
    unknown: int
    """Steps whose cost cannot be told; they are not in `cost`."""


def plan(
    session: Session, cell_id: str, attempts: Mapping[str, Iterable[Run]], *, settings: ChatRequest | None
) -> tuple[Step, ...]:
    """The cell and every prompt below it that counts, in their order, each with `settings`, or with its own former ones for None.

    A prompt that was never sent has no former ones and is sent with the session's. Excluded prompts are not sent, but
    for the first, which was asked for. Raises KeyError.
    """
    start, replies = position(session, cell_id), chosen_runs(session, attempts)
    below = [
        cell for cell in session.cells[start:] if cell.kind == "prompt" and (not cell.excluded or cell.id == cell_id)
    ]
    most = None if session.loop_steps else 1

    def step(cell_id: str) -> Step:
        former = replies.get(cell_id)
        again = steps_to(former, attempts.get(cell_id, ()))[:most] if former is not None else ()
        return _step(cell_id, former, settings, session.settings)._replace(again=again)

    return tuple(step(cell.id) for cell in below)


def estimate(steps: Sequence[Step], catalog: Catalog, model: str) -> Estimate:
    """What the steps would cost with as many tokens as the last time; `model` is asked where none is set.

    With the same model it is what was paid then, else the list price.
    """
    known = [_cost(step, catalog, model) for step in steps]
    return Estimate(sum((cost for cost in known if cost is not None), Decimal(0)), known.count(None))


def _step(cell_id: str, former: Run | None, settings: ChatRequest | None, otherwise: ChatRequest) -> Step:
    if settings is not None:
        return Step(cell_id, settings.without("messages"), former)
    return Step(cell_id, former.settings if former is not None else otherwise, former)


def _cost(step: Step, catalog: Catalog, model: str) -> Decimal | None:
    if step.former is None:
        return None
    costs = [_cost_of(step.settings, run, catalog, model) for run in step.again or (step.former,)]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def _cost_of(settings: ChatRequest, former: Run, catalog: Catalog, model: str) -> Decimal | None:
    asked, before = (request.payload().get("model", model) for request in (settings, former.request))
    if asked == before and former.money.best is not None and former.outcome == "complete":
        return former.money.best[0]
    return catalog.price(asked if isinstance(asked, str) else None, former.reply.usage)
