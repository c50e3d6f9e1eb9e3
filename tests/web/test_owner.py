"""The owner cookie: one for each browser, with its first page, unreadable for scripts."""

from __future__ import annotations

import re

import anyio
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from parley.web.owner import OWNER_COOKIE, OWNER_HEADER, OwnerCookie, owner_of


async def page(request: Request) -> Response:
    return HTMLResponse("<p>page</p>", headers={"Set-Cookie": "other=1"})


async def kept_page(request: Request) -> Response:
    return Response(status_code=304) if "if-none-match" in request.headers else HTMLResponse("<p>page</p>")


async def text(request: Request) -> Response:
    return PlainTextResponse("text")


def client(base_url: str = "http://localhost:8501") -> TestClient:
    app = Starlette(routes=[Route("/", page, methods=["GET", "POST"]), Route("/text", text), Route("/kept", kept_page)])
    return TestClient(OwnerCookie(app), base_url=base_url)


def given(response: object) -> list[str]:
    return [value for value in response.headers.get_list("set-cookie") if value.startswith(OWNER_COOKIE)]


def test_the_first_page_gives_the_cookie_and_no_later_one_does() -> None:
    browser = client()
    (first,) = given(browser.get("/"))
    assert set(first.split("; ")[1:]) == {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"}
    assert owner_of(browser.cookies)
    assert not given(browser.get("/"))


def test_over_https_it_is_secure() -> None:
    (cookie,) = given(client("https://parley.example.org").get("/"))
    assert "Secure" in cookie.split("; ")


def test_every_browser_gets_its_own_256_bits() -> None:
    tokens = {given(client().get("/"))[0].partition(";")[0] for _ in range(20)}
    assert len(tokens) == 20
    assert all(re.fullmatch(OWNER_COOKIE + r"=[\w-]{43}", token) for token in tokens)


def test_other_cookies_stay_and_the_answer_is_not_kept_by_caches() -> None:
    response = client().get("/")
    assert "other=1" in response.headers.get_list("set-cookie")
    assert response.headers["cache-control"] == "no-store"


def test_a_browser_that_lost_its_cookie_but_kept_the_page_gets_a_new_one() -> None:
    assert given(client().get("/kept", headers={"If-None-Match": '"page"'}))


@pytest.mark.parametrize(("method", "path"), [("GET", "/text"), ("POST", "/")])
def test_only_pages_give_it(method: str, path: str) -> None:
    assert not given(client().request(method, path))


@pytest.mark.parametrize("token", ["", "short", "x" * 44, "x" * 42 + "=", "é" * 43])
def test_what_is_not_ours_is_no_owner(token: str) -> None:
    assert owner_of({OWNER_COOKIE: token}) is None
    header = f"{OWNER_COOKIE}={token}".encode("latin-1")
    assert given(client().get("/", headers={b"cookie": header}))


def told(**headers: str) -> list[str]:
    """What the app hears of a websocket's owner."""
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend(Headers(scope=scope).getlist(OWNER_HEADER))

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    anyio.run(OwnerCookie(app), {"type": "websocket", "headers": pairs}, None, None)
    return heard


def test_a_websocket_is_marked_with_its_browser_but_not_with_the_cookie() -> None:
    alice, bob = (told(cookie=f"{OWNER_COOKIE}={letter * 43}") for letter in "ab")
    assert len(alice) == len(bob) == 1
    assert alice != bob
    assert alice == told(cookie=f"other=1; {OWNER_COOKIE}={'a' * 43}")
    assert "a" * 43 not in alice[0]


def test_nobody_can_say_themselves_who_they_are() -> None:
    (alice,) = told(cookie=f"{OWNER_COOKIE}={'a' * 43}")
    assert told(x_parley_owner=alice) == ["nobody"]
    assert told(cookie=f"{OWNER_COOKIE}={'b' * 43}", x_parley_owner=alice) != [alice]


def test_a_browser_without_cookies_has_no_owner() -> None:
    assert owner_of({}) is None
