"""What a request may cost before it is sent: every rule by an example."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from parley.budget import Forecast, forecast
from parley.catalog import Catalog
from parley.request import ChatRequest
from parley.tokens import HIDDEN, SURE

PRICES = {"prompt": "0.000002", "completion": "0.00001"}
WORDS = {"messages": [{"role": "user", "content": "Hello"}]}


def catalog(context: int | None = 10_000, longest: int | None = 1_000, **pricing: Any) -> Catalog:
    item = {
        "id": "acme/quill",
        "context_length": context,
        "pricing": PRICES | pricing,
        "top_provider": {"max_completion_tokens": longest},
    }
    return Catalog.parse({"data": [item, {"id": "acme/router", "pricing": {"prompt": "-1", "completion": "-1"}}]})


def told(listed: Catalog | None = None, at: datetime | None = None, **body: Any) -> Forecast:
    return forecast(ChatRequest.parse({"model": "acme/quill", **WORDS, **body}), listed or catalog(), at=at)


def worst(one: Forecast, prompt: str = "0.000002", completion: str = "0.00001", answer: int = 1_000) -> Decimal:
    return (one.prompt.most or 0) * Decimal(prompt) + answer * Decimal(completion)


def test_the_range_is_from_the_prompt_alone_to_the_longest_answer() -> None:
    one = told()
    assert one.least == one.prompt.tokens * Decimal("0.000002")
    assert one.most() == worst(one)
    assert one.answer() == 1_000


@pytest.mark.parametrize("limit", [{"max_completion_tokens": 50}, {"max_tokens": 50}])
def test_a_limit_lowers_the_upper_end_and_not_the_lower(limit: dict[str, int]) -> None:
    one = told(**limit)
    assert one.most() == worst(one, answer=50)
    assert one.least == told().least


def test_of_two_limits_the_server_may_obey_either() -> None:
    assert told(max_tokens=50, max_completion_tokens=500).most() == worst(told(), answer=500)


def test_a_lower_limit_can_be_tried_without_being_set() -> None:
    one = told(max_completion_tokens=500)
    assert one.most(limit=20) == worst(one, answer=20)
    assert one.most(limit=9_999) == one.most()


def test_without_a_limit_the_answer_may_fill_the_context() -> None:
    one = told(catalog(longest=None))
    assert one.answer() == 10_000 - int(one.prompt.tokens / SURE)


def test_where_nothing_limits_the_answer_there_is_no_upper_end() -> None:
    one = told(catalog(context=None, longest=None))
    assert (one.answer(), one.most()) == (None, None)
    assert one.least is not None
    assert told(catalog(context=None, longest=None), max_tokens=5).most() is not None


def test_a_prompt_costs_no_more_than_the_context_holds() -> None:
    one = told(catalog(context=500, longest=100))
    assert one.prompt.most is not None
    assert one.prompt.most > 500
    assert one.most() == 500 * Decimal("0.000002") + 100 * Decimal("0.00001")


def test_what_cannot_be_counted_may_fill_the_context() -> None:
    image = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}]
    assert told(messages=image).most() == 10_000 * Decimal("0.000002") + 1_000 * Decimal("0.00001")
    assert told(catalog(context=None), messages=image).most() is None


@pytest.mark.parametrize("model", ["acme/router", "acme/unknown", ""])
def test_what_nobody_prices_is_unknown_and_not_free(model: str) -> None:
    one = told(model=model)
    assert (one.least, one.most(), one.free) == (None, None, False)


def test_a_price_ceiling_bounds_what_a_router_may_choose() -> None:
    bound = {"max_price": {"prompt": "1", "completion": 2}}
    one = told(model="acme/router", provider=bound, max_tokens=100)
    assert one.most() == worst(one, "0.000001", "0.000002", 100)
    assert one.least is None


def test_a_ceiling_below_the_list_price_holds() -> None:
    one = told(provider={"max_price": {"completion": "5"}})
    assert one.most() == worst(one, completion="0.000005")


def test_a_free_variant_costs_nothing() -> None:
    assert told(model="acme/quill:free").free


def test_a_free_model_is_free_however_long_its_answer_is() -> None:
    assert told(catalog(context=None, longest=None, prompt="0", completion="0")).free


def test_the_dearest_fallback_counts() -> None:
    dear = {"id": "acme/dear", "pricing": {"prompt": "0.00002", "completion": "0.0001"}, "context_length": 5_000}
    both = Catalog(models=(*catalog().models, *Catalog.parse([dear]).models))
    one = told(both, models=["acme/dear"], max_tokens=10)
    assert one.most() == worst(one, "0.00002", "0.0001", 10)
    assert one.least == told().least


def test_a_fallback_that_nobody_lists_leaves_no_upper_end() -> None:
    assert told(models=["acme/unknown"]).most() is None


OFFERS = [
    {"provider_name": "Dear", "tag": "dear", "pricing": {"prompt": "0.000004", "completion": "0.00002"}},
    {"provider_name": "Long", "tag": "long", "pricing": PRICES, "max_completion_tokens": 4_000},
]


@pytest.mark.parametrize(
    ("provider", "prompt", "completion", "answer"),
    [
        ({}, "0.000002", "0.00001", 4_000),
        ({"ignore": ["long"]}, "0.000004", "0.00002", 1_000),
        ({"only": ["long"]}, "0.000002", "0.00001", 4_000),
    ],
)
def test_the_endpoints_that_may_answer_count(provider: Any, prompt: str, completion: str, answer: int) -> None:
    known = catalog().with_endpoints({"data": {"id": "acme/quill", "endpoints": OFFERS}})
    one = told(known, provider=provider)
    assert one.most() == worst(one, prompt, completion, answer)


def test_a_large_prompt_is_bounded_at_the_price_of_its_tier() -> None:
    one = told(catalog(overrides=[{"min_prompt_tokens": HIDDEN, "prompt": "0.000004"}]))
    assert one.most() == worst(one, prompt="0.000004")
    assert one.least == one.prompt.tokens * Decimal("0.000002")


def test_a_price_of_the_hour_counts_in_its_hour() -> None:
    night = catalog(overrides=[{"utc_start": 2200, "utc_end": 400, "completion": "0.000001"}])
    one = told(night, datetime(2026, 8, 17, 23, tzinfo=UTC))
    assert one.most() == worst(one, completion="0.000001")
    assert told(night, datetime(2026, 8, 17, 12, tzinfo=UTC)).most() == worst(one)


def test_a_fee_and_a_discount_count() -> None:
    one = told(catalog(request="0.001", discount=0.5))
    assert one.most() == (worst(one) + Decimal("0.001")) / 2


@pytest.mark.parametrize(
    ("pricing", "body", "prompt", "completion"),
    [
        ({"internal_reasoning": "0.00003"}, {}, "0.000002", "0.00003"),
        ({"input_cache_write": "0.0000025"}, {"cache_control": {"type": "ephemeral"}}, "0.0000025", "0.00001"),
        ({"input_cache_write": "0.0000025"}, {}, "0.000002", "0.00001"),
        ({"image_output": "0.00003"}, {"modalities": ["text", "image"]}, "0.000002", "0.00003"),
        ({"image_output": "0.00003"}, {}, "0.000002", "0.00001"),
    ],
)
def test_dearer_kinds_of_tokens_count_where_they_may_come(
    pricing: Any, body: Any, prompt: str, completion: str
) -> None:
    one = told(catalog(**pricing), **body)
    assert one.most() == worst(one, prompt, completion)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"tools": [{"type": "openrouter:web_search"}]}, "openrouter:web_search"),
        ({"plugins": [{"id": "web"}]}, "the plugin web"),
        ({"plugins": [{"id": "web", "enabled": False}]}, ""),
        ({"plugins": [{"id": "response-healing"}]}, ""),
        ({"tools": [{"type": "function", "function": {"name": "add"}}]}, ""),
        ({"web_search_options": {}}, "web search"),
        ({"model": "acme/quill:online"}, "web search"),
        ({"service_tier": "priority"}, "the service tier priority"),
        ({"service_tier": "flex"}, ""),
        ({"model": "acme/quill@preset/mine"}, "what the preset adds"),
        ({"model": "acme/quill:free@preset/mine"}, "what the preset adds"),
        ({"preset": "mine"}, "what the preset adds"),
    ],
)
def test_what_is_billed_beside_tokens_leaves_no_upper_end(body: Any, why: str) -> None:
    one = told(**body)
    assert why in one.apart
    assert (one.most() is None) == bool(why)


@pytest.mark.parametrize(
    ("model", "fee", "searches"),
    [
        ("acme/quill", "0.01", False),
        ("acme/quill-search-preview", "0.01", True),
        ("acme/deep-research", "0.01", True),
        ("acme/code-search", None, False),
    ],
)
def test_a_model_that_searches_unasked_is_billed_for_it(model: str, fee: str | None, searches: bool) -> None:
    pricing = PRICES if fee is None else PRICES | {"web_search": fee}
    listed = Catalog.parse([{"id": model, "context_length": 9_000, "pricing": pricing}])
    assert (told(listed, model=model).most() is None) == searches


def test_several_answers_cost_several_times() -> None:
    one = told(n=3, max_tokens=100)
    assert one.most() == worst(one, answer=300)


def test_the_account_default_is_the_model_that_is_asked_where_none_is_named() -> None:
    request = ChatRequest.parse(WORDS)
    assert forecast(request, catalog(), model="acme/quill").most() == told().most()
    assert forecast(request, catalog()).most() is None


def test_an_endpoint_whose_price_nobody_lists_leaves_no_upper_end() -> None:
    unpriced = {"provider_name": "Odd", "tag": "odd", "pricing": {"prompt": "-1", "completion": "-1"}}
    known = catalog().with_endpoints({"data": {"id": "acme/quill", "endpoints": [*OFFERS, unpriced]}})
    assert told(known).most() is None
    assert told(known, provider={"ignore": ["odd"]}).most() is not None
    assert told(known, provider={"max_price": {"prompt": "1", "completion": "2"}}).most() is not None


def test_an_answer_that_is_foretold_is_billed_beside_the_one_that_comes() -> None:
    foretold = {"prediction": {"type": "content", "content": "word " * 2_000}}
    one = told(**foretold)
    assert one.predicted >= 2_000
    assert one.most() == worst(one, answer=1_000 + one.predicted)
    parts = [{"type": "text", "text": "word " * 2_000}]
    assert told(prediction={"type": "content", "content": parts}).predicted >= 2_000
    assert told(prediction="odd").predicted == told().predicted == 0


def test_a_prompt_that_is_shorter_than_it_was_counted_leaves_more_room() -> None:
    one = told(catalog(context=30_000, longest=None), messages=[{"role": "user", "content": "word " * 6_000}])
    assert one.most() == worst(one, answer=30_000 - int(one.prompt.tokens / SURE))
    assert one.prompt.tokens > 6_000
