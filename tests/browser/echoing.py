"""A model server that tells everybody the key it was given, wherever an answer has room for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.browser.listening import _serving

MODEL = "echo/of-keys"
SCENARIOS = (
    "an answer",
    "status 400",
    "status 401",
    "status 402",
    "status 403",
    "status 429",
    "status 500",
    "status 503",
    "a page",
    "a redirection",
    "an error inside",
    "no end",
    "no JSON",
    "a header",
)


class Echo:
    """What was asked, and how; every failure repeats the key."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []

    @contextmanager
    def serving(self) -> Iterator[str]:
        echo = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                echo.asked.append((self.path, dict(self.headers), b""))
                listed = [{"id": MODEL, "name": "Echo"}] if self.path.endswith("/models") else {"label": self.key}
                self.told(200, "application/json", json.dumps({"data": listed}))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                echo.asked.append((self.path, dict(self.headers), body))
                with suppress(ConnectionError):
                    self.play(str(json.loads(body)["messages"][-1]["content"]))

            @property
            def key(self) -> str:
                return str(self.headers["Authorization"]).removeprefix("Bearer ")

            def play(self, scenario: str) -> None:
                error = {
                    "message": f"Incorrect API key provided: {self.key}",
                    "code": 500,
                    "metadata": {"raw": self.key},
                }
                match scenario.split():
                    case ["status", status]:
                        self.told(int(status), "application/json", json.dumps({"error": error}))
                    case ["a", "page"]:
                        self.told(200, "text/html", f"<html><title>{self.key}</title>{self.key}</html>")
                    case ["a", "redirection"]:
                        self.send_response(302)
                        self.send_header("Location", f"/elsewhere?key={self.key}")
                        self.end_headers()
                    case ["an", "error", "inside"]:
                        self.told(
                            200, "text/event-stream", self.chunk("Half ") + f"data: {json.dumps({'error': error})}\n\n"
                        )
                    case ["no", "end"]:
                        self.told(200, "text/event-stream", self.chunk("Half an answer"))
                    case ["no", "JSON"]:
                        self.told(200, "text/event-stream", f"data: {{{self.key}\n\n")
                    case _:
                        self.told(
                            200, "text/event-stream", self.chunk("Good") + self.chunk("", "stop") + "data: [DONE]\n\n"
                        )

            def chunk(self, text: str, reason: str | None = None) -> str:
                choice: dict[str, Any] = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
                return f"data: {json.dumps({'id': 'gen-1', 'model': MODEL, 'choices': [choice]})}\n\n"

            def told(self, status: int, kind: str, body: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("X-Key", self.key)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: Any) -> None:
                pass

        with _serving(Handler) as url:
            yield f"{url}/v1"
