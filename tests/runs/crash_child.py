"""A process that works on several runs at once and writes down what it has, until it is killed."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from parley import ChatRequest, OpenRouter, Runner, Store
from parley.reply import StreamEvent, TextDelta
from parley.runs import LiveRun


class Asked(NamedTuple):
    tokens: int
    rate: int


ASKED = {"short": Asked(100, 200), "even": Asked(400, 50), "long": Asked(4000, 400), "waiting": Asked(400, 200)}


def prompt_of(name: str) -> str:
    """Twelve kilobytes, so that a prompt cut short would show."""
    late = " after 1 s" if name == "waiting" else ""
    return f"{'All of this is to be kept. ' * 450}{ASKED[name].tokens} tokens at {ASKED[name].rate}/s{late}"


class Telling:
    """A client that tells of every piece before it hands it on."""

    def __init__(self, client: OpenRouter, log: Log) -> None:
        self._client, self._log = client, log

    @asynccontextmanager
    async def stream(self, request: ChatRequest, tap: LiveRun) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        async with self._client.stream(request, tap=tap) as events:
            yield self._told(events, tap.id)

    async def _told(self, events: AsyncIterator[StreamEvent], run_id: str) -> AsyncIterator[StreamEvent]:
        received = 0
        async for event in events:
            if isinstance(event, TextDelta):
                received += len(event.text.encode())
                self._log.tell("received", run_id, received)
            yield event


class Log:
    """One line a fact, in the file at once: what was told before a kill is there."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115

    def tell(self, what: str, run_id: str, how: Any) -> None:
        fact = {"at": time.monotonic(), "what": what, "run": run_id, "how": how}
        self._file.write(json.dumps(fact).encode() + b"\n")


def work(url: str, gateway: str, path: str) -> None:
    log = Log(path)
    runner = Runner(Store(url))
    client = Telling(OpenRouter(base_url=gateway), log)
    for name in ASKED:
        said = [{"role": "user", "content": prompt_of(name)}]
        live = runner.start(ChatRequest(model="scripted/text", messages=said, stream=True), client=client)
        log.tell("begun", live.id, name)
        threading.Thread(target=lambda live=live: log.tell("ended", live.id, live.wait().outcome)).start()
        if name == "short":
            sys.stdout.write("up\n")
            sys.stdout.flush()


if __name__ == "__main__":
    work(*sys.argv[1:])
    threading.Event().wait()
