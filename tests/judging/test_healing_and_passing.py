"""Whether healing changed an answer, and how many attempts kept to their form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parley.judging import healing_words, pass_rate
from parley.notebook import Run
from parley.reply import Reply
from parley.request import ChatRequest

HEALS = {"plugins": [{"id": "response-healing"}], "stream": False}
FORM = {"response_format": {"type": "json_object"}}


def run(request: dict[str, Any], text: str = "{}", outcome: Any = "complete", **reply: Any) -> Run:
    answer = Reply(text=text, finish_reason="stop", **reply)
    asked = ChatRequest.parse(request)
    return Run(id="r", request=asked, reply=answer, outcome=outcome, created=datetime(2026, 1, 1, tzinfo=UTC))


def routed(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"requested": "a/b", "pipeline": list(steps)}


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        (None, "was not told"),
        (routed(), "names no such step"),
        (routed({"type": "guardrail", "name": "filter"}), "names no such step"),
        (routed({"type": "response_healing", "name": "x", "data": {"healed": True}}), "changed this answer"),
        (routed({"type": "response_healing", "name": "x", "data": {"healed": False}}), "found nothing to mend"),
        (
            routed({"type": "response_healing", "name": "x", "summary": "closed 2 brackets."}),
            "worked on this answer: closed 2 brackets.",
        ),
        (routed({"type": "plugin", "name": "response-healing", "data": 3}), "worked on this answer."),
    ],
)
def test_what_healing_did_is_what_was_told(metadata: dict[str, Any] | None, told: str) -> None:
    assert told in healing_words(run(HEALS, metadata=metadata))


def test_a_stream_is_never_healed() -> None:
    assert "leaves streams alone" in healing_words(run({**HEALS, "stream": True}, metadata=routed()))


def test_nothing_is_said_of_healing_that_nobody_asked_for() -> None:
    off = {"plugins": [{"id": "response-healing", "enabled": False}]}
    assert not healing_words(run({}))
    assert not healing_words(run(off))
    assert not healing_words(run(HEALS, outcome="running"))
    assert not healing_words(run(HEALS, text="", outcome="failed"))


def test_a_pass_rate_counts_what_was_judged() -> None:
    rate = pass_rate([run(FORM), run(FORM, "[]"), run(FORM, "{"), run(FORM, "{}", "running"), run(FORM, "", "failed")])
    assert rate is not None
    assert (rate.share.valid, rate.share.judged, rate.unjudged, rate.percent) == (1, 3, 1, 33)


def test_a_pass_rate_tells_models_apart() -> None:
    runs = [run({**FORM, "model": "a/b"}), run({**FORM, "model": "c/d"}, "no"), run({**FORM, "model": "a/b"})]
    rate = pass_rate(runs)
    assert rate is not None
    assert [(name, one.valid, one.judged) for name, one in rate.by_model] == [("a/b", 2, 2), ("c/d", 0, 1)]


def test_each_attempt_is_judged_by_what_it_was_asked_for() -> None:
    by_schema = {
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"required": ["a"]}}}
    }
    rate = pass_rate([run(FORM), run(by_schema)])
    assert rate is not None
    assert (rate.share.valid, rate.share.judged) == (1, 2)


def test_a_refusal_is_an_answer_without_the_form_and_a_broken_schema_judges_nobody() -> None:
    broken = {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "strng"}}}}
    rate = pass_rate([run(FORM), run(FORM, "", refusal="No."), run(broken)])
    assert rate is not None
    assert (rate.share.valid, rate.share.judged, rate.unjudged) == (1, 2, 1)


@pytest.mark.parametrize("runs", [[], [run(FORM)], [run({}), run({})]])
def test_one_attempt_is_no_rate(runs: list[Run]) -> None:
    assert pass_rate(runs) is None
