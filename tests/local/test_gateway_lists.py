from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from parley.local import scripted

TEXT = {"model": "scripted/text", "messages": [{"role": "user", "content": "9 tokens at 5000/s"}]}


def test_every_scripted_model_is_listed_and_labelled(client: httpx.Client) -> None:
    listed = client.get("/models").json()["data"]
    assert {item["id"] for item in listed} == {model.card.id for model in scripted.models()}
    assert all("no model runs" in item["description"] for item in listed)


def test_a_model_costs_nothing_and_names_what_it_supports(client: httpx.Client) -> None:
    item = next(item for item in client.get("/models").json()["data"] if item["id"] == "scripted/reasoning")
    assert item["pricing"] == {"prompt": "0", "completion": "0"}
    assert "reasoning" in item["supported_parameters"]
    assert item["reasoning"]["mandatory"] is False


def test_a_model_has_one_endpoint(client: httpx.Client) -> None:
    (endpoint,) = client.get("/models/scripted/text/endpoints").json()["data"]["endpoints"]
    assert (endpoint["provider_name"], endpoint["tag"]) == ("Scripted (no model runs)", "scripted")
    assert client.get("/models/no/body/endpoints").status_code == 404


def test_a_key_has_no_limit_and_no_usage(serve: Callable[..., Any]) -> None:
    with serve(*scripted.models()) as served, served.client() as client:
        data = client.get("/key").json()["data"]
        assert (data["limit"], data["usage"], data["is_management_key"]) == (None, 0, False)


def test_the_providers_are_named(client: httpx.Client) -> None:
    assert client.get("/providers").json()["data"][0]["slug"] == "scripted"


def test_an_answer_is_remembered(client: httpx.Client) -> None:
    answer = client.post("/chat/completions", json=TEXT | {"session_id": "s1"})
    data = client.get("/generation", params={"id": answer.json()["id"]}).json()["data"]
    assert (data["tokens_completion"], data["finish_reason"], data["session_id"]) == (9, "stop", "s1")
    assert data["generation_time"] >= data["latency"] >= 0


def test_an_unknown_answer_is_404(client: httpx.Client) -> None:
    assert client.get("/generation", params={"id": "gen-1-x"}).json()["error"]["code"] == 404


def test_posts_are_counted_refused_ones_too(serve: Callable[..., Any]) -> None:
    with serve(*scripted.models()) as served, served.client() as client:
        client.post("/chat/completions", json=TEXT | {"user": "ann"})
        client.post("/chat/completions", json=TEXT | {"user": "bob"})
        client.post("/chat/completions", content=b"{")
        assert client.get("/posts").json()["posts"] == served.app.state.generations.posts == 3
        assert len(client.get("/posts", params={"user": "ann"}).json()["data"]) == 1


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("GET", "/models/"), ("DELETE", "/models"), ("GET", "/chat/completions")]
)
def test_what_is_not_there_answers_in_the_envelope(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.json()["error"]["code"] == answer.status_code
    assert answer.status_code in (404, 405)
