"""Prices, sizes and ages in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from parley.catalog import Pricing
from parley.catalog.words import ago, day, per_million, price_line, price_rows, tokens, variant_words


@pytest.mark.parametrize(
    ("price", "words"),
    [(None, "unknown"), (Decimal(0), "free"), (Decimal("0.0000025"), "$2.50"), (Decimal("0.0000000375"), "$0.0375")],
)
def test_a_price_is_named_for_a_million_tokens(price: Decimal | None, words: str) -> None:
    assert per_million(price) == words


@pytest.mark.parametrize(
    ("pricing", "line"),
    [
        (None, "price unknown"),
        ({"prompt": "-1", "completion": "-1"}, "price unknown"),
        ({"prompt": "0", "completion": "0"}, "free"),
        ({"prompt": "0", "completion": "0.000001"}, "free in, $1.00 out"),
        ({"prompt": "0.00000015", "completion": "0.0000006"}, "$0.15 in, $0.60 out"),
    ],
)
def test_the_unknown_is_never_free_and_never_zero(pricing: dict[str, Any] | None, line: str) -> None:
    assert price_line(None if pricing is None else Pricing.model_validate(pricing)) == line


def test_every_kind_of_price_is_listed_with_its_unit() -> None:
    pricing = Pricing.model_validate(
        {
            "prompt": "0.000001",
            "completion": "0.000002",
            "image": "0.001",
            "web_search": "0.01",
            "discount": 0.25,
            "overrides": [{"min_prompt_tokens": 128_000, "prompt": "0.000004"}],
        }
    )
    assert dict(price_rows(pricing)) == {
        "Prompt": "$1.00",
        "Answer": "$2.00",
        "Image in": "$0.001 an image",
        "Web search": "$0.01 each",
        "Discount": "25 % off",
        "Prompt, over 128,000 prompt tokens": "$4.00",
    }


def test_an_image_at_the_prompt_price_is_counted_in_tokens() -> None:
    rows = dict(price_rows(Pricing.model_validate({"prompt": "0.000001", "completion": "0", "image": "0.000001"})))
    assert rows["Image in"] == "$1.00"
    assert rows["Answer"] == "free"


def test_a_price_that_is_not_listed_is_unknown() -> None:
    assert dict(price_rows(Pricing.model_validate({"prompt": "-1"}))) == {"Prompt": "unknown", "Answer": "unknown"}
    assert list(price_rows(None)) == []


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, "unknown"),
        (512, "512"),
        (4095, "4.1K"),
        (8000, "8K"),
        (131_072, "131K"),
        (1_048_576, "1M"),
        (1_500_000, "1.5M"),
    ],
)
def test_tokens_are_short(count: int | None, words: str) -> None:
    assert tokens(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "just now"), (59, "just now"), (300, "5 min ago"), (3 * 3600 + 5, "3 h ago"), (3 * 86400, "3 days ago")],
)
def test_an_age_is_said_in_its_largest_unit(seconds: float, words: str) -> None:
    assert ago(seconds) == words


def test_a_day_that_no_calendar_has_is_left_out() -> None:
    assert (day(1_767_225_600), day(0), day(None), day(10**20)) == ("2026-01-01", "", "", "")


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("a/b", ""),
        ("a/b:nitro", ":nitro asks for the fastest endpoint first"),
        ("a/b:odd", ":odd"),
        ("@preset/mine", "with the preset mine of your account"),
        ("a/b:floor@preset/x", ":floor asks for the cheapest endpoint first; with the preset x of your account"),
    ],
)
def test_a_suffix_says_what_it_asks_for(slug: str, words: str) -> None:
    assert variant_words(slug) == words
