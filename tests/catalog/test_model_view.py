"""The request as the model sees it: marks on set fields, and ranges that tighten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.catalog import Catalog, Endpoint, Model
from parley.catalog.view import FieldMark, ModelView, lacking, marks
from parley.request import ChatRequest
from parley.request.parameters import PARAMETERS

TRAFFIC = Path(__file__).resolve().parents[2] / "../shared/traffic"
BODY: dict[str, Any] = {"temperature": 0, "seed": 1, "stop": ["x"], "max_completion_tokens": 50, "stream": True}


def model(*parameters: str, **known: Any) -> Model:
    return Model.model_validate({"id": "acme/quill", "name": "Quill", "supported_parameters": parameters, **known})


def endpoint(tag: str, *parameters: str, **known: Any) -> Endpoint:
    return Endpoint.model_validate(
        {"tag": tag, "provider_name": tag.title(), "supported_parameters": parameters, **known}
    )


def seen(body: dict[str, Any], model: Model, *endpoints: Endpoint) -> dict[str, FieldMark]:
    return {mark.field: mark for mark in marks(ChatRequest.parse(body), model, endpoints)}


def test_a_field_that_the_model_does_not_list_is_ignored() -> None:
    marked = seen(BODY, model("temperature", "stop", "max_tokens"))
    assert list(marked) == ["seed"]
    assert marked["seed"].message == "Quill does not support this; it will be ignored."
    assert not marked["seed"].require
    assert not marked["seed"].blocks


def test_a_model_that_lists_nothing_says_nothing() -> None:
    assert seen(BODY, model()) == {}
    assert seen(BODY, model(), endpoint("north"), endpoint("south")) == {}


def test_a_field_that_some_endpoints_ignore_can_be_required() -> None:
    ends = [endpoint("north", "seed"), endpoint("south", "stop")]
    mark = seen({"seed": 1}, model("seed", "stop"), *ends)["seed"]
    assert (mark.kind, mark.require) == ("partly", True)
    assert mark.message == "1 of 2 endpoints honour this; ignored by south."


def test_once_required_only_what_nobody_honours_is_marked() -> None:
    ends = [endpoint("north", "seed"), endpoint("south", "stop")]
    body = {"seed": 1, "top_k": 5, "provider": {"require_parameters": True}}
    marked = seen(body, model("seed", "stop"), *ends)
    assert list(marked) == ["top_k"]
    assert "nobody will answer" in marked["top_k"].message


def test_fields_that_no_endpoint_honours_together_are_named_where_they_are_required() -> None:
    ends = [endpoint("north", "seed"), endpoint("south", "stop")]
    body = {"seed": 1, "stop": "x", "provider": {"require_parameters": True}}
    marked = seen(body, model("seed", "stop"), *ends)
    assert marked["provider"].message == "No endpoint of Quill honours seed and stop together, and only such may serve."


def test_endpoints_that_may_not_serve_do_not_count() -> None:
    ends = [endpoint("north", "seed"), endpoint("south", "stop")]
    assert seen({"seed": 1, "provider": {"only": ["north"]}}, model("seed", "stop"), *ends) == {}
    marked = seen({"seed": 1, "provider": {"ignore": ["north"]}}, model("seed", "stop"), *ends)
    assert marked["seed"].kind == "ignored"


def test_preferences_that_leave_nobody_are_named() -> None:
    marked = seen({"provider": {"only": ["east"]}}, model("seed"), endpoint("north", "seed"))
    assert marked["provider"].message == "These preferences leave Quill no endpoint; it has north."


@pytest.mark.parametrize(
    ("body", "known", "kind", "words"),
    [
        ({"max_tokens": 9000}, {"top_provider": {"max_completion_tokens": 8000}}, "limit", "at most 8,000"),
        ({"max_completion_tokens": 9000}, {"context_length": 9000}, "refused", "context of 9,000"),
        ({"reasoning_effort": "max"}, {"reasoning": {"supported_efforts": ["low", "high"]}}, "limit", "low and high"),
        ({"reasoning": {"effort": "none"}}, {"reasoning": {"mandatory": True}}, "refused", "always reasons"),
        ({"reasoning": {"enabled": False}}, {"reasoning": {"mandatory": True}}, "refused", "always reasons"),
        ({"reasoning": {"max_tokens": 5}}, {"reasoning": {"supports_max_tokens": False}}, "limit", "no tokens"),
        (
            {"modalities": ["text", "audio"]},
            {"architecture": {"output_modalities": ["text"]}},
            "limit",
            "does not answer in audio",
        ),
    ],
)
def test_what_is_more_than_the_model_can_is_named(
    body: dict[str, Any], known: dict[str, Any], kind: str, words: str
) -> None:
    (mark,) = marks(ChatRequest.parse(body), model(**known))
    assert (mark.field, mark.kind) == (next(iter(body)), kind)
    assert words in mark.message
    assert mark.blocks == (kind == "refused")


def test_the_largest_endpoint_sets_the_limit() -> None:
    ends = [endpoint("north", max_completion_tokens=100), endpoint("south", max_completion_tokens=200)]
    assert seen({"max_tokens": 150}, model(top_provider={"max_completion_tokens": 100}), *ends) == {}
    assert "at most 200" in seen({"max_tokens": 250}, model(), *ends)["max_tokens"].message
    assert seen({"max_tokens": 250}, model(), *ends, endpoint("east")) == {}


def test_a_schema_needs_more_than_json() -> None:
    body = {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {}}}}
    assert "holds to no schema" in seen(body, model("response_format"))["response_format"].message
    assert seen(body, model("structured_outputs")) == {}


def test_ranges_and_choices_tighten_to_the_model() -> None:
    view = ModelView(
        slug="acme/quill:nitro",
        model=model(
            "reasoning",
            reasoning={"supported_efforts": ["low"]},
            default_parameters={"temperature": 0.6, "top_k": None},
            top_provider={"max_completion_tokens": 64_000},
        ),
        endpoints=(),
    )
    assert view.options == {"reasoning_effort": ("low",)}
    assert view.placeholders["temperature"] == "unset (0.6)"
    assert view.placeholders["max_completion_tokens"] == "unset (≤ 64K)"
    assert "top_k" not in view.placeholders


def test_an_unlisted_model_has_a_view_that_says_nothing() -> None:
    view = ModelView(slug="@preset/mine")
    assert (view.marks(ChatRequest.parse(BODY)), view.options, view.placeholders, view.providers) == ((), {}, {}, ())


def test_providers_are_suggested_by_tag_and_by_name() -> None:
    view = ModelView(model=model(), endpoints=(endpoint("north/fast"), endpoint("south"), endpoint("north")))
    assert view.providers == ("north/fast", "south", "north")


VALUES = st.sampled_from([None, 0, 1, "x", [], ["x"], {}, {"effort": "none"}, {"type": "json_schema"}, True])


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from([*PARAMETERS, "provider", "modalities", "other"]), VALUES),
    st.lists(st.lists(st.sampled_from(PARAMETERS), max_size=8), max_size=3),
)
def test_a_mark_stands_only_on_what_is_set_and_lacking_means_marked(
    body: dict[str, Any], rows: list[list[str]]
) -> None:
    request = ChatRequest.parse(body)
    ends = tuple(endpoint(f"p{number}", *row) for number, row in enumerate(rows))
    marked = {mark.field: mark for mark in marks(request, model("seed"), ends)}
    assert set(marked) <= set(body)
    for name in {name for one in ends for name in lacking(request, one)}:
        assert name in marked


@pytest.mark.skipif(not TRAFFIC.exists(), reason="the recorded traffic is not here")
def test_every_recorded_model_has_marks_for_a_busy_request() -> None:
    (path,) = TRAFFIC.glob("models_2026*")
    models = Catalog.parse(json.loads(json.loads(path.read_text(encoding="utf-8"))["body"])).models
    body = {name: {"type": "json_schema"} if name == "response_format" else 1 for name in PARAMETERS}
    marked = {one.id: {mark.field for mark in marks(ChatRequest.parse(body), one)} for one in models}
    assert all(fields <= set(PARAMETERS) for fields in marked.values())
    assert "top_k" in marked["openai/gpt-4"]
    assert "seed" not in marked["openai/gpt-4"]
