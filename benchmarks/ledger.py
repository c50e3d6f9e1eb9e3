"""What the ledger costs with 1,000,000 runs beside one with 10,000: pages, search, totals, percentiles, and keeping a run.

    python benchmarks/ledger.py [--quick] [--keep FOLDER]

Both are SQLite files of runs in realistic sizes (`benchmarks/grown_ledger.py`), asked through the store, as the page asks it, in
turns. A figure is the median of its repetitions, warm: what is read is in the machine's memory, as it is for whoever uses a
ledger. A run is kept in three writes, each on the disk before it counts: before it is sent, while its answer comes, and at its
end. The page itself is reloaded in a real browser, beside one with 1,000 runs. To make a million runs takes minutes and some
gigabytes; --keep leaves them in a folder for the next time.
The last line is JSON with every aim.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.grown_ledger import COMMON, NEWEST, RARE, grow
from benchmarks.ledger_page import RATIO, painted
from benchmarks.side_by_side import Aim, aims_line, circumstances, end_in_order_when_told, table
from parley import ChatRequest, Reply, Run, Store
from parley.notebook import Timings
from parley.reply import Usage
from parley.store import RunQuery

SMALL, FEW, MANY, QUICK = 1_000, 10_000, 1_000_000, 100_000
PAGE, SEARCH, TOTALS, PERCENTILES = 50, 100, 300, 500
"""Milliseconds that each may take of a million runs."""
TIMES = 3.0
"""How much longer than of ten thousand."""
_ORDERS = {
    "sequence": "newest",
    "created": "time",
    "cost": "cost",
    "model": "model",
    "outcome": "outcome",
    "first_token_ms": "first token",
    "total_ms": "total time",
}
_NOW = NEWEST + timedelta(days=1)
_WORDS = f"Here is what the {COMMON} does, in a sentence or two. " * 16


class Task(NamedTuple):
    """One thing to be measured."""

    name: str
    do: Callable[[Store], object]
    aim: float | None = None
    """Milliseconds; None where there is no aim."""
    compared: bool = False
    """Whether it may not take much longer than of ten thousand."""


Results = dict[str, dict[int, float]]
"""Milliseconds by task and size."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = parsed(arguments)
    end_in_order_when_told()
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        files = {size: grown(folder, size) for size in options.sizes}
        stores = {size: stack.enter_context(Store(f"sqlite:///{path.as_posix()}")) for size, path in files.items()}
        results = measured(stores, options.repetitions)
        for store in stores.values():
            tidied(store)
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        shown = {size: files.get(size) or grown(folder, size) for size in (SMALL, options.sizes[-1])}
        times = painted(shown, scratch, options.repetitions)
        print(report(results, {size: store.size() for size, store in stores.items()}, options.repetitions))
        print(page_report(times))
    print(aims_line([*aims(results), page_aim(times)]))
    return 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("benchmarks/ledger.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help=f"under a minute: {QUICK:,} runs are the many")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the ledgers here, and use those that are")
    options = parser.parse_args(arguments)
    options.sizes, options.repetitions = ((FEW, QUICK), 5) if options.quick else ((FEW, MANY), 15)
    return options


def grown(folder: Path, size: int) -> Path:
    """The ledger of this size, made where it is not there; under another name until it is whole."""
    path = folder / f"ledger-{size}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="growing-", dir=folder) as scratch:
            grow(Path(scratch, path.name), size)
            Path(scratch, path.name).rename(path)
    return path


def measured(stores: dict[int, Store], repetitions: int) -> Results:
    """Every task once to warm up, then in turns: few, many, few, many."""
    results: Results = {}
    for task in tasks():
        for store in stores.values():
            task.do(store)
        taken: dict[int, list[float]] = {size: [] for size in stores}
        for _ in range(repetitions):
            for size, store in stores.items():
                begun = time.perf_counter()
                task.do(store)
                taken[size].append((time.perf_counter() - begun) * 1000)
        results[task.name] = {size: statistics.median(times) for size, times in taken.items()}
        print(f"{task.name}: {results[task.name]}", file=sys.stderr)
    return results


