"""What is said before sending: every range at its edges, every conflict, every wrong type with its place."""

from __future__ import annotations

from typing import Any

import pytest

from parley.request import FIELDS, ChatRequest, Problem, Remedy, problems


def of(body: dict[str, Any]) -> list[Problem]:
    return list(problems(ChatRequest.parse(body), settings_only=True))


def blocking(body: dict[str, Any]) -> list[str]:
    return [problem.path for problem in of(body) if problem.blocks]


EDGES = [
    ("temperature", 0, 2, 0.01),
    ("top_p", 0, 1, 0.01),
    ("min_p", 0, 1, 0.01),
    ("top_a", 0, 1, 0.01),
    ("frequency_penalty", -2, 2, 0.01),
    ("presence_penalty", -2, 2, 0.01),
    ("repetition_penalty", 0, 2, 0.01),
    ("top_k", 0, None, 1),
    ("max_completion_tokens", 1, None, 1),
    ("max_tokens", 1, None, 1),
]
"""The ranges as the API's description has them."""
BESIDE_OTHERS = {"logit_bias", "top_logprobs"}
"""Fields whose range cannot be tried alone."""
DECLARED = [
    (spec.name, spec.low, spec.high, spec.step or 1)
    for spec in FIELDS
    if spec.low is not None and spec.name not in BESIDE_OTHERS | {edge[0] for edge in EDGES}
]
"""The ranges of fields that have none above."""


@pytest.mark.parametrize(("name", "low", "high", "step"), [*EDGES, *DECLARED])
def test_a_range_holds_at_its_edges_and_not_beyond(name: str, low: float, high: float | None, step: float) -> None:
    assert blocking({name: low}) == []
    assert blocking({name: low - step}) == [name]
    if high is not None:
        assert blocking({name: high}) == []
        assert blocking({name: high + step}) == [name]


TOOL = {"type": "function", "function": {"name": "f" * 64}}
SUBAGENT = {"type": "openrouter:subagent", "parameters": {"max_tool_calls": 25}}
FUSION = {"id": "fusion", "analysis_models": ["m"] * 8, "max_tool_calls": 16}


@pytest.mark.parametrize(
    ("good", "bad", "path"),
    [
        ({"logprobs": True, "top_logprobs": 20}, {"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"logprobs": True, "top_logprobs": 0}, {"logprobs": True, "top_logprobs": -1}, "top_logprobs"),
        ({"logit_bias": {"1": -100, "2": 100}}, {"logit_bias": {"1": -100.5}}, "logit_bias.1"),
        ({"stop": ["a"] * 4}, {"stop": ["a"] * 5}, "stop"),
        ({"stop": "abcde"}, {"stop": [str(n) for n in range(9)]}, "stop"),
        ({"session_id": "x" * 256}, {"session_id": "x" * 257}, "session_id"),
        ({"metadata": {str(n): "" for n in range(16)}}, {"metadata": {str(n): "" for n in range(17)}}, "metadata"),
        ({"metadata": {"k" * 64: "v"}}, {"metadata": {"k" * 65: "v"}}, "metadata"),
        ({"metadata": {"k": "v" * 512}}, {"metadata": {"k": "v" * 513}}, "metadata.k"),
        ({"messages": [{"role": "user", "content": ""}]}, {"messages": []}, "messages"),
        ({"stop_server_tools_when": [{"type": "new"}]}, {"stop_server_tools_when": []}, "stop_server_tools_when"),
        ({"tools": [TOOL]}, {"tools": [{**TOOL, "function": {"name": "f" * 65}}]}, "tools[0].function.name"),
        (
            {"tools": [SUBAGENT]},
            {"tools": [{**SUBAGENT, "parameters": {"max_tool_calls": 26}}]},
            "tools[0].parameters.max_tool_calls",
        ),
        ({"plugins": [FUSION]}, {"plugins": [{**FUSION, "analysis_models": []}]}, "plugins[0].analysis_models"),
        ({"plugins": [FUSION]}, {"plugins": [{**FUSION, "max_tool_calls": 17}]}, "plugins[0].max_tool_calls"),
        (
            {"plugins": [{"id": "pareto-router", "min_coding_score": 1}]},
            {"plugins": [{"id": "pareto-router", "min_coding_score": 1.1}]},
            "plugins[0].min_coding_score",
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "a_b-1"}}},
            {"response_format": {"type": "json_schema", "json_schema": {"name": "a b"}}},
            "response_format.json_schema.name",
        ),
        (
            {"provider": {"max_price": {"prompt": "0.5"}}},
            {"provider": {"max_price": {"prompt": "dear"}}},
            "provider.max_price.prompt",
        ),
        (
            {"provider": {"preferred_max_latency": {"p50": 0}}},
            {"provider": {"preferred_max_latency": -1}},
            "provider.preferred_max_latency",
        ),
    ],
)
def test_a_limit_is_kept_or_named(good: dict[str, Any], bad: dict[str, Any], path: str) -> None:
    assert blocking(good) == []
    assert blocking(bad) == [path]


