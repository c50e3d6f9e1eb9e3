"""Steps: an attempt whose answer calls tools goes on with the results, and all of it is one attempt of one cell.

Each step is a run of its own, for each is a request that was really sent. A run names the one it `follows`, so the steps of an attempt
are found from its last one backwards. Where a step was followed twice, there are two attempts that have their beginning in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from parley.money import Money, by_trust
from parley.notebook.run import Run
from parley.reply import Usage


def last_steps(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The attempts among a cell's runs, each by its last step, in the order of these; `runs` come oldest first.

    The newest run is always one of them: none is followed by one that is older, whatever a file says.
    """
    attempts, seen, followed = tuple(runs), set[str](), set[str]()
    for run in attempts:
        followed |= {run.follows or ""} & seen
        seen.add(run.id)
    return tuple(run for run in attempts if run.id not in followed)


def last_step(run: Run, runs: Iterable[Run]) -> Run:
    """The last step of the attempt that goes on from this run; the newest, where several do."""
    reached, last = {run.id}, run
    for one in runs:
        if one.follows in reached:
            reached.add(one.id)
            last = one
    return last


def steps_to(run: Run, runs: Iterable[Run]) -> tuple[Run, ...]:
    """The steps of an attempt, the first one first, up to and with this run, as far as they are at hand: one may have been deleted."""
    left = {one.id: one for one in runs if one.id != run.id}
    found = [run]
    while (before := left.pop(found[-1].follows or "", None)) is not None:
        found.append(before)
    return tuple(reversed(found))


def whole_attempts(run_ids: Iterable[str], runs: Sequence[Run]) -> tuple[Run, ...]:
    """All steps of the attempts that these runs belong to, oldest first."""
    known = {run.id: run for run in runs}
    kept = {step.id for run_id in run_ids if run_id in known for step in steps_to(known[run_id], runs)}
    return tuple(run for run in runs if run.id in kept)


def as_one(steps: Sequence[Run]) -> Run:
    """The last of some steps with what all of them took, to be compared with other attempts: tokens, money, and time without what a person
    took between them. A sum is as certain as the least certain of its parts; of which a part is unknown, it is."""
    last = steps[-1]
    if len(steps) == 1:
        return last
    usages = [run.reply.usage or Usage() for run in steps]
    counts = {name: _sum([getattr(one, name) for one in usages]) for name in ("prompt_tokens", "completion_tokens")}
    timings = last.timings.model_copy(
        update={
            "first_token_ms": steps[0].timings.first_token_ms,
            "total_ms": _sum([run.timings.total_ms for run in steps]),
        }
    )
    reply = last.reply.model_copy(update={"usage": Usage.model_validate(counts)})
    return last.model_copy(update={"reply": reply, "timings": timings, "money": _money(steps), "booked": None})


def _money(steps: Sequence[Run]) -> Money:
    known = [best for run in steps if (best := run.money.best) is not None]
    billed = [run.money.upstream for run in steps if run.money.upstream is not None]
    upstream = sum(billed, Decimal(0)) if billed else None
    if len(known) < len(steps):
        return Money(upstream=upstream)
    sources = {source for _, source in known}
    source = by_trust(sources)[-1]
    return Money(upstream=upstream, **{source: sum((cost for cost, _ in known), Decimal(0))})


def _sum(counts: Sequence[float | None]) -> float | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
