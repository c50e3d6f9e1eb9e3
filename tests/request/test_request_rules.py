"""Every rule between fields, one by one: broken, kept, and each way out really leads out."""

from __future__ import annotations

from typing import Any

import pytest

from parley.request import BY_NAME, ChatRequest, Problem, problems
from parley.request.kept import same
from parley.request.rules import RULES
from tests.request.rule_cases import ADVISOR, AUDIO, CASES, CLOCK, HEALING, SCHEMA, SUBAGENT, Case, search

KEPT: list[dict[str, Any]] = [
    {"logprobs": True, "top_logprobs": 5},
    {"logprobs": False},
    {"reasoning_effort": None, "reasoning": {"effort": "high"}},
    {"reasoning": {"max_tokens": 99}, "max_completion_tokens": 100},
    {"debug": {"echo_upstream_body": False}},
    {"debug": {"echo_upstream_body": True}, "stream": True},
    AUDIO,
    {"plugins": [HEALING], "stream": False},
    {"plugins": [HEALING | {"enabled": False}], "stream": True},
    {"tools": [ADVISOR, ADVISOR | {"parameters": {"name": "b"}}, SUBAGENT]},
    {"tool_choice": "required", "tools": [CLOCK]},
    {"tool_choice": {"type": "openrouter:datetime"}, "tools": [CLOCK]},
    {"tool_choice": "auto"},
    {"response_format": SCHEMA, "provider": {"require_parameters": True}},
    {"response_format": {"type": "json_object"}},
    {"model": "a/b:nitro"},
    {"max_tool_calls": 30},
    search(engine="auto", mode="turbo"),
    search(engine="exa", mode="of-tomorrow"),
    search(engine="exa", max_results=21),
    {"plugins": [{"id": "auto-router", "pin_model": True}]},
    {"provider": {"order": [], "sort": "price"}},
]  # fmt: skip


def of(body: dict[str, Any]) -> list[Problem]:
    return list(problems(ChatRequest.parse(body), settings_only=True))


def the(case: Case, body: dict[str, Any] | None = None) -> Problem | None:
    found = of(case.body if body is None else body)
    return next((one for one in found if case.words in one.message and one.path == case.path), None)


def called(case: Case) -> str:
    return case.words


@pytest.mark.parametrize("case", CASES, ids=called)
def test_a_broken_rule_is_named_in_its_place_with_its_ways_out(case: Case) -> None:
    problem = the(case)
    assert problem is not None
    assert problem.blocks is case.blocks
    assert [remedy.label for remedy in problem.remedies] == list(case.ways)


@pytest.mark.parametrize("case", CASES, ids=called)
def test_each_way_out_makes_the_smallest_change_that_resolves_it(case: Case) -> None:
    problem = the(case)
    assert problem is not None
    for remedy in problem.remedies:
        mended = remedy.applied(case.body)
        assert same(mended, case.ways[remedy.label])
        assert the(case, mended) is None
        assert not {one.path for one in of(mended) if one.blocks} - {one.path for one in of(case.body) if one.blocks}


@pytest.mark.parametrize("body", KEPT, ids=str)
def test_a_rule_that_is_kept_says_nothing(body: dict[str, Any]) -> None:
    assert of(body) == []


def test_every_rule_has_its_case() -> None:
    broken = {rule for case in CASES for rule in RULES if breaks(case.body, rule)}
    assert broken == set(RULES)


def breaks(body: dict[str, Any], rule: Any) -> bool:
    opening = rule.message.partition("{")[0] or rule.message.rpartition("}")[2]
    return any(opening in problem.message and problem.remedies for problem in of(body))


def test_every_rule_stands_beside_a_field_or_beside_the_extra_keys() -> None:
    extra = {"transforms", "include_reasoning", "usage", "max_tool_calls", "audio"}
    assert {problem.field for case in CASES for problem in of(case.body)} <= {*BY_NAME, *extra}


@pytest.mark.parametrize(
    ("body", "label", "mended"),
    [
        ({"stop": list("abcde")}, "Keep the first 4", {"stop": list("abcd")}),
        ({"temperature": 2.5}, "Set temperature to 2", {"temperature": 2}),
        ({"top_p": -1}, "Set top_p to 0", {"top_p": 0}),
        ({"logit_bias": {"1.5": 400, "1": 0}}, "Set logit_bias.1.5 to 100", {"logit_bias": {"1.5": 100, "1": 0}}),
        ({"stop_server_tools_when": []}, "Drop stop_server_tools_when", {}),
        ({"provider": {"zdr": True, "of.tomorrow": 1}}, "Drop provider.of.tomorrow", {"provider": {"zdr": True}}),
        ({"max_tokens": 90}, "Use max_completion_tokens", {"max_completion_tokens": 90}),
        ({"route": "sort"}, "Use provider.sort.partition", {"provider": {"sort": {"partition": "none"}}}),
        ({"route": "sort"}, "Drop route", {}),
    ],
)
def test_limits_and_old_names_have_ways_out_too(body: dict[str, Any], label: str, mended: dict[str, Any]) -> None:
    (problem,) = of(body)
    (remedy,) = (one for one in problem.remedies if one.label == label)
    assert same(remedy.applied(body), mended)
    assert of(mended) == []


def test_the_way_out_leaves_the_body_that_it_is_given_as_it_is() -> None:
    body = {"tools": [ADVISOR, ADVISOR]}
    for remedy in of(body)[0].remedies:
        remedy.applied(body)
    assert body == {"tools": [ADVISOR, ADVISOR]}


def test_twelve_of_a_list_are_dropped_without_moving_one_another() -> None:
    body = {"tools": [ADVISOR, *[ADVISOR] * 12, CLOCK]}
    (remedy,) = (one for one in of(body)[0].remedies if one.label == "Keep the first")
    assert remedy.applied(body) == {"tools": [ADVISOR, CLOCK]}
