"""Costs as sums: whole picodollars in the database, which cannot be off by a digit, and exact dollars out of it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ColumnElement, func

from parley.store.part import AnyRow
from parley.store.schema import runs

_MICRO = 10**6


def halves() -> tuple[ColumnElement[int | None], ColumnElement[int | None]]:
    """Two columns whose sums cannot overflow 64 bits, for `pico_of`."""
    high, low = func.sum(runs.c.cost_pico // _MICRO), func.sum(runs.c.cost_pico % _MICRO)
    return high.label("high"), low.label("low")


def pico_of(row: AnyRow) -> int:
    """What the two halves add up to."""
    return int(row.high or 0) * _MICRO + int(row.low or 0)


def in_dollars(pico: int) -> Decimal:
    return Decimal(pico).scaleb(-12).normalize() + Decimal(0)
