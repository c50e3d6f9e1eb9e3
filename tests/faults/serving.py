"""The other side, scripted to the byte: a server on a thread of its own that answers each connection as it is told."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Answer = bytes | Callable[[socket.socket], None]
"""What a connection gets: bytes, and then the connection is closed; or whatever is done with it."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
END = 'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'


def stream(*texts: str, end: str = END) -> bytes:
    """A body of events, one for each text."""
    chunks = ({"id": "gen-1", "choices": [{"index": 0, "delta": {"content": text}}]} for text in texts)
    return ("".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + end).encode()


def response(body: bytes, status: str = "200 OK", length: int | None = None, **headers: str) -> bytes:
    """A whole response, with a length that may be a lie."""
    told = {"Content-Type": "text/event-stream", "Content-Length": str(len(body) if length is None else length)}
    lines = told | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def reset(before: bytes = b"") -> Answer:
    """Sends what comes `before`, and then resets the connection instead of closing it."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(before)
        time.sleep(0.05 if before else 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return answer


def trickle(pause: float, *pieces: bytes) -> Answer:
    """Sends the pieces, one after the other, with a pause before each; the last again and again, until it is left."""

    def answer(connection: socket.socket) -> None:
        for piece in pieces:
            time.sleep(pause)
            connection.sendall(piece)
        while True:
            time.sleep(pause)
            connection.sendall(pieces[-1])

    return answer


def hold(connection: socket.socket) -> None:
    """Says nothing until it is left."""
    while connection.recv(65536):
        pass


@dataclass
class Other:
    """A server; the n-th connection gets the n-th answer, later ones the last."""

    answers: tuple[Answer, ...]
    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    blurting: bool = False

    def talk(self, connection: socket.socket) -> None:
        if self.tls is not None:
            connection = self.tls.wrap_socket(connection, server_side=True)
        if self.blurting:
            self.say(self.answers[0], connection)
        elif request := _request(connection):
            self.requests.append(request)
            self.say(self.answers[min(len(self.requests), len(self.answers)) - 1], connection)

    def say(self, answer: Answer, connection: socket.socket) -> None:
        if callable(answer):
            answer(connection)
        else:
            connection.sendall(answer)


def _request(connection: socket.socket) -> bytes:
    """The request to its end; empty where none came."""
    came = b""
    while b"\r\n\r\n" not in came:
        data = connection.recv(65536)
        if not data:
            return b""
        came += data
    head, _, body = came.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    while lengths and len(body) < int(lengths[0]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(
    *answers: Answer, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, blurting: bool = False
) -> Iterator[Other]:
    """The server while it stands; with `tls` it speaks https, under the name of localhost."""
    other = Other(answers, tls=tls, blurting=blurting)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                other.talk(self.request)

    class Server(socketserver.ThreadingTCPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads, block_on_close = True, False

    with Server((host, 0), Handler) as server:
        name = "localhost" if tls else f"[{host}]" if ":" in host else host
        other.url = f"{'https' if tls or blurting else 'http'}://{name}:{server.server_address[1]}/api/v1"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield other
        server.shutdown()
