import json
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog import Catalog, Pricing
from parley.money import Money

TRAFFIC = Path(__file__).resolve().parents[2] / "../shared/traffic"
recorded = pytest.mark.skipif(not TRAFFIC.exists(), reason="the recorded traffic is not here")
PRICES = {"prompt": "0.000002", "completion": "0.00001"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda kids: st.lists(kids, max_size=3) | st.dictionaries(st.text(max_size=5), kids, max_size=3),
    max_leaves=8,
)
KNOWN = ["id", "pricing", "architecture", "top_provider", "supported_parameters", "reasoning", "context_length", "name"]


def catalog(**pricing):
    item = {"id": "acme/quill", "canonical_slug": "acme/quill-20260101", "pricing": PRICES | pricing}
    return Catalog.parse({"data": [item]})


def usage(prompt=0, completion=0, **more):
    return {"prompt_tokens": prompt, "completion_tokens": completion, **more}


@given(st.lists(st.dictionaries(st.sampled_from(KNOWN), JSON, max_size=8) | JSON) | JSON)
def test_no_list_is_too_odd_to_read(items):
    odd = Catalog.parse({"data": items}).with_endpoints({"data": {"id": "a/b", "endpoints": items}})
    for model in odd.models:
        assert odd.price(model.id, usage(1, 1)) is None or odd.find(model.id)


def test_an_odd_field_costs_neither_its_item_nor_its_neighbours():
    read = Catalog.parse(
        [{"id": "a/b", "context_length": "long", "pricing": PRICES}, {"name": "no id"}, 7, {"id": "c/d"}]
    )
    assert [model.id for model in read.models] == ["a/b", "c/d"]
    assert read.models[0].context_length is None
    assert read.models[0].pricing.prompt == Decimal("0.000002")


@pytest.mark.parametrize(
    "slug",
    ["acme/quill", "acme/quill-20260101", "acme/quill:nitro", "acme/quill@preset/mine", "acme/quill:free@preset/mine"],
)
def test_a_model_is_found_by_every_spelling_of_its_id(slug):
    assert catalog().find(slug).id == "acme/quill"


@pytest.mark.parametrize("slug", [None, "", "acme/other", "@preset/mine", ":free"])
def test_what_is_not_listed_is_not_found(slug):
    assert catalog().find(slug) is None


def test_the_dated_slug_means_the_plain_id_before_its_variants():
    both = [{"id": "a/b:batch", "canonical_slug": "a/b-1"}, {"id": "a/b", "canonical_slug": "a/b-1"}]
    assert Catalog.parse(both).find("a/b-1").id == "a/b"


@pytest.mark.parametrize(
    ("counted", "extra", "dollars"),
    [
        (usage(1000, 100), {}, "0.003"),
        (usage(1000, 0, prompt_tokens_details={"cached_tokens": 400}), {"input_cache_read": "0.0000002"}, "0.00128"),
        (usage(1000, 0, prompt_tokens_details={"cached_tokens": 400}), {}, "0.002"),
        (
            usage(1000, 0, prompt_tokens_details={"cache_write_tokens": 400}),
            {"input_cache_write": "0.0000025"},
            "0.0022",
        ),
        (usage(1000, 0, prompt_tokens_details={"audio_tokens": 500}), {"audio": "0.00001"}, "0.006"),
        (usage(0, 1290, completion_tokens_details={"image_tokens": 1290}), {"image_output": "0.00003"}, "0.0387"),
        (usage(0, 100, completion_tokens_details={"audio_tokens": 60}), {"audio_output": "0.0001"}, "0.0064"),
        (usage(0, 100, completion_tokens_details={"audio_tokens": 60}), {}, "0.001"),
        (usage(0, 100, completion_tokens_details={"reasoning_tokens": 90}), {"internal_reasoning": "1"}, "0.001"),
        (usage(0, 0, server_tool_use_details={"web_search_requests": 3}), {"web_search": "0.01"}, "0.03"),
        (usage(1000, 0), {"request": "0.001", "discount": 0.5}, "0.0015"),
        (usage(1000, 0, is_byok=True), {}, "0"),
        (usage(1000, 100, prompt_tokens_details=None, completion_tokens_details=None), {}, "0.003"),
    ],
)
def test_the_list_price_counts_each_kind_of_token_at_its_own_price(counted, extra, dollars):
    assert catalog(**extra).price("acme/quill", counted) == Decimal(dollars)


def test_tokens_written_to_the_cache_and_counted_as_cached_are_not_taken_off_twice():
    gemini = usage(2168, 0, prompt_tokens_details={"cached_tokens": 2161, "cache_write_tokens": 2161})
    free_cache = catalog(input_cache_read="0", input_cache_write="0")
    assert free_cache.price("acme/quill", gemini) == 7 * Decimal("0.000002")


@pytest.mark.parametrize(("tokens", "each"), [(128_000, "0.000002"), (128_001, "0.000004"), (500_000, "0.000008")])
def test_a_large_prompt_is_charged_whole_at_the_later_price(tokens, each):
    tiers = [
        {"min_prompt_tokens": 128_000, "prompt": "0.000004"},
        {"min_prompt_tokens": 256_000, "prompt": "0.000008"},
    ]
    assert catalog(overrides=tiers).price("acme/quill", usage(tokens)) == tokens * Decimal(each)


