"""/share/{token}: the copy for whoever has its link, and for everybody else one and the same answer."""

from __future__ import annotations

import asyncio
import re
import secrets
import threading

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from parley.errors import StoreUnavailable
from parley.settings import Settings
from parley.web.headers import SecurityHeaders
from parley.web.owner import OwnerCookie
from parley.web.shares import (
    ADDRESSES,
    HEADERS,
    PAGES_BYTES,
    READS,
    TRIES,
    VALID,
    Guesses,
    Pages,
    Shared,
    Tickets,
    address_of,
    share_routes,
)

GOOD = secrets.token_urlsafe(32)
BAD = [secrets.token_urlsafe(32), "x", "a" * 5000, "' OR 1=1 --", "%00", "%ed%a0%80", "sessions"]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tickets(clock) -> Tickets:
    return Tickets(clock)


@pytest.fixture
def client(clock, tickets) -> TestClient:
    def page(token: str, link: str) -> str | None:
        return f"<!doctype html><a href='{link}'>copy</a>" if token == GOOD else None

    routes = share_routes(Shared(page, lambda token: token == GOOD, lambda: tickets), Guesses(clock=clock))
    return TestClient(
        SecurityHeaders(OwnerCookie(Starlette(routes=routes))), follow_redirects=False, client=("127.0.0.1", 5000)
    )


def test_whoever_has_the_link_reads_the_copy(client):
    answer = client.get(f"/share/{GOOD}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f"/share/{GOOD}/copy" in answer.text
    assert client.head(f"/share/{GOOD}").text == ""


@pytest.mark.parametrize("path", [f"/share/{GOOD}", f"/share/{BAD[0]}", f"/share/{GOOD}/copy"])
def test_every_answer_forbids_scripts_and_is_kept_and_named_nowhere(client, path):
    headers = client.get(path).headers
    assert {name.lower(): value for name, value in HEADERS.items()}.items() <= dict(headers).items()
    assert not {"script-src", "allow-scripts", "allow-same-origin"} & set(
        re.split(r"[; ]+", headers["content-security-policy"])
    )
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]
    assert "no-store" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers


def test_nothing_on_these_pages_is_fetched_or_run(client):
    page = client.get(f"/share/{BAD[0]}").text
    assert not re.search(r"<(script|img|link|iframe|form|input)|\bon\w+=|src=|url\(|http", page)


@pytest.mark.parametrize("tail", ["", "/copy"])
def test_links_that_lead_nowhere_are_answered_alike(client, tail):
    answers = [client.get(f"/share/{token}{tail}") for token in BAD]
    told = {(one.status_code, one.content, tuple(sorted(one.headers.items()))) for one in answers}
    assert len(told) == 1
    assert answers[0].status_code == 404


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("token", [GOOD, BAD[0]])
@pytest.mark.parametrize("tail", ["", "/copy"])
def test_a_link_gives_no_other_way_in(client, verb, token, tail):
    assert client.request(verb, f"/share/{token}{tail}").status_code == 405


def test_whoever_tries_many_links_has_to_wait_even_with_a_good_one(client, clock):
    assert [client.get(f"/share/{n}").status_code for n in range(TRIES)] == [404] * TRIES
    assert [client.get(f"/share/{token}").status_code for token in ("x", GOOD)] == [429, 429]
    assert client.get(f"/share/{GOOD}/copy").status_code == 429
    clock.now += 60
    assert client.get(f"/share/{GOOD}").status_code == 200


def test_readers_of_good_links_do_not_wait(client):
    assert {client.get(f"/share/{GOOD}").status_code for _ in range(3 * TRIES)} == {200}


def test_a_link_is_no_lever_even_a_good_one_is_not_followed_without_end(clock):
    routes = share_routes(Shared(lambda *_: "", lambda _: True, Tickets), reads=Guesses(READS, clock=clock))
    client = TestClient(Starlette(routes=routes))
    told = [client.get(f"/share/{GOOD}").status_code for _ in range(READS + 1)]
    assert told == [200] * READS + [429]


