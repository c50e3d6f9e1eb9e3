"""A model server that tells everybody the key it was given, wherever an answer has room for it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import quote

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
    *(f"status {status}" for status in (404, 408, 413, 422, 502, 504, 529)),
    *(f"dressed {dress}" for dress in ("base64", "url", "hex", "reversed", "escaped", "cut")),
    *(
        f"told {place}"
        for place in ("as text", "as a string", "as a list", "as a code", "by a provider", "deep within")
    ),
    *(
        f"beside {place}"
        for place in ("a comment", "an event", "an id", "a model", "a provider", "a reason", "a field")
    ),
)
"""Forty ways in which a server may tell a key, but for the plain answer."""
ONE_OF_EACH_KIND = (
    "an answer",
    "status 401",
    "a page",
    "a redirection",
    "an error inside",
    "a header",
    "dressed base64",
    "dressed reversed",
    "told deep within",
    "beside a provider",
)
DRESSES: dict[str, Callable[[str], str]] = {
    "base64": lambda key: base64.b64encode(f"key {key}".encode()).decode(),
    "url": lambda key: quote(f"key={key}", safe=""),
    "hex": lambda key: key.encode().hex(),
    "reversed": lambda key: key[::-1],
    "escaped": lambda key: json.dumps(json.dumps(key)),
    "cut": lambda key: key[:12],
}


def _error(place: str, key: str) -> Any:
    """The body of a failure that tells the key in an odd place."""
    return {
        "as text": f"No such key: {key}",
        "as a string": {"error": key},
        "as a list": [{"error": [key]}],
        "as a code": {"error": {"message": "No", "code": key, "type": key}},
        "by a provider": {
            "error": {"message": "No", "metadata": {"provider_name": key, "raw": {"headers": {key: key}}}}
        },
        "deep within": {
            "error": {"message": json.dumps({"error": {"message": key}}), "metadata": {"a": [[{"b": key}]]}}
        },
    }[place]


def _beside(place: str, key: str) -> str:
    """A line of a stream that tells the key beside the answer."""
    chunk: dict[str, Any] = {"id": "gen-1", "model": MODEL, "choices": [{"index": 0, "delta": {"content": "Good"}}]}
    match place:
        case "a comment":
            return f": {key}\n\ndata: {json.dumps(chunk)}\n\n"
        case "an event":
            return f"event: {key}\nid: {key}\ndata: {json.dumps(chunk)}\n\n"
        case "a reason":
            chunk["choices"][0] |= {"finish_reason": "stop", "native_finish_reason": key}
        case _:
            chunk[place.split()[-1]] = key
    return f"data: {json.dumps(chunk)}\n\n"


def _chunk(text: str, reason: str | None = None) -> str:
    choice: dict[str, Any] = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    return f"data: {json.dumps({'id': 'gen-1', 'model': MODEL, 'choices': [choice]})}\n\n"


def _answer(scenario: str, key: str) -> tuple[int, str, str]:
    """Status, media type and body."""
    error = {"message": f"Incorrect API key provided: {key}", "code": 500, "metadata": {"raw": key}}
    stream, ended = (200, "text/event-stream"), f"{_chunk('', 'stop')}data: [DONE]\n\n"
    match scenario.split():
        case ["status", status]:
            return int(status), "application/json", json.dumps({"error": error})
        case ["a", "page"]:
            return 200, "text/html", f"<html><title>{key}</title>{key}</html>"
        case ["an", "error", "inside"]:
            return *stream, f"{_chunk('Half ')}data: {json.dumps({'error': error})}\n\n"
        case ["no", "end"]:
            return *stream, _chunk("Half an answer")
        case ["no", "JSON"]:
            return *stream, f"data: {{{key}\n\n"
        case ["dressed", dress]:
            said = {"message": f"Not {DRESSES[dress](key)}", "code": 401}
            return 401, "application/json", json.dumps({"error": said})
        case ["told", *place]:
            return 400, "application/json", json.dumps(_error(" ".join(place), key))
        case ["beside", *place]:
            return *stream, _beside(" ".join(place), key) + ended
    return *stream, _chunk("Good") + ended


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
                if scenario == "a redirection":
                    self.send_response(302)
                    self.send_header("Location", f"/elsewhere?key={self.key}")
                    self.end_headers()
                else:
                    self.told(*_answer(scenario, self.key))

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
