"""The event stream of a real server: a run that was started on a page, followed by a plain HTTP client that is cut off again and again."""

from __future__ import annotations

import asyncio
import json
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks.chats import answer_of, written_session
from benchmarks.visitor import visiting
from tests.test_frame import LONG, Server, served

ALICE = {"Cookie": f"parley_owner={'a' * 43}"}
TOKENS = 600


@pytest.fixture
def server(gateway: str, tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, OPENROUTER_BASE_URL=gateway, OPENROUTER_API_KEY="unused") as running:
        yield running


async def sent(server: Server, prompt: str) -> None:
    """A prompt, sent on a page that is closed at once."""
    session = written_session(f"sqlite:///{(server.home / 'parley').as_posix()}/parley.db", 0)
    async with visiting(server.url, "a" * 43, f"c={session}", lambda _: None) as tab:
        await tab.say(prompt)
        await tab.drawn(1)


class Reader:
    """Reads so many bytes of the stream, hangs up, and comes back with the last id."""

    def __init__(self, server: Server, chance: random.Random) -> None:
        self.server, self.chance, self.last_id, self.text, self.kinds = server, chance, "", "", []

    def read(self) -> None:
        told = {**ALICE, **({"Last-Event-ID": self.last_id} if self.last_id else {})}
        left = self.chance.randint(200, 3_000)
        with httpx.stream("GET", f"{self.server.url}/runs/events", headers=told, timeout=LONG, trust_env=False) as got:
            assert got.headers["content-type"].startswith("text/event-stream")
            assert got.headers["content-security-policy"]
            block = b""
            for piece in got.iter_raw():
                block, left = block + piece, left - len(piece)
                *events, block = block.split(b"\n\n")
                for event in events:
                    self.take(event.decode())
                if left < 0 or "ended" in self.kinds:
                    return

    def take(self, event: str) -> None:
        lines = dict(line.split(": ", 1) for line in event.split("\n"))
        if "data" in lines:
            data, self.last_id = json.loads(lines["data"]), lines["id"]
            self.kinds.append(lines["event"])
            if lines["event"] == "text":
                assert data["at"] == len(self.text), "a gap or a repeat"
                self.text += data["text"]


@pytest.mark.parametrize("seed", range(2))
def test_cut_at_random_places_the_answer_is_whole_and_nothing_twice(server: Server, seed: int) -> None:
    asyncio.run(sent(server, f"{TOKENS} tokens at 400/s"))
    reader = Reader(server, random.Random(seed))
    while "ended" not in reader.kinds:
        reader.read()
    assert reader.text == answer_of(TOKENS)
    assert (reader.kinds.count("begun"), reader.kinds.count("ended")) == (1, 1)


def test_who_has_no_cookie_or_comes_from_another_site_hears_nothing(server: Server) -> None:
    where = f"{server.url}/runs/events"
    with httpx.Client(timeout=LONG, trust_env=False) as client:
        assert client.get(where).status_code == 404
        assert client.get(where, headers={**ALICE, "Origin": "http://evil.example"}).status_code == 403
        assert client.get(where, headers={**ALICE, "Host": "evil.example"}).status_code == 400
        assert client.get(f"{where}?run=none", headers=ALICE).status_code == 404
        assert client.head(where, headers=ALICE).headers["cache-control"] == "no-store"


def test_a_server_that_is_told_to_end_ends_its_streams_in_order(server: Server) -> None:
    with httpx.stream("GET", f"{server.url}/runs/events", headers=ALICE, timeout=LONG, trust_env=False) as got:
        lines = got.iter_lines()
        assert next(lines) == "retry: 1000"
        server.process.send_signal(signal.SIGTERM)
        assert [line for line in lines if line] == []
    server.process.wait(timeout=LONG)
    assert not list((server.home / "parley").glob("*-wal")), "the store was not closed"
