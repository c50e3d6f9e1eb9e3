"""How many people one Parley process serves at once: 1, 10, 25 and 50 tabs, each with an answer at 50 words a second, beside a standard chat.

    python benchmarks/load.py [--quick]

Tabs are websockets that speak Streamlit's protocol as its page does, each with an owner cookie of its own: they open the notebook,
send a prompt through the chat input and look again whenever the server asked for it. They stand in one process of their own that
does no more with a message than to find the last word in it, and the upstream is a bare loop, because both share the cores with the
server: what the server used is taken from its own process's clocks. The tutorial's chat is asked in the same way in the same run.

Pace is the share of the upstream's pace until the last word reached the tab, as a mean of all tabs; 1 is as fast as it was said.
Memory is what the server's process grew by, per tab: with the page open and nothing going on, and after every tab had its answer.
The last line is JSON with every aim.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.chats import Chat, parley_chat, tutorial_chat
from benchmarks.crowd import Answer
from benchmarks.processes import memory, server_at, spent
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

RATE = 50
PACES = {25: 0.99, 50: 0.95}
"""Tabs: the least share of the upstream's pace."""
IDLE_MEMORY = 1.0
"""Megabytes that an open page may cost."""
APART = 0.2
"""Seconds between two prompts: people do not press Enter in the same instant."""
REST = 1.0
"""Seconds after which a server that was busy has come to rest."""
OURS, THEIRS = "Parley", "tutorial"


@dataclass(frozen=True)
class Load:
    """What was seen of one crowd."""

    pace: float
    worst: float
    """The slowest tab's pace."""
    first: float
    """Seconds to the first word."""
    late: float
    """Seconds by which a word came too late, the median of each tab's."""
    cpu: float
    """Milliseconds of processor time per tab and second."""
    idle: float
    """Megabytes per open tab."""
    streaming: float
    """Megabytes per tab that had its answer."""


Results = dict[tuple[str, int], list[Load]]
ChatServer = Callable[[str, Path], AbstractContextManager[Chat]]


def main(arguments: Sequence[str] | None = None) -> int:
    options = parsed(arguments)
    end_in_order_when_told()
    command = [sys.executable, "-m", "benchmarks.paced_upstream"]
    results: Results = {}
    with web_server(command, folder=HOUSE, environment=plain_environment()) as upstream:
        for repetition in range(options.repetitions):
            for tabs in options.tabs:
                chats: list[ChatServer] = [parley_chat, tutorial_chat]
                for chat in chats if repetition % 2 == 0 else reversed(chats):
                    name, load = measured(chat, upstream, tabs, options.words)
                    print(f"{tabs} tabs, {name}: {load}", file=sys.stderr)
                    results.setdefault((name, tabs), []).append(load)
    typical = {key: median(loads) for key, loads in results.items()}
    print(report(typical, options.repetitions, options.words, circumstances()))
    print(aims_line(aims(typical)))
    return 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("benchmarks/load.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute: 1 and 25 tabs, short answers, once")
    parser.add_argument("--repetitions", type=int, help="how often each is measured; 1 when quick, else 3")
    parser.add_argument("--tabs", type=int, action="append", help="so many tabs, instead of 1, 10, 25 and 50")
    parser.add_argument("--words", type=int, help="length of an answer; 250 when quick, else 600")
    options = parser.parse_args(arguments)
    options.repetitions = options.repetitions or (1 if options.quick else 3)
    options.tabs = options.tabs or ([1, 25] if options.quick else [1, 10, 25, 50])
    options.words = options.words or (250 if options.quick else 600)
    return options


def measured(served: ChatServer, upstream: str, tabs: int, words: int) -> tuple[str, Load]:
    """One crowd in front of a server that was started for it, and warmed up by one visitor."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch, served(upstream, Path(scratch)) as chat:
        server = server_at(chat.fresh(0).partition("/?")[0])
        pages = [chat.fresh(0) for _ in range(tabs)]
        with crowd([chat.fresh(0)], RATE, RATE) as warming:
            warming.answers()
        time.sleep(REST)
        before = memory(server)
        with crowd(pages, words, RATE) as present:
            time.sleep(REST)
            idle, began = memory(server), spent(server)
            answers = present.answers()
            used, after = spent(server) - began, memory(server)
    return chat.name, Load(
        pace=statistics.mean(one.pace for one in answers),
        worst=min(one.pace for one in answers),
        first=statistics.median(one.first for one in answers),
        late=statistics.median(one.late for one in answers),
        cpu=1000 * used / sum(one.lasted for one in answers),
        idle=(idle - before) / tabs,
        streaming=(after - before) / tabs,
    )


@dataclass(frozen=True)
class Crowd:
    """Tabs that are open and wait for the word."""

    process: subprocess.Popen[str]

    def answers(self) -> list[Answer]:
        """Let every tab ask, and give what each saw."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return [Answer(**one) for one in json.loads(self.process.stdout.readline())]


@contextmanager
def crowd(pages: Sequence[str], words: int, rate: float) -> Iterator[Crowd]:
    """So many tabs, open when the block begins."""
    address, _, _ = pages[0].partition("/?")
    queries = [page.partition("?")[2] for page in pages]
    task = {"address": address, "queries": queries, "words": words, "rate": rate, "spread": APART * len(pages)}
    command = [sys.executable, "-m", "benchmarks.crowd"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=HOUSE, env=plain_environment(), **pipes) as process:  # type: ignore[call-overload]
        try:
            process.stdin.write(json.dumps(task) + "\n")
            process.stdin.flush()
            if process.stdout.readline() != "open\n":
                raise SystemExit("The tabs did not open.")
            yield Crowd(process)
            process.stdin.close()
            process.wait(10)
        finally:
            process.kill()


def median(loads: Sequence[Load]) -> Load:
    return Load(*(statistics.median(column) for column in zip(*map(astuple, loads), strict=True)))


def aims(typical: dict[tuple[str, int], Load]) -> Iterator[Aim]:
    """The promises that can be judged by what was measured."""
    ours = {tabs: load for (name, tabs), load in typical.items() if name == OURS}
    for tabs, pace in PACES.items():
        if tabs in ours:
            yield Aim(f"{tabs} tabs: share of the upstream's pace", ours[tabs].pace, pace, at_least=True)
    if ours:
        yield Aim("an idle tab, MB", ours[max(ours)].idle, IDLE_MEMORY)


def report(typical: dict[tuple[str, int], Load], repetitions: int, words: int, circumstances: str) -> str:
    """The table for README."""
    head = (
        "tabs",
        "chat",
        "pace",
        "slowest tab",
        "first word s",
        "a word late ms",
        "CPU ms per tab and second",
        "MB per idle tab",
        "MB per tab after its answer",
    )
    rows = [
        (
            str(tabs),
            name,
            f"{load.pace:.1%}",
            f"{load.worst:.1%}",
            f"{load.first:.2f}",
            f"{1000 * load.late:.0f}",
            f"{load.cpu:.0f}",
            f"{load.idle:.2f}",
            f"{load.streaming:.2f}",
        )
        for (name, tabs), load in sorted(typical.items(), key=lambda one: one[0][1])
    ]
    told = f"{circumstances}; {words} words at {RATE}/s, medians of {repetitions}"
    return f"{told}\n\n{table(head, rows)}\n"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