@pytest.mark.parametrize(
    ("at", "dollars"),
    [
        (None, "0.002"),
        (datetime(2026, 8, 17, 23, 30, tzinfo=UTC), "0.001"),
        (datetime(2026, 8, 17, 3, 59, tzinfo=UTC), "0.001"),
        (datetime(2026, 8, 17, 4, 0, tzinfo=UTC), "0.002"),
        (datetime(2026, 8, 18, 3, 0, tzinfo=UTC), "0.002"),
    ],
)
def test_a_night_price_holds_in_its_window_on_its_days(at, dollars):
    night = [{"utc_start": 2200, "utc_end": 400, "utc_days": ["monday"], "prompt": "0.000001"}]
    assert catalog(overrides=night).price("acme/quill", usage(1000), at=at) == Decimal(dollars)


@pytest.mark.parametrize(
    ("slug", "prices", "counted"),
    [
        ("acme/quill", {"prompt": "-1"}, usage(10, 10)),
        ("acme/quill", {"completion": None}, usage(10, 10)),
        ("acme/quill", {}, None),
        ("acme/quill", {}, {}),
        ("acme/unknown", {}, usage(10, 10)),
    ],
)
def test_what_cannot_be_priced_is_unknown_and_not_free(slug, prices, counted):
    assert catalog(**prices).price(slug, counted) is None


def test_a_free_variant_costs_nothing():
    assert catalog().price("acme/quill:free", usage(10, 10)) == 0


def test_the_endpoint_that_answered_sets_the_price():
    dear = {"provider_name": "Dear", "pricing": {"prompt": "0.00001", "completion": "0.00005"}}
    both = catalog().with_endpoints({"data": {"id": "acme/quill", "endpoints": [dear, {"provider_name": "Cheap"}]}})
    assert both.price("acme/quill-20260101", usage(1000), provider="Dear") == Decimal("0.01")
    assert both.price("acme/quill", usage(1000), provider="Cheap") == Decimal("0.002")


def test_two_offers_of_one_provider_at_different_prices_leave_the_list_price():
    rows = [{"provider_name": "P", "pricing": {"prompt": each, "completion": "0"}} for each in ("1", "2")]
    twice = catalog().with_endpoints({"data": {"id": "acme/quill", "endpoints": rows}})
    assert twice.price("acme/quill", usage(1000), provider="P") == Decimal("0.002")


def test_an_estimate_stands_only_where_no_cost_is_reported():
    assert catalog().money("acme/quill", usage(1000)) == Money(estimate=Decimal("0.002"))
    assert catalog().money("acme/quill", usage(1000, cost=0)) == Money(reported=Decimal(0))


def test_a_price_of_minus_one_is_neither_known_nor_free():
    assert not Pricing(prompt="-1", completion="-1").known
    assert not Pricing(prompt="-1", completion="-1").free
    assert Pricing(prompt="0", completion="0").free


def bodies(pattern):
    for path in sorted(TRAFFIC.glob(pattern)):
        exchange = json.loads(path.read_text(encoding="utf-8"))
        yield date.fromisoformat(exchange["recorded"]), exchange["body"]


def answers():
    """Every recorded answer with a cost: its day, and the chunk or body that holds its usage."""
    for day, body in [*bodies("nonstream_*"), *bodies("stream_*")]:
        lines = [line[5:] for line in body.splitlines() if line.startswith("data:") and "[DONE]" not in line] or [body]
        read = [json.loads(line) for line in lines]
        usages = [chunk for chunk in read if (chunk.get("usage") or {}).get("cost")]
        if usages:
            yield day, usages[-1]


@recorded
def test_every_recorded_model_list_is_read_whole():
    for _, body in bodies("models_*"):
        items = json.loads(body)["data"]
        read = Catalog.parse({"data": items})
        assert [model.id for model in read.models] == [item["id"] for item in items]
        assert all(read.find(item["id"]).pricing is not None for item in items)


def test_a_model_that_searches_unasked_is_charged_for_one_search():
    item = {"id": "perplexity/sonar", "pricing": PRICES | {"web_search": "0.005"}}
    sonar = Catalog.parse([item])
    assert sonar.price("perplexity/sonar", usage(1000)) == Decimal("0.007")
    named = usage(1000, server_tool_use_details={"web_search_requests": 2})
    assert sonar.price("perplexity/sonar", named) == Decimal("0.012")


@recorded
def test_the_estimate_is_what_was_charged_within_half_a_per_cent_but_for_searches_that_no_list_prices():
    lists = [(day, Catalog.parse(json.loads(body))) for day, body in bodies("models_*")]
    same, other = [], []
    for day, answer in answers():
        days, nearest = min(((abs((listed - day).days), known) for listed, known in lists), key=itemgetter(0))
        price = nearest.price(answer["model"], answer["usage"]) if days <= 45 else None
        cost = Decimal(str(answer["usage"]["cost"]))
        if price is not None:
            (same if abs(price - cost) <= cost / 200 else other).append(answer["model"])
    assert len(same) >= 13
    assert set(other) == {"deepseek/deepseek-chat"}


def test_a_catalog_is_a_collection_of_its_models() -> None:
    catalog = Catalog.parse({"data": [{"id": "a/b"}, {"id": "c/d"}]})
    assert ([model.id for model in catalog], len(catalog)) == (["a/b", "c/d"], 2)


@pytest.mark.parametrize("odd", [{"completion": "1e40"}, {"prompt": "1e999999"}])
def test_a_price_that_nobody_can_pay_is_unknown(odd):
    (model,) = Catalog.parse([{"id": "a/b", "pricing": {"prompt": "1", "completion": "1", **odd}}])
    assert not model.pricing.known


def test_nobody_gets_more_off_than_all():
    (model,) = Catalog.parse([{"id": "a/b", "pricing": {"prompt": "1", "completion": "1", "discount": "5"}}])
    assert model.pricing.cost({"prompt_tokens": 2, "completion_tokens": 3}) == 5
