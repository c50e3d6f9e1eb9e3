"""A body for every rule between fields that breaks it, and what each way out makes of it."""

from __future__ import annotations

from typing import Any, NamedTuple

SEARCH = "openrouter:web_search"
ADVISOR, SUBAGENT = {"type": "openrouter:advisor"}, {"type": "openrouter:subagent"}
AUDIO = {"modalities": ["text", "audio"], "audio": {"voice": "ash", "format": "pcm16"}, "stream": True}
HEALING = {"id": "response-healing"}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}}
CLOCK = {"type": "openrouter:datetime"}


def search(**parameters: Any) -> dict[str, Any]:
    return {"tools": [{"type": SEARCH, "parameters": parameters}]}


def web(**settings: Any) -> dict[str, Any]:
    return {"plugins": [{"id": "web", **settings}]}


def subagent(**parameters: Any) -> dict[str, Any]:
    return {"tools": [SUBAGENT | {"parameters": parameters}]}


class Case(NamedTuple):
    """A body that breaks one rule, words of its sentence, where it stands, and what each way out makes of the body."""

    body: dict[str, Any]
    words: str
    path: str
    blocks: bool
    ways: dict[str, dict[str, Any]]


CASES = [
    Case(
        {"top_logprobs": 0, "logprobs": None},
        "top_logprobs is 0 while logprobs is not true",
        "top_logprobs",
        True,
        {"Set logprobs": {"top_logprobs": 0, "logprobs": True}, "Drop top_logprobs": {"logprobs": None}},
    ),
    Case(
        {"reasoning_effort": "low", "reasoning": {"effort": "high"}},
        'reasoning_effort is "low" and reasoning.effort is "high"',
        "reasoning_effort",
        True,
        {
            "Drop reasoning_effort": {"reasoning": {"effort": "high"}},
            "Drop reasoning.effort": {"reasoning_effort": "low"},
        },
    ),
    Case(
        {"reasoning_effort": "low", "reasoning": {"effort": "low", "exclude": True}},
        "one of them is enough",
        "reasoning_effort",
        False,
        {
            "Drop reasoning_effort": {"reasoning": {"effort": "low", "exclude": True}},
            "Drop reasoning.effort": {"reasoning_effort": "low", "reasoning": {"exclude": True}},
        },
    ),
    Case(
        {"reasoning_effort": "low", "reasoning": {"max_tokens": 100}},
        "reasoning.max_tokens of 100",
        "reasoning_effort",
        False,
        {
            "Drop reasoning_effort": {"reasoning": {"max_tokens": 100}},
            "Drop reasoning.max_tokens": {"reasoning_effort": "low"},
        },
    ),
    Case(
        {"reasoning": {"max_tokens": 100}, "max_completion_tokens": 100},
        "nothing is left for the answer",
        "reasoning",
        False,
        {
            "Drop reasoning.max_tokens": {"max_completion_tokens": 100},
            "Drop the limit": {"reasoning": {"max_tokens": 100}},
        },
    ),
    Case(
        {"max_tokens": 100, "max_completion_tokens": 90},
        "max_tokens is 100 beside max_completion_tokens",
        "max_tokens",
        False,
        {"Drop max_tokens": {"max_completion_tokens": 90}, "Drop max_completion_tokens": {"max_tokens": 100}},
    ),
    Case({"max_tokens": 15}, "refuse less than 16", "max_tokens", False, {"Set max_tokens to 16": {"max_tokens": 16}}),
    Case(
        {"debug": {"echo_upstream_body": True}},
        "needs stream to be true",
        "debug",
        True,
        {"Set stream": {"debug": {"echo_upstream_body": True}, "stream": True}, "Drop debug": {}},
    ),
    Case(
        AUDIO | {"stream": False},
        "only answered in a stream",
        "modalities",
        True,
        {"Set stream": AUDIO, "Drop audio": AUDIO | {"stream": False, "modalities": ["text"]}},
    ),
    Case(
        {"modalities": ["audio"], "audio": {"voice": "ash"}, "stream": True},
        'such as {"audio": {"voice"',
        "modalities",
        True,
        {"Set audio": AUDIO | {"modalities": ["audio"]}, "Drop audio": {"audio": {"voice": "ash"}, "stream": True}},
    ),
    Case(
        AUDIO | {"audio": {"voice": "ash", "format": "mp3"}},
        "another than pcm16",
        "audio",
        False,
        {"Set audio.format to pcm16": AUDIO},
    ),
    Case(
        {"plugins": [{"id": "web"}, HEALING], "stream": True},
        "streams are not healed",
        "plugins",
        False,
        {
            "Set stream to false": {"plugins": [{"id": "web"}, HEALING], "stream": False},
            "Drop healing": {"plugins": [{"id": "web"}], "stream": True},
        },
    ),
    Case(
        {"tools": [ADVISOR, CLOCK, ADVISOR, {**ADVISOR, "parameters": {"name": "advisor 2"}}]},
        "several advisors of the same name",
        "tools",
        True,
        {
            "Name the advisors": {
                "tools": [
                    ADVISOR,
                    CLOCK,
                    {**ADVISOR, "parameters": {"name": "advisor 3"}},
                    {**ADVISOR, "parameters": {"name": "advisor 2"}},
                ]
            },
            "Keep the first": {"tools": [ADVISOR, CLOCK, {**ADVISOR, "parameters": {"name": "advisor 2"}}]},
        },
    ),
    Case(
        {"tools": [SUBAGENT | {"parameters": {"name": "a"}}, SUBAGENT | {"parameters": {"name": " a "}}]},
        "several subagents of the same name",
        "tools",
        True,
        {
            "Name the subagents": {
                "tools": [SUBAGENT | {"parameters": {"name": "a"}}, SUBAGENT | {"parameters": {"name": "subagent 2"}}]
            },
            "Keep the first": subagent(name="a"),
        },
    ),
    Case(
        {"tool_choice": "required", "tools": []},
        "while tools has none",
        "tool_choice",
        False,
        {"Set tool_choice to auto": {"tool_choice": "auto", "tools": []}, "Drop tool_choice": {"tools": []}},
    ),
    Case(
        {"tool_choice": {"type": "function", "function": {"name": "f"}}, "tools": [CLOCK]},
        "not among tools",
        "tool_choice",
        False,
        {"Set tool_choice to auto": {"tool_choice": "auto", "tools": [CLOCK]}, "Drop tool_choice": {"tools": [CLOCK]}},
    ),
    Case(
        {"response_format": SCHEMA, "provider": {"sort": "price"}},
        "some endpoints ignore",
        "response_format",
        False,
        {
            "Set provider.require_parameters": {
                "response_format": SCHEMA,
                "provider": {"sort": "price", "require_parameters": True},
            }
        },
    ),
    Case(
        {"model": "a/b:online"},
        "ends in :online",
        "model",
        False,
        {"Use the web plugin": {"model": "a/b", "plugins": [{"id": "web"}]}},
    ),
    Case(
        {"transforms": []},
        "context-compression does this now",
        "transforms",
        False,
        {
            "Use context-compression": {"plugins": [{"id": "context-compression", "enabled": False}]},
            "Drop transforms": {},
        },
    ),
    Case(
        {"include_reasoning": False, "reasoning": {"effort": "low"}},
        "reasoning says the same",
        "include_reasoning",
        False,
        {
            "Use reasoning": {"reasoning": {"effort": "low", "exclude": True}},
            "Drop include_reasoning": {"reasoning": {"effort": "low"}},
        },
    ),
    Case({"usage": {"include": True}}, "usage has no effect", "usage", False, {"Drop usage": {}}),
    Case(
        {"max_tool_calls": 5, "stop_server_tools_when": [{"type": "step_count_is", "step_count": 3}]},
        "counts for nothing",
        "max_tool_calls",
        False,
        {
            "Drop max_tool_calls": {"stop_server_tools_when": [{"type": "step_count_is", "step_count": 3}]},
            "Drop stop_server_tools_when": {"max_tool_calls": 5},
        },
    ),
    Case(
        {"max_tool_calls": 31},
        "more than 30",
        "max_tool_calls",
        False,
        {"Set max_tool_calls to 30": {"max_tool_calls": 30}},
    ),
    Case(
        search(allowed_domains=["a.org"], excluded_domains=["b.org"]),
        "has both allowed_domains and excluded_domains",
        "tools[0].parameters",
        True,
        {
            "Drop allowed_domains": search(excluded_domains=["b.org"]),
            "Drop excluded_domains": search(allowed_domains=["a.org"]),
        },
    ),
    Case(
        web(include_domains=["a.org"], exclude_domains=["b.org"]),
        "has both include_domains and exclude_domains",
        "plugins[0]",
        True,
        {
            "Drop include_domains": web(exclude_domains=["b.org"]),
            "Drop exclude_domains": web(include_domains=["a.org"]),
        },
    ),
    Case(
        web(x_search={"allowed_x_handles": ["a"], "excluded_x_handles": ["b"]}),
        "has both allowed_x_handles",
        "plugins[0].x_search",
        True,
        {
            "Drop allowed_x_handles": web(x_search={"excluded_x_handles": ["b"]}),
            "Drop excluded_x_handles": web(x_search={"allowed_x_handles": ["a"]}),
        },
    ),
    Case(
        {"reasoning": {"effort": "low", "max_tokens": 100}},
        "reasoning has both effort and max_tokens",
        "reasoning",
        False,
        {"Drop effort": {"reasoning": {"max_tokens": 100}}, "Drop max_tokens": {"reasoning": {"effort": "low"}}},
    ),
    Case(
        subagent(reasoning={"effort": "low", "max_tokens": 100}),
        "has both effort and max_tokens",
        "tools[0].parameters.reasoning",
        False,
        {
            "Drop effort": subagent(reasoning={"max_tokens": 100}),
            "Drop max_tokens": subagent(reasoning={"effort": "low"}),
        },
    ),
    Case(
        search(engine="parallel", mode="instant"),
        'mode is "instant", which the engine parallel does not have',
        "tools[0].parameters.mode",
        False,
        {"Drop mode": search(engine="parallel"), "Drop engine": search(mode="instant")},
    ),
    Case(
        web(engine="perplexity", mode="fast"),
        "which the engine perplexity does not have",
        "plugins[0].mode",
        False,
        {"Drop mode": web(engine="perplexity"), "Drop engine": web(mode="fast")},
    ),
    Case(
        search(engine="perplexity", max_results=21),
        "perplexity gives at most 20",
        "tools[0].parameters.max_results",
        False,
        {"Set max_results to 20": search(engine="perplexity", max_results=20)},
    ),
    Case(
        web(engine="perplexity", max_results=50),
        "perplexity gives at most 20",
        "plugins[0].max_results",
        False,
        {"Set max_results to 20": web(engine="perplexity", max_results=20)},
    ),
    Case(
        subagent(inherit_functions=True),
        "is refused by chat completions",
        "tools[0].parameters.inherit_functions",
        True,
        {"Drop inherit_functions": {"tools": [SUBAGENT]}},
    ),
    Case(
        subagent(model="a/b", inherited_function_names=["f"]),
        "is refused by chat completions",
        "tools[0].parameters.inherited_function_names",
        True,
        {"Drop inherited_function_names": subagent(model="a/b")},
    ),
    Case(
        {"tools": [ADVISOR | {"parameters": {"stream": True}}]},
        "no effect in chat completions",
        "tools[0].parameters.stream",
        False,
        {"Drop stream": {"tools": [ADVISOR]}},
    ),
    Case(
        {"stream_options": {"include_usage": False}},
        "usage comes with every answer",
        "stream_options.include_usage",
        False,
        {"Drop include_usage": {}},
    ),
    Case(
        {"plugins": [{"id": "auto-router", "cost_quality_tradeoff": 3}]},
        "is deprecated; cost_tier",
        "plugins[0].cost_quality_tradeoff",
        False,
        {"Drop cost_quality_tradeoff": {"plugins": [{"id": "auto-router"}]}},
    ),
    Case(
        {"plugins": [{"id": "auto-beta-router", "pin_model": True}]},
        "not known to the beta router",
        "plugins[0].pin_model",
        False,
        {"Drop pin_model": {"plugins": [{"id": "auto-beta-router"}]}},
    ),
    Case(
        {"plugins": [{"id": "file-parser", "pdf": {"engine": "pdf-text"}}]},
        "the old name of cloudflare-ai",
        "plugins[0].pdf.engine",
        False,
        {"Set engine to cloudflare-ai": {"plugins": [{"id": "file-parser", "pdf": {"engine": "cloudflare-ai"}}]}},
    ),
    Case(
        subagent(tools=[CLOCK, {"type": "function"}, SUBAGENT]),
        "may have only other server tools",
        "tools[0].parameters.tools",
        True,
        {"Drop those tools": subagent(tools=[CLOCK])},
    ),
    Case(
        {"provider": {"order": ["a"], "sort": "price"}},
        "has both order and sort",
        "provider",
        False,
        {"Drop sort": {"provider": {"order": ["a"]}}, "Drop order": {"provider": {"sort": "price"}}},
    ),
    Case(
        {"provider": {"only": ["a", "b"], "ignore": ["b", "c"]}},
        "both in only and in ignore",
        "provider",
        False,
        {
            "Take it out of only": {"provider": {"only": ["a"], "ignore": ["b", "c"]}},
            "Take it out of ignore": {"provider": {"only": ["a", "b"], "ignore": ["c"]}},
        },
    ),
]
