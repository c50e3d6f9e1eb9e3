"""The table of faults in README, a line for each: what the runs of the tests came to, in the words that were painted."""

from __future__ import annotations

import re
from pathlib import Path

from components.answer.receipt import facts_of, trouble_of
from parley.client import Clocks, Limits
from parley.notebook import Run
from parley.notebook.receipt import OUTCOME_WORDS
from parley.wire.failures import in_words
from parley.wire.sse import in_megabytes
from tests.conftest import HOUSE
from tests.faults.case import Case
from tests.faults.playing import Played
from tests.faults.proofs import Proof

README = HOUSE / "README.md"
HEADER = ("| # | fault | the run | what you see | what is kept |", "|---|---|---|---|---|")
_MARKED = re.compile(r"(<!-- faults.*?-->\n).*?(<!-- /faults -->)", re.DOTALL)
_PORT = re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):\d{4,5}")


def row(case: Case, played: Played) -> str:
    """The line of a case that was played, streamed where there is a choice."""
    run = played.run
    tries = f", after {case.retries} retries" if case.retries > 1 else ", after a retry" if case.retries else ""
    return line(case.id, case.fault, OUTCOME_WORDS[run.outcome] + tries, usual(case, seen(run)), kept(run))


def usual(case: Case, sentence: str) -> str:
    """The sentence with the clocks and the caps that people have, in place of the small ones of a test."""
    for name in ("connect", "first_event", "idle", "total"):
        short, long = getattr(case.clocks, name), getattr(Clocks(), name)
        sentence = sentence.replace(in_words(short), in_words(long)) if short != long else sentence
    return sentence.replace(in_megabytes(case.limits.total), in_megabytes(Limits().total))


def proof_row(proof: Proof) -> str:
    return line(proof.id, proof.fault, proof.becomes, proof.sees, proof.kept)


def line(*cells: str) -> str:
    return "| " + " | ".join(_PORT.sub(r"\1:…", cell).replace("|", "\\|") for cell in cells) + " |"


def seen(run: Run) -> str:
    """The sentence under the answer; for a whole one what is noted of it."""
    told = trouble_of(run)
    if told is not None:
        return told[1]
    remarks = [*run.reply.notes, *(fact.replace("\u00a0", " ") for fact in facts_of(run) if "no\u00a0reason" in fact)]
    if not run.reply.has_output:
        return "The answer is empty: the model ended it without a word."
    return "the answer" + "".join(f"; {remark}" for remark in remarks)


def kept(run: Run) -> str:
    if run.outcome == "complete":
        return "all"
    return "what came" if run.reply.has_output else "the prompt"


def lines() -> list[str]:
    """The lines that README has."""
    found = _MARKED.search(README.read_text(encoding="utf-8"))
    assert found, "README has the markers of the table of faults"
    return found[0].splitlines()[1:-1]


def written(rows: list[str], path: Path = README) -> None:
    text = path.read_text(encoding="utf-8")
    table = "\n".join((*HEADER, *rows, ""))
    path.write_text(_MARKED.sub(lambda found: found[1] + table + found[2], text), encoding="utf-8")
