"""A server that keeps every body as it arrived, and hands that run source text against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

KEY = "sk-or-v1-" + "5eed" * 16
CHOICE = {"index": 0, "finish_reason": "stop", "native_finish_reason": "stop", "logprobs": None}
KNOWN = {"id": "gen-1", "created": 1, "model": "a/b", "system_fingerprint": "fp"}
ANSWER = {
    **KNOWN,
    "object": "chat.completion",
    "choices": [{**CHOICE, "message": {"role": "assistant", "content": "Hi!"}}],
}
PIECES = [
    {
        **KNOWN,
        "object": "chat.completion.chunk",
        "choices": [{**CHOICE, "delta": {"content": text}, "finish_reason": end}],
    }
    for text, end in (("H\u2028", None), ("i!", "stop"))
]

RUN_ALL = """
import functools, ssl, sys, warnings
warnings.simplefilter("ignore")
ssl.create_default_context = functools.cache(ssl.create_default_context)
for path in sys.argv[1:]:
    exec(compile(open(path, encoding="utf-8").read(), path, "exec"), {"__name__": "__main__"})
"""


class Handler(BaseHTTPRequestHandler):
    """Answers every chat completion, whatever was asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.arrived.append((raw, self.path, headers))  # type: ignore[attr-defined]
        streams = json.loads(raw).get("stream") is True
        events = "".join(f"data: {json.dumps(piece, ensure_ascii=False)}\n\n" for piece in PIECES) + "data: [DONE]\n\n"
        body = (": OPENROUTER PROCESSING\n\n" + events if streams else json.dumps(ANSWER)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if streams else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""


class Capture:
    """What arrived, in order, and where the server is."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.server = server
        self.base_url = f"http://127.0.0.1:{server.server_address[1]}/api/v1"

    def bodies(self) -> list[Any]:
        """The bodies since the last call."""
        return [json.loads(raw) for raw, _, _ in self.taken()]

    def taken(self) -> list[tuple[bytes, str, dict[str, str]]]:
        arrived = self.server.arrived  # type: ignore[attr-defined]
        taken, arrived[:] = list(arrived), []
        return taken

    def run(self, form: str, sources: Sequence[str], folder: Path) -> str:
        """Run source texts one after the other in one process; gives what they printed."""
        paths = [
            written(folder / f"{index}.{'sh' if form == 'curl' else 'py'}", text) for index, text in enumerate(sources)
        ]
        if form == "curl":
            everything = "set -e\n" + "\n".join(f". {path}" for path in paths)
            return output(["sh", str(written(folder / "all.sh", everything))])
        return output([sys.executable, "-c", RUN_ALL, *map(str, paths)])


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def output(command: list[str], **options: Any) -> str:
    """What a command prints; fails with what it says when it fails. Its environment holds a key and little else."""
    given = {"PATH": os.environ["PATH"], "OPENROUTER_API_KEY": KEY, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=given, capture_output=True, text=True, encoding="utf-8", timeout=120, **options)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@contextmanager
def capturing() -> Any:
    """A server for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.arrived = []  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Capture(server)
    server.shutdown()
    server.server_close()
    thread.join()


def as_sent(body: Any) -> Any:
    """A body after a way through JSON."""
    return json.loads(json.dumps(body))


def equal(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same to a server: 1 is 1.0, and neither is true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)
