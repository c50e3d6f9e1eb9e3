"""Files that are sent while they are made: to the browser they were offered to, whole or as a failure."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from parley.errors import StoreUnavailable
from parley.web.downloads import AT_ONCE, Cut, Download, Downloads, downloads_route
from parley.web.owner import OWNER_COOKIE

ME, ANOTHER = "m" * 43, "a" * 43


def pieces() -> Iterator[bytes]:
    yield from (b"one,", b"two,", b"three")


def file(browser: str | None = ME, make: Callable[[], Iterator[bytes]] = pieces) -> Download:
    return Download(browser, "ledger.csv", "text/csv; charset=utf-8", make)


def client(downloads: Downloads, browser: str | None = ME, closing: Callable[[], bool] = lambda: False) -> TestClient:
    app = Starlette(routes=[downloads_route(lambda: downloads, closing)])
    return TestClient(app, cookies={OWNER_COOKIE: browser} if browser else None)


def test_a_file_arrives_whole_under_its_name():
    downloads = Downloads()
    answer = client(downloads).get("/" + downloads.offer("all", file()))
    assert answer.content == b"one,two,three"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="ledger.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert "content-length" not in answer.headers


def test_a_pdf_is_shown_and_nothing_else_is():
    downloads = Downloads()
    shown = Download(ME, "a.pdf", "application/pdf", pieces)
    assert client(downloads).get("/" + downloads.offer("a", shown)).headers["content-disposition"].startswith("inline;")
    page = Download(ME, "a.html", "text/html", pieces)
    assert "attachment" in client(downloads).get("/" + downloads.offer("b", page)).headers["content-disposition"]


def test_a_file_can_be_fetched_again():
    downloads = Downloads()
    path = "/" + downloads.offer("all", file())
    assert client(downloads).get(path).content == client(downloads).get(path).content


@pytest.mark.parametrize("browser", [ANOTHER, None])
def test_another_browser_gets_nothing(browser):
    downloads = Downloads()
    answer = client(downloads, browser).get("/" + downloads.offer("all", file()))
    assert answer.status_code == 404
    assert b"one" not in answer.content


def test_a_page_drawn_anew_has_the_same_address_and_another_question_has_another():
    downloads = Downloads()
    first = downloads.offer("all", file())
    assert downloads.offer("all", file()) == first
    assert len({first, downloads.offer("some", file()), downloads.offer("all", file(ANOTHER))}) == 3
    assert Downloads().offer("all", file()) != first


@pytest.mark.parametrize("path", ["/downloads/0/ledger.csv", "/downloads/{ticket}/other.csv", "/downloads/%2e%2e/x"])
def test_what_nobody_offered_is_not_there(path):
    downloads = Downloads()
    ticket = downloads.offer("all", file()).split("/")[1]
    assert client(downloads).get(path.format(ticket=ticket)).status_code == 404


def test_the_oldest_offer_goes_when_there_are_too_many():
    downloads = Downloads(most=2)
    first, second = (downloads.offer(what, file()) for what in ("first", "second"))
    downloads.offer("first", file())
    downloads.offer("third", file())
    assert client(downloads).get(f"/{first}").status_code == 200
    gone = client(downloads).get(f"/{second}")
    assert gone.status_code == 404
    assert "Reload the page" in gone.text


def test_a_look_at_the_head_makes_nothing():
    downloads, made = Downloads(), []
    path = downloads.offer("all", file(make=lambda: made.append(1) or pieces()))
    assert client(downloads).head(f"/{path}").status_code == 200
    assert made == []


def test_pieces_are_made_while_earlier_ones_are_sent():
    """Only as much is asked for as was taken: a file without an end is served, too."""
    asked = 0

    def endless() -> Iterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield b"x" * 1000

    downloads = Downloads()
    answer = client(downloads, closing=lambda: asked >= 20)
    with pytest.raises(Cut):
        answer.get("/" + downloads.offer("all", file(make=endless)))
    assert asked == 20


def test_a_file_that_breaks_off_is_a_failure_and_leaves_its_place():
    def broken() -> Iterator[bytes]:
        yield b"one,"
        raise StoreUnavailable("The disk failed.")

    downloads = Downloads()
    path = "/" + downloads.offer("all", file(make=broken))
    for _ in range(AT_ONCE + 1):
        with pytest.raises(StoreUnavailable):
            client(downloads).get(path)


def test_too_many_at_once_are_told_to_wait():
    begun, end = threading.Semaphore(0), threading.Event()

    def slow() -> Iterator[bytes]:
        begun.release()
        end.wait(10)
        yield b"done"

    downloads = Downloads()
    path = "/" + downloads.offer("all", file(make=slow))
    threads = [threading.Thread(target=lambda: client(downloads).get(path)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert begun.acquire(timeout=10)
    assert client(downloads).get(path).status_code == 503
    end.set()
    for thread in threads:
        thread.join(10)
    assert client(downloads).get(path).content == b"done"


def test_while_the_doors_are_shut_the_reason_is_told():
    def shut() -> Downloads:
        raise StoreUnavailable("The database is locked.")

    answer = TestClient(Starlette(routes=[downloads_route(shut)])).get("/downloads/0/x")
    assert (answer.status_code, answer.text) == (503, "The database is locked.\n")
