"""The fields: all of them, each explained, and the same as everybody else's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import pytest
from openrouter import components
from pydantic import MISSING

from parley.request import BY_NAME, FIELDS, GROUPS, Bounds, ChatRequest, FieldSpec, Knob, find
from parley.request.fields import spec_of
from parley.request.knob import Integer

SHARED = Path(__file__).resolve().parents[2] / "../shared"
CONTRACT = SHARED / "contract" / "openrouter-openapi.json"
TRAFFIC = sorted((SHARED / "traffic").glob("*.json"))


def test_the_fields_are_those_of_the_official_package_and_route() -> None:
    theirs = {field.alias or name for name, field in components.ChatRequest.model_fields.items()}
    assert set(ChatRequest.model_fields) == theirs | {"route"}
    assert len(FIELDS) == 43


@pytest.mark.skipif(not CONTRACT.exists(), reason="the API's description is not here")
def test_the_fields_are_those_of_the_contract_and_deferred_tools() -> None:
    contract = json.loads(CONTRACT.read_text())["components"]["schemas"]["ChatRequest"]
    assert set(BY_NAME) == set(contract["properties"]) | {"deferred_tools"}


@pytest.mark.skipif(not CONTRACT.exists(), reason="the API's description is not here")
def test_null_means_something_exactly_where_the_contract_says_so() -> None:
    schemas = json.loads(CONTRACT.read_text())["components"]["schemas"]

    def nullable(schema: dict[str, Any]) -> bool:
        schema = schemas[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
        return "null" in schema.get("type", []) or any(nullable(part) for part in schema.get("anyOf", []))

    told = {name: nullable(schema) for name, schema in schemas["ChatRequest"]["properties"].items()}
    assert {name: spec.nullable for name, spec in BY_NAME.items() if name in told} == told


@pytest.mark.skipif(not TRAFFIC, reason="no recorded traffic here")
@pytest.mark.parametrize("path", TRAFFIC, ids=lambda path: path.stem)
def test_recorded_requests_come_back_key_for_key_and_wholly_typed(path: Path) -> None:
    body = json.loads(path.read_text()).get("request")
    if not isinstance(body, dict):
        pytest.skip("no request in this recording")
    request = ChatRequest.parse(body)
    assert json.dumps(request.payload()) == json.dumps(body)
    assert not set(request.extra) & set(BY_NAME)


@pytest.mark.parametrize("spec", FIELDS, ids=lambda spec: spec.name)
def test_every_field_is_explained_to_the_person_at_the_control(spec: FieldSpec) -> None:
    assert spec.group in GROUPS
    assert spec.label[0].isupper()
    assert spec.source.startswith("https://openrouter.ai/docs/")
    assert 40 < len(spec.help) < 400
    assert spec.help.endswith(".")


@pytest.mark.parametrize("spec", [spec for spec in FIELDS if spec.low is not None], ids=lambda spec: spec.name)
def test_the_help_of_a_bounded_field_names_its_range(spec: FieldSpec) -> None:
    assert f"{spec.low:g}" in spec.help
    assert spec.high is None or f"{spec.high:g}" in spec.help


@pytest.mark.parametrize(
    ("name", "editor", "shape"),
    [
        ("temperature", "number", None),
        ("top_k", "integer", None),
        ("service_tier", "choice", None),
        ("logprobs", "switch", None),
        ("user", "text", None),
        ("stop", "text_list", "array"),
        ("model", "model", None),
        ("tools", "json", "array"),
        ("provider", "json", "object"),
        ("tool_choice", "json", "object"),
        ("metadata", "json", "object"),
    ],
)
def test_each_shape_has_its_editor(name: str, editor: str, shape: str | None) -> None:
    assert (BY_NAME[name].editor, BY_NAME[name].shape) == (editor, shape)


def test_bounds_of_whole_numbers_are_whole_and_others_are_not() -> None:
    assert repr((BY_NAME["top_logprobs"].low, BY_NAME["top_logprobs"].step)) == "(0, 1)"
    assert repr((BY_NAME["temperature"].high, BY_NAME["temperature"].step)) == "(2.0, 0.05)"


def test_fields_stand_in_the_order_of_their_groups_and_the_model_comes_first() -> None:
    places = [GROUPS.index(spec.group) for spec in FIELDS]
    assert places == sorted(places)
    assert FIELDS[0].name == "model"
    assert set(places) == set(range(len(GROUPS)))


def test_one_declaration_makes_a_field() -> None:
    class Tomorrow(ChatRequest):
        patience: Annotated[
            Integer | MISSING | None, Bounds(low=0, high=9), Knob("Reasoning", "guides/patience", step=1)
        ] = MISSING
        """How long to wait, 0 to 9."""

    spec = spec_of("patience", Tomorrow.model_fields["patience"])
    assert (spec.label, spec.editor, spec.low, spec.high, spec.help) == (
        "Patience",
        "integer",
        0,
        9,
        "How long to wait, 0 to 9.",
    )
    assert Tomorrow(patience=0).payload() == {"patience": 0}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("temperature", "temperature"),
        ("maxTokens", "max_tokens"),
        ("max_tokens", "max_tokens"),
        ("Top P", "top_p"),
        ("creativity", "temperature"),
        ("include_reasoning", "reasoning"),
        ("transforms", "plugins"),
        ("json mode", "response_format"),
        ("bans a token", "logit_bias"),
        ("zdr", "provider"),
        ("sticky", "session_id"),
        ("preferred latency", "provider"),
        ("middle-out", "plugins"),
        ("16:9", "image_config"),
        ("numPredict", "max_completion_tokens"),
        ("repeat", "repetition_penalty"),
        ("stop words", "stop"),
    ],
)
def test_a_field_is_found_by_name_label_former_spelling_or_meaning(query: str, first: str) -> None:
    assert find(query)[0].name == first


def test_a_word_is_looked_for_from_its_beginning() -> None:
    assert BY_NAME["provider"] not in find("vider")
    assert BY_NAME["provider"] in find("provid")


def test_nothing_found_is_nothing_and_no_query_is_everything() -> None:
    assert find("zzz") == find("!?") == ()
    assert find(" ") == FIELDS
