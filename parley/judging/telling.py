"""A verdict in plain words, and an answer dressed for whoever paints it, on screens and in files alike."""

from __future__ import annotations

from parley.judging.verdict import Kind, form_of, verdict_of
from parley.notebook.run import Run
from parley.reply import Reply
from parley.reply.writing import fenced

WORDS: dict[Kind, str] = {
    "valid": "Valid",
    "invalid": "Invalid",
    "not json": "No JSON",
    "unchecked": "Not checked",
    "refused": "Not judged",
}


def shaped(run: Run, reply: Reply | None = None) -> Reply:
    """The answer, or as much of it as is shown, as a painter is to have it: JSON that was asked for is a block of code, as it came.

    Where its sources are, the text stays as it is, because they count its letters.
    """
    reply = run.whole if reply is None else reply
    if form_of(run.request) is None or reply.annotations or not reply.text.lstrip().startswith(("{", "[")):
        return reply
    return reply.model_copy(update={"text": fenced(reply.text, "json")})


def verdict_line(run: Run) -> str:
    """The verdict on one line, as plain text; empty where there is none."""
    verdict = verdict_of(run)
    if verdict is None:
        return ""
    more = len(verdict.faults) + verdict.more - 1
    rest = f" And {more:,} more." if more > 0 and verdict.kind == "invalid" else ""
    told = f": {verdict.sentence}{rest}" if verdict.sentence else " JSON"
    return f"{WORDS[verdict.kind]}{told}"
