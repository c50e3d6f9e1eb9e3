from __future__ import annotations

import httpx
import pytest

from parley.local.gateway import LARGEST


def listed(client: httpx.Client, **asked: str) -> list[str]:
    return [item["id"].removeprefix("scripted/") for item in client.get("/models", params=asked).json()["data"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "LOG-prob"}, ["logprobs"]),
        ({"q": "nothing like it"}, []),
        ({"supported_parameters": "logprobs,top_logprobs"}, ["logprobs"]),
        ({"output_modalities": "image"}, ["image"]),
        ({"output_modalities": "audio,text"}, ["audio"]),
        ({"input_modalities": "file"}, ["files", "senses"]),
        ({"providers": "scripted-south"}, ["priced"]),
        ({"min_price": "3"}, ["cache"]),
        ({"min_output_price": "4", "max_output_price": "5"}, ["priced", "byok"]),
        ({"model_authors": "openai"}, []),
        ({"context": "1000001"}, []),
        ({"limit": "2", "offset": "1"}, ["slow", "reasoning"]),
    ],
)
def test_the_list_is_filtered(client: httpx.Client, asked: dict[str, str], found: list[str]) -> None:
    assert listed(client, **asked) == found


def test_the_count_is_of_all_pages(client: httpx.Client) -> None:
    body = client.get("/models", params={"limit": "2", "supported_parameters": "tools"}).json()
    counted = client.get("/models/count", params={"supported_parameters": "tools"}).json()["data"]["count"]
    assert (len(body["data"]), body["total_count"], counted) == (2, 8, 8)


def test_the_list_is_sorted(client: httpx.Client) -> None:
    assert listed(client, sort="pricing-high-to-low")[0] == "cache"
    assert listed(client, sort="latency-low-to-high")[0] == "priced"
    assert listed(client, sort="intelligence-high-to-low") == listed(client)


def test_every_output_modality_is_listed_when_all_are_asked_for(client: httpx.Client) -> None:
    assert listed(client, output_modalities="all") == listed(client)


@pytest.mark.parametrize("asked", [{"context": "much"}, {"max_price": "-1"}, {"limit": "nan"}, {"limit": "1001"}])
def test_a_filter_that_is_no_number_is_refused(client: httpx.Client, asked: dict[str, str]) -> None:
    answer = client.get("/models", params=asked)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 400)


def test_endpoints_differ_row_by_row(client: httpx.Client) -> None:
    north, fast, south = client.get("/models/scripted/priced/endpoints").json()["data"]["endpoints"]
    assert (north["tag"], fast["tag"], south["tag"]) == ("scripted-north", "scripted-north/fast", "scripted-south")
    assert (south["status"], south["quantization"], south["uptime_last_5m"]) == (-2, "int4", 71.4)
    assert fast["latency_last_30m"] == {"p50": 140, "p75": 180, "p90": 260, "p99": 900}
    assert fast["throughput_last_30m"]["p50"] > north["throughput_last_30m"]["p50"]
    assert "seed" in north["supported_parameters"]
    assert "seed" not in fast["supported_parameters"]
    assert (north["context_length"], south["context_length"]) == (1_000_000, 32_000)
    assert (north["pricing"]["discount"], south["pricing"]["discount"]) == (0, 0.25)


def test_endpoints_are_found_by_the_dated_slug_and_a_router_has_none(client: httpx.Client) -> None:
    dated = client.get("/models/scripted/priced-20260101/endpoints").json()["data"]
    assert (dated["id"], len(dated["endpoints"])) == ("scripted/priced", 3)
    assert client.get("/models/scripted/auto/endpoints").json()["data"]["endpoints"] == []


def test_every_provider_is_named_once(client: httpx.Client) -> None:
    named = {item["slug"]: item["name"] for item in client.get("/providers").json()["data"]}
    assert set(named) == {"scripted", "scripted-north", "scripted-south"}
    assert all("no model runs" in name for name in named.values())


def test_a_generation_needs_an_id(client: httpx.Client) -> None:
    assert client.get("/generation").json()["error"]["code"] == 400


def test_a_body_that_is_too_large_is_refused_when_it_is_there(client: httpx.Client) -> None:
    answer = client.post("/chat/completions", content=b" " * (LARGEST + 1))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, 413)


def test_a_method_that_is_not_there_names_those_that_are(client: httpx.Client) -> None:
    answer = client.get("/chat/completions")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
