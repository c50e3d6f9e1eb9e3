"""What answers took together, for all that tell of it: a file of all attempts, the closing card of those that were shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from parley.money import MoneySource, by_trust
from parley.notebook.receipt import booked_usage
from parley.notebook.run import Run
from parley.notebook.steps import last_steps
from parley.reply import Usage
from parley.value import Value


class Totals(Value):
    """Each sum stands for the answers that tell, and beside it how many do not; None where none does."""

    answers: int = 0
    """The steps of one attempt are one."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    tokens: int | None = None
    """Of both sides, as each answer counted them, or as they were booked."""
    uncounted: int = 0
    """Answers of whose tokens nothing is known."""
    ms: float | None = None
    """From sending to the end, one after the other; of answers side by side the longest counts."""
    untimed: int = 0
    cost: Decimal | None = None
    """US dollars."""
    sources: tuple[MoneySource, ...] = ()
    """Who says so, the least certain last."""
    unpriced: int = 0
    """Answers of which the cost is not known; they are not in `cost`."""
    models: tuple[str, ...] = ()
    """Those that answered, in the order in which they first did."""


def totals(several: Iterable[Sequence[Run]]) -> Totals:
    """All of these answers together; each of `several` has those that came side by side."""
    sides = [side for side in several if side]
    runs = [run for side in sides for run in side]
    priced = [run.money.best for run in runs if run.money.best is not None]
    used = [usage for run in runs if (usage := run.reply.usage or booked_usage(run.booked)) is not None]
    whole = [count for usage in used if (count := _whole(usage)) is not None]
    names = (run.reply.model or run.request.told("model") for run in runs)
    return Totals(
        answers=len(last_steps(runs)),
        prompt_tokens=_sum(usage.prompt_tokens for usage in used),
        completion_tokens=_sum(usage.completion_tokens for usage in used),
        tokens=_sum(whole),
        uncounted=len(runs) - len(whole),
        ms=_time(sides),
        untimed=sum(run.timings.total_ms is None for run in runs),
        cost=sum((cost for cost, _ in priced), Decimal(0)) if priced else None,
        sources=by_trust({source for _, source in priced}),
        unpriced=len(runs) - len(priced),
        models=tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name)),
    )


def _whole(usage: Usage) -> int | None:
    return (
        usage.total_tokens if usage.total_tokens is not None else _sum((usage.prompt_tokens, usage.completion_tokens))
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _time(several: Sequence[Sequence[Run]]) -> float | None:
    known = [[run.timings.total_ms for run in side if run.timings.total_ms is not None] for side in several]
    return sum(max(side) for side in known if side) if any(known) else None
