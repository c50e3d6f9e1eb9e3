from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from parley.client import Clocks, OpenRouter
from parley.errors import AuthenticationFailed, Forbidden, NotAModelApi, NotFound, RequestError, SettingsError

KEY = "sk-or-v1-0123456789abcdef"
Handler = Callable[[httpx.Request], httpx.Response]


def client(handler: Handler, **more: Any) -> OpenRouter:
    return OpenRouter(api_key=KEY, transport=httpx.MockTransport(handler), clocks=Clocks(backoff=0.001, **more))


def answers(*bodies: Any) -> tuple[OpenRouter, list[str]]:
    """A client whose server gives these answers in turn, a status alone for a no; and the targets that were asked."""
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        body = bodies[min(len(asked), len(bodies) - 1)]
        asked.append(request.url.raw_path.decode())
        return httpx.Response(body) if isinstance(body, int) else httpx.Response(200, json=body)

    return client(handle, generation=0.2), asked


def test_models_are_a_catalogue() -> None:
    upstream, asked = answers({"data": [{"id": "a/b", "name": "B"}, {"odd": 1}, 7]})
    assert [model.id for model in upstream.models().models] == ["a/b"]
    assert asked == ["/api/v1/models"]


@pytest.mark.parametrize(("call", "target"), [
    (lambda c: c.key(), "/api/v1/key"),
    (lambda c: c.credits(), "/api/v1/credits"),
    (lambda c: c.endpoints("a/b:free"), "/api/v1/models/a/b:free/endpoints"),
    (lambda c: c.endpoints("~a/b c?d"), "/api/v1/models/%7Ea/b%20c%3Fd/endpoints"),
    (lambda c: c.generation("gen-1&x"), "/api/v1/generation?id=gen-1%26x"),
])  # fmt: skip
def test_a_lookup_gives_the_record_it_asked_for(call: Any, target: str) -> None:
    upstream, asked = answers({"data": {"label": "me"}})
    assert asyncio.run(call(upstream)) == {"label": "me"}
    assert asked == [target]


def test_providers_are_a_list() -> None:
    upstream, _ = answers({"data": [{"slug": "acme"}, None]})
    assert asyncio.run(upstream.providers()) == [{"slug": "acme"}]


def test_the_test_button_blocks_and_says_what_is_wrong() -> None:
    assert answers({"data": {"label": "me"}})[0].check() == {"label": "me"}
    with pytest.raises(AuthenticationFailed, match="check the key"):
        answers(401)[0].check()


@pytest.mark.parametrize("slug", ["", "a", "a/", "/b", "../key", "a/..", "a/b/c"])
def test_a_slug_that_leads_elsewhere_is_refused(slug: str) -> None:
    upstream, asked = answers({"data": {}})
    with pytest.raises(RequestError):
        asyncio.run(upstream.endpoints(slug))
    assert not asked


def test_a_generation_is_asked_for_until_it_is_booked() -> None:
    upstream, asked = answers(404, 404, {"data": {"total_cost": 0.1}})
    assert asyncio.run(upstream.generation("gen-1")) == {"total_cost": 0.1}
    assert len(asked) == 3


def test_a_generation_that_is_never_booked_is_not_found() -> None:
    upstream, asked = answers(404)
    with pytest.raises(NotFound, match="not booked this answer yet"):
        asyncio.run(upstream.generation("gen-1"))
    assert len(asked) > 3


def test_another_refusal_ends_the_asking() -> None:
    upstream, asked = answers(403)
    with pytest.raises(Forbidden):
        asyncio.run(upstream.generation("gen-1"))
    assert len(asked) == 1


@pytest.mark.parametrize("body", ["<html>", "", "[]", '"x"', '{"data": 7}'])
def test_nonsense_is_said_to_be_no_model_server(body: str) -> None:
    with pytest.raises(NotAModelApi):
        asyncio.run(client(lambda request: httpx.Response(200, text=body)).key())


def test_a_list_of_megabytes_is_read() -> None:
    models = [{"id": f"a/{n}", "description": "x" * 1000} for n in range(3000)]
    assert len(answers({"data": models})[0].models().models) == 3000


def test_an_error_inside_a_200_is_raised() -> None:
    with pytest.raises(AuthenticationFailed):
        answers({"error": {"code": 401, "message": "no"}})[0].models()


def test_no_key_means_no_authorization() -> None:
    seen: list[httpx.Headers] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, json={"data": []})

    OpenRouter(transport=httpx.MockTransport(handle)).models()
    assert "authorization" not in seen[0]


def test_a_server_that_wants_a_key_is_told_apart_from_one_that_refuses_it() -> None:
    upstream = OpenRouter(transport=httpx.MockTransport(lambda request: httpx.Response(401)))
    with pytest.raises(AuthenticationFailed, match="wants an API key"):
        upstream.check()


def test_blocking_inside_a_loop_is_refused_clearly() -> None:
    async def go() -> None:
        with pytest.raises(RuntimeError, match="await the async form"):
            answers({"data": []})[0].models()

    asyncio.run(go())


@pytest.mark.parametrize("key", ["sk-or v1", "sk-or-v1\n", " sk-or-v1", "sk-or-ключ", "sk-or\u200b", "sk\x00or", " "])
def test_a_key_that_cannot_be_one_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        OpenRouter(api_key=key)
    assert key.strip() not in str(caught.value) or not key.strip()


@pytest.mark.parametrize("key", [KEY, SecretStr(KEY)])
def test_no_view_of_a_client_shows_its_key(key: Any) -> None:
    shown = OpenRouter(api_key=key, base_url="http://127.0.0.1:1/v1/")
    assert KEY not in repr(shown) + str(shown) + repr(vars(shown))
    assert repr(shown) == "OpenRouter(base_url='http://127.0.0.1:1/v1')"


@pytest.mark.parametrize(
    "url",
    [
        "http://openrouter.ai/api/v1",
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "ftp://x",
        "x",
        "",
        "https://u:p@x.y",
        "https://",
        "https://x.y/?a",
        "http://[::1",
        "https://x:99999",
    ],
)
def test_a_base_url_that_cannot_be_right_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        OpenRouter(api_key=KEY, base_url=url)
    assert "u:p" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://openrouter.ai/api/v1/",
        "http://localhost:8000/v1",
        "http://127.0.0.1:1",
        "http://127.8.8.8",
        "http://[::1]:8",
        "http://app.localhost",
    ],
)
def test_a_base_url_may_end_in_a_slash_and_be_plain_on_loopback(url: str) -> None:
    assert OpenRouter(base_url=url).base_url == url.rstrip("/")


def test_a_key_that_the_server_sends_back_goes_no_further(ask: Any, ledger: Any) -> None:
    said = {"choices": [{"message": {"content": f"Bearer {KEY}"}}], "id": KEY}
    for response in (
        httpx.Response(200, json=said),
        httpx.Response(500, text=f"bad {KEY}"),
        httpx.Response(200, json={"error": KEY}),
    ):
        try:
            told = repr(asyncio.run(client(lambda request, r=response: r).reply(ask, ledger)))
        except Exception as error:
            told = f"{error!r} {vars(error)}"
        assert KEY not in told + json.dumps(ledger.heard)
