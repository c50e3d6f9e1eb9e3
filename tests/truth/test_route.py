"""The way of a request, read from what OpenRouter told, however little or odd that is."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from parley.reply import Metadata, Reply
from parley.truth import Attempt, Route, Step, metadata_of, route

TOLD: dict[str, Any] = {
    "requested": "a/b",
    "strategy": "fallback",
    "region": "eu",
    "summary": "two tries",
    "attempt": 2,
    "attempts": [
        {"provider": "North", "model": "a/b-2026", "status": 502},
        {"provider": "South", "model": "a/b-2026", "status": 200},
    ],
    "is_byok": False,
    "endpoints": {
        "total": 3,
        "available": [
            {"provider": "North", "model": "a/b", "selected": False},
            {"provider": "South", "model": "a/b", "selected": True},
            {"provider": "South", "model": "a/b", "selected": False},
        ],
    },
    "pipeline": [
        {"type": "guardrail", "name": "pii", "summary": "clean", "cost_usd": 0.00012, "guardrail_id": "g"},
        {"type": "web", "data": {}},
    ],
}


def test_all_that_is_told_is_read() -> None:
    assert route(TOLD) == Route(
        requested="a/b",
        strategy="fallback",
        region="eu",
        summary="two tries",
        byok=False,
        attempts=(
            Attempt(provider="North", model="a/b-2026", status=502),
            Attempt(provider="South", model="a/b-2026", status=200),
        ),
        steps=(
            Step(name="pii", kind="guardrail", summary="clean", cost=Decimal("0.00012"), more={"guardrail_id": "g"}),
            Step(name="web"),
        ),
        available=("North", "South"),
        total=3,
    )


def test_only_an_attempt_with_a_good_status_answered() -> None:
    assert [one.answered for one in route(TOLD).attempts] == [False, True]
    assert not Attempt(provider="North").answered


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"attempts": None, "pipeline": {}, "endpoints": [], "region": None, "requested": 3},
        {"attempts": ["x", 1], "pipeline": [None], "endpoints": {"available": ["x"], "total": "3"}, "is_byok": "no"},
    ],
)
def test_what_is_not_told_is_not_invented(told: dict[str, Any]) -> None:
    assert route(told) == Route()


@pytest.mark.parametrize("cost", [True, None, "dear", "NaN", [1]])
def test_a_cost_that_is_no_amount_is_unknown(cost: Any) -> None:
    assert route({"pipeline": [{"name": "x", "cost_usd": cost}]}).steps == (Step(name="x"),)


def test_the_metadata_of_a_refusal_stands_among_the_raw_events() -> None:
    refusal = json.dumps({"error": {"code": 502}, "openrouter_metadata": TOLD})
    assert metadata_of(Reply(), ["half {", "openrouter_metadata, but no JSON", refusal]) == TOLD
    assert metadata_of(Reply(), ['{"openrouter_metadata": 3}']) is None
    assert metadata_of(Reply().plus(Metadata(metadata={"requested": "x"})), [refusal]) == {"requested": "x"}
