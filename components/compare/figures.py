"""What each of several answers took, as a table: tokens, cost, time to the first token and to the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from components.answer.receipt import cost_of
from parley.figures import milliseconds
from parley.notebook import Run
from parley.notebook.receipt import OUTCOME_WORDS, booked_usage

HEAD = ("", "Outcome", "Tokens in", "Tokens out", "Cost", "First token", "Total")
UNKNOWN = "–"


def figures(runs: Sequence[Run], titles: Sequence[str], *, abreast: bool = False) -> str:
    """A Markdown table with an answer in each row, under its title, which is Markdown, too.

    Of answers that came whole the least of a figure is bold, where they differ. `abreast` has an answer in each column instead: two
    of them fit on a phone.
    """
    costs = _column(runs, lambda run: run.money.best[0] if run.money.best else None, lambda run: cost_of(run.money))
    firsts = _column(runs, lambda run: run.timings.first_token_ms, lambda run: _time(run.timings.first_token_ms))
    totals = _column(runs, lambda run: run.timings.total_ms, lambda run: _time(run.timings.total_ms))
    rows = [
        (title, OUTCOME_WORDS[run.outcome], *_tokens(run), cost, first, total)
        for title, run, cost, first, total in zip(titles, runs, costs, firsts, totals, strict=True)
    ]
    lines = list(zip(HEAD, *rows, strict=True)) if abreast else [HEAD, *rows]
    words = 1 if abreast else 2
    rule = (*["---"] * words, *["---:"] * (len(lines[0]) - words))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (lines[0], rule, *lines[1:]))


def _column(
    runs: Sequence[Run], size: Callable[[Run], float | Decimal | None], words: Callable[[Run], str]
) -> list[str]:
    told = [words(run) for run in runs]
    whole: list[tuple[Any, str]] = [
        (known, said)
        for run, said in zip(runs, told, strict=True)
        if run.outcome == "complete" and (known := size(run)) is not None
    ]
    least = min(whole)[1] if len({said for _, said in whole}) > 1 else None
    return [
        f"**{said}**" if said == least and run.outcome == "complete" else said
        for run, said in zip(runs, told, strict=True)
    ]


def _tokens(run: Run) -> tuple[str, str]:
    usage = run.reply.usage or booked_usage(run.booked)
    return (UNKNOWN, UNKNOWN) if usage is None else (_count(usage.prompt_tokens), _count(usage.completion_tokens))


def _count(tokens: int | None) -> str:
    return UNKNOWN if tokens is None else f"{tokens:,}"


def _time(ms: float | None) -> str:
    return UNKNOWN if ms is None else milliseconds(ms)
