"""Costs as sums: whole picodollars in the database, which cannot be off by a digit, and exact dollars out of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func

from parley.store.part import AnyRow
from parley.store.schema import runs

_MICRO = 10**6


def halves(
    column: ColumnElement[Any] = runs.c.cost_pico, name: str = "cost"
) -> tuple[ColumnElement[int | None], ColumnElement[int | None]]:
    """Two columns whose sums cannot overflow 64 bits, for `pico_of`."""
    high, low = func.sum(column // _MICRO), func.sum(column % _MICRO)
    return high.label(f"{name}_high"), low.label(f"{name}_low")


def pico_of(row: AnyRow, name: str = "cost") -> int:
    """What the two halves add up to."""
    high, low = row._mapping[f"{name}_high"], row._mapping[f"{name}_low"]
    return int(high or 0) * _MICRO + int(low or 0)


def in_dollars(pico: int) -> Decimal:
    return Decimal(pico).scaleb(-12).normalize() + Decimal(0)
