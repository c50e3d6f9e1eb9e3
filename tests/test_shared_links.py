"""A link to a copy, on a server as README starts it: what strangers are answered, and what is left of their calls."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from parley.importing import opened
from parley.notebook import Cell, Session
from parley.store import Store
from tests.test_frame import LONG, Server, served


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("home")) as running:
        running.get("/healthz")
        yield running


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    with Store(f"sqlite:///{server.home}/parley/parley.db") as opened_store:
        yield opened_store


def session(words: str = "Hello & <b>welcome</b>") -> Session:
    return Session(id="s", title="A copy", cells=(Cell(id="c", message={"role": "user", "content": words}),))


def get(server: Server, path: str) -> httpx.Response:
    return httpx.get(server.url + path, timeout=LONG, headers={"Accept": "text/html"}, follow_redirects=False)


def test_a_link_opens_the_copy_and_nothing_else(server: Server, store: Store) -> None:
    token, _ = store.share(session())
    page = get(server, f"/share/{token}")
    assert page.status_code == 200
    assert "Hello &amp; &lt;b&gt;welcome&lt;/b&gt;" in page.text
    assert not re.search(r"<script|<iframe|<form|<input", page.text)
    assert f"/share/{token}/copy" in page.text


def test_readers_are_given_strict_headers_and_no_cookie(server: Server, store: Store) -> None:
    headers = get(server, f"/share/{store.share(session())[0]}").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "private, no-store")
    assert "noindex" in headers["x-robots-tag"]
    assert "set-cookie" not in headers


def test_the_page_holds_the_session_to_be_opened_again(server: Server, store: Store) -> None:
    page = get(server, f"/share/{store.share(session())[0]}")
    again = opened(page.content, "saved.html")
    assert [cell.text for cell in again.session.cells] == ["Hello & <b>welcome</b>"]


def test_wrong_expired_and_revoked_links_are_answered_alike(server: Server, store: Store) -> None:
    expired, _ = store.share(session(), expires=timedelta(seconds=-1))
    revoked, share = store.share(session())
    store.revoke(share.id)
    answers = [get(server, f"/share/{token}") for token in ("x" * 43, expired, revoked)]
    told = {
        (one.status_code, one.text, tuple(sorted((k, v) for k, v in one.headers.items() if k != "date")))
        for one in answers
    }
    assert len(told) == 1
    assert answers[0].status_code == 404


def test_a_revoked_link_is_dead_at_once(server: Server, store: Store) -> None:
    token, share = store.share(session())
    assert get(server, f"/share/{token}").status_code == 200
    store.revoke(share.id)
    assert get(server, f"/share/{token}").status_code == get(server, f"/share/{token}/copy").status_code == 404


def test_a_copy_of_ones_own_is_the_only_way_on(server: Server, store: Store) -> None:
    token, _ = store.share(session())
    before = (store.sessions(), store.runs().rows)
    answer = get(server, f"/share/{token}/copy")
    assert answer.status_code == 303
    assert httpx.URL(f"{server.url}/share/{token}/copy").join(answer.headers["location"]).path == "/"
    assert token not in answer.headers["location"]
    assert (store.sessions(), store.runs().rows) == before


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_verb_changes_what_was_shared(server: Server, store: Store, verb: str) -> None:
    token, _ = store.share(session())
    before = store.shares()
    assert httpx.request(verb, f"{server.url}/share/{token}", timeout=LONG).status_code == 405
    assert store.shares() == before


def test_no_log_holds_a_link(tmp_path: Path) -> None:
    with served(tmp_path, STREAMLIT_LOGGER_LEVEL="debug") as running:
        running.get("/healthz")
        with Store(f"sqlite:///{running.home}/parley/parley.db") as kept:
            token, _ = kept.share(session())
        assert get(running, f"/share/{token}").status_code == 200
        running.process.terminate()
        assert running.process.stdout
        written = running.process.stdout.read()
    assert token not in written
    assert token[:12] not in written


def test_a_damaged_copy_is_answered_by_a_page_that_says_not_at_this_moment(server: Server, store: Store) -> None:
    token, share = store.share(session("Not to be read any more"))
    with closing(sqlite3.connect(f"{server.home}/parley/parley.db")) as file, file:
        file.execute("UPDATE shares SET body = ? WHERE id = ?", [b"zxx", share.id])
    answer = get(server, f"/share/{token}")
    assert answer.status_code == 503
    assert "cannot read what this link leads to" in answer.text
    assert answer.headers["retry-after"] == "60"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert get(server, f"/share/{store.share(session())[0]}").status_code == 200
