"""The ledger's table: what stands in it, and how it reads."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_args

import pandas as pd
import pytest

from components.history.frame import COLUMNS, SORTS, frame, opening_label, outcome_words, spelled, zone_of
from parley.store import RunQuery, RunRow

BERLIN = zone_of("Europe/Berlin")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def row(**known: Any) -> RunRow:
    return RunRow(**{"id": "a", "sequence": 7, "created": NOON, "outcome": "complete", **known})


def first(name: str, **known: Any) -> Any:
    return frame([row(**known)], BERLIN)[name].iloc[0]


def reads(name: str, **known: Any) -> str:
    """What the cell shows."""
    return str(spelled(frame([row(**known)], BERLIN))[name].iloc[0])


def test_a_row_of_the_ledger_is_a_row_of_the_table() -> None:
    table = frame([row(id="a", model_asked="x/y"), row(id="b", model_asked="z")], BERLIN)
    assert list(table.columns) == list(COLUMNS)
    assert list(table["model_asked"]) == ["x/y", "z"]


def test_no_rows_are_a_table_without_rows() -> None:
    assert frame([], BERLIN).shape == (0, len(COLUMNS))


def test_time_is_the_persons_own() -> None:
    assert first("created").isoformat() == "2026-07-01T14:00:00+02:00"


@pytest.mark.parametrize("name", ["prompt_tokens", "completion_tokens", "cost", "first_token_ms", "total_ms"])
def test_numbers_stay_numbers_and_nothing_is_not_zero(name: str) -> None:
    assert first(name, **{name: 0}) == 0
    assert pd.isna(first(name))
    assert pd.api.types.is_numeric_dtype(frame([row()], BERLIN)[name])


@pytest.mark.parametrize(
    ("cost", "words"),
    [("0.000042", "$0.000042"), ("0.00000042", "$0.00000042"), ("0", "$0"), ("1234.5", "$1,234.50"), (None, "unknown")],
)
def test_small_costs_keep_their_digits_and_an_unknown_one_is_never_zero(cost: str | None, words: str) -> None:
    assert reads("cost", cost=None if cost is None else Decimal(cost)) == words


def test_times_and_counts_read_as_people_say_them() -> None:
    known = {"first_token_ms": 340.4, "total_ms": 2345.0, "completion_tokens": 12345, "tokens_per_second": 61.55}
    assert [reads(name, **known) for name in known] == ["340 ms", "2.3 s", "12,345", "61.5"]


@pytest.mark.parametrize(
    ("known", "words"),
    [({}, "no session"), ({"session_id": "s"}, "untitled"), ({"session_id": "s", "session_title": "Cats"}, "Cats")],
)
def test_every_row_says_where_it_belongs(known: dict[str, str], words: str) -> None:
    assert first("session_title", **known) == words


@pytest.mark.parametrize("name", [name for name, column in COLUMNS.items() if column.dtype == "str"])
def test_no_word_is_missing(name: str) -> None:
    assert first(name)


def test_what_is_unknown_is_a_word_because_missing_values_are_drawn_too_faint() -> None:
    assert not spelled(frame([row()], BERLIN)).isna().any(axis=None)


def test_a_failure_says_of_which_kind_it_is() -> None:
    assert outcome_words("failed", "RateLimited") == "Failed: rate limited"
    assert outcome_words("truncated", None) == "Cut off"


def test_the_label_of_a_row_stays_while_its_run_goes_on() -> None:
    known = {"model_asked": "x/y", "prompt": "Why is the sky blue?"}
    begun, ended = row(outcome="running", **known), row(model_answered="x/y-2026", total_ms=1.0, **known)
    assert opening_label(begun, BERLIN) == opening_label(ended, BERLIN)
    assert opening_label(ended, BERLIN) == "#7 · 01 Jul, 14:00:00 · x/y · Why is the sky blue?"


def test_every_column_has_an_order_that_the_store_knows() -> None:
    assert set(SORTS) <= set(get_args(RunQuery.model_fields["sort"].annotation))
    assert len(SORTS) == len(COLUMNS)


def test_an_unknown_time_zone_is_utc() -> None:
    assert {zone_of(name).key for name in (None, "", "No/Where", "../etc/passwd")} == {"UTC"}
