"""Reasoning in its own channel, with the details that must be sent back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from parley.local.parts import Delta
from parley.local.scripted.table import Asked, Step, scripted_model, spoken
from parley.local.scripted.text import written

THOUGHT = (
    "The question has two halves. First the facts, then what follows from them. I check the first against the second. "
)
THOUGHTS = tuple(word + " " for word in THOUGHT.split())
FORMAT = "anthropic-claude-v1"
SIGNATURE = "c2NyaXB0ZWQtbm8tbW9kZWwtcnVucw=="


@scripted_model(
    "scripted/reasoning",
    "Scripted: reasoning, then text",
    supported_parameters=("reasoning", "include_reasoning", "reasoning_effort"),
    reasoning={"mandatory": False, "default_enabled": True, "supports_max_tokens": True},
)
def reasoning(asked: Asked) -> Iterator[Step]:
    """Thinks aloud, signs its thoughts, then writes. Say for example "300 tokens at 40/s": a third of them is reasoning.
    `reasoning.max_tokens` sets the length of the reasoning, `exclude` hides it, effort "none" leaves it out."""
    total, rate = asked.tokens(90), asked.rate(50)
    thoughts, excluded = wanted(asked, total // 3)
    for number in range(thoughts):
        delay = 1 / rate if number else asked.first_delay()
        yield delay, Delta({"reasoning": None} if excluded else thought(THOUGHTS[number % len(THOUGHTS)]))
    if thoughts and not excluded:
        yield 0.0, Delta({"reasoning_details": [{**detail(), "signature": SIGNATURE}]})
    yield from written(max(1, total - thoughts), rate, 1 / rate if thoughts else asked.first_delay())


def wanted(asked: Asked, default: int) -> tuple[int, bool]:
    """How many tokens of reasoning to make, and whether to keep them to itself."""
    options: dict[str, Any] = asked.body.get("reasoning") or {}
    effort = options.get("effort") or asked.body.get("reasoning_effort")
    off = effort == "none" or options.get("enabled") is False
    hidden = bool(options.get("exclude")) or asked.body.get("include_reasoning") is False
    return (0 if off else int(options.get("max_tokens") or default)), hidden


def thought(text: str) -> dict[str, Any]:
    return {"content": "", "reasoning": text, "reasoning_details": [{**detail(), "text": text}]}


def detail() -> dict[str, Any]:
    return {"type": "reasoning.text", "format": FORMAT, "index": 0}


SUMMARY_FORMAT = "openai-responses-v1"
SUMMARY = "**Weighing both halves** The facts come first, and what follows from them second."
SEALED = "c2VhbGVkIHJlYXNvbmluZywgbm8gbW9kZWwgcnVucw=="


def summarised(index: int = 0) -> list[dict[str, Any]]:
    """Deltas of a summary, and of the sealed reasoning behind it, which has the same index."""
    kind = {"type": "reasoning.summary", "format": SUMMARY_FORMAT, "index": index}
    halves = (SUMMARY[:24], SUMMARY[24:])
    sealed = {"type": "reasoning.encrypted", "data": SEALED, "id": "rs_scripted", "format": SUMMARY_FORMAT}
    return [
        *({"content": "", "reasoning": half, "reasoning_details": [{**kind, "summary": half}]} for half in halves),
        {"reasoning_details": [{**sealed, "index": index}]},
    ]


@scripted_model(
    "scripted/reasoning-summary",
    "Scripted: a summary of sealed reasoning",
    supported_parameters=("reasoning", "include_reasoning", "reasoning_effort"),
    reasoning={"mandatory": True, "default_enabled": True, "default_effort": "medium", "supports_max_tokens": False},
)
def reasoning_summary(asked: Asked) -> Iterator[Step]:
    """Shows a summary and hands over the reasoning itself sealed, both details with index 0, as OpenAI's models do."""
    hidden = {"content": "", "reasoning": None}
    excluded = wanted(asked, 2)[1]
    deltas = [hidden, hidden] if excluded else summarised()
    yield from asked.paced([*deltas, *spoken("Both halves agree, so the answer stands.")])


@scripted_model(
    "scripted/reasoning-late",
    "Scripted: reasoning after the text has begun",
    supported_parameters=("reasoning", "include_reasoning", "reasoning_effort"),
    reasoning={"mandatory": False, "default_enabled": True},
)
def reasoning_late(asked: Asked) -> Iterator[Step]:
    """Begins with an empty line, then thinks without any details, then writes on, as some open models do."""
    thoughts = [] if wanted(asked, 1)[1] else [{"content": "", "reasoning": word} for word in THOUGHTS]
    yield from asked.paced([{"content": "\n"}, *thoughts, *spoken("The answer comes after the thought.")])
