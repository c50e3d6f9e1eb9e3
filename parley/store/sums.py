"""What the rows of a query add up to: totals, percentiles, and both by time, model or provider.

Of the whole ledger, totals come out of one index, and percentiles out of the index of each figure, by counting to the place
where they stand. Of what a filter leaves, every row is looked at.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, select, union_all

from parley.store.filters import COUNTED, Condition, Filter, conditions, filters_of, kept, kept_unindexed, narrowest
from parley.store.part import AnyRow
from parley.store.picodollars import halves, in_dollars, pico_of
from parley.store.query import GroupPercentiles, Offered, Percentiles, RunQuery, Spread, Totals
from parley.store.schema import runs, tags

MEASURED = ("first_token_ms", "total_ms", "tokens_per_second")
_AT_ONCE = 10_000
PAID_HERE = case((runs.c.adopted.is_(None), runs.c.cost_pico))
"""What was taken over from elsewhere cost nothing here, whatever it says."""
IMPORTED = func.count(runs.c.adopted)


class Wanted(NamedTuple):
    """The rows of a query, as conditions of `runs`."""

    conditions: tuple[Condition, ...]
    everything: bool
    """Whether no filter is set."""


def wanted(connection: Connection, query: RunQuery, owner: str) -> Wanted:
    filters = filters_of(query, owner, connection)
    if not filters or connection.dialect.name != "sqlite":
        return Wanted((kept(owner), *conditions(filters)), not filters)
    narrow = narrowest(connection, filters)
    if narrow is None or not (narrow.rows <= COUNTED or narrow.filter.ordered):
        return Wanted((kept_unindexed(owner), *conditions(filters)), False)
    return Wanted(_through(narrow.filter, filters, owner), False)


def _through(filter_: Filter, filters: Sequence[Filter], owner: str) -> tuple[Condition, ...]:
    others = [one.condition for one in filters if one is not filter_]
    return (runs.c.sequence.in_(union_all(*filter_.ways)), kept_unindexed(owner), *others)


def added_up(
    cost: ColumnElement[Any] = PAID_HERE, imported: ColumnElement[Any] = IMPORTED
) -> tuple[ColumnElement[Any], ...]:
    return (
        func.count().label("runs"),
        func.count(cost).label("known"),
        imported.label("imported"),
        *halves(cost),
        func.sum(runs.c.prompt_tokens).label("prompt_tokens"),
        func.sum(runs.c.completion_tokens).label("completion_tokens"),
    )


def summed(row: AnyRow) -> dict[str, Any]:
    """The sums of `added_up` as the fields of Totals or Point."""
    return {
        "runs": row.runs,
        "cost": in_dollars(pico_of(row)),
        "cost_unknown": row.runs - row.known - row.imported,
        "imported": row.imported,
        "prompt_tokens": int(row.prompt_tokens or 0),
        "completion_tokens": int(row.completion_tokens or 0),
    }


def totals(connection: Connection, query: RunQuery, owner: str) -> Totals:
    rows = wanted(connection, query, owner)
    if rows.everything:
        found = _of_everything(connection, rows.conditions)
    else:
        found = summed(connection.execute(select(*added_up()).where(*rows.conditions)).one())
    return Totals(**found, **dict(offered(connection, owner)))


def _of_everything(connection: Connection, conditions: Sequence[Condition]) -> dict[str, Any]:
    """One index answers for all rows, and a small one of its own for those that were taken over from elsewhere."""
    all_ = connection.execute(select(*added_up(runs.c.cost_pico, literal(0))).where(*conditions)).one()
    elsewhere = select(*added_up(runs.c.cost_pico)).where(*conditions, runs.c.adopted.is_not(None))
    imported = connection.execute(elsewhere).one()
    return {
        **summed(all_),
        "cost": in_dollars(pico_of(all_) - pico_of(imported)),
        "cost_unknown": all_.runs - all_.known - (imported.runs - imported.known),
        "imported": imported.runs,
    }


def offered(connection: Connection, owner: str) -> Offered:
    def distinct(name: str) -> tuple[str, ...]:
        return _distinct(connection, runs.c[name], kept(owner))

    mine = tags.c.owner == owner
    return Offered(
        models=tuple(sorted({*distinct("model_asked"), *distinct("model")})),
        outcomes=distinct("outcome"),
        providers=distinct("provider"),
        connections=distinct("connection"),
        finish_reasons=distinct("finish_reason"),
        cost_sources=distinct("cost_source"),
        tags=tuple(name for name in _distinct(connection, tags.c.name, mine) if _is_kept(connection, owner, name)),
    )


def _is_kept(connection: Connection, owner: str, tag: str) -> bool:
    """Whether a run that is not deleted has it."""
    tagged = select(tags.c.run).join_from(tags, runs, runs.c.sequence == tags.c.run)
    named = and_(tags.c.owner == owner, tags.c.name == tag, runs.c.deleted.is_(None))
    return connection.execute(tagged.where(named).limit(1)).first() is not None


def _distinct(connection: Connection, column: ColumnElement[Any], scope: Condition) -> tuple[str, ...]:
    """The different values, each found by a step in the column's index to the next larger one: the database has no such
    step of its own and would read every row."""
    found = select(func.min(column).label("value")).where(scope).cte("found", recursive=True)
    larger = select(func.min(column)).where(scope, column > found.c.value).scalar_subquery()
    steps = found.union_all(select(larger).where(found.c.value.is_not(None)))
    return tuple(sorted(value for value in connection.scalars(select(steps.c.value)) if value))


def percentiles(connection: Connection, query: RunQuery, owner: str) -> Percentiles:
    rows = wanted(connection, query, owner)
    if rows.everything:
        return Percentiles(**{name: _counted_to(connection, name, owner) for name in MEASURED})
    sql = select(*(runs.c[name] for name in MEASURED)).where(*rows.conditions)
    return Percentiles(**_spreads(_figures(_few_at_a_time(connection, sql))))


def percentiles_by(connection: Connection, query: RunQuery, name: str, owner: str) -> tuple[GroupPercentiles, ...]:
    """One for each value of a column, those of the most runs first."""
    rows = wanted(connection, query, owner)
    sql = select(*(runs.c[one] for one in MEASURED), runs.c[name]).where(*rows.conditions)
    groups: dict[str | None, dict[str, array[float]]] = defaultdict(_empty)
    sizes: dict[str | None, int] = defaultdict(int)
    for *figures, group in _few_at_a_time(connection, sql):
        sizes[group] += 1
        _put(groups[group], figures)
    largest = sorted(sizes, key=lambda one: (-sizes[one], one or ""))
    return tuple(GroupPercentiles(name=one, runs=sizes[one], **_spreads(groups[one])) for one in largest)


def _few_at_a_time(connection: Connection, sql: Select[Any]) -> Iterator[AnyRow]:
    return iter(connection.execute(sql.execution_options(yield_per=_AT_ONCE)))


def _empty() -> dict[str, array[float]]:
    return {name: array("d") for name in MEASURED}


def _figures(rows: Iterable[AnyRow]) -> dict[str, array[float]]:
    found = _empty()
    for row in rows:
        _put(found, row)
    return found


def _put(found: Mapping[str, array[float]], figures: Iterable[float | None]) -> None:
    for kept_, figure in zip(found.values(), figures, strict=True):
        if figure is not None:
            kept_.append(figure)


def _spreads(found: Mapping[str, array[float]]) -> dict[str, Spread | None]:
    return {name: _spread(figures) for name, figures in found.items()}


def _spread(figures: array[float]) -> Spread | None:
    if not figures:
        return None
    ranked, known = sorted(figures), len(figures)
    return Spread(known=known, **{f"p{part}": ranked[_rank(part, known) - 1] for part in (50, 90, 99)})


def _rank(part: int, known: int) -> int:
    """The place, from 1, of the least figure that `part` of a hundred do not exceed."""
    return math.ceil(part * known / 100)


def _counted_to(connection: Connection, name: str, owner: str) -> Spread | None:
    column = runs.c[name]
    there = and_(kept(owner), column.is_not(None))
    known = connection.scalar(select(func.count()).where(there)) or 0
    if not known:
        return None

    def at(part: int) -> float:
        above, below = _rank(part, known) - 1, known - _rank(part, known)
        order, steps = (column.asc(), above) if above < below else (column.desc(), below)
        return float(
            connection.execute(select(column).where(there).order_by(order).offset(steps).limit(1)).scalar_one()
        )

    return Spread(known=known, p50=at(50), p90=at(90), p99=at(99))
