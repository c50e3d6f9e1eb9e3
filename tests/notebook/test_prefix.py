from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parley.notebook import Run
from parley.notebook.prefix import NOTHING, Miss, miss_of, reasons
from parley.reply import Reply, Usage
from parley.request import ChatRequest

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
SYSTEM, ASK = {"role": "system", "content": "Be brief and kind."}, {"role": "user", "content": "Why?"}
SAID = {"role": "assistant", "content": "So.", "reasoning_details": [{"type": "reasoning.text", "text": "a"}]}
TOOL = {"type": "function", "function": {"name": "add"}}


def run(
    after: float = 0,
    read: int | None = 0,
    prompt: int | None = 2_000,
    *,
    written: int = 0,
    provider: str = "A",
    messages: Any = (SYSTEM, ASK),
    **body: Any,
) -> Run:
    details = {"cached_tokens": read, "cache_write_tokens": written}
    return Run(
        id=f"r{after:g}",
        request=ChatRequest.parse({"model": "maker/model", **body, "messages": list(messages)}),
        reply=Reply(text="So.", provider=provider, usage=Usage(prompt_tokens=prompt, prompt_tokens_details=details)),
        outcome="complete",
        created=BEGUN + timedelta(seconds=after),
    )


def test_a_long_prompt_that_is_read_anew_missed_the_cache() -> None:
    assert miss_of(run(9, 100), [run(0), run(5), run(99)], caches=True) == Miss("r5", 100, 2_000)


@pytest.mark.parametrize(
    ("late", "early"),
    [
        (run(9, 1_500), run()),
        (run(9, None), run()),
        (run(9, prompt=None), run()),
        (run(9, prompt=900), run()),
        (run(9), run(prompt=900)),
        (run(9), run(model="maker/other")),
        (run(9), run(10)),
    ],
)
def test_what_was_read_or_cannot_be_told_or_had_nothing_to_read_missed_nothing(late: Run, early: Run) -> None:
    assert miss_of(late, [early, late], caches=True) is None


def test_a_model_that_is_not_known_to_cache_misses_nothing_until_it_did() -> None:
    assert miss_of(run(9), [run()], caches=False) is None
    assert miss_of(run(9), [run(written=1_900)], caches=False) is not None


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ({"messages": [SYSTEM, ASK]}, {"messages": [{**SYSTEM, "content": "Be brief, kind."}, ASK]}, "The system prompt changed from its character 9 on"),
        ({"messages": [SYSTEM, ASK, SAID]}, {"messages": [SYSTEM, ASK, {**SAID, "reasoning_details": []}]}, "Message 3, an answer, has another reasoning details"),
        ({"messages": [SYSTEM, ASK]}, {"messages": [ASK, SYSTEM]}, "Message 1, by the user, stands where another one stood"),
        ({"messages": [ASK]}, {"messages": [{**ASK, "content": [{"type": "text", "text": "Why?"}]}]}, "has other parts"),
        ({"tools": [TOOL]}, {"tools": []}, "The tools, which stand before all messages, changed: add went."),
        ({}, {"tools": [TOOL]}, "add came"),
        ({}, {"response_format": {"type": "json_object"}}, "The output format changed."),
        ({"prompt_cache_key": "a"}, {"prompt_cache_key": "b"}, "prompt_cache_key changed."),
        ({"provider": "A"}, {"provider": "B"}, "B answered, and before it A"),
        ({}, {"after": 4_000}, "66 min 40 s after"),
        ({"model": "anthropic/claude"}, {"model": "anthropic/claude"}, "from cache_control on"),
    ],
)  # fmt: skip
def test_what_changed_in_the_beginning_is_told(before: dict[str, Any], now: dict[str, Any], told: str) -> None:
    found = reasons(run(**before), run(**{"after": 9, **now}))
    assert any(told in one for one in found)


def test_what_comes_at_the_end_changes_nothing_of_the_beginning() -> None:
    assert reasons(run(), run(9, messages=[SYSTEM, ASK, SAID, ASK], temperature=1)) == (NOTHING,)
    assert reasons(run(messages=[SYSTEM, ASK, SAID, ASK]), run(9)) == (NOTHING,)


def test_claude_that_was_asked_to_cache_is_not_told_to_be_asked() -> None:
    marked = {**SYSTEM, "content": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}]}
    claude = run(9, messages=[marked, ASK], model="anthropic/claude")
    assert reasons(run(messages=[marked, ASK], model="anthropic/claude"), claude) == (NOTHING,)
