"""A page of the ledger by keyset: the rows of a query, in its order, from one place in that order on.

Rows are found in one of four ways. Where the index of the only filter, or of one that leaves many rows, gives them in the
order that is wanted, they come from there. Where a filter leaves few, these are looked up and sorted. Else the order's own
index is walked until the page is full. Where too many rows would be looked at on that way, because what is wanted lies at the
other end or nowhere, the order's index is crossed with those of the filters: of a row that does not pass nothing is read.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, groupby, islice
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    exc,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from parley.store.cursors import Place, read_cursor
from parley.store.filters import (
    Condition,
    Filter,
    conditions,
    counted,
    filters_of,
    kept,
    kept_unindexed,
    narrowest,
    unindexed,
)
from parley.store.part import AnyRow, chunks
from parley.store.query import RunQuery, RunRow
from parley.store.schema import runs, sessions, tags

_COLUMN = {"cost": "cost_pico"}
"""Where a sort key is not the column's own name."""
_SHOWN = tuple(runs.c[name] for name in RunRow.model_fields if name in runs.c)
_AT_ONCE = 400
"""Rows that are looked up together on the way along an index."""
_STEPS = 25
"""Of SQLite's machine, for a row that is looked at and does not pass."""
_COUNTED_AGAIN = 300_000
"""Rows up to which is counted once a walk was given up."""
_MANY = 20
"""So many times more rows are still quicker looked up than the whole of two indexes is crossed."""
_ELSEWHERE = ("session", "tags")
"""Orders by what stands in another table."""


class _TooFar(Exception):
    """More rows would have to be looked at than are worth it."""


class _Asked(NamedTuple):
    """A query with what was made of it."""

    query: RunQuery
    owner: str
    filters: tuple[Filter, ...]
    place: Place | None
    far: int
    """Rows that a walk may look at for each row of the page."""
    crossed: bool = False
    """Whether rows are found in indexes alone."""

    @property
    def rows(self) -> int:
        """One more than the page holds, to see whether there is another."""
        return self.query.limit + 1


def page(connection: Connection, query: RunQuery, owner: str, few: int, far: int) -> list[AnyRow]:
    """The rows of the page, and one more where there are more; `few` rows are quickly looked up and sorted, and no walk looks
    at more than `far` for each row of the page.

    Raises StoreError for a cursor that no page gave.
    """
    key = _key(query) if query.sort in _ELSEWHERE else _column(query)
    place = read_cursor(connection, query, key, owner)
    asked = _Asked(query, owner, filters_of(query, owner, connection), place, far)
    if connection.dialect.name != "sqlite":
        return _sorted(connection, asked, kept(owner)) if query.sort in _ELSEWHERE else _walked(connection, asked)
    in_order = query.sort == "sequence"
    try:
        if in_order and len(asked.filters) == 1 and asked.filters[0].ordered:
            return _met(connection, asked, asked.filters[0])
        narrow = narrowest(connection, asked.filters)
        if narrow is not None and narrow.is_few(few):
            return _looked_up(connection, asked, narrow.filter)
        if in_order and narrow is not None and narrow.filter.ordered:
            return _met(connection, asked, narrow.filter)
        with _no_further(connection, asked):
            return _walked(connection, asked)
    except _TooFar:
        return _crossed(connection, asked, few * _MANY)


def row_of(connection: Connection, run_id: str, owner: str) -> AnyRow | None:
    """The row of one run, if it is there."""
    sql = select(*_SHOWN, runs.c.sequence.label("_key"))
    return connection.execute(sql.where(runs.c.owner == owner, runs.c.id == run_id, runs.c.deleted.is_(None))).first()


def _looked_up(connection: Connection, asked: _Asked, filter_: Filter) -> list[AnyRow]:
    """The few rows that one filter leaves."""
    others = tuple(one for one in asked.filters if one is not filter_)
    found = runs.c.sequence.in_(union_all(*filter_.ways))
    return _sorted(connection, asked._replace(filters=others), and_(kept_unindexed(asked.owner), found))


def _sorted(connection: Connection, asked: _Asked, scope: Condition) -> list[AnyRow]:
    """Rows of a scope, every one looked at, and the first of them in the order."""
    key, order = _key(asked.query), unindexed("sequence")
    sql = select(*_SHOWN, key.label("_key")).where(scope, *conditions(asked.filters))
    if asked.place is not None:
        sql = sql.where(or_(*(one.condition for one in _stretches(asked, key, order))))
    directed = (key.is_(None), _directed(key, asked.query), _directed(order, asked.query))
    return list(connection.execute(sql.order_by(*directed).limit(asked.rows)))


def _key(query: RunQuery) -> ColumnElement[Any]:
    if query.sort == "session":
        named = and_(sessions.c.owner == runs.c.owner, sessions.c.id == runs.c.session_id)
        return select(sessions.c.title).where(named).scalar_subquery()
    if query.sort == "tags":
        return select(func.min(tags.c.name)).where(tags.c.run == runs.c.sequence).scalar_subquery()
    return unindexed(_column(query).name)


