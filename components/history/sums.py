"""What all that the filter lets through adds up to, and how its times are spread; what is not counted yet says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Protocol

import streamlit as st

from components.history.spreads import Spread, Spreads
from parley.figures import milliseconds
from parley.money import dollars

COUNTING = "counting…"
_SUMS, _NARROWEST = 4, 130
"""Cells in a row where there is room, and pixels from which on there is; a phone has two."""


class Sums(Protocol):
    """What is known of all rows that a filter lets through."""

    @property
    def runs(self) -> int: ...
    @property
    def cost(self) -> Decimal: ...
    @property
    def cost_unknown(self) -> int: ...
    @property
    def imported(self) -> int:
        """How many of them came from elsewhere: nothing was paid for them from here."""
        ...

    @property
    def prompt_tokens(self) -> int: ...
    @property
    def completion_tokens(self) -> int: ...


def paint_sums(sums: Sums | None) -> None:
    """The totals; what is unknown is counted, never taken for nothing."""
    with st.grid(_SUMS, min_column_width=_NARROWEST, key="history-totals"):
        for label, value in words(sums):
            st.metric(label, value)


def words(sums: Sums | None) -> Iterator[tuple[str, str]]:
    """Each total with its name."""
    if sums is None:
        yield from ((label, COUNTING) for label in ("Runs", "Cost", "Tokens in", "Tokens out"))
        return
    nothing_known = 0 < sums.runs - sums.imported == sums.cost_unknown
    yield f"Runs, {sums.imported:,} imported" if sums.imported else "Runs", f"{sums.runs:,}"
    label = f"Cost, {sums.cost_unknown:,} unknown" if sums.cost_unknown and not nothing_known else "Cost"
    yield label, dollars(None if nothing_known else sums.cost)
    yield "Tokens in", f"{sums.prompt_tokens:,}"
    yield "Tokens out", f"{sums.completion_tokens:,}"


def paint_spreads(spreads: Spreads | None) -> None:
    """The percentiles, in one line of small print in full contrast."""
    told = COUNTING if spreads is None else " \u2003".join(one.replace(" ", "\u00a0") for one in lines(spreads))
    with st.container(key="history-percentiles"):
        st.markdown(
            f":small[p50\u00a0·\u00a0p90\u00a0·\u00a0p99 \u2003{told}]" if told else ":small[No times are known.]"
        )


def lines(spreads: Spreads) -> Iterator[str]:
    """`**First token** 340 ms · 1.2 s · 3.0 s`, of what is known."""
    shown: tuple[tuple[str, Spread | None, Callable[[Any], str]], ...] = (
        ("First token", spreads.first_token_ms, milliseconds),
        ("Total time", spreads.total_ms, milliseconds),
        ("Tokens/s", spreads.tokens_per_second, "{:,.1f}".format),
    )
    for name, spread, reads in shown:
        if spread is not None:
            yield f"**{name}** {' · '.join(reads(one) for one in (spread.p50, spread.p90, spread.p99))}"
