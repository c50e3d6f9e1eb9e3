"""The gate: only our names, and only pages of those very names."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from starlette.responses import PlainTextResponse

from parley.web.gate import Gate

PORT = 8501


def named(header: bytes, values: str | list[str]) -> list[tuple[bytes, bytes]]:
    return [(header, value.encode()) for value in ([values] if isinstance(values, str) else values)]


def status(
    *, allowed: tuple[str, ...] = (), kind: str = "websocket", path: str = "/_stcore/stream", **wanted: Any
) -> int:
    """What the gate answers: 200 when the call came through; a websocket that was closed before it opened counts as 403."""
    headers = named(b"host", wanted.get("host", [])) + named(b"origin", wanted.get("origin", []))
    scope = {
        "type": kind,
        "method": "GET",
        "path": path,
        "headers": headers,
        "scheme": wanted.get("scheme", "ws" if kind == "websocket" else "http"),
        "server": wanted.get("server", ("127.0.0.1", PORT)),
    }
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await (
            send({"type": "websocket.accept"}) if kind == "websocket" else PlainTextResponse("in")(scope, receive, send)
        )

    async def send(message: Any) -> None:
        sent.append(message)

    anyio.run(Gate(app, allowed_hosts=allowed), scope, None, send)
    return {"websocket.accept": 200, "websocket.close": 403}.get(sent[0]["type"]) or sent[0]["status"]


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "LOCALHOST:8501"])
def test_a_local_page_reaches_its_own_server(host: str) -> None:
    assert status(host=host, origin=f"http://{host.lower()}") == 200
    assert status(host=host, kind="http", path="/") == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8501",
        "localhost",
        "localhost:8502",
        "localhost.evil.example:8501",
        "",
        "[::1",
        "::1:8501",
        "localhost:8501@evil.example",
        "127.0.0.1:8501/",
        "localhost.:8501",
        "0.0.0.0:8501",
        "127.1:8501",
        "[::2]:8501",
    ],
)
def test_a_name_that_is_not_ours_gets_nothing(host: str) -> None:
    assert status(host=host, origin=f"http://{host}") == 403
    assert status(host=host, kind="http", path="/") == 400


@pytest.mark.parametrize("host", [[], ["localhost:8501", "localhost:8501"], ["localhost:8501", "evil.example"]])
def test_a_call_names_its_host_once(host: list[str]) -> None:
    assert status(host=host, kind="http", path="/media/x.png") == 400


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "http://localhost:8502",
        "http://localhost",
        "https://localhost:8501",
        "file://",
        "http://127.0.0.1:8501",
        "http://localhost:8501.evil.example",
        "http://localhost:8501/",
        "localhost:8501",
        "http://evil.example:8501",
        "chrome-extension://localhost:8501",
    ],
)
@pytest.mark.parametrize("kind", ["websocket", "http"])
def test_a_page_from_elsewhere_is_turned_away(origin: str, kind: str) -> None:
    assert status(host="localhost:8501", origin=origin, kind=kind) == 403


def test_two_origins_are_one_too_many() -> None:
    assert status(host="localhost:8501", origin=["http://localhost:8501", "http://localhost:8501"]) == 403


def test_a_call_without_an_origin_comes_from_no_foreign_page() -> None:
    assert status(host="localhost:8501") == 200


@pytest.mark.parametrize(
    ("host", "origin", "scheme", "answer"),
    [
        ("parley.example.org", "https://parley.example.org", "ws", 200),
        ("parley.example.org", "https://parley.example.org", "wss", 200),
        ("parley.example.org", "http://parley.example.org", "ws", 200),
        ("parley.example.org", "http://parley.example.org", "wss", 403),
        ("parley.example.org:8443", "https://parley.example.org:8443", "wss", 200),
        ("parley.example.org:8443", "https://parley.example.org", "wss", 403),
        ("only.example.org:81", "http://only.example.org:81", "ws", 200),
        ("only.example.org:82", "http://only.example.org:82", "ws", 403),
        ("other.example.org", "https://other.example.org", "ws", 403),
        ("localhost:8501", "http://localhost:8501", "ws", 200),
    ],
)
def test_a_deployment_answers_to_the_names_it_was_given(host: str, origin: str, scheme: str, answer: int) -> None:
    names = ("parley.example.org", "only.example.org:81")
    assert status(allowed=names, host=host, origin=origin, scheme=scheme) == answer


@pytest.mark.parametrize(("scheme", "port"), [("http", 80), ("https", 443)])
def test_the_port_of_the_scheme_need_not_be_named(scheme: str, port: int) -> None:
    call = {"kind": "http", "path": "/", "scheme": scheme, "server": ("127.0.0.1", port)}
    assert status(host="localhost", origin=f"{scheme}://localhost", **call) == 200


def test_a_unix_socket_has_no_loopback_name() -> None:
    assert status(kind="http", path="/", host="localhost", server=("/run/parley.sock", None)) == 400
    assert status(kind="http", path="/", host="parley.example.org", server=None, allowed=("parley.example.org",)) == 200


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/interact", "/_stcore/agent/mcp", "/base/_stcore/metrics"]
)
def test_doors_that_nobody_uses_are_shut(path: str) -> None:
    assert status(kind="http", path=path, host="localhost:8501") == 404


def test_an_open_door_stays_open() -> None:
    assert status(kind="http", path="/_stcore/health", host="localhost:8501") == 200
