"""What it takes to hand over a long session: its copy, the check, masking, a link, and each kind of file, of 100 and of 500 cells.

    python benchmarks/handing_over.py [--quick]

Each cell was answered once, and its request holds all that was said before, so that what was sent grows with the square of the
cells: the longer session has five times the cells and twenty-five times the messages. Times are processor time of this process; the
two sessions take their turns. The last line is JSON with every aim: how many times what 100 cells take 500 may take.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.side_by_side import Aim, aims_line, table
from parley import ChatRequest, Reply, Run, Session, Store
from parley.exporting import bundle, enclosed, html_page, leaving, markdown, notebook, without
from parley.notebook import Cell, Snapshot, chosen_runs, messages_for

SHORT, LONG = 100, 500
AIM = 12
"""Five times the cells: five is in step with them, twenty-five with what was sent."""
_WORDS = (
    "tide",
    "water",
    "harbour",
    "boats",
    "sand",
    "gulls",
    "noon",
    "slack",
    "low",
    "high",
    "lay",
    "over",
    "the",
    "and",
)
_PROMPT, _ANSWER = 60, 150
"""Words of each."""
Times = dict[str, list[float]]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("benchmarks/handing_over.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute: each session once")
    repetitions = 1 if parser.parse_args(arguments).quick else 3
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, Store(f"sqlite:///{folder}/parley.db") as store:
        results = measured(store, (SHORT, LONG), repetitions)
    print(report(results, repetitions))
    print(aims_line(aims(results)))
    return 0


def measured(store: Store, lengths: Sequence[int], repetitions: int) -> dict[int, Times]:
    """Every step of handing over sessions of these lengths, in turns."""
    for length in lengths:
        write_session(store, str(length), length)
    results: dict[int, Times] = {length: {} for length in lengths}
    for _ in range(repetitions):
        for length in lengths:
            for step, seconds in handed_over(store, str(length)):
                results[length].setdefault(step, []).append(seconds)
            print(f"{length} cells", file=sys.stderr)
    return results


def handed_over(store: Store, session_id: str) -> Iterator[tuple[str, float]]:
    """Each step with its seconds, in the order in which a person takes them."""
    held: list[Any] = []

    def step(name: str, work: Callable[[], Any]) -> tuple[str, float]:
        gc.collect()
        begun = time.process_time()
        held[:] = [work()]
        return name, time.process_time() - begun

    yield step("copy", lambda: store.snapshot(session_id))
    whole: Snapshot = held[0]
    yield step("check", lambda: leaving(whole))
    found = {one.id: one.advice for one in held[0]}
    yield step("mask", lambda: without(whole, found))
    leaves: Snapshot = held[0]
    yield step("link", lambda: store.share(leaves, keys=["a key that is nowhere"]))
    token: str = held[0][0]
    yield step("read behind a link", lambda: store.shared(token))
    yield step("bundle", lambda: bundle(leaves))
    yield step("HTML page", lambda: html_page(leaves, embed=enclosed(leaves)))
    yield step("Markdown", lambda: markdown(leaves))
    yield step("Jupyter notebook", lambda: notebook(leaves))


def write_session(store: Store, session_id: str, length: int) -> None:
    """A session of so many answered prompts, each with an address that the check finds and masks."""
    chance, begun = random.Random(length), datetime(2026, 11, 1, tzinfo=UTC)
    session, replies = Session(id=session_id, title=f"{length} cells"), dict[str, Run]()
    for number in range(length):
        said = f"{text(chance, _PROMPT)} Write to guest-{number}@example.org."
        cell = Cell(id=f"{session_id}-{number}", message={"role": "user", "content": said})
        session = session.model_copy(update={"cells": (*session.cells, cell)})
        request = ChatRequest.parse({"model": "scripted/text", "messages": messages_for(session, cell.id, replies)})
        replies[cell.id] = Run(
            id=f"run-{cell.id}",
            session_id=session_id,
            cell_id=cell.id,
            request=request,
            reply=Reply(text=text(chance, _ANSWER)),
            outcome="complete",
            created=begun + timedelta(minutes=number),
        )
    store.save(session)
    assert chosen_runs(session, {cell: (run,) for cell, run in replies.items()}) == replies
    for run in replies.values():
        store.finish(run, list(_events(run.reply.text)))


def _events(answer: str) -> Iterator[tuple[float, str]]:
    for number, word in enumerate(answer.split()):
        delta = {"choices": [{"index": 0, "delta": {"content": f"{word} "}}]}
        yield 20.0 * number, json.dumps(delta)


def text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(words))


def aims(results: Mapping[int, Times]) -> Iterator[Aim]:
    """Each step of the longer session, as a multiple of the shorter one's."""
    short, long = (results[length] for length in sorted(results))
    for step in short:
        ratio = statistics.median(long[step]) / max(statistics.median(short[step]), 1e-6)
        yield Aim(f"{step}: {LONG} cells, of {SHORT}", ratio, AIM)


def report(results: Mapping[int, Times], repetitions: int) -> str:
    """The table for README."""
    short, long = (results[length] for length in sorted(results))
    rows = [
        (step, *(f"{statistics.median(one[step]):.2f}" for one in (short, long)), f"{aim.value:.1f}×")
        for step, aim in zip(short, aims(results), strict=True)
    ]
    head = ("step", f"{SHORT} cells, s", f"{LONG} cells, s", "ratio")
    return f"medians of {repetitions}, processor time\n\n{table(head, rows)}\n"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
