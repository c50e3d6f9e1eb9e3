"""What a query asks for, as filters: each a condition of a row, and the ways in which an index finds the rows it holds for.

SQLite knows nothing of how often a value occurs and would now sort half a ledger to show a page of it, now look at every
row to find three. So which index is used is decided here and in `pages`: a column with a `+` before it is looked up in none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal_column, or_, select

from parley.store.part import to_micros
from parley.store.query import RunQuery
from parley.store.rows import PICO
from parley.store.schema import runs, tags
from parley.store.words import matching, words

COUNTED = 20_000
"""Rows up to which is counted to find the filter that leaves the fewest."""
_MOST_WAYS = 8
_DEAR = 40
"""Look-ups for which one row is asked whether it has the words."""
_SEARCHED = 4
_CHOICES = {
    "model": ("model_asked", "model"),
    "outcome": ("outcome",),
    "provider": ("provider",),
    "connection": ("connection",),
    "session": ("session_id",),
    "finish_reason": ("finish_reason",),
    "cost_source": ("cost_source",),
}
"""The columns that a choice is looked for in."""
_WITHIN = ("rating", "prompt_tokens", "completion_tokens", "first_token_ms", "total_ms", "tokens_per_second")
Condition = ColumnElement[bool]
Way = Select[Any]


class Filter(NamedTuple):
    """One part of a query."""

    condition: Condition
    """Of a row of `runs`, to be looked up in no index."""
    ways: tuple[Way, ...] = ()
    """Each gives sequences, out of one index; all together give all that pass, some of them twice or another owner's."""
    ordered: bool = False
    """Whether each way gives its sequences in their order, without sorting."""
    dear: int = 0
    """What it takes to ask one row whether it passes, in look-ups of a row; 0 is next to nothing."""
    column: str = ""
    """The one column that it is about."""
    indexed: Condition | None = None
    """The condition spelled so that the column's index serves it."""


class Narrowest(NamedTuple):
    """The filter to begin with, because least is to be done for the rows that it leaves."""

    filter: Filter
    rows: int
    """That it leaves, counted up to a bound."""
    asking: int
    """What it takes to ask one of them about the other filters, in look-ups."""
    searched: bool
    """Whether words are searched: a walk, too, then has more to ask of each row that it meets."""

    @property
    def work(self) -> int:
        return self.rows * self.asking

    def is_few(self, few: int) -> bool:
        """Whether the rows are better looked up and sorted than met with on a walk; without a search `few` are."""
        return self.work <= few * (_SEARCHED if self.searched else 1)


def kept(owner: str) -> Condition:
    """Of an owner, and not deleted."""
    return and_(runs.c.owner == owner, runs.c.deleted.is_(None))


def kept_unindexed(owner: str) -> Condition:
    return and_(unindexed("owner") == owner, unindexed("deleted").is_(None))


def unindexed(name: str) -> ColumnElement[Any]:
    """A column of `runs` that SQLite will not look up in an index."""
    return literal_column(f"+runs.{runs.c[name].name}", runs.c[name].type)


def spelling(connection: Connection) -> Callable[[str], ColumnElement[Any]]:
    """How columns are spelled that are to be looked up in no index, where the database lets one say so."""
    return unindexed if connection.dialect.name == "sqlite" else runs.c.__getitem__


def gone(connection: Connection, owner: str) -> Condition:
    """Of an owner, and deleted: of many runs there are but a few of these, and they have an index of their own."""
    return and_(spelling(connection)("owner") == owner, runs.c.deleted.is_not(None))


def filters_of(query: RunQuery, owner: str, connection: Connection) -> tuple[Filter, ...]:
    """The query's filters; other databases than SQLite keep counts of their own, and choose their indexes by them."""
    spelled = spelling(connection)
    found = [*_choices(query, owner, spelled), *_ranges(query, owner, spelled), *_marks(query, owner, spelled)]
    if query.search.strip():
        found.append(_search(query.search, connection))
    return tuple(found)


