"""What a rerun of the notebook costs in a session of 10, 30, 100, 300 and 1,000 cells, every one of which was answered.

    python benchmarks/notebook.py [--quick]

Into one number field of the sidebar another number is typed, again and again, beside sessions that differ in nothing but their
length: prompts and answers of 1 KB each, as Parley itself keeps them. Server time is the processor time of the server's process for
one rerun, with all that the page reads and counts: the session's runs in the store, what is stale, what will be sent. Bytes are those
of the page's websocket, as they travel. The sessions are measured in turns, because a machine has its moods. The last line is JSON
with every aim.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser

from benchmarks.panel import TYPED, Cost, Panel, median, typed
from benchmarks.processes import port_of, server_at
from benchmarks.relay import Relay
from benchmarks.side_by_side import (
    HOUSE,
    Aim,
    aims_line,
    chromium,
    circumstances,
    end_in_order_when_told,
    plain_environment,
    scripted_upstream,
    table,
    web_server,
)
from parley import ChatRequest, Reply, Run, Session, Store
from parley.notebook import Timings, edits, messages_for
from parley.reply import Usage

AIM = 1.3
LENGTHS = (10, 30, 100, 300, 1_000)
USUAL, LONGEST = 30, 1_000
SIZE = 1_024
"""Characters of a prompt, and of an answer."""
WORDS = "The tide keeps two clocks, one for the water and one for the boats; neither is ever wrong. "

Results = dict[int, list[Cost]]


def main(arguments: Sequence[str] | None = None) -> int:
    options = parsed(arguments)
    end_in_order_when_told()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        upstream = stack.enter_context(scripted_upstream())
        notebook = stack.enter_context(parley_notebook(upstream, scratch))
        browser = stack.enter_context(chromium())
        results = measured(browser, notebook, options.repetitions, options.reruns)
        print(report(results, options.repetitions * options.reruns, circumstances(browser)))
    print(aims_line(aims(results)))
    return 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("benchmarks/notebook.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under two minutes: fewer reruns, each session once")
    options = parser.parse_args(arguments)
    options.repetitions, options.reruns = (1, 8) if options.quick else (3, 20)
    return options


@contextmanager
def parley_notebook(upstream: str, scratch: Path) -> Iterator[Panel]:
    """Parley as README starts it, with a session of each length."""
    home, relay = scratch / "home", Relay()
    environment = plain_environment(
        PARLEY_HOME=str(home),
        PARLEY_ALLOWED_HOSTS=relay.host,
        OPENROUTER_BASE_URL=upstream,
        OPENROUTER_API_KEY="unused",
    )
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", "--server.port"]
    with web_server(command, folder=HOUSE, environment=environment) as url, relay.before(port_of(url)) as address:
        with Store(f"sqlite:///{home.as_posix()}/parley.db") as store:
            addresses = {str(length): f"{address}/?c={session_of(store, length)}" for length in LENGTHS}
        yield Panel("Parley", server_at(url), addresses, f".st-key-field-{TYPED}", relay)


def session_of(store: Store, length: int) -> str:
    """A session of so many answered prompts; gives its id."""
    session, settings = Session(id=uuid.uuid4().hex, title=f"{length} cells"), ChatRequest(model="scripted/text")
    replies: dict[str, Run] = {}
    for number in range(length):
        cell_id = f"{session.id}-{number}"
        session = edits.add_prompt(session, {"role": "user", "content": text(number)}, cell_id)
        replies[cell_id] = answered(session, cell_id, settings, replies)
    session = store.save(session.model_copy(update={"settings": settings}))
    for run in replies.values():
        store.begin(run.model_copy(update={"outcome": "queued"}))
        store.finish(run)
    return session.id


def answered(session: Session, cell_id: str, settings: ChatRequest, replies: dict[str, Run]) -> Run:
    body = {**settings.payload(), "messages": messages_for(session, cell_id, replies), "stream": True}
    return Run(
        id=uuid.uuid4().hex,
        session_id=session.id,
        cell_id=cell_id,
        request=ChatRequest.parse(body),
        reply=Reply(
            text=text(-1 - len(replies)), finish_reason="stop", usage=Usage(prompt_tokens=9, completion_tokens=200)
        ),
        outcome="complete",
        connection="OpenRouter",
        created=datetime.now(UTC),
        timings=Timings(first_token_ms=200, total_ms=2_000),
    )


def text(number: int) -> str:
    """Words that no other cell has, so that none is stored for another."""
    return f"Number {number}. {WORDS * (SIZE // len(WORDS))}"


def measured(browser: Browser, notebook: Panel, repetitions: int, reruns: int) -> Results:
    """Every session in turns, each time in a fresh tab."""
    results: Results = {length: [] for length in LENGTHS}
    for repetition in range(repetitions):
        for length in LENGTHS if repetition % 2 == 0 else reversed(LENGTHS):
            costs = typed(browser, notebook, str(length), reruns)
            print(f"{length} cells: {median(costs)}", file=sys.stderr)
            results[length] += costs
    return results


def aims(results: Results) -> Iterator[Aim]:
    """Time and bytes of the longest session, as a multiple of the usual one's."""
    longest, usual = median(results[LONGEST]), median(results[USUAL])
    yield Aim(f"server time at {LONGEST:,} cells, of that at {USUAL}", longest.time / usual.time, AIM)
    yield Aim(f"websocket bytes at {LONGEST:,} cells, of those at {USUAL}", longest.bytes / usual.bytes, AIM)


def report(results: Results, reruns: int, circumstances: str) -> str:
    """The table for README."""
    costs = {length: median(of_one) for length, of_one in results.items()}
    rows = [
        (f"{length:,}", f"{one.time:.0f}", f"{one.bytes / 1000:.1f}", f"{one.held / 1000:.1f}")
        for length, one in costs.items()
    ]
    head = ("cells", "server ms", "KB on the wire", "KB in messages")
    return f"{circumstances}; medians of {reruns} reruns\n\n{table(head, rows)}\n"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
