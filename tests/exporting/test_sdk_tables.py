"""The tables of what the SDKs carry agree with the SDKs."""

from __future__ import annotations

import inspect
import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.resources.chat.completions import Completions
from openrouter import components
from openrouter.utils.serializers import marshal_json

from parley.exporting.carrier import Carrier, Fit, table
from parley.exporting.python import OPENAI_TYPES
from parley.request.fields import camel
from tests.exporting.capturing import as_sent, equal
from tests.exporting.python_table import Deriver, written
from tests.exporting.samples import WORDS, documented, recorded

PYTHON = Carrier(table("python").kinds)
OPTIONS = {"self", "extra_headers", "extra_query", "extra_body", "timeout"}


def test_the_table_of_the_python_sdk_is_that_of_the_installed_one() -> None:
    kept = (files("parley.exporting") / "carried_python.json").read_text(encoding="utf-8")
    assert kept == written(Deriver().table())


def test_openais_sdk_types_what_the_table_says() -> None:
    assert set(inspect.signature(Completions.create).parameters) - OPTIONS == OPENAI_TYPES


def sent(body: dict[str, Any]) -> Any:
    """What the official SDK makes of a body."""
    request = components.ChatRequest(**{"stream": None, **body})
    return json.loads(marshal_json(request, components.ChatRequest))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
KNOWN = [{**body, "messages": [*WORDS, *body["messages"]]} for body in documented()]


@st.composite
def disturbed(draw: st.DrawFn) -> dict[str, Any]:
    """A documented body with something else in one place, or a key too many, or one too few."""
    body = as_sent(draw(st.sampled_from(KNOWN)))
    inside: list[Any] = [body]
    for one in inside:
        children = one.values() if isinstance(one, dict) else one
        inside += [child for child in children if isinstance(child, (dict, list)) and child]
    target = draw(st.sampled_from(inside))
    places = list(target) if isinstance(target, dict) else list(range(len(target)))
    place = draw(st.sampled_from([*places, *(["new"] if isinstance(target, dict) else [])]))
    if draw(st.booleans()) or place == "new":
        target[place] = draw(JSON)
    else:
        del target[place]
    return body


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings", "ignore:.*DEPRECATED")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(disturbed())
def test_what_is_said_to_be_carried_is_sent_as_it_is(body: dict[str, Any]) -> None:
    kept = PYTHON.request(body).kept
    assert equal(sent(kept), as_sent(kept))


@pytest.mark.parametrize("body", recorded())
def test_what_is_recorded_is_carried_but_for_what_is_named(body: dict[str, Any]) -> None:
    fit = PYTHON.request(body)
    assert bool(fit.lost) == (not equal(as_sent(fit.kept), {"messages": [], **body}))


@pytest.mark.parametrize(
    ("body", "lost"),
    [
        ({"reasoning": {"max_tokens": 1, "effort": "low"}}, ("reasoning.max_tokens",)),
        ({"reasoning": {"max_tokens": 1}}, ("reasoning.max_tokens",)),
        ({"verbosity": "low", "a b\n": 1}, ("verbosity", '["a b\\n"]')),
        ({"messages": [{"role": "user"}, *WORDS]}, ("messages[0]",)),
        ({"messages": [{"role": "user"}]}, ("messages",)),
        ({"provider": {"max_price": {"prompt": 1}}}, ("provider.max_price.prompt",)),
        ({"temperature": True}, ("temperature",)),
        ({"tools": [{"type": "openrouter:datetime", "parameters": {"x": 1}}]}, ("tools[0].parameters.x",)),
        ({"user": "\ud800"}, ("user",)),
        ({"temperature": 2**60, "seed": 2**60}, ("temperature",)),
        ({"plugins": [{"id": "of tomorrow"}]}, ("plugins[0]",)),
    ],
)
def test_what_the_official_sdk_cannot_send_is_named_by_its_path(body: dict[str, Any], lost: tuple[str, ...]) -> None:
    assert PYTHON.request({"messages": WORDS, **body}).lost == lost


def test_nothing_is_left_of_what_lost_all_it_had() -> None:
    fit = PYTHON.request({"messages": WORDS, "reasoning": {"max_tokens": 1}})
    assert fit == Fit({"messages": WORDS}, ("reasoning.max_tokens",))


def test_the_typescript_sdk_spells_nearly_every_key_in_camel_case() -> None:
    kinds = table("typescript").kinds
    odd = {
        (key, name) for kind in kinds.values() if isinstance(kind, dict) for key, name in kind.get("sdk", {}).items()
    }
    spelt = {key for key, name in odd if name != camel(key)}
    assert spelt <= set(kinds["ProviderOptions"]["keys"]) if "ProviderOptions" in kinds else not spelt