def tasks() -> Iterator[Task]:
    """Local runs have no provider and failed ones neither: of these two pages one is empty, the other at the far end."""
    for sort, said in _ORDERS.items():
        yield Task(f"first page by {said}", _page(sort=sort), PAGE, compared=True)
    yield Task("page from the middle, by cost", _FromTheMiddle(), PAGE, compared=True)
    yield Task("page of one model", _page(model=_model()), PAGE)
    yield Task("page of what one provider failed at", _page(provider="Groq", outcome=("stopped", "truncated")), PAGE)
    yield Task("page of costs above a cent, slowest first", _page(cost=("0.01", None), sort="total_ms"), PAGE)
    yield Task("page of a week a year ago", _page(**_a_week(days=365)), PAGE)
    yield Task("page of what never meets, by cost", _page(provider="Groq", connection="local", sort="cost"))
    yield Task("page of what stands last in its order", _page(outcome="failed", sort="provider"))
    for name, asked in _SEARCHES.items():
        yield Task(f"search for {name}", _page(search=asked), SEARCH, compared=True)
    yield Task("search for a common word, dearest first", _page(search=COMMON, sort="cost"), SEARCH)
    yield Task("search for a word in one model's answers", _page(search=f"answer:{COMMON}", model=_model()), SEARCH)
    yield Task("what a day has cost, for its cap", lambda store: store.spent(since=NEWEST - timedelta(days=1)), PAGE)
    yield Task("totals of everything", lambda store: store.totals(), TOTALS)
    yield Task("percentiles of everything", lambda store: store.percentiles(), PERCENTILES)
    yield Task("totals of one model", lambda store: store.totals(RunQuery(model=_model())))
    yield Task("percentiles of one model", lambda store: store.percentiles(RunQuery(model=_model())))
    yield Task("totals of a common word", lambda store: store.totals(RunQuery(search=COMMON)))
    yield Task("cost and count by day and model", lambda store: store.series())
    yield Task("percentiles by model", lambda store: store.percentiles_by("model"))
    yield Task("keep a run: begun, journaled, ended", _kept)


_SEARCHES = {
    "a rare word": RARE,
    "a common word": COMMON,
    "two words": f"{COMMON} {RARE}",
    "a phrase": f'"case {FEW // 2}"',
    "the beginning of a word": f"{RARE[:4]}*",
}


def _page(**asked: object) -> Callable[[Store], object]:
    query = RunQuery.model_validate({**asked, "totals": False})
    return lambda store: store.runs(query)


def _model() -> str:
    return "vendor-3/model-3"


def _a_week(days: int) -> dict[str, object]:
    return {"since": NEWEST - timedelta(days=days + 7), "until": NEWEST - timedelta(days=days)}


class _FromTheMiddle:
    """The page after the run of about the median cost."""

    def __init__(self) -> None:
        self._queries: dict[int, RunQuery] = {}

    def __call__(self, store: Store) -> None:
        if id(store) not in self._queries:
            below = RunQuery(sort="cost", cost=(None, Decimal("0.001")), limit=1, totals=False)
            after = store.runs(below).next
            self._queries[id(store)] = RunQuery(sort="cost", after=after, totals=False)
        store.runs(self._queries[id(store)])


def _kept(store: Store) -> None:
    """A run from before it is sent to its end."""
    run = _a_run()
    store.begin(run)
    store.journal(run.id, Reply(text=_WORDS), [(ms, f'{{"word": {ms}}}') for ms in range(100)])
    store.finish(
        run.model_copy(
            update={
                "outcome": "complete",
                "reply": Reply(
                    text=_WORDS * 2, finish_reason="stop", usage=Usage(prompt_tokens=90, completion_tokens=200)
                ),
                "timings": Timings(first_token_ms=300, total_ms=3_000),
            }
        )
    )


def tidied(store: Store) -> None:
    """Take out again what was kept to see how long that takes."""
    if kept := [row.id for row in store.every_row(RunQuery(since=_NOW))]:
        store.delete_runs(kept)
        store.remove_deleted()


def _a_run() -> Run:
    said = {"role": "user", "content": f"{_WORDS} {uuid.uuid4().hex}"}
    request = ChatRequest.parse({"model": _model(), "stream": True, "messages": [said]})
    return Run(id=uuid.uuid4().hex, request=request, created=_NOW, connection="OpenRouter", outcome="queued")


def aims(results: Results) -> Iterator[Aim]:
    """Milliseconds at the larger size, and how many times as long as at the smaller one the slowest of a kind took."""
    for task in tasks():
        if task.aim is not None:
            few, many = results[task.name].values()
            yield Aim(f"{task.name}, ms", many, task.aim)
            if task.compared:
                yield Aim(f"{task.name}, of its time at {FEW:,}", many / few, TIMES)


def report(results: Results, bytes_: dict[int, int], repetitions: int) -> str:
    """The table for README."""
    aim = {task.name: task.aim for task in tasks()}
    rows = [
        (name, *(f"{ms:.1f}" for ms in of_one.values()), _ratio(of_one), f"{aim[name]:.0f}" if aim[name] else "")
        for name, of_one in results.items()
    ]
    head = ("median ms", *(f"{size:,} runs" for size in bytes_), "ratio", "aim")
    sizes = ", ".join(f"{size:,} runs take {taken / 1e9:.2f} GB" for size, taken in bytes_.items())
    return f"{circumstances()}; medians of {repetitions}, warm; {sizes}\n\n{table(head, rows)}\n"


def page_report(times: dict[int, float]) -> str:
    told = ", ".join(f"{ms:.0f} ms with {size:,} runs" for size, ms in times.items())
    return f"From a reload of the history's page to its table: {told}\n"


def page_aim(times: dict[int, float]) -> Aim:
    small, many = times.values()
    return Aim(f"the page in a browser, of its time at {SMALL:,}", many / small, RATIO)


def _ratio(of_one: dict[int, float]) -> str:
    few, many = of_one.values()
    return f"{many / few:.1f}×"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
