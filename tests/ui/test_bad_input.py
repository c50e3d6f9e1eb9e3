"""Whatever goes wrong on the other side: one sentence a person can act on, the prompt and the partial answer kept, a row."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.services import close_services, open_services
from parley.notebook import Run
from tests.conftest import HOUSE, KEY

PIECE = {"id": "gen-1", "choices": [{"index": 0, "delta": {"content": "Half an ans"}}]}
EVENT = f"data: {json.dumps(PIECE)}\n\n"


def envelope(code: int, message: str) -> str:
    return json.dumps({"error": {"code": code, "message": message}})


ANSWERS: dict[str, tuple[int, str, str]] = {
    "no-key": (401, "application/json", envelope(401, "No auth credentials found")),
    "no-credits": (402, "application/json", envelope(402, "You requested up to 8192 tokens, but can only afford 913.")),
    "unknown-model": (400, "application/json", envelope(400, "nobody/knows is not a valid model ID")),
    "busy": (429, "application/json", envelope(429, "Rate limit exceeded")),
    "broken": (500, "application/json", envelope(500, "Internal Server Error")),
    "a-web-page": (200, "text/html", "<html><body>Welcome to our portal</body></html>"),
    "nonsense": (200, "application/json", "}{ what?"),
    "empty": (200, "application/json", ""),
    "error-inside": (200, "text/event-stream", EVENT + f"data: {envelope(502, 'Provider returned error')}\n\n"),
    "cut": (200, "text/event-stream", EVENT),
}
PARTIAL = {"error-inside": "failed", "cut": "truncated"}


class Script(BaseHTTPRequestHandler):
    """Answers by the first part of its path."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.answer(*ANSWERS[self.path.split("/")[1]])

    def do_GET(self) -> None:
        self.answer(200, "application/json", '{"data": []}')

    def answer(self, status: int, kind: str, body: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("retry-after", "3600")
        self.send_header("content-length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture(scope="module")
def other_side() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Script) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def asked_at(base_url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Run]:
    """What the page says after a prompt to this server, and the run it left."""
    monkeypatch.setenv("OPENROUTER_BASE_URL", base_url)
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).run()
    app.chat_input(key="prompt").set_value("Keep me").run()
    doors = open_services()
    (row,) = doors.store.runs().rows
    live = doors.runner.live(row.id)
    assert live is not None
    live.wait(20)
    app.run()
    kinds = ("markdown", "caption", "info", "error", "warning")
    words = "\n".join(str(one.value) for kind in kinds for one in app.get(kind))
    run = doors.store.run(row.id)
    close_services()
    assert not app.exception
    return words, run


@pytest.mark.parametrize("case", ANSWERS)
def test_a_fault_is_a_sentence_and_loses_nothing(
    home: Path, other_side: str, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    words, run = asked_at(f"{other_side}/{case}", monkeypatch)
    assert run.outcome == PARTIAL.get(case, "failed")
    assert run.failure is not None
    assert run.failure.message in words or run.failure.message.split(":")[0] in words
    assert "Keep me" in words
    assert run.reply.text == ("Half an ans" if case in PARTIAL else "")
    assert KEY not in words + run.model_dump_json()


def test_a_server_that_cannot_be_reached_is_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words, run = asked_at("http://127.0.0.1:9", monkeypatch)
    assert (run.outcome, run.failure and run.failure.kind) == ("failed", "ConnectionFailed")
    assert "127.0.0.1:9" in words


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"this is no database" * 100, "database"),
        (b"", ""),
        (b"SQLite format 3\x00" + b"\xff" * 5000, "another program"),
    ],
)
def test_a_file_that_is_no_database_of_ours_is_named_and_left(
    home: Path, gateway: str, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    home.mkdir(parents=True)
    (home / "parley.db").write_bytes(content)
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).run()
    close_services()
    if content:
        assert str(home / "parley.db") in app.error[0].value
        assert said in app.error[0].value
        assert (home / "parley.db").read_bytes() == content
    else:
        assert not app.error
