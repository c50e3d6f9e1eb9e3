"""The guard: what is held back, and what would make it fit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from parley.budget import Caps, Forecast, Spent, Standing, forecast, held, limited
from parley.budget.guard import SHORTEST, worst_in_turn, worst_of
from parley.catalog import Catalog
from parley.request import ChatRequest

ITEM = {
    "id": "a/b",
    "context_length": 100_000,
    "pricing": {"prompt": "0.000001", "completion": "0.00001"},
    "top_provider": {"max_completion_tokens": 20_000},
}
LISTED = Catalog.parse([ITEM, {"id": "a/router", "pricing": {"prompt": "-1", "completion": "-1"}}])


def one(**body: Any) -> Forecast:
    words = {"model": "a/b", "messages": [{"role": "user", "content": "Hello"}]}
    return forecast(ChatRequest.parse({**words, **body}), LISTED)


def capped(session: str | None = None, day: str | None = None, spent: str = "0", waiting: str = "0") -> Standing:
    caps = Caps(session=None if session is None else Decimal(session), day=None if day is None else Decimal(day))
    gone = Spent(cost=Decimal(spent), waiting=Decimal(waiting))
    return Standing(caps=caps, session=gone, day=gone)


def test_without_a_cap_nothing_is_held() -> None:
    assert held([one(), one(model="a/router")], Standing()) is None


def test_what_fits_is_not_held_and_what_may_not_is() -> None:
    worst = one().most()
    assert worst is not None
    assert held([one()], capped(str(worst))) is None
    over = held([one()], capped(str(worst - Decimal("0.000001"))))
    assert over is not None
    assert (over.cap, over.worst) == ("session", worst)


def test_the_tighter_cap_holds() -> None:
    assert held([one()], capped("0.1", "0.05")).cap == "day"  # type: ignore[union-attr]
    assert held([one()], capped("0.05", "0.1")).cap == "session"  # type: ignore[union-attr]


def test_what_is_spent_and_what_runs_now_is_gone() -> None:
    assert capped("1", spent="0.3", waiting="0.5").left("session") == Decimal("0.2")
    assert capped("1", spent="3").left("session") == 0
    assert capped(day="1").left("session") is None


def test_requests_that_go_together_are_held_together() -> None:
    assert held([one()] * 2, capped("0.5")) is None
    assert held([one()] * 3, capped("0.5")) is not None


def test_what_is_free_passes_an_exhausted_cap() -> None:
    assert held([one(model="a/b:free")], capped("0")) is None


def test_an_unknown_price_is_held_with_its_reason() -> None:
    over = held([one(model="a/router")], capped("100"))
    assert over is not None
    assert (over.worst, over.raise_to, over.fits) == (None, None, None)
    assert "the price of a/router is not fixed" in over.sentence


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"model": "a/unknown"}, "nobody lists a price for a/unknown"),
        ({"plugins": [{"id": "web"}]}, "the plugin web is billed apart"),
    ],
)
def test_why_no_bound_can_be_told_is_said(body: dict[str, Any], why: str) -> None:
    assert why in held([one(**body)], capped("1")).sentence  # type: ignore[union-attr]


def test_an_answer_without_a_limit_can_be_given_one() -> None:
    endless = Catalog.parse([{"id": "a/b", "pricing": ITEM["pricing"]}])
    words = ChatRequest.parse({"model": "a/b", "messages": [{"role": "user", "content": "Hello"}]})
    over = held([forecast(words, endless)], capped("0.05"))
    assert over is not None
    assert over.worst is None
    assert over.fits == 4_800


def test_the_raised_cap_is_enough() -> None:
    over = held([one()], capped("0.1", spent="0.0431"))
    assert over is not None
    assert over.raise_to is not None
    assert held([one()], capped(str(over.raise_to), spent="0.0431")) is None


@given(st.decimals("0.000001", "1", places=6), st.integers(1, 4))
def test_the_lowered_answer_fits_and_is_as_long_as_may_be(left: Decimal, lanes: int) -> None:
    over = held([one()] * lanes, capped(str(left)))
    assume(over is not None)
    assert over is not None
    worst = worst_of([one()] * lanes)
    shortest = worst(SHORTEST)
    assert shortest is not None
    assert (over.fits is None) == (shortest > left)
    if over.fits is not None:
        enough, more = worst(over.fits), worst(over.fits + max(over.fits // 10, 1))
        assert enough is not None
        assert more is not None
        assert enough <= left < more


def test_in_turn_each_is_sent_the_answers_before_it() -> None:
    single, turns = one().most(), worst_in_turn([one()] * 3)
    assert single is not None
    assert turns(None) == 3 * single + (20_000 + 2 * 20_000) * Decimal("0.000001")
    assert worst_in_turn([one(), one(model="a/router")])(None) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"max_completion_tokens": 100}),
        ({"max_tokens": 500, "seed": 1}, {"seed": 1, "max_completion_tokens": 100}),
        ({"max_completion_tokens": 20}, {"max_completion_tokens": 20}),
        ({"max_completion_tokens": None, "max_tokens": "many"}, {"max_completion_tokens": 100}),
    ],
)
def test_a_limit_takes_the_place_of_a_higher_one(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert limited(ChatRequest.parse(before), 100).payload() == after


def test_no_sum_of_the_sentence_is_lost() -> None:
    over = held([one()], capped("0.1", spent="0.04"))
    assert over is not None
    assert over.sentence.startswith("Held back: this may cost up to $0.20")
    assert "$0.06 is left for this session" in over.sentence


def test_what_is_not_known_of_what_was_spent_is_said() -> None:
    doubtful = Spent(cost=Decimal("0.01"), doubtful=Decimal("0.06"), doubted=2, unknown=1)
    standing = Standing(caps=Caps(session=Decimal("0.1")), session=doubtful)
    over = held([one()], standing)
    assert over is not None
    assert over.left == Decimal("0.03")
    assert "$0.03 is left for this session; $0.06 is set aside for 2 answers of unknown cost" in over.reason
    assert "what 1 answer may cost cannot be told" in over.reason
    assert held([one()], standing.model_copy(update={"caps": Caps(session=over.raise_to)})) is None


def test_what_no_cap_can_be_raised_to_is_held_all_the_same() -> None:
    dear = Catalog.parse([{**ITEM, "context_length": 10**12, "pricing": {"prompt": "999999999", "completion": "1"}}])
    image = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}
    over = held([forecast(ChatRequest.parse({"model": "a/b", "messages": [image], "n": 10**30}), dear)], capped("1"))
    assert over is not None
    assert (over.raise_to, over.fits) == (None, None)
    assert "This may cost up to" in over.reason
