"""A session as it is presented: one scene after another, and what all of its answers took together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from parley.money import MoneySource
from parley.notebook.comparing import side_by_side
from parley.notebook.edits import system_cell
from parley.notebook.messages import chosen
from parley.notebook.run import Run
from parley.notebook.session import Cell
from parley.notebook.share import Snapshot
from parley.notebook.template import filled_message
from parley.value import Value


class Scene(Value):
    """What is on the screen at once: what was said, and what was answered."""

    cells: tuple[Cell, ...]
    """One cell; a prompt that follows results of tools has them before it."""
    runs: tuple[Run, ...] = ()
    """The chosen attempt, or those that stand side by side, in the order of their lanes; none where nothing was answered."""

    @property
    def last(self) -> Cell:
        return self.cells[-1]


class Totals(Value):
    """What answers took together; a sum stands for those that tell, None where none does."""

    answers: int = 0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    ms: float | None = None
    """From sending to the end, one scene after the other; of answers side by side the longest counts."""
    cost: Decimal | None = None
    """US dollars."""
    sources: tuple[MoneySource, ...] = ()
    """Who says so, the least certain last."""
    unpriced: int = 0
    """Answers of which the cost is not known; they are not in `cost`."""
    models: tuple[str, ...] = ()
    """Those that answered, in the order in which they first did."""


def scenes(snapshot: Snapshot) -> tuple[Scene, ...]:
    """The cells that count, and notes; the system prompt, which stands on top, is none, and what is excluded is left out."""
    top = system_cell(snapshot.session)
    cells = [cell for cell in snapshot.session.cells if not cell.excluded and cell is not top]
    return tuple(_scene(group, snapshot) for group in _grouped(cells))


def totals(shown: Iterable[Scene]) -> Totals:
    """The answers of these scenes together."""
    several = [scene.runs for scene in shown if scene.runs]
    runs = [run for side in several for run in side]
    known = [run.money.best for run in runs if run.money.best is not None]
    used = [run.reply.usage for run in runs if run.reply.usage is not None]
    names = (run.reply.model or run.request.payload().get("model") for run in runs)
    return Totals(
        answers=len(runs),
        prompt_tokens=_sum(usage.prompt_tokens for usage in used),
        completion_tokens=_sum(usage.completion_tokens for usage in used),
        ms=_time(several),
        cost=sum((cost for cost, _ in known), Decimal(0)) if known else None,
        sources=_sources({source for _, source in known}),
        unpriced=len(runs) - len(known),
        models=tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name)),
    )


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


def _scene(cells: tuple[Cell, ...], snapshot: Snapshot) -> Scene:
    last = cells[-1]
    runs = snapshot.attempts.get(last.id, ()) if last.kind == "prompt" else ()
    picked = chosen(last, runs)
    values = picked.template.values if picked is not None and picked.template is not None else {}
    said = tuple(_as_sent(cell, {**snapshot.session.variables, **values}) for cell in cells)
    return Scene(cells=said, runs=side_by_side(last, runs) or ((picked,) if picked else ()))


def _as_sent(cell: Cell, values: Mapping[str, str]) -> Cell:
    """The cell with its variables replaced, as the model read it; a note, which no model reads, as it was written."""
    return cell if cell.kind == "note" else cell.model_copy(update={"message": filled_message(cell.message, values)})


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _time(several: Sequence[Sequence[Run]]) -> float | None:
    known = [[run.timings.total_ms for run in side if run.timings.total_ms is not None] for side in several]
    return sum(max(side) for side in known if side) if any(known) else None


def _sources(named: set[MoneySource]) -> tuple[MoneySource, ...]:
    certain: tuple[MoneySource, ...] = ("audited", "reported", "estimate")
    return tuple(source for source in certain if source in named)
