"""The other side of a hostile answer: who listens for what it fetches, who serves it, and who watches the page meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import BrowserContext, Dialog, Page, Request

Delta = Mapping[str, Any]
Script = Callable[[str], Iterator[Delta]]
"""From the last prompt to the deltas of the answer; a delta with the key `error` is sent as an error chunk."""


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Listener:
    """A server on another port, which writes down every path that anybody asks it for."""

    url: str

    def __init__(self) -> None:
        self.heard: list[str] = []

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.end_headers()

            do_POST = do_HEAD = do_OPTIONS = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        with _serving(Handler) as self.url:
            yield self


@contextmanager
def upstream(script: Script, models: list[Mapping[str, Any]], about: Mapping[str, Any]) -> Iterator[str]:
    """A model server that answers every prompt by `script`; `about` stands in every chunk (model, provider, id)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("application/json")
            self.wfile.write(json.dumps({"data": models if self.path.endswith("/models") else {}}).encode())

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer("text/event-stream")
            with suppress(ConnectionError):
                self._stream(str(asked["messages"][-1]["content"]))

        def _stream(self, prompt: str) -> None:
            for delta in script(prompt):
                told = {"error": delta["error"]} if "error" in delta else {}
                choice = {"index": 0, "delta": delta, "finish_reason": delta.get("finish_reason")}
                self.wfile.write(f"data: {json.dumps({**about, **told, 'choices': [choice]})}\n\n".encode())
                self.wfile.flush()
            self.wfile.write(b"data: [DONE]\n\n")

        def _answer(self, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with _serving(Handler) as url:
        yield f"{url}/v1"


class Watch:
    """What a context's pages ask for elsewhere, and whether anything of theirs ran."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self._home = home
        self._asked: list[Request] = []
        self._refused: list[Request] = []
        self.dialogs: list[str] = []
        context.on("request", lambda request: self._asked.append(request))
        context.on("requestfailed", self._failed)
        context.on("dialog", self._dialog)

    def _failed(self, request: Request) -> None:
        if "csp" in (request.failure or "").lower():
            self._refused.append(request)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    @property
    def foreign(self) -> list[str]:
        """Addresses of other servers for which a request was let out."""
        ours = (self._home, self._home.replace("http", "ws", 1), "data:", "blob:", "about:", "chrome-")
        let_out = [one for one in self._asked if one not in self._refused]
        return [one.url for one in let_out if not one.url.startswith(ours)]

    @staticmethod
    def ran(page: Page) -> bool:
        """Something called itself by name, in the page or in a frame of it."""
        return any(frame.evaluate("window.PWN !== undefined") for frame in page.frames)


LIVE_LINKS = """() => [...document.querySelectorAll("a[href], area[href], form[action], iframe[src], object, embed, base")]
    .map(one => one.getAttribute("href") ?? one.getAttribute("action") ?? one.tagName)
    .filter(one => /^(javascript|vbscript|data|file|blob):/i.test(one.replace(/[\\s\\x00-\\x1f]/g, "")) || /^[A-Z]+$/.test(one))"""
"""Links that would run or read something when they are followed, and elements that load what they name."""
