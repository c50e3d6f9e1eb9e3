"""Many tabs in one process of their own: `python -m benchmarks.crowd`, told what to do in lines of JSON on its standard input.

The first line says which tabs to open; when all are drawn it answers "open". At the line "go" each asks its question, one after
another within `spread` seconds, and when all are answered it says in one line of JSON what each tab saw. It leaves at the end of its input.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import statistics
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.visitor import Visitor, visiting

SLACK = 60.0
"""Seconds that an answer may come too late before it counts as one that does not come."""
_START, _WORD = re.compile(r"^s(\d{4,})\b"), re.compile(r"w(\d+)\s*$")


@dataclass
class Watch:
    """What one tab sees of one answer."""

    words: int
    rate: float
    asked: float = 0.0
    start: float = 0.0
    """When the upstream began, by its own word."""
    first: float = 0.0
    last: float = 0.0
    reached: int = 0
    late: list[float] = field(default_factory=list)
    whole: asyncio.Event = field(default_factory=asyncio.Event)

    def see(self, text: str) -> None:
        """Take one Markdown text that came to the tab."""
        if not self.asked:
            return
        now = time.monotonic()
        if found := _START.match(text):
            self.start = int(found[1]) / 1000
            self.first = self.first or now
        if self.start and (found := _WORD.search(text[-24:])) and int(found[1]) > self.reached:
            self.reached, self.last = int(found[1]), now
            self.late.append(now - self.start - self.reached / self.rate)
            if self.reached == self.words:
                self.whole.set()

    def told(self) -> dict[str, float]:
        """Seconds to the first word, share of the upstream's pace to the last one, seconds that the words were late."""
        ended = self.last if self.whole.is_set() else time.monotonic()
        return asdict(
            Answer(
                first=(self.first or ended) - self.asked,
                pace=self.words / self.rate / (ended - self.start) if self.start else 0.0,
                late=statistics.median(self.late) if self.late else ended - self.asked,
                lasted=ended - self.asked,
                missing=self.words - self.reached,
            )
        )


@dataclass(frozen=True)
class Answer:
    """What one tab saw: seconds, a share, words."""

    first: float
    pace: float
    late: float
    lasted: float
    missing: int


async def asked(visitor: Visitor, watch: Watch, after: float) -> None:
    await asyncio.sleep(after)
    watch.asked = time.monotonic()
    await visitor.say(f"{watch.words} words at {watch.rate:.0f}/s")
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(watch.whole.wait(), watch.words / watch.rate + SLACK)


async def crowd(task: dict[str, Any], lines: asyncio.StreamReader) -> None:
    watches = [Watch(task["words"], task["rate"]) for _ in task["queries"]]
    async with AsyncExitStack() as stack:
        visitors = []
        for query, watch in zip(task["queries"], watches, strict=True):
            tab = visiting(task["address"], secrets.token_urlsafe(32), query, watch.see)
            visitors.append(await stack.enter_async_context(tab))
        print("open", flush=True)
        if not await lines.readline():
            return
        step = task["spread"] / len(visitors)
        pairs = zip(visitors, watches, strict=True)
        await asyncio.gather(*(asked(*pair, place * step) for place, pair in enumerate(pairs)))
        print(json.dumps([watch.told() for watch in watches]), flush=True)
        await lines.readline()


async def main() -> None:
    lines = asyncio.StreamReader(limit=1 << 22)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    await crowd(json.loads(await lines.readline()), lines)


if __name__ == "__main__":
    asyncio.run(main())
