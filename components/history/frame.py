"""The ledger's rows as a table: values in, a DataFrame out, and how its numbers read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from parley.figures import milliseconds
from parley.money import dollars
from parley.notebook import Outcome
from parley.notebook.receipt import OUTCOME_WORDS

_PROMPT_SHOWN = 40
BEST = 5
"""Stars of the highest rating."""


class Line(Protocol):
    """A run as the ledger lists it; None is unknown."""

    @property
    def id(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def created(self) -> datetime: ...
    @property
    def session_id(self) -> str | None: ...
    @property
    def session_title(self) -> str | None: ...
    @property
    def model_asked(self) -> str | None: ...
    @property
    def model_answered(self) -> str | None: ...
    @property
    def provider(self) -> str | None: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def failure_kind(self) -> str | None: ...
    @property
    def prompt_tokens(self) -> int | None: ...
    @property
    def completion_tokens(self) -> int | None: ...
    @property
    def cost(self) -> Decimal | None: ...
    @property
    def cost_source(self) -> str | None: ...
    @property
    def first_token_ms(self) -> float | None: ...
    @property
    def total_ms(self) -> float | None: ...
    @property
    def tokens_per_second(self) -> float | None: ...
    @property
    def finish_reason(self) -> str | None: ...
    @property
    def connection(self) -> str: ...
    @property
    def prompt(self) -> str: ...
    @property
    def starred(self) -> bool: ...
    @property
    def rating(self) -> int | None: ...
    @property
    def comment(self) -> str: ...
    @property
    def tags(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Column:
    """A column of the table."""

    title: str
    dtype: str
    value: Callable[[Any], Any]
    sort: str
    """What the store calls this order."""
    number: Callable[[Any], str] | None = None
    """How a known number reads."""
    help: str | None = None
    width: int | None = None
    """Pixels; None is as wide as what stands in it."""

    def shown(self, sort: str, descending: bool) -> Any:
        """How Streamlit is to show it; the column that gives the order wears an arrow."""
        arrow = ("↓ " if descending else "↑ ") if self.sort == sort else ""
        title = arrow + self.title
        look: Any = {"label": title, "help": self.help, "width": self.width}
        if self.dtype == "time":
            return st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss", pinned=True, **look)
        if self.number is not None:
            return st.column_config.TextColumn(alignment="right", **look)
        return st.column_config.TextColumn(**look)


def frame(rows: Sequence[Line], zone: ZoneInfo) -> pd.DataFrame:
    """One line for each row, in their order: times in the person's zone, numbers as numbers, unknown ones as missing."""
    return pd.DataFrame(
        {name: _series([column.value(row) for row in rows], column.dtype, zone) for name, column in COLUMNS.items()}
    )


def spelled(table: pd.DataFrame) -> pd.DataFrame:
    """The same with numbers as people read them. What is unknown is a word, too: a missing value is drawn too faint to be read."""
    numbers = {name: column.number for name, column in COLUMNS.items() if column.number is not None}
    return table.assign(
        **{name: ["unknown" if pd.isna(one) else reads(one) for one in table[name]] for name, reads in numbers.items()}
    )


def opening_label(row: Line, zone: ZoneInfo) -> str:
    """The row in a line that stays the same while its run goes on."""
    said = row.prompt if len(row.prompt) <= _PROMPT_SHOWN else f"{row.prompt[: _PROMPT_SHOWN - 1]}…"
    return " · ".join(part for part in (short_label(row, zone), said) if part)


def short_label(row: Line, zone: ZoneInfo) -> str:
    """The same where the prompt stands nearby."""
    when = f"{row.created.astimezone(zone):%d %b, %H:%M:%S}"
    return " · ".join(part for part in (f"#{row.sequence}", when, row.model_asked) if part)


def zone_of(name: str | None) -> ZoneInfo:
    """The time zone of that name; UTC where it is not known."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def outcome_words(outcome: Outcome, failure_kind: str | None) -> str:
    """`Failed: rate limited`, or the outcome alone where nothing more is known."""
    why = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", failure_kind or "").lower()
    return f"{OUTCOME_WORDS[outcome]}: {why}" if why else OUTCOME_WORDS[outcome]


def stars(rating: int | None) -> str:
    """`★★★☆☆`; empty without a rating."""
    return "" if rating is None else "★" * rating + "☆" * (BEST - rating)


def _series(values: list[Any], dtype: str, zone: ZoneInfo) -> pd.Series[Any]:
    if dtype == "time":
        return pd.Series(pd.to_datetime(values, utc=True)).dt.tz_convert(zone)
    return pd.Series(values, dtype=dtype)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _cost(value: float) -> str:
    return dollars(Decimal(repr(value)))


def _session(row: Line) -> str:
    return "no session" if row.session_id is None else row.session_title or "untitled"


COLUMNS: dict[str, Column] = {
    "created": Column("Time", "time", lambda row: row.created, "sequence"),
    "starred": Column("Star", "str", lambda row: "★" if row.starred else "☆", "starred", width=60),
    "model_asked": Column("Model asked", "str", lambda row: row.model_asked or "none", "model_asked", width=185),
    "outcome": Column("Outcome", "str", lambda row: outcome_words(row.outcome, row.failure_kind), "outcome", width=160),
    "cost": Column("Cost", "float64", lambda row: _float(row.cost), "cost", _cost, help="US dollars", width=104),
    "cost_source": Column(
        "Cost by", "str", lambda row: row.cost_source or "unknown", "cost_source", help="Who says so"
    ),
    "prompt_tokens": Column("Tokens in", "Int64", lambda row: row.prompt_tokens, "prompt_tokens", "{:,}".format),
    "completion_tokens": Column(
        "Tokens out", "Int64", lambda row: row.completion_tokens, "completion_tokens", "{:,}".format
    ),
    "first_token_ms": Column(
        "First token", "float64", lambda row: _float(row.first_token_ms), "first_token_ms", milliseconds
    ),
    "total_ms": Column("Total time", "float64", lambda row: _float(row.total_ms), "total_ms", milliseconds),
    "tokens_per_second": Column(
        "Tokens/s", "float64", lambda row: _float(row.tokens_per_second), "tokens_per_second", "{:,.1f}".format
    ),
    "model_answered": Column(
        "Model that answered",
        "str",
        lambda row: row.model_answered or "none",
        "model",
        help="As the server named it",
        width=200,
    ),
    "provider": Column("Provider", "str", lambda row: row.provider or "unknown", "provider"),
    "finish_reason": Column("Finish reason", "str", lambda row: row.finish_reason or "none", "finish_reason"),
    "session_title": Column("Session", "str", _session, "session", width=180),
    "connection": Column("Connection", "str", lambda row: row.connection or "unknown", "connection"),
    "prompt": Column(
        "Prompt", "str", lambda row: row.prompt or "none", "prompt", help="How the last one begins", width=280
    ),
    "rating": Column("Rating", "str", lambda row: stars(row.rating) or "none", "rating"),
    "tags": Column("Tags", "str", lambda row: ", ".join(row.tags) or "none", "tags"),
    "comment": Column("Comment", "str", lambda row: row.comment or "none", "comment", width=200),
}
"""The table's columns from left to right."""

SORTS: dict[str, str] = {column.sort: column.title for column in COLUMNS.values()}
"""Every order there is, with its words; the first is the order in which the runs began."""
