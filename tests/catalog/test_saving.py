from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from parley.catalog import Catalog, Pricing
from parley.catalog.saving import cached_of, caches, saved
from parley.reply import Usage

PRICES = {
    "prompt": "0.000003",
    "completion": "0.000015",
    "input_cache_read": "0.0000003",
    "input_cache_write": "0.00000375",
}


def usage(read: int | None, written: int | None, prompt: int = 1_000) -> Usage:
    details = {"cached_tokens": read, "cache_write_tokens": written}
    return Usage(prompt_tokens=prompt, completion_tokens=10, prompt_tokens_details=details)


@pytest.mark.parametrize(
    ("read", "written", "dollars"),
    [(800, 0, "0.00216"), (0, 800, "-0.0006"), (500, 500, "0.000975"), (0, 0, None), (None, None, None)],
)
def test_reading_saves_and_writing_costs(read: int | None, written: int | None, dollars: str | None) -> None:
    found = saved(Pricing.model_validate(PRICES), usage(read, written))
    assert found == (None if dollars is None else Decimal(dollars))


@pytest.mark.parametrize("pricing", [None, Pricing.model_validate({"prompt": "0.1", "completion": "0.1"}), Pricing()])
def test_without_a_price_of_the_cache_nothing_is_said(pricing: Pricing | None) -> None:
    assert saved(pricing, usage(800, 0)) is None
    assert not caches(pricing)


@pytest.mark.parametrize(
    ("told", "shares"), [(None, (0, 0)), (Usage(), (0, 0)), (usage(3, None), (3, 0)), (usage(3, 4), (3, 4))]
)
def test_the_shares_are_those_that_were_counted(told: Usage | None, shares: tuple[int, int]) -> None:
    assert cached_of(told) == shares


def test_prices_are_those_of_the_endpoint_that_answered() -> None:
    def priced(read: str) -> dict[str, Any]:
        return {**PRICES, "input_cache_read": read}

    catalog = Catalog.parse([{"id": "m/m", "pricing": priced("0.1")}]).with_endpoints(
        {"data": {"id": "m/m", "endpoints": [{"provider_name": "P", "pricing": priced("0.2")}]}}
    )
    for provider, read in (("P", "0.2"), ("Q", "0.1"), (None, "0.1")):
        found = catalog.pricing("m/m", provider)
        assert found is not None
        assert found.input_cache_read == Decimal(read)
    assert catalog.pricing("x/y") is None
