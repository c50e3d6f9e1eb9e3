"""Run from here: what is sent again, with which settings, and about what it costs."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from parley.catalog import Catalog
from parley.money import Money
from parley.notebook import Run, Session, edits
from parley.notebook.replaying import Estimate, estimate, plan
from parley.reply import Reply, Usage
from parley.request import ChatRequest

CATALOG = Catalog.parse([{"id": "priced", "pricing": {"prompt": "0.01", "completion": "0.1"}}])


def run(cell: str, model: str = "m", outcome: str = "complete", cost: str | None = None, **facts) -> Run:
    return Run(
        id=f"{cell}1",
        cell_id=cell,
        request=ChatRequest.parse({"model": model, "stream": True, "temperature": 0.5}),
        added=("stream",),
        reply=Reply(text="!", usage=Usage(prompt_tokens=10, completion_tokens=2)),
        money=Money(reported=Decimal(cost) if cost else None),
        outcome=outcome,
        created=datetime(2026, 1, 1, tzinfo=UTC),
        **facts,
    )


@pytest.fixture
def session() -> Session:
    session = Session(id="s", settings=ChatRequest(top_p=0.9))
    for name in "abcd":
        session = edits.add_prompt(session, {"role": "user", "content": f"{name}?"}, name)
    session = edits.insert(session, edits.new_cell("n", "note", "-"), below="b")
    return edits.insert(session, edits.new_cell("m", "message", "-", "assistant"), below="b")


def ids(steps) -> list[str]:
    return [step.cell_id for step in steps]


def test_the_prompts_from_the_cell_on_are_sent_in_their_order(session):
    assert ids(plan(session, "b", {}, settings=None)) == ["b", "c", "d"]
    assert ids(plan(session, "n", {}, settings=None)) == ["c", "d"]


def test_an_excluded_prompt_is_sent_only_where_it_was_asked_for(session):
    session = edits.set_excluded(edits.set_excluded(session, "b", True), "c", True)
    assert ids(plan(session, "b", {}, settings=None)) == ["b", "d"]


def test_each_is_sent_with_what_it_was_sent_with_before_but_for_what_parley_added(session):
    first, second = plan(session, "c", {"c": (run("c"),)}, settings=None)
    assert first.settings.payload() == {"model": "m", "temperature": 0.5}
    assert (second.settings, second.former) == (session.settings, None)


def test_or_all_with_the_settings_of_now(session):
    now = ChatRequest.parse({"temperature": 0, "messages": []})
    steps = plan(session, "c", {"c": (run("c"),)}, settings=now)
    assert [step.settings.payload() for step in steps] == [{"temperature": 0}] * 2


def test_the_chosen_attempt_says_with_what(session):
    session = edits.choose(session, "d", "d1")
    other = run("d", "other").model_copy(update={"id": "d2"})
    (step,) = plan(session, "d", {"d": (run("d"), other)}, settings=None)
    assert step.former is not None
    assert step.former.id == "d1"


def test_with_the_same_model_it_costs_about_what_it_cost(session):
    attempts = {"c": (run("c", cost="0.25"),), "d": (run("d", "priced"),)}
    assert estimate(plan(session, "c", attempts, settings=None), CATALOG, "m") == Estimate(Decimal("0.55"), 0)


def test_with_another_model_it_is_the_list_price_of_as_many_tokens(session):
    steps = plan(session, "c", {"c": (run("c", cost="9"),)}, settings=ChatRequest(model="priced"))
    assert estimate(steps, CATALOG, "m") == Estimate(Decimal("0.3"), unknown=1)


def test_what_was_never_answered_or_has_no_price_is_unknown_and_not_nothing(session):
    steps = plan(session, "c", {"c": (run("c", "unlisted"),)}, settings=None)
    assert estimate(steps, CATALOG, "m") == Estimate(Decimal(0), unknown=2)


def test_an_answer_that_broke_off_does_not_count_as_what_a_whole_one_costs(session):
    steps = plan(session, "d", {"d": (run("d", "priced", "stopped", cost="0.01"),)}, settings=None)
    assert estimate(steps, CATALOG, "m").cost == Decimal("0.3")
