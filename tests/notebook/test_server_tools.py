"""Tools that ran on OpenRouter's side, in a receipt: only the usage tells of them."""

from __future__ import annotations

from typing import Any

import pytest

from parley.notebook.receipt import server_tools_of, tokens_of
from parley.reply import Usage

COST = {"cost": "0.0305", "cost_details": {"upstream_inference_cost": "0.0005"}}


def usage(used: Any = None, **more: Any) -> Usage:
    return Usage.model_validate({"prompt_tokens": 5, "server_tool_use_details": used, **more})


@pytest.mark.parametrize(
    ("used", "told"),
    [
        (None, []),
        ({}, []),
        ({"web_search_requests": 0}, []),
        ({"web_search_requests": 1}, ["1 web search"]),
        ({"web_search_requests": 2, "tool_calls_requested": 2}, ["2 web searches", "2 server tool calls"]),
        ({"tool_calls_requested": 3, "tool_calls_executed": 2}, ["3 server tool calls, 2 ran"]),
        ({"tool_calls_requested": 1, "tool_calls_executed": 1}, ["1 server tool call"]),
        ("odd", []),
    ],
)
def test_searches_and_calls_are_counted_apart(used, told):
    assert server_tools_of(usage(used)) == told


def test_what_they_cost_is_what_the_model_did_not():
    told = server_tools_of(usage({"web_search_requests": 3}, **COST))
    assert told[-1] == "server tools $0.03"
    assert "server tools $0.03" in tokens_of(usage({"web_search_requests": 3}, **COST))


@pytest.mark.parametrize("more", [{"cost": "0.03"}, {**COST, "is_byok": True}, {**COST, "cost": "0.0005"}])
def test_without_both_figures_nothing_is_said_of_their_cost(more):
    assert not any("$" in one for one in server_tools_of(usage({"web_search_requests": 3}, **more)))
