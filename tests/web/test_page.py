"""Streamlit's page wears our name and style from its first byte; pages of our own and everything else pass untouched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from parley.web.page import END, TITLE, PageStyle

PAGE = "<html><head><title>Streamlit</title></head><body>é</body></html>"
BROWSER = {"accept": "text/html,*/*;q=0.8", "accept-encoding": "gzip", "if-none-match": '"x"'}


def answer(page: Response, **told: str) -> tuple[Request, httpx.Response]:
    met: list[Request] = []

    async def endpoint(request: Request) -> Response:
        met.append(request)
        return page

    app = PageStyle(Starlette(routes=[Route("/", endpoint)]), title="Parley", style="p { color: red }")
    with TestClient(app) as client:
        sent = client.get("/", headers={**BROWSER, **told})
    return met[0], sent


def test_the_page_has_our_title_and_ends_with_our_style_and_says_its_true_length() -> None:
    _, sent = answer(Response(PAGE, media_type="text/html", headers={"etag": '"x"', "last-modified": "then"}))
    assert sent.text == PAGE.replace("Streamlit", "Parley").replace(
        "</body>", "<style>\np { color: red }\n</style>\n</body>"
    )
    assert int(sent.headers["content-length"]) == len(sent.content)
    assert not {"etag", "last-modified"} & sent.headers.keys()


def test_a_page_in_pieces_is_one_page() -> None:
    async def pieces() -> AsyncIterator[str]:
        for start in range(0, len(PAGE), 5):
            yield PAGE[start : start + 5]

    _, sent = answer(StreamingResponse(pieces(), media_type="text/html"))
    assert sent.text.count("color: red") == sent.text.count("<title>Parley</title>") == 1


def test_it_is_asked_for_whole_and_uncompressed() -> None:
    request, _ = answer(Response(PAGE, media_type="text/html"), range="bytes=0-3")
    assert not {"accept-encoding", "if-none-match", "range"} & set(request.headers)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (Response(PAGE, media_type="text/html", headers={"content-security-policy": "default-src 'none'"}), {}),
        (Response(PAGE, media_type="text/plain"), {}),
        (Response(PAGE, 404, media_type="text/html"), {}),
        (Response(PAGE, media_type="text/html"), {"accept": "*/*"}),
        (Response("no end", media_type="text/html"), {}),
    ],
    ids=["a page of our own", "no page", "not found", "no browser asks", "not Streamlit's"],
)
def test_what_is_not_streamlits_page_passes_untouched(page: Response, told: dict[str, str]) -> None:
    _, sent = answer(page, **told)
    assert sent.content == page.body


def test_the_installed_page_has_both_places_once() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    assert page.count(TITLE) == page.count(END) == 1