def conditions(filters: Sequence[Filter], column: str = "") -> Iterator[Condition]:
    """All conditions; that of `column` as its index serves it."""
    for one in filters:
        yield one.indexed if one.indexed is not None and one.column == column else one.condition


def narrowest(connection: Connection, filters: Sequence[Filter], most: int = COUNTED) -> Narrowest | None:
    """None where no filter has an index to count in."""
    return min(counted(connection, filters, most), key=lambda one: one.work, default=None)


def counted(connection: Connection, filters: Sequence[Filter], most: int) -> list[Narrowest]:
    """The filters that have an index to count in, those that leave the fewest rows first; more than `most` are as many."""
    dear = sum(one.dear for one in filters)
    found = [
        Narrowest(one, _count(connection, one, most), 1 + dear - one.dear, searched=dear > 0)
        for one in filters
        if one.ways
    ]
    return sorted(found, key=lambda one: one.rows)


def _count(connection: Connection, filter_: Filter, most: int) -> int:
    counts = [select(func.count()).select_from(way.limit(most + 1).subquery()) for way in filter_.ways]
    return sum(connection.scalar(count) or 0 for count in counts)


def _choices(query: RunQuery, owner: str, spelled: Callable[[str], ColumnElement[Any]]) -> Iterator[Filter]:
    for name, columns in _CHOICES.items():
        values = getattr(query, name)
        if not values:
            continue
        condition = or_(*(spelled(column).in_(values) for column in columns))
        single = len(values) * len(columns) <= _MOST_WAYS
        held = [runs.c[column] == value for column in columns for value in values]
        some = [runs.c[column].in_(values) for column in columns]
        ways = tuple(_way(owner, one) for one in (held if single else some))
        column = columns[0] if len(columns) == 1 else ""
        yield Filter(condition, ways, single, column=column, indexed=some[0] if column else None)


def _ranges(query: RunQuery, owner: str, spelled: Callable[[str], ColumnElement[Any]]) -> Iterator[Filter]:
    since, until = (None if one is None else to_micros(one) for one in (query.since, query.until))
    bounds: dict[str, tuple[Any, Any]] = {"created": (since, None if until is None else until - 1)}
    bounds["cost_pico"] = tuple(None if one is None else _pico(one) for one in query.cost)  # type: ignore[assignment]
    bounds |= {name: getattr(query, name) for name in _WITHIN}
    for name, (least, most) in bounds.items():
        if (least, most) != (None, None):
            indexed = _between(runs.c[name], least, most)
            yield Filter(_between(spelled(name), least, most), (_way(owner, indexed),), column=name, indexed=indexed)


def _between(column: ColumnElement[Any], least: Any, most: Any) -> Condition:
    held = [column.is_not(None)]
    held += [] if least is None else [column >= least]
    held += [] if most is None else [column <= most]
    return and_(*held)


def _pico(cost: Decimal) -> int:
    return int((cost * PICO).to_integral_value())


def _marks(query: RunQuery, owner: str, spelled: Callable[[str], ColumnElement[Any]]) -> Iterator[Filter]:
    if query.starred is not None:
        if query.starred:
            starred = runs.c.starred.is_not(None)
            yield Filter(spelled("starred").is_not(None), (_way(owner, starred),), column="starred", indexed=starred)
        else:
            yield Filter(spelled("starred").is_(None))
    if query.tag:
        named = and_(tags.c.owner == owner, tags.c.name.in_(query.tag))
        ways = [select(tags.c.run).where(tags.c.owner == owner, tags.c.name == name) for name in query.tag]
        condition = exists(select(tags.c.run).where(named, tags.c.run == runs.c.sequence).correlate(runs))
        yield Filter(condition, tuple(ways), ordered=True)


def _search(question: str, connection: Connection) -> Filter:
    matched = matching(question, connection)
    here = exists(select(words.c.rowid).where(matched, words.c.rowid == runs.c.sequence))
    return Filter(here, (select(words.c.rowid).where(matched),), ordered=True, dear=_DEAR)


def _way(owner: str, condition: Condition) -> Way:
    return select(runs.c.sequence).where(kept(owner), condition)
