"""Reasoning that goes on to a model of another family than the one it is from: which answers carry it, and which leave it behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from parley.catalog.family import family_of
from parley.notebook.run import Run
from parley.notebook.session import Cell, Session
from parley.reply.reply import without_reasoning


class Abroad(NamedTuple):
    """Answers above whose reasoning the model that is asked next did not write, and cannot be sure to take."""

    sent: tuple[str, ...] = ()
    """Cells whose reasoning goes along."""
    left: tuple[str, ...] = ()
    """Cells whose reasoning stays behind."""
    families: tuple[str, ...] = ()
    """Who wrote it, each once."""


def abroad(session: Session, replies: Mapping[str, Run], models: Iterable[str]) -> Abroad:
    """What of the reasoning in a session goes, or would go, to another family when these models are asked next; `replies` has each
    cell's chosen run. A router, whose choice nobody knows, is no other family."""
    asked = {family for model in models if (family := family_of(model))}
    sent: list[str] = []
    left: list[str] = []
    families: list[str] = []
    for cell in session.cells:
        family = _family_in(cell, replies.get(cell.id))
        if family and asked - {family}:
            (left if cell.without_reasoning else sent).append(cell.id)
            families.append(family)
    return Abroad(tuple(sent), tuple(left), tuple(dict.fromkeys(families)))


def at_home(session: Session, replies: Mapping[str, Run], models: Iterable[str]) -> tuple[str, ...]:
    """Cells whose reasoning stays behind, though every model that is asked next is of the family that wrote it."""
    asked = {family_of(model) for model in models}
    left = [cell for cell in session.cells if cell.without_reasoning]
    return tuple(cell.id for cell in left if asked == {_family_in(cell, replies.get(cell.id))})


def as_sent_to(model: object, cell: Cell, run: Run, steps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The steps of a cell's own answer as this model is told them when it goes on with it: where reasoning stays behind, another family
    is not told it. The family that wrote it needs it back."""
    family = _family(model)
    left = cell.without_reasoning and family and family != _family_of(run)
    return [without_reasoning(step) if left else dict(step) for step in steps]


def _family_of(run: Run) -> str:
    return _family(run.reply.model or run.request.payload().get("model"))


def _family(model: object) -> str:
    return family_of(model if isinstance(model, str) else None)


def _family_in(cell: Cell, run: Run | None) -> str:
    """Who wrote the reasoning that this cell would send along; empty where it sends none, or nobody knows."""
    if run is None or cell.excluded or cell.kind != "prompt" or run.live:
        return ""
    carried = run.reply.reasoning_details or any(said.get("reasoning_details") for said in run.steps_said)
    return _family_of(run) if carried else ""
