"""The frame, seen from outside: a fresh server process, started as README says, on a machine that never ran Streamlit."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.app_discovery import discover_asgi_app
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from parley.bundle import LARGEST_MB

HOUSE = Path(__file__).resolve().parents[1]
MB = 1024 * 1024
LONG = 60.0
"""Seconds after which a hung server fails a test."""


class Server(NamedTuple):
    process: subprocess.Popen[str]
    url: str
    home: Path

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.url + path, headers=headers, timeout=LONG)


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a newcomer; the model is an empty file, so that nothing is fetched for it."""
    model = home / "empty.gguf"
    model.touch()
    ours = ("PARLEY_", "STREAMLIT_", "OPENROUTER_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    told = {"HOME": home, "PARLEY_HOME": home / "parley", "PARLEY_MODEL": model, "PYTHONUNBUFFERED": 1}
    return {**kept, **{name: str(value) for name, value in told.items()}, **more}


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "0", *options]


@contextmanager
def served(home: Path, **more: str) -> Iterator[Server]:
    """`streamlit run app.py` on a port that the system picks; nobody is there to answer a prompt."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command(), cwd=HOUSE, env=environment(home, **more), text=True, **pipes) as process:
        try:
            assert process.stdout
            lines = iter(process.stdout.readline, "")
            url = next((found[0] for line in lines if (found := re.search(r"http://\S+", line))), "")
            assert url, f"the server ended with {process.wait()}"
            yield Server(process, url, home)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole file, on a desk with a browser that only writes down what it was to open."""
    home = tmp_path_factory.mktemp("home")
    browser = home / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {home}/opened.part && mv {home}/opened.part {home}/opened\n')
    browser.chmod(0o755)
    with served(home, DISPLAY=":0", BROWSER=str(browser)) as running:
        yield running


@contextmanager
def visit(
    server: Server, page: str, *, cookie: str = "", session: str = ""
) -> Iterator[tuple[ClientConnection, list[ForwardMsg]]]:
    """Open a page as a browser does, or ask for a session that there was, and wait until its script has run."""
    where = f"ws://{server.host}/_stcore/stream"
    told = [Subprotocol(part) for part in ("streamlit", *(("no-token", session) if session else ()))]
    sent = {"Cookie": f"parley_owner={cookie}"} if cookie else {}
    with connect(
        where,
        origin=Origin(server.url),
        subprotocols=told,
        additional_headers=sent,
        max_size=None,
        open_timeout=LONG,
    ) as socket_:
        ask = BackMsg()
        ask.rerun_script.page_name = page
        socket_.send(ask.SerializeToString())
        seen: list[ForwardMsg] = []
        while not seen or seen[-1].WhichOneof("type") != "script_finished":
            message = ForwardMsg()
            message.ParseFromString(bytes(socket_.recv(timeout=LONG)))
            seen.append(message)
        yield socket_, seen


def of_kind(kind: str, messages: list[ForwardMsg]) -> list[ForwardMsg]:
    return [message for message in messages if message.WhichOneof("type") == kind]


def test_the_first_byte_of_a_page_has_our_name_and_style(server: Server) -> None:
    for path in ("/", "/history", "/?c=1"):
        page = server.get(path, Accept="text/html")
        assert "<title>Parley</title>" in page.text
        assert page.text.count(".st-key-prewarm") == page.text.rpartition("<style>")[2].count(".st-key-prewarm") > 0
        assert page.headers["set-cookie"].startswith("parley_owner=")
        assert page.headers["content-security-policy"]


def test_a_deep_link_on_a_fresh_server_goes_through_the_frame(server: Server) -> None:
    with visit(server, "history") as (_, seen):
        (navigation,) = of_kind("navigation", seen)
        assert [page.url_pathname for page in navigation.navigation.app_pages] == [
            "",
            "history",
            "sessions",
            "models",
            "present",
            "settings",
        ]
        titles = [m.page_config_changed.title for m in of_kind("page_config_changed", seen)]
        assert titles[0] == "Parley"
        assert "History · Parley" in titles


