"""Every tool, plugin, condition, format and preference that is documented, with every key it has, is known by type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from parley.request import ChatRequest, Kept, problems

BUDGET = {"effort": "low", "max_tokens": 100}
PLACE = {"type": "approximate", "city": "Graz", "region": None, "country": "AT", "timezone": "Europe/Vienna"}
X_SEARCH = {
    "allowed_x_handles": ["a"],
    "from_date": "2026-01-01",
    "to_date": "2026-02-01",
    "enable_image_understanding": True,
    "enable_video_understanding": False,
}
SEARCH = {
    "engine": "exa",
    "max_results": 5,
    "max_total_results": 50,
    "max_uses": 2,
    "max_characters": 1000,
    "search_context_size": "high",
    "allowed_domains": ["a.org"],
    "mode": "deep",
    "user_location": PLACE,
    "x_search": X_SEARCH,
}
HELPER = {
    "name": "second opinion",
    "model": "a/b",
    "instructions": "Be brief.",
    "max_completion_tokens": 500,
    "temperature": 0.2,
    "reasoning": BUDGET,
}
NESTED = [{"type": "openrouter:datetime", "parameters": {"timezone": "UTC"}}]
FUSED = {"analysis_models": ["a/b"], "model": "c/d", "max_tool_calls": 4, "tools": NESTED}
ROUTED = {"allowed_models": ["a/*"], "excluded_models": ["b/*"], "cost_tier": "low"}

TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {"name": "f", "description": "d", "parameters": {}, "strict": None, "defer_loading": False},
        "cache_control": {"type": "ephemeral", "ttl": "1h"},
        "defer_loading": True,
    },
    {"type": "openrouter:web_search", "parameters": SEARCH},
    {"type": "web_search", **SEARCH},
    {"type": "web_search_preview", "parameters": SEARCH},
    {"type": "web_search_preview_2025_03_11"},
    {"type": "web_search_2025_08_26"},
    {
        "type": "openrouter:web_fetch",
        "parameters": {"engine": "exa", "max_uses": 1, "max_content_tokens": 9, "blocked_domains": ["b.org"]},
    },
    {"type": "openrouter:datetime", "parameters": {"timezone": "Europe/Vienna"}},
    {"type": "openrouter:image_generation", "parameters": {"model": "openai/gpt-5-image"}},
    {"type": "openrouter:advisor", "parameters": {**HELPER, "forward_transcript": True, "stream": False}},
    {"type": "openrouter:subagent", "parameters": {**HELPER, "tools": NESTED, "max_tool_calls": 25}},
    {
        "type": "openrouter:fusion",
        "parameters": {
            **FUSED,
            "max_completion_tokens": 16000,
            "reasoning": BUDGET,
            "temperature": 1,
            "cache_control": {"type": "ephemeral"},
        },
    },
    {
        "type": "openrouter:bash",
        "parameters": {
            "engine": "openrouter",
            "environment": {"type": "container_reference", "container_id": "c1", "file_ids": [], "network_policy": {}},
            "sleep_after_seconds": 900,
        },
    },
    {"type": "openrouter:files", "parameters": {}},
    {"type": "openrouter:experimental__search_models", "parameters": {"max_results": 20}},
]

PLUGINS: list[dict[str, Any]] = [
    {
        "id": "web",
        "enabled": True,
        "engine": "native",
        "max_results": 5,
        "max_uses": 1,
        "mode": "fast",
        "search_prompt": "Look:",
        "include_domains": ["*.org/a"],
        "user_location": None,
        "x_search": X_SEARCH,
    },
    {"id": "web-fetch", "max_uses": 1, "max_content_tokens": 9, "allowed_domains": ["a"], "enabled": False},
    {"id": "file-parser", "pdf": {"engine": "mistral-ocr"}},
    {"id": "response-healing", "enabled": True},
    {"id": "context-compression", "engine": "middle-out"},
    {"id": "moderation"},
    {"id": "auto-router", **ROUTED, "cost_quality_tradeoff": 9, "pin_model": True},
    {"id": "auto-beta-router", **ROUTED, "cost_quality_tradeoff": 0},
    {"id": "pareto-router", "min_coding_score": 0.5, "max_price": 2, "price_source": "prompt"},
    {"id": "fusion", "preset": "general-fast", **FUSED},
    {
        "id": "alignment",
        "rules": [{"rule": "Be kind.", "watch": ["content"]}],
        "mode": "audit",
        "threshold": 0.7,
        "max_retries": 1,
        "instruct": True,
    },
    {
        "id": "armor",
        "mode": "enforce",
        "on_error": "block",
        "output_mode": "text",
        "classifier_context": {"v": 1},
        "evaluate_native_tools": False,
        "use_cc_style_default_rules": True,
    },
    {"id": "jev-router", "models": ["a/*"], **ROUTED},
    {"id": "switchyard-router", "algorithm": "stage", "judge_model": "a/b"},
]

CONDITIONS: list[dict[str, Any]] = [
    {"type": "step_count_is", "step_count": 3},
    {"type": "has_tool_call", "tool_name": "f"},
    {"type": "max_tokens_used", "max_tokens": 1000},
    {"type": "max_cost", "max_cost_in_dollars": 0.5},
    {"type": "finish_reason_is", "reason": "length"},
]

FORMATS: list[dict[str, Any]] = [
    {"type": "text"},
    {"type": "json_object"},
    {"type": "json_schema", "json_schema": {"name": "n", "description": "d", "schema": {}, "strict": True}},
    {"type": "grammar", "grammar": "root ::= 'a'"},
    {"type": "python"},
]

PROVIDERS: list[dict[str, Any]] = [
    {
        "order": ["fireworks/fast"],
        "only": ["google-vertex/europe"],
        "ignore": None,
        "allow_fallbacks": False,
        "require_parameters": True,
        "data_collection": "deny",
        "zdr": True,
        "enforce_distillable_text": None,
        "quantizations": ["fp8", "bf16"],
        "sort": "throughput",
        "max_price": {"prompt": "1", "completion": "2.5", "image": ".1", "audio": "0", "request": "0.01"},
        "preferred_max_latency": 2,
        "preferred_min_throughput": {"p50": 100, "p75": 80.5, "p90": None, "p99": 10},
        "options": {"openai": {}},
    },
    {"sort": {"by": "price", "partition": "none"}, "preferred_max_latency": {"p90": 3}},
]

PARTS: list[dict[str, Any]] = [
    {
        "type": "text",
        "text": "t",
        "cache_control": {"type": "ephemeral"},
        "prompt_cache_breakpoint": {"mode": "explicit"},
    },
    {"type": "image_url", "image_url": {"url": "https://a.org/a.png", "detail": "original"}},
    {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
    {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA==", "file_id": "f"}},
    {"type": "video_url", "video_url": {"url": "https://a.org/a.mp4", "processing": "static"}},
    {"type": "input_video", "video_url": {"url": "https://a.org/a.mp4"}},
]

MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": "s", "name": "n", "configuration_update": {"reasoning": {"effort": "low"}}},
    {"role": "developer", "content": PARTS[:1], "name": "n"},
    {"role": "user", "content": PARTS, "name": "n"},
    {
        "role": "assistant",
        "content": None,
        "name": "n",
        "model": "a/b",
        "refusal": None,
        "reasoning": "hm",
        "reasoning_content": "hm",
        "reasoning_details": [
            {"type": "reasoning.text", "text": "hm", "signature": "x", "id": None, "format": "unknown", "index": 0},
            {"type": "reasoning.summary", "summary": "hm"},
            {"type": "reasoning.encrypted", "data": "AA"},
            {
                "type": "reasoning.server_tool_call",
                "tool_name": "t",
                "arguments": "{}",
                "result": "",
                "tool_call_id": "1",
            },
        ],
        "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        "images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}, "index": 0}],
        "audio": {"id": "a", "data": "AA==", "transcript": "hi", "expires_at": 1},
        "annotations": [{"type": "url_citation", "url_citation": {"url": "https://a.org"}}],
    },
    {"role": "tool", "tool_call_id": "1", "content": PARTS[:1]},
]

OTHERS: list[dict[str, Any]] = [
    {
        "reasoning": {
            "effort": "high",
            "summary": "auto",
            "exclude": True,
            "enabled": True,
            "context": "auto",
            "mode": "pro",
        }
    },
    {"reasoning": {"max_tokens": 2000}},
    {"tool_choice": {"type": "function", "function": {"name": "f"}}, "tools": TOOLS[:1]},
    {"tool_choice": {"type": "openrouter:web_search"}, "tools": TOOLS[1:2]},
    {"prediction": {"type": "content", "content": [{"type": "text", "text": "t"}]}},
    {"cache_control": {"type": "ephemeral", "ttl": "5m"}},
    {"prompt_cache_options": {"mode": "explicit", "ttl": "30m"}},
    {"stream_options": {"include_usage": True}},
    {"debug": {"echo_upstream_body": True}, "stream": True},
    {"trace": {"trace_id": "1", "trace_name": "n", "span_name": "s", "generation_name": "g", "parent_span_id": "p"}},
    {"image_config": {"aspect_ratio": "16:9", "quality": 2, "fonts": [{"name": "x"}]}},
    {
        "deferred_tools": {
            "protocol": "v1",
            "profile": "portable",
            "search": {"type": "bm25", "max_results": 5},
            "validation": "runtime",
        }
    },
]

BODIES = [
    *({"tools": [tool]} for tool in TOOLS),
    *({"plugins": [plugin]} for plugin in PLUGINS),
    *({"stop_server_tools_when": [condition]} for condition in CONDITIONS),
    *({"response_format": shape} for shape in FORMATS),
    *({"provider": preferences} for preferences in PROVIDERS),
    *({"messages": [message]} for message in MESSAGES),
    *OTHERS,
]


def everything_in(value: Any) -> Iterator[Kept]:
    if isinstance(value, list):
        for item in value:
            yield from everything_in(item)
    elif isinstance(value, Kept):
        yield value
        for _, held in value.held():
            yield from everything_in(held)


def called(body: dict[str, Any]) -> str:
    """The field of an example, and what names the value in it."""
    field, value = next(iter(body.items()))
    first = value[0] if isinstance(value, list) else value
    return f"{field}-{first.get('type') or first.get('id') or first.get('role') or next(iter(first))}"


@pytest.mark.parametrize("body", BODIES, ids=called)
def test_whatever_is_documented_is_known_by_type_with_every_key(body: dict[str, Any]) -> None:
    request = ChatRequest.parse(body)
    assert [(value, value.extra) for value in everything_in(request) if value.extra] == []
    assert not [value for value in everything_in(request) if type(value).__name__.startswith("Other")]
    assert request.payload() == body


@pytest.mark.parametrize("body", BODIES, ids=called)
def test_whatever_is_documented_can_be_sent(body: dict[str, Any]) -> None:
    assert not [problem for problem in problems(ChatRequest.parse(body), settings_only=True) if problem.blocks]


@pytest.mark.parametrize("body", BODIES, ids=called)
def test_whatever_is_documented_can_be_built_in_code(body: dict[str, Any]) -> None:
    assert ChatRequest(**body) == ChatRequest.parse(body)


@pytest.mark.parametrize(
    ("wide", "kept"),
    [
        ({"type": "openrouter:image_generation", "parameters": {"model": "m", "aspect_ratio": "1:1"}}, "aspect_ratio"),
        ({"type": "openrouter:web_search", "parameters": {"depth": 3}}, "depth"),
    ],
)
def test_settings_a_tool_will_have_tomorrow_are_kept_with_it(wide: dict[str, Any], kept: str) -> None:
    request = ChatRequest.parse({"tools": [wide]})
    assert [list(value.extra) for value in everything_in(request) if value.extra] == [[kept]]
    assert request.payload() == {"tools": [wide]}
