"""Response healing on the gateway: broken JSON is mended and told of, and everything else is left alone."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.local.healing import heals, is_json, mended

FORM = {"type": "json_object"}
HEALING = [{"id": "response-healing"}]


def ask(client: httpx.Client, model: str, **fields: Any) -> dict[str, Any]:
    body = {"model": model, "messages": [{"role": "user", "content": "Go on"}], "response_format": FORM, **fields}
    answer: dict[str, Any] = client.post(
        "/chat/completions", json=body, headers={"X-OpenRouter-Metadata": "enabled"}
    ).json()
    return answer


def test_broken_json_is_mended_and_told_of(client: httpx.Client) -> None:
    answer = ask(client, "scripted/json-broken", plugins=HEALING)
    assert json.loads(answer["choices"][0]["message"]["content"])
    (step,) = answer["openrouter_metadata"]["pipeline"]
    assert (step["type"], step["data"]) == ("response_healing", {"healed": True})


@pytest.mark.parametrize(
    ("model", "fields"), [("scripted/json", {"plugins": HEALING}), ("scripted/json-broken", {}), ("scripted/text", {})]
)
def test_what_is_whole_or_unasked_is_left_alone(client: httpx.Client, model: str, fields: dict[str, Any]) -> None:
    assert "pipeline" not in ask(client, model, **fields)["openrouter_metadata"]


@pytest.mark.parametrize(
    ("plugins", "form", "asked"),
    [
        (HEALING, FORM, True),
        ([{"id": "response-healing", "enabled": False}], FORM, False),
        ([{"id": "web"}], FORM, False),
        (HEALING, {"type": "text"}, False),
        (None, None, False),
    ],
)
def test_it_is_asked_for_together_with_json(plugins: Any, form: Any, asked: bool) -> None:
    assert heals({"plugins": plugins, "response_format": form}) is asked


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ('Sure: {"a": [1, 2', {"a": [1, 2]}),
        ('{"a": "b\\"c', {"a": 'b"c'}),
        ('{"a": 1, "b"', {"a": 1}),
        ('{"a": {"b": [true, {"c": null', {"a": {"b": [True, {"c": None}]}}),
        ("[1, 2,]", [1, 2]),
    ],
)
def test_cutting_and_closing(text: str, value: Any) -> None:
    found = mended(text)
    assert found is not None
    assert json.loads(found) == value


@pytest.mark.parametrize("text", ["", "no JSON at all", "}"])
def test_what_has_no_json_in_it_is_not_made_up(text: str) -> None:
    assert mended(text) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), values, min_size=1, max_size=3), st.data())
def test_an_object_cut_anywhere_is_mended_to_json(value: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(value)
    found = mended(text[: data.draw(st.integers(1, len(text)))])
    assert found is not None
    assert is_json(found)