@pytest.mark.parametrize(("page", "title"), [("", "Notebook"), ("settings", "Settings"), ("nowhere", "Notebook")])
def test_every_page_is_reached_by_its_address(server: Server, page: str, title: str) -> None:
    with visit(server, page) as (_, seen):
        titles = [m.page_config_changed.title for m in of_kind("page_config_changed", seen)]
        assert f"{title} · Parley" in titles


def test_a_newcomer_is_asked_nothing_and_shown_the_page(server: Server) -> None:
    assert not (server.home / ".streamlit" / "credentials.toml").exists()
    server.get("/healthz")
    opened = server.home / "opened"
    for _ in range(100):
        if opened.exists():
            break
        server.get("/_stcore/health")
    assert opened.read_text().strip() == f"{server.url}/"


def test_health_is_ours_and_not_a_page(server: Server) -> None:
    response = server.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "store": True})


@pytest.mark.parametrize(
    "path", ["/", "/history", "/healthz", "/_stcore/health", "/static/nothing.js", "/media/nothing.png"]
)
def test_every_answer_wears_the_headers(server: Server, path: str) -> None:
    headers = server.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert ("sandbox" if path.startswith("/media") else "frame-ancestors 'none'") in headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/", "/history", "/healthz", "/_stcore/health", "/_stcore/host-config", "/media/x.png"]
)
@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "localhost:1"])
def test_a_foreign_name_gets_nothing_over_http(server: Server, path: str, host: str) -> None:
    response = server.get(path, Host=host.format(port=server.url.rpartition(":")[2]))
    assert response.status_code == 400
    assert "PARLEY_ALLOWED_HOSTS" in response.text
    assert "set-cookie" not in response.headers


def handshake(server: Server, **headers: str) -> int:
    """The status that a websocket handshake with exactly these headers gets."""
    told = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    told |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", **headers}
    name, _, port = server.host.partition(":")
    with socket.create_connection((name, int(port)), timeout=LONG) as line:
        lines = ["GET /_stcore/stream HTTP/1.1", *(f"{key}: {value}" for key, value in told.items()), "", ""]
        line.sendall("\r\n".join(lines).encode())
        return int(line.recv(4096).split()[1])


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}", 101),
        ("localhost:{port}", "http://localhost:{port}", 101),
        ("[::1]:{port}", "http://[::1]:{port}", 101),
        ("127.0.0.1:{port}", "http://evil.example", 403),
        ("127.0.0.1:{port}", "null", 403),
        ("127.0.0.1:{port}", "http://localhost:3000", 403),
        ("127.0.0.1:{port}", "http://localhost:{port}", 403),
        ("127.0.0.1:{port}", "https://127.0.0.1:{port}", 403),
        ("evil.example", "http://evil.example", 403),
        ("evil.example:{port}", "http://evil.example:{port}", 403),
        ("evil.example:{port}", "http://127.0.0.1:{port}", 403),
    ],
)
def test_a_websocket_opens_for_our_own_pages_alone(server: Server, host: str, origin: str, status: int) -> None:
    port = server.url.rpartition(":")[2]
    assert handshake(server, Host=host.format(port=port), Origin=origin.format(port=port)) == status


def test_messages_to_a_page_are_compressed(server: Server) -> None:
    with visit(server, "") as (socket_, _):
        assert [one.name for one in socket_.protocol.extensions] == ["permessage-deflate"]


def test_the_first_page_gives_the_owner_cookie(server: Server) -> None:
    with httpx.Client(base_url=server.url, timeout=LONG) as browser:
        (cookie,) = [c for c in browser.get("/").headers.get_list("set-cookie") if c.startswith("parley_owner=")]
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        again = browser.get("/history").headers.get_list("set-cookie")
        assert not [c for c in again if c.startswith("parley_owner=")]


