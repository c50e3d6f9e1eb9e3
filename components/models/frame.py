"""Tables of models and of their endpoints: values in, a DataFrame out. Numbers stay numbers and read as people read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from parley.catalog import Endpoint, Model
from parley.catalog.finding import inputs_of, outputs_of
from parley.catalog.words import MILLION, SCRIPTED, day, is_scripted, tokens
from parley.figures import milliseconds
from parley.money import dollars

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler


@dataclass(frozen=True)
class Column:
    """A column: where its value comes from, and how a known number in it reads."""

    title: str
    value: Callable[[Any], Any]
    number: Callable[[Any], str] | None = None
    help: str | None = None
    width: int | None = None
    """Pixels; None is as wide as what stands in it."""
    pinned: bool = False

    def shown(self) -> Any:
        look: Any = {"label": self.title, "help": self.help, "width": self.width, "pinned": self.pinned}
        return st.column_config.NumberColumn(**look) if self.number else st.column_config.TextColumn(**look)


def styled(columns: Mapping[str, Column], rows: Sequence[object]) -> Styler:
    """One line for each row; numbers that are not known are `unknown`, never 0."""
    frame = pd.DataFrame({name: series(column, rows) for name, column in columns.items()})
    formats: Any = {name: column.number for name, column in columns.items() if column.number}
    return frame.style.format(formats, na_rep="unknown")


def series(column: Column, rows: Sequence[object]) -> pd.Series[Any]:
    return pd.Series([column.value(row) for row in rows], dtype="float64" if column.number else "str")


def shown(columns: Mapping[str, Column]) -> Any:
    """The columns as Streamlit is told of them."""
    return {name: column.shown() for name, column in columns.items()}


def dearness(kind: str) -> Callable[[Any], float | None]:
    """The price of a million tokens of a kind, of a model or an endpoint."""

    def value(row: Model | Endpoint) -> float | None:
        price: Decimal | None = getattr(row.pricing, kind) if row.pricing else None
        return None if price is None else float(price * MILLION)

    return value


def price(number: float) -> str:
    return dollars(Decimal(repr(number))) if number else "free"


def percent(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".") + " %"


def whole(number: float) -> str:
    return tokens(int(number))


def latency(percentile: str) -> Column:
    title = f"First token {percentile}"
    return Column(title, lambda row: getattr(row.latency_last_30m, percentile, None), milliseconds, "Last 30 minutes")


def speed(percentile: str) -> Column:
    title = f"Tokens/s {percentile}"
    return Column(
        title, lambda row: getattr(row.throughput_last_30m, percentile, None), "{:,.0f}".format, "Last 30 minutes"
    )


def name_of(model: Model) -> str:
    return f"{model.label} ({SCRIPTED})" if is_scripted(model) else model.label


PER_MILLION = "US dollars for a million tokens"
_PRICE = 78
"""Pixels: `$150.00`. Streamlit measures the first rows, which may all be free."""
MODELS: dict[str, Column] = {
    "name": Column("Model", name_of, width=250),
    "prompt": Column("In", dearness("prompt"), price, PER_MILLION, _PRICE),
    "completion": Column("Out", dearness("completion"), price, PER_MILLION, _PRICE),
    "context": Column("Context", lambda model: model.context_length, whole, "Tokens of prompt and answer together"),
    "inputs": Column("Takes", lambda model: ", ".join(inputs_of(model)) or "unknown", width=150),
    "outputs": Column("Gives", lambda model: ", ".join(outputs_of(model)) or "unknown", width=105),
    "id": Column("Slug", lambda model: model.id, width=270),
    "created": Column("Added", lambda model: day(model.created) or "unknown"),
}
"""The table of models from left to right."""

ENDPOINTS: dict[str, Column] = {
    "tag": Column("Endpoint", lambda one: one.tag or one.provider_name or "unknown", width=180, pinned=True),
    "prompt": Column("In", dearness("prompt"), price, PER_MILLION, _PRICE),
    "completion": Column("Out", dearness("completion"), price, PER_MILLION, _PRICE),
    "context": Column("Context", lambda one: one.context_length, whole),
    "longest": Column("Longest answer", lambda one: one.max_completion_tokens, whole),
    "quantization": Column("Precision", lambda one: one.quantization or "unknown", help="Quantisation of the weights"),
    "uptime_30m": Column("Up, 30 min", lambda one: one.uptime_last_30m, percent),
    "uptime_1d": Column("Up, a day", lambda one: one.uptime_last_1d, percent),
    **{f"latency_{name}": latency(name) for name in ("p50", "p75", "p90", "p99")},
    **{f"speed_{name}": speed(name) for name in ("p50", "p75", "p90", "p99")},
    "parameters": Column("Parameters", lambda one: ", ".join(one.supported_parameters) or "unknown", width=420),
}
"""The table of a model's endpoints from left to right."""
