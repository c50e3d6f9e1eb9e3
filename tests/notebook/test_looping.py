"""A loop of tool calls: what waits for results, and what is sent with them. WIRE.md, tools and reasoning details."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parley.notebook import Cell, Run, Session
from parley.notebook.continuing import continued
from parley.notebook.edits import leave_reasoning
from parley.notebook.looping import (
    answering,
    calls_of,
    open_calls,
    results_before,
    steps_before,
    steps_through,
    unanswered,
)
from parley.reply import Reply, ToolCall
from parley.request import ChatRequest

SESSION = Session(
    id="s", cells=(Cell(id="c", message={"role": "user", "content": "Hi {{name}}"}),), variables={"name": "Ada"}
)
DETAILS = (
    {"type": "reasoning.summary", "summary": "Hm", "index": 0},
    {"type": "reasoning.encrypted", "data": "AbC=", "id": "toolu_1", "index": 0},
)


def call(call_id: str | None = "toolu_1", name: str = "f", arguments: str = "{}") -> ToolCall:
    return ToolCall(id=call_id, name=name, arguments=arguments)


def run(*calls: ToolCall, outcome: str = "complete", **reply: Any) -> Run:
    told = Reply(tool_calls=calls, finish_reason="tool_calls", **reply)
    return Run.model_validate(
        {"id": "r", "request": ChatRequest(), "reply": told, "outcome": outcome, "created": datetime.now(UTC)}
    )


def test_an_answer_goes_back_as_it_came_with_one_result_a_call():
    one = run(call(), call("toolu_2", arguments='{"a": 1}'), reasoning_details=DETAILS, details_received=True)
    said = answering(SESSION, "c", {}, one, ["17", "18"])
    prompt, answer, *results = said.messages
    assert (prompt["content"], said.between) == ("Hi Ada", 3)
    assert (answer["content"], answer["reasoning_details"]) == (None, list(DETAILS))
    assert [one["function"]["arguments"] for one in answer["tool_calls"]] == ["{}", '{"a": 1}']
    assert results == [
        {"role": "tool", "tool_call_id": "toolu_1", "content": "17"},
        {"role": "tool", "tool_call_id": "toolu_2", "content": "18"},
    ]


@pytest.mark.parametrize(
    ("left", "model", "told"),
    [
        (True, "openai/o3", False),
        (True, "anthropic/claude-5", True),
        (True, "openrouter/auto", True),
        (False, "openai/o3", True),
    ],
)
def test_reasoning_that_stays_behind_is_not_told_to_another_family_that_goes_on(left, model, told):
    session = leave_reasoning(SESSION, ["c"], left)
    one = run(call(), model="anthropic/claude-4.6", reasoning_details=DETAILS, details_received=True)
    said = answering(session, "c", {}, one, ["17"], model)
    assert ("reasoning_details" in said.messages[1]) is told
    more = one.model_copy(update={"request": ChatRequest.parse({"messages": said.messages}), "between": said.between})
    assert ("reasoning_details" in continued(session, "c", {"c": more}, model)[0][1]) is told


def test_an_empty_list_of_details_goes_back_as_one():
    assert steps_through(run(call(), details_received=True), ["1"])[0]["reasoning_details"] == []
    assert "reasoning_details" not in steps_through(run(call()), ["1"])[0]


def test_every_later_step_sends_all_before_it():
    one = run(call())
    said = answering(SESSION, "c", {}, one, ["17"])
    two = one.model_copy(update={"request": ChatRequest.parse({"messages": said.messages}), "between": said.between})
    assert [message["role"] for message in answering(SESSION, "c", {}, two, ["18"]).messages] == (
        ["user", *["assistant", "tool"] * 2]
    )
    assert (results_before(two), results_before(one)) == (("17",), ())


@pytest.mark.parametrize(
    ("sent", "shown"),
    [({}, True), ({"content": "Something else"}, False), ({"tool_calls": []}, False)],
)
def test_a_step_shows_what_was_sent_on_whatever_its_run_says(sent, shown):
    one = run(call())
    said = answering(SESSION, "c", {}, one, ["17"])
    messages = [said.messages[0], {**said.messages[1], **sent}, *said.messages[2:]]
    update = {"id": "r2", "follows": "r", "request": ChatRequest.parse({"messages": messages}), "between": said.between}
    two = one.model_copy(update=update)
    (step,) = steps_before(two, [one, two])
    assert (step.run, step.reply is not None) == (one, shown)


@pytest.mark.parametrize("ids", [(None, None), ("", "a"), ("a", "a"), ("call_1", None)])
def test_calls_without_an_id_of_their_own_get_one_and_their_results_the_same(ids):
    one = run(*map(call, ids))
    answer, *results = steps_through(one, ["1", "2"])
    sent = [each["id"] for each in answer["tool_calls"]]
    assert sent == [result["tool_call_id"] for result in results] == [each.id for each in calls_of(one.reply)]
    assert len(set(sent)) == 2
    assert all(sent)
    assert all(sent[place] == given for place, given in enumerate(ids) if given and given not in ids[:place])


@pytest.mark.parametrize(
    ("outcome", "reply", "waiting"),
    [
        ("complete", {}, 1),
        ("complete", {"native_finish_reason": "length"}, 0),
        ("complete", {"native_finish_reason": "max_output_tokens"}, 0),
        ("complete", {"native_finish_reason": "STOP"}, 1),
        ("stopped", {}, 0),
        ("truncated", {}, 0),
        ("running", {}, 0),
    ],
)
def test_only_calls_that_are_whole_wait_for_a_result(outcome, reply, waiting):
    assert len(open_calls(run(call(), outcome=outcome, **reply))) == waiting


def test_calls_count_whatever_reason_the_answer_gave():
    one = run(call())
    stopped = one.model_copy(update={"reply": one.reply.model_copy(update={"finish_reason": "stop"})})
    assert len(open_calls(stopped)) == 1
    assert open_calls(None) == open_calls(run()) == ()


ANSWER = {
    "role": "assistant",
    "tool_calls": [{"id": "a", "function": {"name": "f"}}, {"id": "b", "function": {"name": "g"}}],
}


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ([ANSWER], ("f", "g")),
        ([ANSWER, {"role": "tool", "tool_call_id": "b"}], ("f",)),
        ([ANSWER, {"role": "tool", "tool_call_id": "b"}, {"role": "tool", "tool_call_id": "a"}], ()),
        ([ANSWER, {"role": "user"}, {"role": "tool", "tool_call_id": "a"}], ("f", "g")),
        ([{"role": "user", "tool_calls": [{"id": "a"}]}, {"role": "assistant", "tool_calls": None}], ()),
    ],
)
def test_calls_that_nobody_answered_are_named(said, names):
    assert unanswered(said) == names


@pytest.mark.parametrize("call_id", [None, "", "same"])
def test_thousands_of_calls_without_ids_have_one_each(call_id):
    named = calls_of(Reply(tool_calls=tuple(call(call_id) for _ in range(20_000))))
    assert len({one.id for one in named}) == 20_000