def upload(server: Server, session: str, size: int) -> int:
    with httpx.Client(base_url=server.url, timeout=LONG) as browser:
        browser.get("/_stcore/health")
        token = browser.cookies["_streamlit_xsrf"]
        file = {"file": ("x.bin", b"x" * size)}
        path = f"/_stcore/upload_file/{session}/{uuid.uuid4()}"
        return browser.put(path, files=file, headers={"X-Xsrftoken": token}).status_code


def test_uploads_are_capped_by_what_is_held(server: Server) -> None:
    with visit(server, "settings") as (_, seen):
        session = of_kind("new_session", seen)[0].new_session.initialize.session_id
        assert upload(server, str(uuid.uuid4()), 10) == 403
        assert upload(server, session, (LARGEST_MB + 2) * MB) == 413
        assert [upload(server, session, 50 * MB) for _ in range(4)] == [204, 204, 204, 429]


def opened(server: Server, session: str, letter: str) -> str:
    """The session that a browser with this cookie gets when it asks for that session."""
    with visit(server, "settings", cookie=letter * 43, session=session) as (_, seen):
        return of_kind("new_session", seen)[0].new_session.initialize.session_id


def test_a_session_id_is_worth_nothing_in_another_browser(tmp_path: Path) -> None:
    with (
        served(tmp_path, STREAMLIT_LOGGER_LEVEL="info") as running,
        visit(running, "settings", cookie="a" * 43) as (_, seen),
    ):
        session = of_kind("new_session", seen)[0].new_session.initialize.session_id
        assert opened(running, session, "b") != session
        assert opened(running, session, "") != session
        assert opened(running, session, "a") == session
        assert opened(running, session, "b") != session
        running.process.send_signal(signal.SIGTERM)
        logged = running.process.communicate(timeout=LONG)[0]
    assert "user identity mismatch" in logged
    assert session not in logged


def test_a_deployment_answers_to_its_own_name_and_to_no_other(tmp_path: Path) -> None:
    with served(tmp_path, PARLEY_MODE="shared", PARLEY_ALLOWED_HOSTS="parley.example.org") as running:
        assert running.get("/", Host="parley.example.org").status_code == 200
        assert running.get("/", Host="other.example.org").status_code == 400
        assert running.get("/healthz").status_code == 200
        assert handshake(running, Host="parley.example.org", Origin="https://parley.example.org") == 101
        assert handshake(running, Host="parley.example.org", Origin="https://other.example.org") == 403
        (cookie,) = [
            value
            for value in running.get("/", Host="parley.example.org", **{"X-Forwarded-Proto": "https"}).headers.get_list(
                "set-cookie"
            )
            if value.startswith("parley_owner=")
        ]
        assert "Secure" in cookie.split("; ")


def test_told_to_end_it_ends_in_order_with_a_page_open(tmp_path: Path) -> None:
    with served(tmp_path) as running, visit(running, "settings"):
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(timeout=LONG)
        left = [path.name for path in (tmp_path / "parley").glob("*-wal")]
        assert left == [], "the store was not closed"


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"PARLEY_MODE": "public"}, "PARLEY_MODE is 'public'"),
        ({"PARLEY_MODE": "shared"}, "PARLEY_ALLOWED_HOSTS"),
    ],
)
def test_a_bad_setting_ends_the_start_with_one_sentence(tmp_path: Path, told: Mapping[str, str], sentence: str) -> None:
    ended = subprocess.run(
        command(),
        cwd=HOUSE,
        env=environment(tmp_path, **told),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert ended.returncode != 0
    assert ended.stderr.startswith("Parley cannot start: ")
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_that_is_not_ours_is_said_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "parley").mkdir()
    database = tmp_path / "parley" / "parley.db"
    database.write_bytes(b"bad: no database of ours" * 100)
    with served(tmp_path) as running:
        assert running.get("/healthz").status_code == 503
        with visit(running, "") as (_, seen):
            alerts = [
                m.delta.new_element.alert.body for m in of_kind("delta", seen) if m.delta.new_element.HasField("alert")
            ]
            assert str(database) in "".join(alerts).replace("\\", "")
    assert database.read_bytes() == b"bad: no database of ours" * 100


