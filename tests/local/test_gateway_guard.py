from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from parley.local import scripted

TEXT = {"model": "scripted/text", "messages": [{"role": "user", "content": "3 tokens at 5000/s"}]}
KEY = "k" * 64


@pytest.fixture
def locked(serve: Callable[..., Any]) -> Iterator[httpx.Client]:
    with serve(*scripted.models(), key=KEY) as served, served.client() as client:
        yield client


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "localhost.", "", "10.0.0.1"])
def test_a_rebound_name_is_refused(client: httpx.Client, host: str) -> None:
    for method, path in (("GET", "/models"), ("POST", "/chat/completions")):
        assert client.request(method, path, json=TEXT, headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "LOCALHOST:80", "[::1]:9"])
def test_a_loopback_name_is_fine(client: httpx.Client, host: str) -> None:
    assert client.get("/models", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:3000", "null"])
def test_no_web_page_is_answered(client: httpx.Client, origin: str) -> None:
    answer = client.post("/chat/completions", json=TEXT, headers={"Origin": origin})
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", f"Basic {KEY}", "Bearer schlüssel"])
def test_chat_needs_the_key(locked: httpx.Client, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.encode()}
    answer = locked.post("/chat/completions", json=TEXT, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)


def test_the_key_opens(locked: httpx.Client) -> None:
    assert locked.post("/chat/completions", json=TEXT, headers={"Authorization": f"Bearer {KEY}"}).status_code == 200


def test_lists_are_public_and_nothing_else(locked: httpx.Client) -> None:
    assert [locked.get(path).status_code for path in ("/models", "/providers")] == [200, 200]
    paths = ("/key", "/credits", "/generation", "/posts", "/", "/modelsx/../key")
    assert {locked.get(path).status_code for path in paths} == {401}


def test_a_body_without_end_is_cut_off(client: httpx.Client) -> None:
    answer = client.post("/chat/completions", content=b"x" * (65 * 1024 * 1024))
    assert answer.json()["error"]["code"] == 413
