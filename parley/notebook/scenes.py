"""A session as it is presented: one scene after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from parley.notebook.comparing import side_by_side
from parley.notebook.edits import system_cell
from parley.notebook.messages import chosen
from parley.notebook.run import Run
from parley.notebook.session import Cell
from parley.notebook.share import Snapshot
from parley.notebook.steps import steps_to
from parley.notebook.template import filled_message
from parley.value import Value


class Scene(Value):
    """What is on the screen at once: what was said, and what was answered."""

    cells: tuple[Cell, ...]
    """One cell; a prompt that follows results of tools has them before it."""
    runs: tuple[Run, ...] = ()
    """The chosen attempt, or those that stand side by side, in the order of their lanes; none where nothing was answered."""

    step_of: str = ""
    """Id of the session's cell, where this is a later step of its attempt and shows results of tools in place of a cell."""

    @property
    def last(self) -> Cell:
        return self.cells[-1]

    @property
    def cell_id(self) -> str:
        """The session's cell that it ends with."""
        return self.step_of or self.last.id


def scenes(snapshot: Snapshot) -> tuple[Scene, ...]:
    """The cells that count, and notes; the system prompt, which stands on top, is none, and what is excluded is left out."""
    top = system_cell(snapshot.session)
    cells = [cell for cell in snapshot.session.cells if not cell.excluded and cell is not top]
    return tuple(scene for group in _grouped(cells) for scene in _scenes(group, snapshot))


def _grouped(cells: Iterable[Cell]) -> Iterator[tuple[Cell, ...]]:
    """Results of tools go with the prompt that sends them."""
    waiting: list[Cell] = []
    for cell in cells:
        is_result = cell.message.get("role") == "tool"
        if waiting and not is_result:
            yield tuple(waiting)
            waiting = []
        waiting.append(cell)
        if not is_result or cell.kind == "prompt":
            yield tuple(waiting)
            waiting = []
    if waiting:
        yield tuple(waiting)


def _scenes(cells: tuple[Cell, ...], snapshot: Snapshot) -> Iterator[Scene]:
    """One scene for each step of an attempt that stands alone: what the tools gave back comes before the answer to it."""
    last = cells[-1]
    runs = snapshot.attempts.get(last.id, ()) if last.kind == "prompt" else ()
    picked = chosen(last, runs)
    values = picked.template.values if picked is not None and picked.template is not None else {}
    said = tuple(_as_sent(cell, {**snapshot.session.variables, **values}) for cell in cells)
    if picked is None or (beside := side_by_side(last, runs)):
        yield Scene(cells=said, runs=() if picked is None else beside)
        return
    for number, step in enumerate(steps_to(picked, runs)):
        yield Scene(cells=said, runs=(step,), step_of=last.id if number else "")
        said = tuple(_results_of(following)) if (following := _after(step, picked, runs)) is not None else ()


def _after(step: Run, picked: Run, runs: Sequence[Run]) -> Run | None:
    return next((run for run in steps_to(picked, runs) if run.follows == step.id), None)


def _results_of(run: Run) -> Iterator[Cell]:
    """What tools gave back right before this step, as cells: a scene shows such."""
    results: list[dict[str, Any]] = []
    for message in reversed(run.steps_said):
        if message.get("role") != "tool":
            break
        results.append(message)
    for place, message in enumerate(reversed(results)):
        yield Cell(id=f"{run.id}-result-{place}", kind="message", message=dict(message))


def _as_sent(cell: Cell, values: Mapping[str, str]) -> Cell:
    """The cell with its variables replaced, as the model read it; a note, which no model reads, as it was written."""
    return cell if cell.kind == "note" else cell.model_copy(update={"message": filled_message(cell.message, values)})
