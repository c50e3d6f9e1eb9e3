"""Which words of `supported_parameters` a field needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parley.request import BY_NAME, ChatRequest
from parley.request.parameters import ANY_OF, PARAMETERS, needed, needs

CONTRACT = Path(__file__).resolve().parents[2] / "../shared/contract/openrouter-openapi.json"


@pytest.mark.skipif(not CONTRACT.exists(), reason="the API's description is not here")
def test_every_word_of_the_api_is_known() -> None:
    schemas = json.loads(CONTRACT.read_text(encoding="utf-8"))["components"]["schemas"]
    assert set(schemas["Parameter"]["enum"]) == set(PARAMETERS)


def test_the_table_names_fields_and_words_only() -> None:
    assert set(ANY_OF) <= set(BY_NAME)
    assert {word for words in ANY_OF.values() for word in words} <= set(PARAMETERS)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("temperature", 0, ("temperature",)),
        ("seed", 7, ("seed",)),
        ("max_tokens", 5, ("max_tokens", "max_completion_tokens")),
        ("reasoning_effort", "low", ("reasoning_effort", "reasoning")),
        ("reasoning", {"effort": "low"}, ("reasoning",)),
        ("response_format", {"type": "json_object"}, ("response_format", "structured_outputs")),
        ("response_format", {"type": "json_schema", "json_schema": {}}, ("structured_outputs",)),
        ("verbosity", "low", ("verbosity",)),
    ],
)
def test_a_field_needs_its_own_word_or_what_stands_for_it(name: str, value: Any, words: tuple[str, ...]) -> None:
    assert needed(name, value) == words


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", None),
        ("logprobs", False),
        ("stop", []),
        ("tools", []),
        ("tool_choice", "none"),
        ("response_format", {"type": "text"}),
        ("reasoning", {"enabled": False}),
        ("reasoning", {"effort": "none", "exclude": True}),
        ("reasoning_effort", "none"),
        ("provider", {"only": ["x"]}),
        ("stream", True),
        ("metadata", {"a": "b"}),
        ("unknown", 1),
    ],
)
def test_what_asks_for_nothing_needs_nothing(name: str, value: Any) -> None:
    assert needed(name, value) == ()


def test_raw_keys_need_their_words_too() -> None:
    request = ChatRequest.parse({"model": "a/b", "seed": 1, "web_search_options": {"x": 1}, "other": 2})
    assert needs(request) == {"seed": ("seed",), "web_search_options": ("web_search_options",)}