@pytest.mark.anyio
async def test_tries_at_once_are_counted_each():
    asked = []

    def is_open(token: str) -> bool:
        asked.append(token)
        return False

    app = Starlette(routes=share_routes(Shared(lambda *_: None, is_open, Tickets)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://a") as client:
        answers = await asyncio.gather(*(client.get(f"/share/{n}") for n in range(4 * TRIES)))
    assert sorted(one.status_code for one in answers) == [404] * TRIES + [429] * 3 * TRIES
    assert len(asked) == TRIES


@pytest.mark.anyio
async def test_one_address_takes_no_more_than_one_place():
    now, most, lock = 0, 0, threading.Lock()

    def is_open(_: str) -> bool:
        nonlocal now, most
        with lock:
            now, most = now + 1, max(most, now + 1)
        with lock:
            now -= 1
        return True

    app = Starlette(routes=share_routes(Shared(lambda *_: "", is_open, Tickets)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://a") as client:
        await asyncio.gather(*(client.get(f"/share/{GOOD}") for _ in range(50)))
    assert most == 1


def test_a_page_is_made_once_and_asked_every_time_whether_it_still_may_be_shown():
    made, is_open = [], [True]
    shared = Shared(lambda token, link: made.append(token) or f"{token} {link}", lambda _: is_open[0], Tickets)
    client = TestClient(Starlette(routes=share_routes(shared)))
    assert [client.get("/share/a").text for _ in range(3)] == ["a /share/a/copy"] * 3
    is_open[0] = False
    assert client.get("/share/a").status_code == 404
    is_open[0] = True
    client.get("/share/a")
    assert made == ["a", "a"]


def test_pages_are_not_kept_without_end():
    made, pages = [], Pages()
    shared = Shared(lambda token, _: made.append(token) or "x" * (PAGES_BYTES // 4), lambda _: True, Tickets)
    for token in "abcdea":
        assert pages.page(token, "", shared)
    assert made == list("abcdea")


def test_one_who_guesses_hinders_nobody_else(client):
    for n in range(TRIES):
        client.get(f"/share/{n}", headers={"x-forwarded-for": "1.1.1.7"})
    assert client.get(f"/share/{GOOD}", headers={"x-forwarded-for": "1.1.1.8"}).status_code == 200


def test_addresses_are_not_remembered_without_end(clock):
    guesses = Guesses(most=1, clock=clock)
    for n in range(ADDRESSES + 1):
        guesses.note(str(n))
    assert not guesses.too_many("0")
    assert guesses.too_many("1")


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("9.9.9.9", "", "9.9.9.9"),
        ("9.9.9.9", "1.1.1.1", "9.9.9.9"),
        ("127.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        ("127.0.0.1", "no address", "127.0.0.1"),
        ("127.0.0.1", "1.1.1.1:51234", "1.1.1.1"),
        ("127.0.0.1", "[2620:fe:1:2:3::4]:443", "2620:fe:1:2::/64"),
        ("127.0.0.1", "[2620:fe:1:2:3::4]", "2620:fe:1:2::/64"),
        ("::1", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.2", "1.1.1.1", "10.0.0.2"),
        ("172.18.0.1", "1.1.1.1", "1.1.1.1"),
        ("2620:fe:1:2:3::4", "", "2620:fe:1:2::/64"),
        ("::ffff:9.9.9.9", "1.1.1.1", "9.9.9.9"),
        ("::ffff:127.0.0.1", "::ffff:1.1.1.1", "1.1.1.1"),
        ("testclient", "1.1.1.1", "testclient"),
    ],
)
def test_who_calls_is_whom_a_proxy_that_the_settings_name_names_last(peer, told, address):
    scope = {"type": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", told.encode())]}
    proxies = Settings.read({"PARLEY_PROXIES": "172.18.0.0/16"}).proxies
    assert address_of(Request(scope), proxies) == address


def test_a_copy_of_ones_own_begins_with_a_ticket_and_not_with_the_link(client, tickets):
    answer = client.get(f"/share/{GOOD}/copy")
    assert answer.status_code == 303
    where, _, ticket = answer.headers["location"].partition("?copy=")
    assert where == "../../"
    assert GOOD not in answer.headers["location"]
    assert tickets.redeem(ticket) == GOOD
    assert tickets.redeem(ticket) is None


def test_a_ticket_is_good_for_some_minutes(tickets, clock):
    ticket = tickets.issue(GOOD)
    clock.now += VALID
    assert tickets.redeem(ticket) is None
    assert tickets.redeem("nothing") is None


def test_while_the_store_is_shut_nobody_learns_whether_a_link_is_good():
    def shut(*_: str) -> str:
        raise StoreUnavailable("postgresql://parley:secret@db is down")

    client = TestClient(Starlette(routes=share_routes(Shared(shut, shut, Tickets))))
    answers = [client.get(f"/share/{token}") for token in (GOOD, BAD[0])]
    assert {one.status_code for one in answers} == {503}
    assert "secret" not in answers[0].text
