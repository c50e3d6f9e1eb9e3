"""Whether response healing changed an answer, as far as anybody tells: OpenRouter says in its metadata which steps it took.

Sources: the guides on response healing and on router metadata. The steps are declared experimental, so what is not told is not
guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.judging.likelihood import tokens_of
from parley.notebook.run import Run
from parley.request.conditions import heals
from parley.truth.route import Step, route

_CHANGED = ("healed", "changed", "modified", "repaired", "applied")
"""What a step may say of itself, as true or false."""


def healing_words(run: Run) -> str:
    """One sentence; empty where healing was not asked for, or nothing has come of it yet."""
    if run.live or not heals(run.request) or not run.whole.has_output:
        return ""
    if run.request.stream is True:
        return "Response healing leaves streams alone: this answer is as the model wrote it."
    if run.reply.metadata is None:
        rated = tokens_of(run)
        if rated is not None and not rated.agree:
            return "Response healing changed this answer: the tokens that the model wrote read otherwise."
        return "Response healing was on; whether it changed this answer was not told."
    steps = [step for step in route(run.reply.metadata).steps if "heal" in f"{step.name} {step.kind}".lower()]
    if not steps:
        return "Response healing was on and left this answer alone: OpenRouter names no such step."
    return " ".join(_told(step) for step in steps)


def _told(step: Step) -> str:
    changed = _says(step.more.get("data"))
    summary = f": {step.summary.rstrip('.')}" if step.summary else ""
    if changed is None:
        return f"Response healing worked on this answer{summary}."
    return f"Response healing {'changed' if changed else 'found nothing to mend in'} this answer{summary}."


def _says(data: Any) -> bool | None:
    told = [data[word] for word in _CHANGED if isinstance(data.get(word), bool)] if isinstance(data, Mapping) else []
    return any(told) if told else None
