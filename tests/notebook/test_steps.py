"""Steps of an attempt: which runs belong together, and what an attempt of several steps says to the cells below it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from parley.money import Money
from parley.notebook import Cell, Fixture, Run, Session, Snapshot, Timings, chosen, messages
from parley.notebook.comparing import side_by_side
from parley.notebook.continuing import continued, without_prefill
from parley.notebook.copying import from_elsewhere, renewed
from parley.notebook.looping import answering
from parley.notebook.stale import digest, stale
from parley.notebook.steps import as_one, last_step, last_steps, steps_to, whole_attempts
from parley.reply import Reply, ToolCall, Usage
from parley.request import ChatRequest

ASKED = {"role": "user", "content": "How warm is it?"}
CALL = ToolCall(id="call_1", name="get_weather", arguments='{"city": "Oslo"}')
CELL = Cell(id="c", message=ASKED)
SESSION = Session(id="s", cells=(CELL, Cell(id="d", message={"role": "user", "content": "Thanks"})))


def run(name: str, said: list[Any] | None = None, reply: Reply | None = None, **facts: Any) -> Run:
    request = ChatRequest.parse({"messages": said or [ASKED]})
    told = {"outcome": "complete", "created": datetime(2026, 1, 1, tzinfo=UTC), "reply": reply or Reply(text=name)}
    return Run.model_validate({"id": name, "cell_id": "c", "request": request, **told, **facts})


def stepped(session: Session = SESSION, first: str = "a", second: str = "b") -> tuple[Run, Run]:
    one = run(first, reply=Reply(tool_calls=(CALL,)))
    said = answering(session, "c", {}, one, ["17"])
    return one, run(second, said.messages, follows=first, between=said.between)


@pytest.mark.parametrize(
    ("follows", "attempts"),
    [
        ({}, ["a"]),
        ({"b": "a"}, ["b"]),
        ({"b": "a", "c": "b"}, ["c"]),
        ({"b": "a", "c": "a"}, ["b", "c"]),
        ({"b": None, "c": "a"}, ["b", "c"]),
        ({"b": "deleted"}, ["a", "b"]),
    ],
)
def test_an_attempt_counts_once_by_its_last_step(follows, attempts):
    runs = [run("a"), *(run(name, follows=before) for name, before in follows.items())]
    assert [one.id for one in last_steps(runs)] == attempts


def test_the_steps_of_an_attempt_are_found_from_its_last_one():
    runs = (run("a"), run("x"), run("b", follows="a"), run("c", follows="a"), run("d", follows="b"))
    assert [one.id for one in steps_to(runs[4], runs)] == ["a", "b", "d"]
    assert last_step(runs[0], runs).id == "d"
    assert last_step(runs[1], runs).id == "x"
    assert [one.id for one in whole_attempts(["c"], runs)] == ["a", "c"]


def test_runs_that_follow_each_other_in_a_ring_are_no_endless_way():
    runs = (run("a", follows="b"), run("b", follows="a"))
    assert {one.id for one in steps_to(runs[0], runs)} == {"a", "b"}
    assert [one.id for one in last_steps(runs)] == ["b"]


def test_a_choice_of_an_earlier_step_is_one_of_its_attempt():
    runs = (*stepped(), run("new"))
    assert chosen(CELL.model_copy(update={"chosen": "a"}), runs) is runs[1]
    assert chosen(CELL, runs) is runs[2]


def test_answers_side_by_side_are_the_last_steps_of_theirs():
    one, two, other, more = *stepped(), *stepped(first="x", second="y")
    cell = CELL.model_copy(update={"compared": ("a", "x", "b"), "chosen": "a"})
    assert [run.id for run in side_by_side(cell, (one, other, two, more))] == ["b", "y"]


def test_later_cells_see_all_steps_in_order():
    _, two = stepped()
    said = messages(SESSION, {"c": two}, before="d")
    assert [message["role"] for message in said] == ["user", "assistant", "tool", "assistant"]
    assert said[1]["tool_calls"][0]["id"] == said[2]["tool_call_id"] == "call_1"
    assert (said[1]["content"], said[2]["content"], said[3]["content"]) == (None, "17", "b")


def test_a_run_without_its_messages_says_the_same():
    _, two = stepped()
    light = two.model_copy(
        update={"request": ChatRequest(), "tail": two.steps_said, "said": digest(without_prefill(two))}
    )
    assert messages(SESSION, {"c": light}) == messages(SESSION, {"c": two})
    assert not stale(SESSION, {"c": (light,)})


def test_results_are_no_reason_to_be_stale_and_another_prompt_is():
    runs = stepped()
    assert not stale(SESSION, {"c": runs})
    edited = CELL.model_copy(update={"message": {"role": "user", "content": "How cold is it?"}})
    assert stale(SESSION.model_copy(update={"cells": (edited,)}), {"c": runs}) == {"c"}


def test_the_last_answer_of_several_steps_is_gone_on_with_after_them():
    _, two = stepped()
    said, prefill = continued(SESSION, "c", {"c": two})
    assert [message["role"] for message in said] == ["user", "assistant", "tool", "assistant"]
    more = run("m", said, prefill=prefill, follows="a", between=2)
    assert (without_prefill(more), len(more.steps_said)) == ([ASKED], 2)


def test_a_copy_has_its_steps_under_new_ids():
    names = iter("123456")
    copy = renewed(Snapshot(session=SESSION, attempts={"c": stepped()}), lambda: next(names))
    first, second = next(iter(copy.attempts.values()))
    assert second.follows == first.id != "a"


def test_what_comes_from_elsewhere_sends_nothing_by_itself():
    whole = Snapshot(session=SESSION.model_copy(update={"loop_steps": 9, "fixtures": (Fixture(tool="f"),)}))
    taken = from_elsewhere(whole, iter("abc").__next__, datetime(2026, 1, 1, tzinfo=UTC)).session
    assert (taken.loop_steps, len(taken.fixtures)) == (0, 1)
    with pytest.raises(ValueError, match="less than or equal to 30"):
        Session(id="s", loop_steps=10**9)


def test_one_attempt_that_leaves_leaves_with_all_its_steps():
    whole = Snapshot(session=SESSION, attempts={"c": (run("x"), *stepped())})
    assert [one.id for one in whole.chosen_only().attempts["c"]] == ["a", "b"]


def test_several_steps_are_compared_as_one_with_what_all_took():
    def took(name: str, tokens: int | None, ms: float, **money: str) -> Run:
        usage = Usage(prompt_tokens=tokens, completion_tokens=1)
        facts = {"timings": Timings(first_token_ms=ms / 2, total_ms=ms), "money": Money.model_validate(money)}
        return run(name, reply=Reply(text=name, usage=usage), **facts)

    steps = (took("a", 5, 100, reported="0.01"), took("b", 7, 50, reported="0.02", audited="0.03"))
    one = as_one(steps)
    assert (one.id, one.reply.text, one.reply.usage.prompt_tokens, one.reply.usage.completion_tokens) == (
        "b",
        "b",
        12,
        2,
    )
    assert (one.timings.first_token_ms, one.timings.total_ms) == (50, 150)
    assert one.money.best == (Decimal("0.04"), "reported")
    assert as_one(steps[:1]) is steps[0]
    doubtful = as_one((*steps, took("c", None, 1)))
    assert (doubtful.money.best, doubtful.reply.usage.prompt_tokens) == (None, None)
