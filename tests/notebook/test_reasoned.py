from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parley.catalog.family import family_of
from parley.notebook import Cell, Run, Session, edits, messages
from parley.notebook.reasoned import Abroad, abroad, at_home
from parley.reply import Reply
from parley.request import ChatRequest

DETAIL = {"type": "reasoning.text", "text": "I think", "signature": "s", "format": "anthropic-claude-v1", "index": 0}
SESSION = Session(id="s", cells=tuple(Cell(id=name, message={"role": "user", "content": name}) for name in "ab"))


def answer(model: str = "anthropic/claude-4.6", outcome: str = "complete", **told: object) -> Run:
    reply = Reply(text="So.", model=model, **{"reasoning_details": (DETAIL,), "details_received": True, **told})
    return Run(id="r", request=ChatRequest(), reply=reply, outcome=outcome, created=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("slug", "family"),
    [
        ("anthropic/claude-4.6-sonnet:thinking", "anthropic"),
        ("~Anthropic/claude-latest", "anthropic"),
        ("openai/gpt-5@preset/short", "openai"),
        ("openrouter/auto", ""),
        ("@preset/short", ""),
        ("smollm2", ""),
        (None, ""),
    ],
)
def test_a_family_is_the_author_of_a_model(slug: str | None, family: str) -> None:
    assert family_of(slug) == family


def test_reasoning_that_goes_to_another_family_is_found() -> None:
    replies = {"a": answer(), "b": answer("openai/gpt-5")}
    assert abroad(SESSION, replies, ["openai/o3"]) == Abroad(("a",), (), ("anthropic",))
    assert abroad(SESSION, replies, ["openai/o3", "google/gemini-3"]).sent == ("a", "b")


@pytest.mark.parametrize("models", [["anthropic/claude-5"], ["openrouter/auto"], []])
def test_its_own_family_and_a_router_are_no_other_family(models: list[str]) -> None:
    assert abroad(SESSION, {"a": answer()}, models) == Abroad()


@pytest.mark.parametrize("run", [answer(reasoning_details=()), answer(outcome="running"), answer("openrouter/auto")])
def test_what_carries_nothing_or_is_on_its_way_or_of_nobody_is_not_named(run: Run) -> None:
    assert abroad(SESSION, {"a": run}, ["openai/o3"]) == Abroad()


def test_reasoning_goes_back_as_it_came_and_in_order() -> None:
    details = (DETAIL, {"type": "reasoning.encrypted", "data": "x", "index": 0, "id": "rs"})
    said = messages(SESSION, {"a": answer(reasoning_details=details), "b": answer()})
    assert said[1]["reasoning_details"] == list(details)


def test_reasoning_that_is_left_behind_is_not_sent_and_comes_back_when_it_is_wanted() -> None:
    replies = {"a": answer(reasoning="I think"), "b": answer()}
    left = edits.leave_reasoning(SESSION, ["a", "gone"], True)
    said = messages(left, replies)
    assert (said[1], "reasoning_details" in said[3]) == ({"role": "assistant", "content": "So."}, True)
    assert abroad(left, replies, ["openai/o3"]) == Abroad(("b",), ("a",), ("anthropic",))
    assert messages(edits.leave_reasoning(left, ["a"], False), replies) == messages(SESSION, replies)


def test_reasoning_that_stays_behind_though_its_family_is_asked_is_told() -> None:
    left, replies = edits.leave_reasoning(SESSION, ["a"], True), {"a": answer(), "b": answer()}
    assert at_home(left, replies, ["anthropic/claude-5"]) == ("a",)
    assert at_home(left, replies, ["anthropic/claude-5", "openai/o3"]) == ()


def test_a_copy_of_a_cell_leaves_nothing_behind() -> None:
    copied = edits.duplicate(edits.leave_reasoning(SESSION, ["a"], True), "a", "c")
    assert not edits.cell_of(copied, "c").without_reasoning
