from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

PRICED = {"model": "scripted/priced", "messages": [{"role": "user", "content": "at 5000/s"}]}
TOLD = {"X-OpenRouter-Metadata": "enabled"}
NORTH, SOUTH = "Scripted North (no model runs)", "Scripted South (no model runs)"


def post(client: httpx.Client, fields: dict[str, Any], headers: dict[str, str] = TOLD) -> dict[str, Any]:
    answered: dict[str, Any] = client.post("/chat/completions", json=PRICED | fields, headers=headers).json()
    return answered


def first_and_last(client: httpx.Client, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    text = client.post("/chat/completions", json=PRICED | {"stream": True} | fields, headers=TOLD).text
    events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
    return events[0], events[-1]


@pytest.mark.parametrize(
    ("fields", "provider"),
    [
        ({}, NORTH),
        ({"provider": {"order": ["scripted-south"]}}, SOUTH),
        ({"provider": {"only": [SOUTH]}}, SOUTH),
        ({"provider": {"ignore": ["scripted-north"]}}, SOUTH),
        ({"provider": {"quantizations": ["int4", "int8"]}}, SOUTH),
        ({"provider": {"max_price": {"prompt": "0.9"}}}, SOUTH),
        ({"provider": {"sort": "price"}}, NORTH),
        ({"provider": {"require_parameters": True}, "seed": 1}, NORTH),
    ],
)
def test_provider_preferences_choose_the_endpoint(client: httpx.Client, fields: dict[str, Any], provider: str) -> None:
    assert post(client, fields)["provider"] == provider


@pytest.mark.parametrize("fields", [{"model": "scripted/priced:nitro"}, {"provider": {"sort": {"by": "latency"}}}])
def test_the_fast_variant_costs_twice_as_much(client: httpx.Client, fields: dict[str, Any]) -> None:
    assert post(client, fields)["usage"]["cost"] == pytest.approx(2 * post(client, {})["usage"]["cost"])


@pytest.mark.parametrize(
    ("wishes", "filter_"),
    [
        ({"quantizations": ["fp4"]}, "quantization"),
        ({"max_price": {"completion": "0.1"}}, "max_price"),
        ({"require_parameters": True}, "require_parameters"),
    ],
)
def test_a_filter_that_leaves_nobody_is_named(client: httpx.Client, wishes: dict[str, Any], filter_: str) -> None:
    error = post(client, {"provider": wishes, "top_k": 3})["error"]
    assert (error["code"], error["availability"]["excluded_by"]) == (404, [filter_])


def test_who_asked_for_nobody_there_hears_who_is(client: httpx.Client) -> None:
    metadata = post(client, {"provider": {"only": ["openai"]}})["error"]["metadata"]
    assert set(metadata["available_providers"]) == {"scripted-north", "scripted-south"}
    assert metadata["requested_providers"] == ["openai"]


@pytest.mark.parametrize("fault", ["fault-provider", "fault-rate", "fault-endpoints", "fault-key"])
def test_the_next_model_answers_for_one_that_refuses(client: httpx.Client, fault: str) -> None:
    answer = post(client, {"model": f"scripted/{fault}", "models": ["scripted/priced"]})
    told = answer["openrouter_metadata"]
    assert (answer["model"], answer["provider"]) == ("scripted/priced-20260101", NORTH)
    assert (told["requested"], told["strategy"], told["attempt"]) == (f"scripted/{fault}", "fallback", 2)
    assert [one["status"] for one in told["attempts"]][1:] == [200]
    assert told["attempts"][0]["status"] >= 400


def test_when_all_refuse_the_last_refusal_stands_beside_the_attempts(client: httpx.Client) -> None:
    answer = post(client, {"model": "scripted/fault-key", "models": ["scripted/fault-provider"]})
    assert answer["error"]["code"] == 502
    assert [one["status"] for one in answer["openrouter_metadata"]["attempts"]] == [401, 502]


def test_a_router_hands_the_request_on(client: httpx.Client) -> None:
    answer = post(client, {"model": "scripted/auto"})
    told = answer["openrouter_metadata"]
    assert (answer["model"], told["requested"], told["strategy"]) == (
        "scripted/priced-20260101",
        "scripted/auto",
        "auto",
    )


def test_the_endpoints_that_were_not_taken_are_told_too(client: httpx.Client) -> None:
    told = post(client, {"provider": {"order": ["scripted-north/fast"]}})["openrouter_metadata"]["endpoints"]
    assert (told["total"], [one["selected"] for one in told["available"]]) == (3, [False, True, False])


def test_metadata_comes_last_in_a_stream_and_unasked_never(client: httpx.Client) -> None:
    first, last = first_and_last(client, {})
    assert "openrouter_metadata" in last
    assert "openrouter_metadata" not in first
    assert "openrouter_metadata" not in post(client, {}, headers={})


def test_metadata_stands_beside_an_error_in_mid_stream(client: httpx.Client) -> None:
    _, last = first_and_last(client, {"model": "scripted/fault-midstream"})
    assert last["error"]["code"] == 502
    assert last["openrouter_metadata"]["attempts"][0]["status"] == 200


def test_the_echo_shows_what_was_dropped_on_the_way(client: httpx.Client) -> None:
    asked = {
        "debug": {"echo_upstream_body": True},
        "provider": {"order": ["scripted-south"]},
        "seed": 1,
        "temperature": 0.5,
        "user": "ann",
    }
    first, _ = first_and_last(client, asked)
    assert first["choices"] == []
    echoed = first["debug"]["echo_upstream_body"]
    assert echoed == {"model": "scripted/priced-20260101", "messages": PRICED["messages"], "stream": True} | {
        "temperature": 0.5
    }


def test_there_is_one_echo_for_each_attempt(client: httpx.Client) -> None:
    asked = {"model": "scripted/fault-key", "models": ["scripted/priced"], "debug": {"echo_upstream_body": True}}
    text = client.post("/chat/completions", json=PRICED | asked | {"stream": True}).text
    assert text.count("echo_upstream_body") == 2


def test_a_plain_request_cannot_have_an_echo(client: httpx.Client) -> None:
    error = post(client, {"debug": {"echo_upstream_body": True}})["error"]
    assert (error["code"], "stream" in error["message"]) == (400, True)
