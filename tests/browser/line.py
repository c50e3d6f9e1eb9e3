"""The line between a browser and Parley, which can be cut, be down, or hand nothing on; and the hand that writes an answer."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any


class Line:
    """Stands before a server on this machine and hands on what comes, connection by connection."""

    def __init__(self) -> None:
        self.target = 0
        """The server's port."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.host = f"localhost:{self._listening.getsockname()[1]}"
        self.url = f"http://{self.host}"
        self.down = False
        """Nobody is let through while it is."""
        self._flowing = threading.Event()
        self._flowing.set()
        self._ends: set[socket.socket] = set()
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self, *, down: bool = False) -> None:
        """Reset every connection, and let nobody through while it is `down`."""
        self.down = down
        for end in tuple(self._ends):
            self._reset(end)

    def hold(self) -> None:
        """Hand nothing on to the browser, as if it were suspended: what is sent to it piles up at the server."""
        self._flowing.clear()

    def let_go(self) -> None:
        self._flowing.set()

    def close(self) -> None:
        self.let_go()
        self._listening.close()
        self.cut()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                threading.Thread(target=self._met, args=(near,), daemon=True).start()

    def _met(self, near: socket.socket) -> None:
        self._ends.add(near)
        try:
            far = socket.create_connection(("127.0.0.1", self.target)) if not self.down else None
        except OSError:
            far = None
        if far is None:
            self._reset(near)
            return
        self._ends.add(far)
        threading.Thread(target=self._hand_on, args=(near, far), daemon=True).start()
        self._hand_on(far, near, held=True)

    def _hand_on(self, source: socket.socket, drain: socket.socket, *, held: bool = False) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(4096):
                if held:
                    self._flowing.wait()
                drain.sendall(piece)
            drain.shutdown(socket.SHUT_WR)
            return
        self._reset(source)
        self._reset(drain)

    def _reset(self, end: socket.socket) -> None:
        """A shutdown first: it wakes whoever waits at this end."""
        self._ends.discard(end)
        with contextlib.suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.shutdown(socket.SHUT_RDWR)
        end.close()


class Pen:
    """What answers a prompt: forty words, each when the test lets it be written."""

    def __init__(self, prompt: str) -> None:
        self.prompt = prompt
        self.words = [f"word{number:03} " for number in range(40)]
        self.asked = 0
        """How many requests came."""
        self._may = threading.Semaphore(0)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def write(self, words: int) -> None:
        self._may.release(words)

    def finish(self) -> None:
        self.write(len(self.words))

    def script(self) -> Iterator[dict[str, Any]]:
        self.asked += 1
        for word in self.words:
            self._may.acquire()
            yield {"content": word}
        yield {"finish_reason": "stop"}


class Pens:
    """Pens by the prompt that they answer."""

    def __init__(self, pens: dict[str, Pen] | None = None) -> None:
        self._pens = pens or {}

    def pen(self, prompt: str) -> Pen:
        return self._pens.setdefault(prompt, Pen(prompt))

    def script(self, prompt: str) -> Iterator[dict[str, Any]]:
        return self.pen(prompt).script()
