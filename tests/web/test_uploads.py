"""Caps on uploads: what is held and what is on its way count together, and a refusal is a sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from parley.web.uploads import Caps, TooMuch, UploadCaps

CAPS = Caps(request=10, session=25, process=40, other=5)
MB = 1024 * 1024


class Shelf:
    """The other side: keeps what arrives, as Streamlit does."""

    def __init__(self) -> None:
        self.files: dict[str, int] = {}
        self.sessions = {"s1", "s2", "s3"}

    def knows(self, session: str) -> bool:
        return session in self.sessions

    def held(self) -> dict[str, int]:
        return dict(self.files)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = await Request(scope, receive).body()
        session = scope["path"].split("/")[-2]
        if scope["method"] == "PUT":
            self.files[session] = self.files.get(session, 0) + len(body)
        await PlainTextResponse("kept", 204)(scope, receive, send)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def put(shelf: Any, session: str, size: int, *, method: str = "PUT", guard: UploadCaps | None = None) -> httpx.Response:
    async def call() -> httpx.Response:
        door = httpx.ASGITransport(app=guard or UploadCaps(shelf, uploads=shelf, caps=CAPS))
        async with httpx.AsyncClient(transport=door, base_url="http://localhost:8501") as client:
            return await client.request(method, f"/_stcore/upload_file/{session}/file", content=b"x" * size)

    return anyio.run(call)


def test_what_fits_goes_through_whole(shelf: Shelf) -> None:
    assert put(shelf, "s1", 10).status_code == 204
    assert shelf.files == {"s1": 10}


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_one_upload_has_a_cap(shelf: Shelf, method: str) -> None:
    refused = put(shelf, "s1", 11, method=method)
    assert (refused.status_code, shelf.files) == (413, {})
    assert "too large" in refused.text


def test_a_session_has_a_cap_on_what_it_holds(shelf: Shelf) -> None:
    assert [put(shelf, "s1", 9).status_code for _ in range(3)] == [204, 204, 429]
    shelf.files["s1"] = 9
    assert put(shelf, "s1", 9).status_code == 204


def test_the_process_has_a_cap_over_all_sessions(shelf: Shelf) -> None:
    shelf.files.update(s1=20, s2=15)
    refused = put(shelf, "s3", 6)
    assert (refused.status_code, put(shelf, "s3", 5).status_code) == (429, 204)
    assert "server" in refused.text


def test_a_session_that_is_not_there_keeps_nothing(shelf: Shelf) -> None:
    assert put(shelf, "made-up", 1).status_code == 403
    assert shelf.files == {}


def test_nothing_is_on_its_way_once_it_ended(shelf: Shelf) -> None:
    guard = UploadCaps(shelf, uploads=shelf, caps=CAPS)
    for _ in range(10):
        put(shelf, "s1", 10, guard=guard)
        shelf.files.clear()
    assert put(shelf, "s1", 10, guard=guard).status_code == 204


def test_uploads_on_their_way_count_before_they_arrive() -> None:
    shelf, codes = Shelf(), []

    async def all_at_once() -> None:
        gate = anyio.Event()

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            await gate.wait()
            await shelf(scope, receive, send)

        guard = UploadCaps(slow, uploads=shelf, caps=CAPS)
        door = httpx.ASGITransport(app=guard)
        async with httpx.AsyncClient(transport=door, base_url="http://localhost:8501") as client:

            async def one() -> None:
                codes.append((await client.put("/_stcore/upload_file/s1/f", content=b"x" * 9)).status_code)
                if codes.count(429) == 3:
                    gate.set()

            async with anyio.create_task_group() as group:
                for _ in range(5):
                    group.start_soon(one)

    anyio.run(all_at_once)
    assert sorted(codes) == [204, 204, 429, 429, 429]
    assert shelf.files == {"s1": 18}


async def chunks() -> AsyncIterator[bytes]:
    for _ in range(4):
        yield b"xx"


def stream(shelf: Any, path: str) -> int:
    async def call() -> int:
        door = httpx.ASGITransport(app=UploadCaps(shelf, uploads=shelf, caps=CAPS))
        async with httpx.AsyncClient(transport=door, base_url="http://localhost:8501") as client:
            return (await client.put(path, content=chunks())).status_code

    return anyio.run(call)


def test_an_upload_must_say_how_large_it_is(shelf: Shelf) -> None:
    assert stream(shelf, "/_stcore/upload_file/s1/f") == 411
    assert shelf.files == {}


def test_any_other_body_has_a_small_cap_announced_or_not(shelf: Shelf) -> None:
    assert stream(shelf, "/elsewhere/s1/f") == 413
    assert shelf.files == {}


def test_an_answer_that_began_is_not_answered_twice() -> None:
    class Hasty(Shelf):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await Request(scope, receive).body()

    with pytest.raises(TooMuch):
        stream(Hasty(), "/elsewhere/s1/f")


def test_the_house_caps() -> None:
    assert (Caps().request, Caps().session, Caps().process) == (101 * MB, 160 * MB, 512 * MB)