def test_the_message_names_field_value_and_range() -> None:
    (problem,) = of({"temperature": 2.5})
    assert problem == Problem(
        field="temperature",
        path="temperature",
        value=2.5,
        message="temperature is 2.5; it must be 0 to 2",
        remedies=(Remedy(label="Set temperature to 2", put={"temperature": 2}),),
    )


@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        ({"temperature": "hot"}, "temperature", 'must be a number or null, not "hot"'),
        ({"stream": None}, "stream", "must be true or false, not null"),
        ({"messages": 3}, "messages", "must be a list of objects, not 3"),
        ({"messages": ["hi"]}, "messages[0]", 'must be an object, not "hi"'),
        ({"messages": [{"role": "user"}]}, "messages[0].content", "has no content"),
        ({"messages": [{"content": "x"}]}, "messages[0].role", "has no role"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].tool_call_id", "has no tool_call_id"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            "messages[0].content[0].image_url",
            "has no",
        ),
        ({"models": ["a", 2]}, "models[1]", "must be text, not 2"),
        ({"metadata": {"a": 1}}, "metadata.a", "must be text, not 1"),
        ({"provider": {"order": "openai"}}, "provider.order", 'a list of texts or null, not "openai"'),
        ({"cache_control": {}}, "cache_control.type", "has no type"),
        ({"plugins": [{"id": "alignment"}]}, "plugins[0].rules", "has no rules"),
        ({"plugins": [{"id": 7}]}, "plugins[0].id", "must be text, not 7"),
        ({"tools": [{"type": "function", "function": {"name": 5}}]}, "tools[0].function.name", "must be text, not 5"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema", "has no json_schema"),
        ({"tool_choice": {"type": "function"}, "tools": [{"type": "new"}]}, "tool_choice.function", "has no function"),
    ],
)
def test_what_could_not_be_typed_is_named_with_its_place(body: dict[str, Any], path: str, words: str) -> None:
    (problem,) = of(body)
    assert (problem.path, problem.field, problem.blocks) == (path, next(iter(body)), True)
    assert words in problem.message


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ({"tools": [{"type": "openrouter:web_search", "parameters": {}}]}, "tools[0].parameters"),
        ({"tools": [{"type": "web_search"}]}, "tools[0]"),
    ],
)
def test_domains_are_allowed_or_excluded_but_not_both(where: dict[str, Any], path: str) -> None:
    tool = where["tools"][0]
    tool.get("parameters", tool).update(allowed_domains=["a.org"], excluded_domains=["b.org"])
    assert blocking(where) == [path]


@pytest.mark.parametrize(("engine", "results", "said"), [("perplexity", 20, 0), ("perplexity", 21, 1), ("exa", 21, 0)])
def test_perplexity_gives_no_more_than_twenty_results(engine: str, results: int, said: int) -> None:
    search = {"engine": engine, "max_results": results}
    assert len(of({"plugins": [{"id": "web", **search}]})) == said
    assert len(of({"tools": [{"type": "openrouter:web_search", "parameters": search}]})) == said


def test_what_only_other_endpoints_know_is_refused() -> None:
    subagent = {"type": "openrouter:subagent", "parameters": {"inherit_functions": True}}
    assert blocking({"tools": [subagent]}) == ["tools[0].parameters.inherit_functions"]


def test_unknown_keys_are_no_problem_but_inside_provider_where_they_are_advice() -> None:
    assert (
        of({"brand_new": 1, "reasoning": {"brand_new": 1}, "messages": [{"role": "user", "content": "", "x": 1}]}) == []
    )
    (problem,) = of({"provider": {"brand_new": 1}})
    assert (problem.path, problem.blocks) == ("provider.brand_new", False)


@pytest.mark.parametrize("name", ["route", "max_tokens"])
def test_a_deprecated_field_is_advice(name: str) -> None:
    (problem,) = of({name: "sort" if name == "route" else 100})
    assert "deprecated" in problem.message
    assert not problem.blocks


def test_a_sidebar_needs_no_messages_and_a_whole_request_does() -> None:
    assert problems(ChatRequest(), settings_only=True) == ()
    assert [problem.field for problem in problems(ChatRequest(model="a"))] == ["messages"]
    assert problems(ChatRequest.parse({"messages": [{"role": "user", "content": "hi"}]})) == ()


def test_unknown_words_of_open_enumerations_are_no_problem() -> None:
    assert of({"service_tier": "warp", "reasoning_effort": "utmost", "modalities": ["smell"]}) == []