INVENTORY = """
import json, app
built = app.app._build_starlette_app()
reached = {}
for route in built.routes:
    methods = getattr(route, "methods", {"WEBSOCKET"} if hasattr(route, "endpoint") else {"MOUNT"})
    reached.setdefault(route.path, set()).update(methods)
print(json.dumps({
    "routes": {path: " ".join(sorted(methods)) for path, methods in reached.items()},
    "middleware": [each.cls.__name__ for each in built.user_middleware],
}))
"""
OPEN = {
    "": "MOUNT",
    "/healthz": "GET HEAD",
    "/runs/events": "GET HEAD",
    "/downloads/{ticket}/{name}": "GET HEAD",
    "/share/{token}": "GET HEAD",
    "/share/{token}/copy": "GET HEAD",
    "/_stcore/health": "GET HEAD OPTIONS",
    "/_stcore/host-config": "GET HEAD",
    "/_stcore/stream": "WEBSOCKET",
    "/_stcore/upload_file/{session_id}/{file_id}": "DELETE OPTIONS PUT",
    "/_stcore/bidi-components/{path:path}": "GET HEAD OPTIONS",
    "/component/{path:path}": "GET HEAD OPTIONS",
    "/media/{file_id:path}": "GET HEAD OPTIONS",
}
SHUT = {
    "/_stcore/metrics": "GET HEAD OPTIONS",
    "/_stcore/agent/interact": "DELETE GET HEAD OPTIONS PATCH POST PUT",
    "/_stcore/agent/mcp": "DELETE GET HEAD OPTIONS PATCH POST PUT",
    "/_stcore/agent/openapi.json": "DELETE GET HEAD OPTIONS PATCH POST PUT",
    "/auth/login": "GET HEAD",
    "/auth/logout": "GET HEAD",
    "/oauth2callback": "GET HEAD",
}


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    env = environment(tmp_path_factory.mktemp("home"))
    run = subprocess.run(
        [sys.executable, "-c", INVENTORY], cwd=HOUSE, env=env, capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)


def test_the_routes_are_these_and_no_others(inventory: dict[str, Any]) -> None:
    assert inventory["routes"] == OPEN | SHUT


@pytest.mark.parametrize(("path", "method"), [(path, each) for path in SHUT for each in SHUT[path].split()])
def test_doors_of_the_server_that_nobody_uses_are_shut(server: Server, path: str, method: str) -> None:
    assert httpx.request(method, server.url + path, timeout=LONG).status_code == 404


def test_ours_stand_before_streamlits_own(inventory: dict[str, Any]) -> None:
    assert inventory["middleware"][:4] == ["SecurityHeaders", "Gate", "UploadCaps", "OwnerCookie"]


def test_the_command_line_finds_the_application() -> None:
    assert discover_asgi_app(HOUSE / "app.py").import_string == "app:app"


THEMES = """
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig as Theme
from streamlit.runtime import app_session
from components.theme_once import keep_theme
config.get_config_options(force_reparse=True)
def told():
    theme = Theme()
    app_session._populate_theme_msg(theme)
    for place, section in ((theme.light, "theme.light"), (theme.dark, "theme.dark"), (theme.dark.sidebar, "theme.dark.sidebar")):
        app_session._populate_theme_msg(place, section)
    return theme
before = told()
keep_theme()
keep_theme()
assert before.ByteSize() > 1000
assert told() == told() == before
"""


def test_the_theme_that_is_read_once_is_the_one_that_streamlit_would_send(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", THEMES], cwd=HOUSE, env=environment(tmp_path), capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_outside_a_script_there_is_no_script_context() -> None:
    assert get_script_run_ctx(suppress_warning=True) is None
