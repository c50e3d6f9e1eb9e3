"""Plays a case the whole way: the other side, the client, the runner, the store; and reads back what the store has."""

from __future__ import annotations

import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import psutil

from parley import ChatRequest, OpenRouter, Runner, Store
from parley.client import OPENROUTER_URL
from parley.notebook import Run
from parley.runs import LiveRun
from parley.store import RunQuery, RunRow
from tests.conftest import KEY
from tests.faults.case import Case, Model, Nobody, Server
from tests.faults.serving import serving

PATIENCE = 30.0
MEBIBYTE = 2**20
EXPIRED = Path(__file__).with_name("expired.pem")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@dataclass(frozen=True)
class Played:
    """What became of a case: the run as the store has it, its line in the ledger, what arrived on the other side, the process."""

    run: Run
    row: RunRow
    posts: int | None
    left: bool
    grew: float

    def marks(self, what: str) -> int:
        return sum(mark.what == what for mark in self.run.timeline)


@dataclass(frozen=True)
class House:
    """A store and a runner, and the gateway that scripted models are asked at."""

    store: Store
    runner: Runner
    gateway: str

    def play(self, case: Case, *, stream: bool) -> Played:
        id = f"{case.id}-{'streamed' if stream else 'plain'}-{time.monotonic_ns()}"
        with self._other_side(case, id) as (url, posts, left), growth() as grew:
            client = OpenRouter(base_url=url, api_key=KEY, clocks=case.clocks, limits=case.limits)
            request = ChatRequest.parse(body_of(case, id, stream=stream))
            live = self.runner.start(request, client=client, run_id=id)
            press_stop(live, case.stopped_at)
            live.wait(PATIENCE)
            came, gone = posts(), case.stopped_at is not None and left()
        run = self.store.run(id)
        assert run.request == request, "the prompt is kept as it was sent"
        (row,) = (row for row in self.store.runs(RunQuery()).rows if row.id == id)
        return Played(run, row, came, gone, grew())

    @contextmanager
    def _other_side(self, case: Case, id: str) -> Iterator[tuple[str, Callable[[], int | None], Callable[[], bool]]]:
        """Its address, how many requests came there, and whether the run was left before its end."""
        match case.made:
            case Model():
                yield self.gateway, lambda: len(self._answered(id)), lambda: self._cancelled(id)
            case Nobody(url):
                yield url, lambda: None, lambda: False
            case Server(answers, way):
                host = "::1" if way == "ipv6" else "127.0.0.1"
                with serving(
                    *answers, host=host, tls=expired() if way == "expired" else None, blurting=way == "blurting"
                ) as other:
                    proxies = {"HTTPS_PROXY": other.url.removesuffix("/api/v1")} if way == "proxy" else {}
                    with environment(proxies):
                        yield (OPENROUTER_URL if proxies else other.url), lambda: len(other.requests), lambda: False

    def _answered(self, id: str) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.gateway}/posts", params={"user": id}, trust_env=False)
        data: list[dict[str, Any]] = answer.json()["data"]
        return data

    def _cancelled(self, id: str) -> bool:
        """The gateway saw the connection close; it is given a moment for that."""
        ends = time.monotonic() + 5
        while time.monotonic() < ends:
            if any(one["cancelled"] for one in self._answered(id)):
                return True
            if not any(one["generation_time"] is None for one in self._answered(id)):
                return False
            time.sleep(0.01)
        return False


@contextmanager
def furnished(folder: Path, gateway: str) -> Iterator[House]:
    with Store(f"sqlite:///{folder}/parley.db") as store:
        runner = Runner(store)
        yield House(store, runner, gateway)
        runner.close()


def body_of(case: Case, id: str, *, stream: bool) -> dict[str, Any]:
    named = case.made if isinstance(case.made, Model) else Model("a/b", "Good morning.")
    messages = [{"role": "user", "content": named.prompt}]
    return {"model": named.name, "messages": messages, "stream": stream, "user": id, **named.fields}


def press_stop(live: LiveRun, at: int | None) -> None:
    """Stops the run once it was sent and so many characters of its answer are there."""
    if at is None:
        return
    if at < 0:
        live.wait(PATIENCE)
    ends = time.monotonic() + PATIENCE
    while (live.silence is None or len(live.reply.text) < at) and live.run.live and time.monotonic() < ends:
        time.sleep(0.002)
    live.stop()


@contextmanager
def growth() -> Iterator[Callable[[], float]]:
    """By how many megabytes the process grew at most, while it was looked at."""
    process, over, seen = psutil.Process(), threading.Event(), [0]
    before = process.memory_info().rss

    def look() -> None:
        while not over.wait(0.002):
            seen.append(process.memory_info().rss)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield lambda: (max(seen) - before) / MEBIBYTE
    finally:
        over.set()
        looking.join()


@contextmanager
def environment(proxies: dict[str, str]) -> Iterator[None]:
    """No proxies but these."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in PROXIES}
    with mock.patch.dict(os.environ, {**kept, **proxies}, clear=True):
        yield


def expired() -> ssl.SSLContext:
    """A certificate for localhost that ended in 2020; nobody signed it, and nobody but this test knows it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(EXPIRED)
    return context
