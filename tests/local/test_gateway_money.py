"""What the usage of scripted answers costs, against the price list and by the formula that Parley's README tells."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from parley.catalog import Catalog
from parley.local import scripted

WORDS = [{"role": "user", "content": "What does it cost? at 5000/s booked in 0 ms"}]
LONG = [{"role": "user", "content": "at 5000/s and a good many words more, " * 6}]
TURNS = [*WORDS, {"role": "assistant", "content": "nothing"}, *WORDS]
PRICED = ["priced", "cache", "tiers", "image", "citations", "booking"]


def answer(client: httpx.Client, name: str, **fields: Any) -> dict[str, Any]:
    body = {"model": f"scripted/{name}", "messages": WORDS, **fields}
    answered: dict[str, Any] = client.post("/chat/completions", json=body).json()
    return answered


def list_price(client: httpx.Client, answered: dict[str, Any]) -> Decimal | None:
    """By the catalogue as clients read it, with the endpoints of the model that answered."""
    catalog = Catalog.parse(client.get("/models").json())
    model = catalog.find(answered["model"])
    assert model is not None
    catalog = catalog.with_endpoints(client.get(f"/models/{model.id}/endpoints").json())
    return catalog.price(answered["model"], answered["usage"], provider=answered["provider"])


@pytest.mark.parametrize("messages", [WORDS, LONG, TURNS], ids=["short", "long", "turns"])
@pytest.mark.parametrize("name", PRICED)
def test_the_price_list_gives_the_cost_that_is_reported(client: httpx.Client, name: str, messages: Any) -> None:
    answered = answer(client, name, messages=messages)
    assert answered["usage"]["cost"] > 0
    assert Decimal(str(answered["usage"]["cost"])) == list_price(client, answered)


def test_the_details_add_up_to_the_cost(client: httpx.Client) -> None:
    usage = answer(client, "cache", messages=TURNS)["usage"]
    details = usage["cost_details"]
    sides = details["upstream_inference_prompt_cost"] + details["upstream_inference_completions_cost"]
    assert usage["cost"] == pytest.approx(details["upstream_inference_cost"]) == pytest.approx(sides)


def test_a_search_is_charged_beside_the_tokens(client: httpx.Client) -> None:
    usage = answer(client, "citations")["usage"]
    assert usage["server_tool_use_details"]["web_search_requests"] == 1
    assert usage["cost"] - usage["cost_details"]["upstream_inference_cost"] == pytest.approx(0.005)


def test_a_discount_is_taken_from_the_whole(client: httpx.Client) -> None:
    usage = answer(client, "priced", provider={"only": ["scripted-south"]})["usage"]
    full = usage["prompt_tokens"] * 0.0000008 + usage["completion_tokens"] * 0.0000032
    assert usage["cost"] == pytest.approx(0.75 * full)


def test_a_long_prompt_is_charged_whole_at_the_higher_price(client: httpx.Client) -> None:
    usage = answer(client, "tiers", messages=LONG)["usage"]
    assert usage["cost"] == pytest.approx(usage["prompt_tokens"] * 2e-6 + usage["completion_tokens"] * 3e-6)


def test_a_later_turn_reads_what_an_earlier_one_wrote(client: httpx.Client) -> None:
    first, later = answer(client, "cache"), answer(client, "cache", messages=TURNS)
    words = first["usage"]["prompt_tokens"]
    details = later["usage"]["prompt_tokens_details"]
    assert (details["cached_tokens"], details["cache_write_tokens"]) == (words, words + 1)


def test_a_cache_that_is_only_written_costs_extra(client: httpx.Client) -> None:
    booked = client.get("/generation", params={"id": answer(client, "cache")["id"]}).json()["data"]
    assert booked["cache_discount"] < 0
    assert booked["total_cost"] > 0


def test_ones_own_key_pays_elsewhere(client: httpx.Client) -> None:
    answered = answer(client, "byok")
    booked = client.get("/generation", params={"id": answered["id"]}).json()["data"]
    assert (answered["usage"]["cost"], booked["total_cost"], booked["is_byok"]) == (0, 0, True)
    assert booked["upstream_inference_cost"] == answered["usage"]["cost_details"]["upstream_inference_cost"] > 0


def test_an_answer_without_a_cost_is_priced_by_the_list_and_booked(client: httpx.Client) -> None:
    answered = answer(client, "uncosted")
    booked = client.get("/generation", params={"id": answered["id"]}).json()["data"]
    assert "cost" not in answered["usage"]
    assert Decimal(str(booked["total_cost"])) == list_price(client, answered)


def test_a_router_has_no_price_of_its_own(client: httpx.Client) -> None:
    model = Catalog.parse(client.get("/models").json()).find("scripted/auto")
    assert model is not None
    assert model.pricing is not None
    assert not model.pricing.known


def test_native_tokens_are_booked(client: httpx.Client) -> None:
    answered = answer(client, "image")
    booked = client.get("/generation", params={"id": answered["id"]}).json()["data"]
    usage = answered["usage"]
    assert (booked["native_tokens_prompt"], booked["native_tokens_completion"]) == (
        usage["prompt_tokens"],
        usage["completion_tokens"],
    )
    assert (booked["native_tokens_completion_images"], booked["total_cost"]) == (1290, usage["cost"])


def test_a_generation_is_booked_late(client: httpx.Client) -> None:
    body = {"model": "scripted/booking", "messages": [{"role": "user", "content": "at 5000/s booked in 3600 s"}]}
    id = client.post("/chat/completions", json=body).json()["id"]
    assert client.get("/generation", params={"id": id}).status_code == 404
    ready = answer(client, "booking")["id"]
    assert client.get("/generation", params={"id": ready}).status_code == 200


def test_the_delay_of_all_bookings_can_be_set(serve: Callable[..., Any]) -> None:
    with serve(*scripted.models(), booking_delay=3600) as served, served.client() as client:
        id = answer(client, "text", max_tokens=2)["id"]
        assert client.get("/generation", params={"id": id}).json()["error"]["code"] == 404


def test_what_was_spent_adds_up(serve: Callable[..., Any]) -> None:
    with serve(*scripted.models()) as served, served.client(Authorization="Bearer any-management") as client:
        costs = [answer(client, "priced")["usage"]["cost"] for _ in range(3)]
        assert client.get("/key").json()["data"]["usage"] == pytest.approx(sum(costs))
        assert client.get("/credits").json()["data"]["total_usage"] == pytest.approx(sum(costs))
        assert client.get("/key").json()["data"]["is_management_key"] is True


def test_credits_are_for_management_keys(client: httpx.Client) -> None:
    refused = client.get("/credits")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, 403)


def test_a_management_key_is_the_key_with_an_ending(serve: Callable[..., Any]) -> None:
    with serve(*scripted.models(), key="secret") as served:
        for given, status in (("secret-management", 200), ("secret", 403), ("other-management", 401)):
            with served.client(Authorization=f"Bearer {given}") as client:
                assert client.get("/credits").status_code == status
