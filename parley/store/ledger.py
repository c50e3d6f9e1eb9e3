"""The ledger's reading side: pages by keyset, and sums over all that a filter lets through."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, and_, func, or_, select

from parley.errors import StoreError
from parley.store.part import AnyRow, Part, to_micros, to_moment
from parley.store.query import RunPage, RunQuery, RunRow, Totals
from parley.store.schema import runs, sessions

_MICRO = 10**6
_COLUMN = {"cost": "cost_pico"}
"""Where a sort key is not the column's own name."""
_SHOWN = tuple(runs.c[name] for name in RunRow.model_fields if name in runs.c)


class Ledger(Part):
    """Questions to the ledger."""

    def runs(self, query: RunQuery | None = None, *, owner: str = "") -> RunPage:
        """A page of an owner's runs; without a query the newest hundred.

        Raises StoreError for a cursor (`RunQuery.after`) that no page of the same order gave.
        """
        asked = query or RunQuery()
        scope = and_(runs.c.owner == owner, runs.c.deleted.is_(None))
        wanted = and_(scope, *_conditions(asked))
        with self._database.reading() as connection:
            found = _page(connection, wanted, asked)
            totals = _totals(connection, scope, wanted) if asked.totals else None
            titles = _titles(connection, owner, found)
        shown = found[: asked.limit]
        following = _cursor(shown[-1], asked) if len(found) > asked.limit else None
        rows = tuple(_listed(row, titles.get(row.session_id)) for row in shown)
        return RunPage(rows=rows, next=following, totals=totals)


def _conditions(query: RunQuery) -> Iterator[ColumnElement[bool]]:
    if query.model:
        yield or_(runs.c.model_asked.in_(query.model), runs.c.model.in_(query.model))
    for values, column in (
        (query.outcome, runs.c.outcome),
        (query.provider, runs.c.provider),
        (query.connection, runs.c.connection),
        (query.session, runs.c.session_id),
    ):
        if values:
            yield column.in_(values)
    if query.since is not None:
        yield runs.c.created >= to_micros(query.since)
    if query.until is not None:
        yield runs.c.created < to_micros(query.until)


class _Range(NamedTuple):
    """One stretch of the order that an index can walk from end to end."""

    condition: ColumnElement[bool]
    order: tuple[ColumnElement[Any], ...]


def _page(connection: Connection, wanted: ColumnElement[bool], query: RunQuery) -> list[AnyRow]:
    """One row more than the limit where there are more. A cursor splits the order into stretches, because an `OR`
    across them would make the database sort all that is left."""
    rows: list[AnyRow] = []
    for stretch in _ranges(query):
        room = query.limit + 1 - len(rows)
        if room > 0:
            columns = (*_SHOWN, _sort_column(query).label("_key"))
            chosen = select(*columns).where(wanted, stretch.condition).order_by(*stretch.order).limit(room)
            rows += connection.execute(chosen).all()
    return rows


def _ranges(query: RunQuery) -> Iterator[_Range]:
    column, sequence = _sort_column(query), runs.c.sequence
    by_sequence = (_directed(sequence, query),)
    by_column = (_directed(column, query), *by_sequence)
    if query.sort == "sequence":
        start = None if query.after is None else _read_cursor(query)[1]
        yield _Range(sequence.is_not(None) if start is None else _beyond(sequence, start, query), by_sequence)
    elif query.after is None:
        yield _Range(column.is_not(None), by_column)
        yield _Range(column.is_(None), by_sequence)
    else:
        value, last = _read_cursor(query)
        past = _beyond(sequence, last, query)
        if value is None:
            yield _Range(and_(column.is_(None), past), by_sequence)
        else:
            yield _Range(and_(column == value, past), by_sequence)
            yield _Range(_beyond(column, value, query), by_column)
            yield _Range(column.is_(None), by_sequence)


def _sort_column(query: RunQuery) -> Column[Any]:
    return runs.c[_COLUMN.get(query.sort, query.sort)]


def _directed(column: Column[Any], query: RunQuery) -> ColumnElement[Any]:
    return column.desc() if query.descending else column.asc()


def _beyond(column: Column[Any], value: Any, query: RunQuery) -> ColumnElement[bool]:
    past: ColumnElement[bool] = column < value if query.descending else column > value
    return past


def _cursor(row: AnyRow, query: RunQuery) -> str:
    place = json.dumps([query.sort, query.descending, row._key, row.sequence]).encode()
    return base64.urlsafe_b64encode(place).decode()


def _read_cursor(query: RunQuery) -> tuple[Any, int]:
    with contextlib.suppress(binascii.Error, ValueError, TypeError):
        sort, descending, value, sequence = json.loads(base64.urlsafe_b64decode((query.after or "").encode()))
        fits = (sort, descending) == (query.sort, query.descending) and isinstance(sequence, int)
        if fits and (value is None or isinstance(value, str | int | float)):
            return value, sequence
    raise StoreError("This page of the history is not known. Start again from the first page.")


def _totals(connection: Connection, scope: ColumnElement[bool], wanted: ColumnElement[bool]) -> Totals:
    """Picodollars are summed in two halves, which cannot overflow 64 bits."""
    count, known, high, low, prompt, completion = connection.execute(
        select(
            func.count(),
            func.count(runs.c.cost_pico),
            func.sum(runs.c.cost_pico // _MICRO),
            func.sum(runs.c.cost_pico % _MICRO),
            func.sum(runs.c.prompt_tokens),
            func.sum(runs.c.completion_tokens),
        ).where(wanted)
    ).one()
    pico = int(high or 0) * _MICRO + int(low or 0)
    return Totals(
        runs=count,
        cost=Decimal(pico).scaleb(-12).normalize() + Decimal(0),
        cost_unknown=count - known,
        prompt_tokens=int(prompt or 0),
        completion_tokens=int(completion or 0),
        models=tuple(sorted({*_distinct(connection, scope, "model_asked"), *_distinct(connection, scope, "model")})),
        outcomes=_distinct(connection, scope, "outcome"),
        providers=_distinct(connection, scope, "provider"),
        connections=_distinct(connection, scope, "connection"),
    )


def _distinct(connection: Connection, scope: ColumnElement[bool], name: str) -> tuple[str, ...]:
    """The different values, each found by a step in the column's index to the next larger one: the database has no such
    step of its own and would read every row."""
    column = runs.c[name]
    found = select(func.min(column).label("value")).where(scope).cte("found", recursive=True)
    larger = select(func.min(column)).where(scope, column > found.c.value).scalar_subquery()
    steps = found.union_all(select(larger).where(found.c.value.is_not(None)))
    return tuple(sorted(value for value in connection.scalars(select(steps.c.value)) if value))


def _titles(connection: Connection, owner: str, rows: list[AnyRow]) -> dict[str, str]:
    ids = sorted({row.session_id for row in rows if row.session_id})
    query = select(sessions.c.id, sessions.c.title).where(sessions.c.owner == owner, sessions.c.id.in_(ids))
    return {row.id: row.title for row in connection.execute(query)} if ids else {}


def _listed(row: AnyRow, title: str | None) -> RunRow:
    facts = dict(row._mapping)
    facts.pop("_key")
    facts |= {
        "created": to_moment(row.created),
        "cost": None if row.cost is None else Decimal(row.cost),
        "session_title": title,
    }
    return RunRow(**facts)
