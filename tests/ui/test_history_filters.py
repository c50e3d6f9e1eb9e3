"""What the ledger is filtered by: words, choices, ranges, moments, marks."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.history.filters import CHOICES, MOMENTS, MORE_CHOICES, SPANS
from components.services import open_services
from parley.money import Money
from parley.notebook import Session, Timings
from parley.store import RunQuery
from tests.ui.history_screen import answer, models, sent, sums, words

FOLD = "group-More-filters"


@pytest.fixture
def two(history: AppTest) -> AppTest:
    """A cheap, quick run that was liked, and a dear, slow one."""
    store = open_services().store
    store.save(Session(id="s", title="Cats"))
    quick, slow = Timings(first_token_ms=120, total_ms=900), Timings(first_token_ms=4000, total_ms=61_000)
    good, bad = answer("About cats.", completion_tokens=40, prompt_tokens=10), answer("Of dogs.", completion_tokens=900)
    sent(1, model="a", session_id="s", reply=good, timings=quick, money=Money(reported=Decimal("0.0003")))
    bad = bad.model_copy(update={"finish_reason": "length"})
    sent(2, model="b", reply=bad, timings=slow, money=Money(estimate=Decimal("0.3")))
    store.mark(["r1"], star=True, rating=4, add_tags=["keep"])
    history.session_state[FOLD] = True
    return history.run()


def put(app: AppTest, name: str, value: Any) -> AppTest:
    app.session_state[f"history-filter-{name}"] = value
    return app.run()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("session", ["s"]),
        ("finish_reason", ["stop"]),
        ("cost_source", ["reported"]),
        ("tag", ["keep"]),
        ("starred", True),
        ("rating", (4, None)),
        ("cost-to", 0.01),
        ("first_token_ms-to", 0.5),
        ("total_ms-to", 1.0),
        ("completion_tokens-to", 100),
        ("prompt_tokens-from", 5),
        ("tokens_per_second-from", 20.0),
        ("until", datetime(2026, 7, 1, 12, 2)),
    ],
)
def test_a_filter_lets_through_what_it_says(two: AppTest, name: str, value: Any) -> None:
    assert models(put(two, name, value)) == ["a"]
    assert sums(two)["Runs"] == "1"
    assert not two.exception


@pytest.mark.parametrize(("name", "value"), [("starred", False), ("rating", (None, 2))])
def test_what_was_liked_can_be_left_out(two: AppTest, name: str, value: Any) -> None:
    open_services().store.mark(["r2"], rating=2)
    assert models(put(two, name, value)) == ["b"]


def test_there_is_a_filter_for_every_question_of_the_store() -> None:
    named = {*CHOICES, *MORE_CHOICES, *SPANS, *MOMENTS, "starred", "rating", "search"}
    assert named == set(RunQuery.model_fields) - {"sort", "descending", "after", "limit", "totals"}


def test_both_ends_of_a_range_are_within_it(two: AppTest) -> None:
    put(two, "first_token_ms-from", 0.12)
    assert models(put(two, "first_token_ms-to", 0.12)) == ["a"]


@pytest.mark.parametrize("said", ["cats", "CATS", '"about cats"', "cat*", "Question cats"])
def test_words_are_found_in_prompts_and_answers(two: AppTest, said: str) -> None:
    two.text_input(key="history-search").set_value(said).run()
    assert models(two) == ["a"]


@pytest.mark.parametrize("said", ['"', "AND", "(", "a:b", "*", "cats OR"])
def test_no_search_is_an_error(two: AppTest, said: str) -> None:
    two.text_input(key="history-search").set_value(said).run()
    assert not two.exception
    assert not two.error


def test_filters_hold_while_their_fold_is_closed_and_its_label_says_so(two: AppTest) -> None:
    two.number_input(key="history-filter-cost-from").set_value(0.1).run()
    two.session_state[FOLD] = False
    two.run()
    assert models(two.run()) == ["b"]
    assert "Cost\u00a0from" in next(one.label for one in two.expander if "More filters" in one.label)


def test_all_filters_are_cleared_at_once(two: AppTest) -> None:
    two.text_input(key="history-search").set_value("dogs")
    two.number_input(key="history-filter-cost-to").set_value(0.5)
    two.multiselect(key="history-filter-model").set_value(["b"]).run()
    assert models(two) == ["b"]
    two.button(key="history-reset").click().run()
    assert models(two) == ["b", "a"]
    assert two.text_input(key="history-search").value == ""


def test_a_choice_that_nothing_has_any_more_stays_to_be_taken_back(two: AppTest) -> None:
    put(two, "tag", ["keep"])
    open_services().store.mark(["r1"], remove_tags=["keep"])
    two.run()
    assert "No run passes these filters." in words(two)
    assert two.multiselect(key="history-filter-tag").value == ["keep"]


def test_percentiles_follow_the_filter(two: AppTest) -> None:
    put(two, "tag", ["keep"])
    line = words(two).replace("\u00a0", " ")
    assert "**First token** 120 ms · 120 ms · 120 ms" in line
    assert "**Total time** 900 ms" in line


def test_a_range_that_ends_before_it_begins_is_told_also_where_the_fold_is_closed(two: AppTest) -> None:
    put(two, "cost-from", 5.0)
    put(two, "cost-to", 1.0)
    two.session_state[FOLD] = False
    two.run()
    assert "Cost from $5.00 to $1.00: no run can be in that" in words(two).replace("\\", "")


def test_moments_in_the_wrong_order_are_told(two: AppTest) -> None:
    put(two, "since", datetime(2026, 7, 2))
    put(two, "until", datetime(2026, 7, 1))
    assert "Time from 02 Jul 2026, 00:00 to 01 Jul 2026, 00:00: no run can be in that" in words(two).replace("\\", "")
