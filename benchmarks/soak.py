"""Whether a Parley process stays as it is: 500 runs, one after another, through client, runner, store and page.

    python benchmarks/soak.py [--quick]

A tab opens a session, asks so often, and is closed; then the next one comes. All the while a plain HTTP client follows the runs by their
event stream. After a warm-up the process's memory, threads and open files are noted, and once more when the last tab is closed: what
grew is held against the aims. Streamlit is told to keep the session of a closed tab for a second in place of its two minutes, in
which each holds three files. Runs that end stay at hand for ten minutes, so of a quick soak all are still in memory. The last
line is JSON with every aim.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
import psutil

from benchmarks.chats import parley_chat
from benchmarks.processes import memory, open_files, server_at
from benchmarks.side_by_side import (
    HOUSE,
    Aim,
    aims_line,
    circumstances,
    end_in_order_when_told,
    plain_environment,
    table,
    web_server,
)
from benchmarks.visitor import visiting

PROMPT = "200 words at 2000/s"
IN_A_TAB = 10
"""Runs before a tab is closed and the next one comes."""
REST = 3.0
"""Seconds after which the process has let go of what it lets go."""
MEMORY, OTHERS = 30.0, 2
"""What may be more in the end than after the warm-up: megabytes; threads, and open files."""


@dataclass(frozen=True)
class Held:
    """What a process holds at a moment."""

    memory: float
    """Megabytes."""
    threads: int
    files: int

    @classmethod
    def by(cls, process: psutil.Process) -> Held:
        return cls(memory(process), process.num_threads(), open_files(process))


@dataclass(frozen=True)
class Soaked:
    """What was seen of a soak."""

    runs: int
    heard: int
    """Runs whose end, with all of their text, came by the event stream."""
    seconds: float
    before: Held
    after: Held


def main(arguments: Sequence[str] | None = None) -> int:
    options = parsed(arguments)
    end_in_order_when_told()
    command = [sys.executable, "-m", "benchmarks.paced_upstream"]
    with (
        tempfile.TemporaryDirectory(prefix="benchmark-") as scratch,
        web_server(command, folder=HOUSE, environment=plain_environment()) as upstream,
        parley_chat(upstream, Path(scratch), STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="1") as chat,
    ):
        soaked = asyncio.run(soak(lambda: chat.fresh(0), options.runs, options.warm_up))
    print(report(soaked, circumstances()))
    print(aims_line(aims(soaked)))
    return 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("benchmarks/soak.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute: 60 runs")
    parser.add_argument("--runs", type=int, help="how many runs; 60 when quick, else 500")
    parser.add_argument("--warm-up", type=int, help="how many runs before it; 20 when quick, else 100")
    options = parser.parse_args(arguments)
    options.runs = options.runs or (60 if options.quick else 500)
    options.warm_up = options.warm_up or (20 if options.quick else 100)
    return options


async def soak(page: Callable[[], str], runs: int, warm_up: int) -> Soaked:
    """Run after run, in one tab after another."""
    address = page().partition("/?")[0]
    server = server_at(address)
    async with following(address) as ended:
        await asked(page, warm_up)
        before, began = await at_rest(page, server), time.monotonic()
        await asked(page, runs)
        seconds, heard = time.monotonic() - began, len(ended) - warm_up - 1
        return Soaked(runs, heard, seconds, before, await at_rest(page, server))


async def at_rest(page: Callable[[], str], server: psutil.Process) -> Held:
    """What is held when all is quiet; the tab that comes and goes makes Streamlit sweep up the sessions of those before it."""
    await asyncio.sleep(REST)
    await asked(page, 1)
    await asyncio.sleep(REST)
    return Held.by(server)


async def asked(page: Callable[[], str], runs: int) -> None:
    for start in range(0, runs, IN_A_TAB):
        address, _, query = page().partition("/?")
        async with visiting(address, secrets.token_urlsafe(32), query, lambda _: None) as visitor:
            for number in range(start, min(start + IN_A_TAB, runs)):
                await visitor.answered(f"Question {number}: {PROMPT}")


@asynccontextmanager
async def following(address: str) -> AsyncIterator[set[str]]:
    """The ids of the runs that ended, as the event stream tells them while the block lasts."""
    ended: set[str] = set()

    async def listen() -> None:
        cookie = {"Cookie": f"parley_owner={secrets.token_urlsafe(32)}"}
        async with (
            httpx.AsyncClient(timeout=None, trust_env=False) as client,
            client.stream("GET", f"{address}/runs/events", headers=cookie) as answer,
        ):
            told: dict[str, int] = {}
            async for line in answer.aiter_lines():
                if not line.startswith("data: "):
                    continue
                event = json.loads(line.removeprefix("data: "))
                told[event["run"]] = told.get(event["run"], 0) + len(event.get("text", ""))
                if "length" in event and event["length"]["text"] == told.pop(event["run"]):
                    ended.add(event["run"])

    listening = asyncio.create_task(listen())
    try:
        yield ended
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening


def aims(soaked: Soaked) -> Iterator[Aim]:
    before, after = soaked.before, soaked.after
    yield Aim("memory grown, MB", after.memory - before.memory, MEMORY)
    yield Aim("threads more", after.threads - before.threads, OTHERS)
    yield Aim("open files and sockets more", after.files - before.files, OTHERS)
    yield Aim("runs heard to their end", soaked.heard, soaked.runs, at_least=True)


def report(soaked: Soaked, circumstances: str) -> str:
    """The table for README."""
    rows = [
        (when, f"{held.memory:.0f}", str(held.threads), str(held.files))
        for when, held in (("after the warm-up", soaked.before), (f"{soaked.runs} runs later", soaked.after))
    ]
    head = ("", "memory MB", "threads", "open files and sockets")
    told = f"{circumstances}; {soaked.runs} runs in {soaked.seconds:.0f} s, {soaked.heard} heard to their end by the event stream"
    return f"{told}\n\n{table(head, rows)}\n"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