def _column(query: RunQuery) -> Column[Any]:
    return runs.c[_COLUMN.get(query.sort, query.sort)]


@contextlib.contextmanager
def _no_further(connection: Connection, asked: _Asked) -> Iterator[None]:
    """Raises _TooFar where a filter lets a statement look at more rows than are worth it."""
    driver = connection.connection.dbapi_connection
    if not asked.filters or not isinstance(driver, sqlite3.Connection):
        yield
        return
    dear = 1 + sum(one.dear for one in asked.filters)
    driver.set_progress_handler(lambda: 1, max(1, asked.far * asked.rows * _STEPS // dear))
    try:
        yield
    except exc.OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) != sqlite3.SQLITE_INTERRUPT:
            raise
        raise _TooFar from None
    finally:
        driver.set_progress_handler(None, 0)


def _crossed(connection: Connection, asked: _Asked, few: int) -> list[AnyRow]:
    """The rows of the order's index that every filter's index has, too; or, where `few` are to be looked at, the rows themselves."""
    ranked = counted(connection, asked.filters, _COUNTED_AGAIN)
    least = min(ranked, key=lambda one: one.work, default=None)
    if least is not None and least.work <= few:
        return _looked_up(connection, asked, least.filter)
    unranked = [one for one in asked.filters if not one.ways]
    indexed = asked._replace(filters=(*(one.filter for one in ranked), *unranked), crossed=True)
    found = [row.sequence for row in _walked(connection, indexed)]
    sql = select(*_SHOWN, _key(asked.query).label("_key"))
    rows = {
        row.sequence: row for some in chunks(found) for row in connection.execute(sql.where(runs.c.sequence.in_(some)))
    }
    return [rows[sequence] for sequence in found]


def _met(connection: Connection, asked: _Asked, filter_: Filter) -> list[AnyRow]:
    """Rows in the order in which they were begun, as a filter's ways give them."""
    others = [one.condition for one in asked.filters if one is not filter_]
    sql = select(*_SHOWN, runs.c.sequence.label("_key")).where(kept_unindexed(asked.owner), *others)
    rows: list[AnyRow] = []
    looked_at = 0
    with contextlib.ExitStack() as stack:
        ways = [stack.enter_context(contextlib.closing(connection.execute(one))) for one in _in_order(asked, filter_)]
        given = merge(*(way.scalars() for way in ways), reverse=asked.query.descending)
        for some in _batches((sequence for sequence, _ in groupby(given)), asked.rows):
            found = sql.where(runs.c.sequence.in_(some)).order_by(_directed(runs.c.sequence, asked.query))
            rows += connection.execute(found)
            if len(rows) >= asked.rows:
                break
            if (looked_at := looked_at + len(some)) > asked.far * asked.rows:
                raise _TooFar
    return rows[: asked.rows]


def _in_order(asked: _Asked, filter_: Filter) -> Iterator[Select[Any]]:
    for way in filter_.ways:
        (sequence,) = way.selected_columns
        rest = way if asked.place is None else way.where(_beyond(sequence, asked.place.sequence, asked.query))
        yield rest.order_by(_directed(sequence, asked.query))


def _batches(sequences: Iterable[int], first: int) -> Iterator[list[int]]:
    left = iter(sequences)
    return chain(filter(None, [list(islice(left, first))]), iter(lambda: list(islice(left, _AT_ONCE)), []))


def _walked(connection: Connection, asked: _Asked) -> list[AnyRow]:
    """Rows along the order's own index, from the place on, until the page is full."""
    if asked.query.sort == "session":
        return _walked_by_title(connection, asked)
    if asked.query.sort == "tags":
        return _walked_by_tag(connection, asked)
    column = _column(asked.query)
    wanted = (kept(asked.owner), *_passing(asked, column.name), *_bounds(connection, asked))
    sql = select(*_looked_for(asked), column.label("_key")).where(*wanted)
    return _stretch_by_stretch(connection, asked, [(sql, one) for one in _stretches(asked, column, runs.c.sequence)])


def _looked_for(asked: _Asked) -> tuple[ColumnElement[Any], ...]:
    return (runs.c.sequence,) if asked.crossed else _SHOWN


def _passing(asked: _Asked, column: str = "") -> Iterator[Condition]:
    """The conditions of all filters: of the row, or of its place in their indexes."""
    for one in asked.filters:
        if asked.crossed and one.ways and one.column != column:
            yield unindexed("sequence").in_(union_all(*one.ways))
        else:
            yield from conditions((one,), column)


def _walked_by_title(connection: Connection, asked: _Asked) -> list[AnyRow]:
    """Along the sessions by their titles, through the runs of each; at the end the runs of no session that is there."""
    named = and_(sessions.c.owner == asked.owner, sessions.c.id == runs.c.session_id)
    its_runs = and_(runs.c.owner == _unindexed("owner"), runs.c.session_id == _unindexed("id"))
    here = select(*_looked_for(asked), sessions.c.title.label("_key")).select_from(sessions.join(runs, its_runs))
    here = here.where(sessions.c.owner == asked.owner, kept_unindexed(asked.owner), *_passing(asked))
    steps = list(_stretches(asked, sessions.c.title, runs.c.sequence))
    nowhere = ~select(sessions.c.id).where(named).exists()
    return _stretch_by_stretch(connection, asked, [*((here, one) for one in steps[:-1]), _without(asked, nowhere)])


def _walked_by_tag(connection: Connection, asked: _Asked) -> list[AnyRow]:
    """Along the tags, through the runs of which each is the first one; at the end the runs without a tag."""
    other = tags.alias()
    its_first = ~exists().where(other.c.run == tags.c.run, other.c.owner == asked.owner, other.c.name < tags.c.name)
    here = select(*_looked_for(asked), tags.c.name.label("_key"))
    here = here.select_from(tags.join(runs, runs.c.sequence == tags.c.run)).where(tags.c.owner == asked.owner)
    here = here.where(kept_unindexed(asked.owner), its_first, *_passing(asked))
    steps = list(_stretches(asked, tags.c.name, tags.c.run))
    nowhere = ~exists().where(tags.c.run == runs.c.sequence)
    return _stretch_by_stretch(connection, asked, [*((here, one) for one in steps[:-1]), _without(asked, nowhere)])


def _without(asked: _Asked, nowhere: Condition) -> tuple[Select[Any], _Stretch]:
    """The runs at the end, which have nothing of what gives the order."""
    sql = select(*_looked_for(asked), _key(asked.query).label("_key"))
    past = _past(asked, runs.c.sequence) if _is_last(asked) else and_(True)
    by_sequence = (_directed(runs.c.sequence, asked.query),)
    return sql.where(kept(asked.owner), *_passing(asked), nowhere), _Stretch(past, by_sequence)


def _unindexed(name: str) -> ColumnElement[Any]:
    """A column of `sessions` that a run is not looked up by: so the sessions come first, and their runs after them."""
    return literal_column(f"+sessions.{sessions.c[name].name}", sessions.c[name].type)


def _is_last(asked: _Asked) -> bool:
    return asked.place is not None and asked.place.value is None


class _Stretch(NamedTuple):
    """One stretch of the order that an index can walk from end to end."""

    condition: Condition
    order: tuple[ColumnElement[Any], ...]


def _stretch_by_stretch(
    connection: Connection, asked: _Asked, steps: Sequence[tuple[Select[Any], _Stretch]]
) -> list[AnyRow]:
    """An `OR` across the stretches would make the database sort all that is left."""
    rows: list[AnyRow] = []
    for sql, stretch in steps:
        room = asked.rows - len(rows)
        if room > 0:
            rows += connection.execute(sql.where(stretch.condition).order_by(*stretch.order).limit(room))
    return rows


def _stretches(asked: _Asked, key: ColumnElement[Any], sequence: ColumnElement[Any]) -> Iterator[_Stretch]:
    query, place = asked.query, asked.place
    by_sequence = (_directed(sequence, query),)
    by_key = (_directed(key, query), *by_sequence)
    all_known = any(one.column == key.key for one in asked.filters)
    unknown = [] if all_known else [_Stretch(key.is_(None), by_sequence)]
    if query.sort == "sequence":
        yield _Stretch(_past(asked, sequence), by_sequence)
    elif place is None:
        yield _Stretch(key.is_not(None), by_key)
        yield from unknown
    elif place.value is None:
        yield _Stretch(and_(key.is_(None), _past(asked, sequence)), by_sequence)
    else:
        yield _Stretch(and_(key == place.value, _past(asked, sequence)), by_sequence)
        yield _Stretch(_beyond(key, place.value, query), by_key)
        yield from unknown


def _bounds(connection: Connection, asked: _Asked) -> Iterator[Condition]:
    """A walk from the newest to the oldest need not look at what is outside the time that is asked for."""
    created = [one.indexed for one in asked.filters if one.column == "created" and one.indexed is not None]
    ahead = asked.query.until if asked.query.descending else asked.query.since
    if asked.query.sort == "sequence" and ahead is not None and created:
        ends = select(func.min(runs.c.sequence), func.max(runs.c.sequence)).where(kept(asked.owner), *created)
        first, last = connection.execute(ends).one()
        yield false() if first is None else runs.c.sequence.between(first, last)


def _past(asked: _Asked, sequence: ColumnElement[Any]) -> Condition:
    if asked.place is None:
        return sequence.is_not(None)
    return _beyond(sequence, asked.place.sequence, asked.query)


def _directed(column: ColumnElement[Any], query: RunQuery) -> ColumnElement[Any]:
    return column.desc() if query.descending else column.asc()


def _beyond(column: ColumnElement[Any], value: Any, query: RunQuery) -> Condition:
    past: Condition = column < value if query.descending else column > value
    return past
