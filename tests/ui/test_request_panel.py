"""The request panel on a screen: what is drawn, typed, chosen and reset, and the settings that come back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.editors import DRAWN
from components.panel_edits import EDITS
from components.panel_fold import FoldLabel, fold_key
from parley.request import BY_NAME, ChatRequest, FieldSpec
from parley.request.kept import same

ODD: dict[str, Any] = {
    "temperature": 1,
    "top_p": 1.0,
    "min_p": None,
    "top_a": "hot",
    "top_k": 1.5,
    "seed": 2**60,
    "frequency_penalty": -7,
    "presence_penalty": 0,
    "repetition_penalty": True,
    "logit_bias": {"50256": -100, "1": 1.0},
    "max_tokens": 0,
    "logprobs": False,
    "stream": None,
    "stop": "END",
    "models": [],
    "modalities": ["text", 3],
    "model": "",
    "service_tier": "of tomorrow",
    "reasoning_effort": 3,
    "user": "two\nlines",
    "session_id": "",
    "prompt_cache_key": "a `tick` and $x$",
    "provider": {},
    "plugins": [{"id": "of-tomorrow", "nested": {"x": [1, 1.0, None]}}],
    "tools": None,
    "response_format": {"type": "json_schema", "json_schema": {"name": "", "more": 0}},
    "tool_choice": "",
    "metadata": "not a map",
    "unknown": {"deep": [0, False, "", None, []]},
}


def panel() -> None:
    """The smallest page: it keeps what the panel returns, and takes settings from elsewhere when told to."""
    import streamlit as st

    from components.request_panel import request_panel
    from components.state import write_settings
    from parley.request import ChatRequest

    state = st.session_state
    if "elsewhere" in state:
        state.settings = ChatRequest.parse(state.pop("elsewhere"))
        write_settings(state.settings)
    shown = request_panel(
        state.get("settings", ChatRequest()), default_model="local/small", models=("vendor/a", "vendor/b")
    )
    state.settings, state.problems, state.blocked = shown.request, shown.problems, shown.blocked


class Screen:
    """A running panel, and the settings it holds."""

    def __init__(self, body: dict[str, Any] | None = None) -> None:
        self.at = AppTest.from_function(panel, default_timeout=30)
        self.at.session_state["settings"] = ChatRequest.parse(body or {})
        self.run()

    def run(self) -> None:
        self.at.run()
        assert not self.at.exception

    def load(self, body: dict[str, Any]) -> None:
        self.at.session_state["elsewhere"] = body
        self.run()

    def widget(self, name: str) -> Any:
        return self.at.get_by_key(f"field-{name}")

    def put(self, name: str, value: Any) -> None:
        self.widget(name).set_value(value)
        self.run()

    def unfold(self, *names: str) -> None:
        """Open the groups of these fields: what stands beside a widget is drawn only there."""
        for name in names:
            self.at.session_state[fold_key(BY_NAME[name].group)] = True
        self.run()

    def choose(self, name: str, word: str) -> None:
        self.unfold(name)
        self.at.menu_button(key=f"field-{name}-more").click(word)
        self.run()

    def reset(self, name: str) -> None:
        self.unfold(name)
        self.at.button(key=f"field-{name}-reset").click()
        self.run()

    def reset_all(self) -> None:
        self.at.button(key="panel-reset").click()
        self.run()

    def find(self, query: str) -> None:
        self.at.text_input(key="panel-find").set_value(query)
        self.run()

    def raw(self, text: str) -> None:
        self.at.text_area(key="raw-json").set_value(text)
        self.run()

    @property
    def body(self) -> dict[str, Any]:
        return self.at.session_state["settings"].payload()

    @property
    def problems(self) -> dict[str, str]:
        return {problem.field: problem.message for problem in self.at.session_state["problems"]}

    @property
    def words(self) -> str:
        return "\n".join(element.value for element in self.at.markdown)

    @property
    def folds(self) -> list[str]:
        return [fold.label.replace("*", "") for fold in self.at.expander]


@pytest.fixture(scope="module")
def bare() -> Screen:
    return Screen()


@pytest.mark.parametrize("spec", DRAWN, ids=lambda spec: spec.name)
def test_every_field_has_a_labelled_widget_that_explains_it(bare: Screen, spec: FieldSpec) -> None:
    widget = bare.widget(spec.name)
    assert widget.label.startswith(spec.label)
    assert spec.help in widget.help
    assert spec.source in widget.help
    assert f"`{spec.name}`" in widget.help


def test_nothing_touched_sends_nothing(bare: Screen) -> None:
    assert bare.body == {}
    assert "Nothing set" in bare.words
    assert not [button for button in bare.at.button if button.key.endswith("-reset") and not button.disabled]


def test_drawing_alters_no_value_however_odd() -> None:
    screen = Screen(ODD)
    screen.run()
    assert same(screen.body, ODD)
    assert list(screen.body) == list(ODD)


def test_editing_one_field_leaves_all_others_exactly_as_they_were() -> None:
    screen = Screen(ODD)
    screen.put("max_completion_tokens", 64)
    screen.run()
    assert same(screen.body, ODD | {"max_completion_tokens": 64})
    assert list(screen.body) == [*ODD, "max_completion_tokens"]


@pytest.mark.parametrize(
    ("name", "typed", "sent"),
    [
        ("temperature", 0.0, 0),
        ("temperature", 0.25, 0.25),
        ("top_k", 0, 0),
        ("stream", False, False),
        ("reasoning_effort", "high", "high"),
        ("user", "somebody", "somebody"),
        ("stop", ["\\n\\n", "END"], ["\n\n", "END"]),
        ("model", "vendor/b", "vendor/b"),
        (
            "tools",
            '[{"type": "function", "function": {"name": "f"}}]',
            [{"type": "function", "function": {"name": "f"}}],
        ),
    ],
)
def test_what_is_typed_is_sent_and_an_emptied_widget_is_unset(name: str, typed: Any, sent: Any) -> None:
    screen = Screen()
    screen.put(name, typed)
    assert same(screen.body, {name: sent})
    screen.put(name, {"tools": "", "user": "", "stop": []}.get(name))
    assert screen.body == {}
    assert f"field-{name}-reset" not in {button.key for button in screen.at.button}


@pytest.mark.parametrize(
    ("name", "word", "value"),
    [("temperature", "null", None), ("user", '""', ""), ("stop", "[]", []), ("stop", "null", None), ("stop", '""', "")],
)
def test_the_values_that_cannot_be_typed_are_chosen_and_shown_as_a_chip(name: str, word: str, value: Any) -> None:
    screen = Screen({name: ["x"] if name == "stop" else 1 if name == "temperature" else "x"})
    screen.choose(name, word)
    screen.run()
    assert same(screen.body, {name: value})
    assert screen.widget(name).label == f"{BY_NAME[name].label} `{word}`"
    screen.choose(name, "Reset to unset")
    assert screen.body == {}


def test_a_menu_offers_only_what_the_type_allows(bare: Screen) -> None:
    bare.unfold("top_p", "user", "models", "stream")
    offered = {
        name: bare.at.menu_button(key=f"field-{name}-more").options for name in ("top_p", "user", "seed", "models")
    }
    assert {name: options[:-1] for name, options in offered.items()} == {
        "top_p": ["Send null"],
        "user": ['Send ""'],
        "seed": ["Random number", "Send null"],
        "models": ["Send []"],
    }
    assert {options[-1] for options in offered.values()} == {"Reset to unset"}
    assert "field-stream-more" not in {button.key for button in bare.at.menu_button}


def test_a_seed_can_be_drawn_by_lot() -> None:
    screen = Screen()
    screen.choose("seed", "Random number")
    assert screen.body == {"seed": screen.widget("seed").value}


def test_a_value_chosen_by_menu_gives_way_to_what_is_typed_after_it() -> None:
    screen = Screen({"top_p": 0.5})
    screen.choose("top_p", "null")
    screen.put("top_p", 0.3)
    assert screen.body == {"top_p": 0.3}
    screen.put("top_p", None)
    assert screen.body == {}


def test_an_edit_is_not_lost_when_the_script_was_ended_before_it_was_saved() -> None:
    screen = Screen({"top_p": 0.5})
    screen.at.session_state[EDITS] = {"top_p": None}
    screen.at.session_state["field-top_p"] = None
    screen.run()
    assert same(screen.body, {"top_p": None})
    screen.run()
    assert EDITS not in screen.at.session_state


@pytest.mark.parametrize("name", ["temperature", "top_a", "tools", "unknown"])
def test_one_field_is_reset_without_touching_the_others(name: str) -> None:
    screen = Screen(ODD)
    if name == "unknown":
        screen.raw("")
    else:
        screen.reset(name)
    assert same(screen.body, {key: value for key, value in ODD.items() if key != name})


def test_reset_all_unsets_everything_and_takes_away_what_cannot_be_read() -> None:
    screen = Screen(ODD)
    screen.put("trace", "{")
    screen.raw("{")
    assert f"{len(ODD) - 1} set · 1 raw key" in screen.words
    screen.reset_all()
    screen.run()
    assert screen.body == {}
    assert screen.problems == {}
    assert "Nothing set" in screen.words


def test_json_that_cannot_be_read_is_kept_named_and_holds_back_a_run() -> None:
    screen = Screen({"tools": []})
    screen.put("tools", '[{"type": }]')
    assert screen.body == {"tools": []}
    assert "tools: line 1, column 11" in screen.problems["tools"]
    assert screen.at.session_state["blocked"]
    assert screen.widget("tools").value == '[{"type": }]'
    screen.put("tools", '[{"type": "t"}]')
    assert screen.body == {"tools": [{"type": "t"}]}
    assert not screen.at.session_state["blocked"]


def test_a_value_out_of_range_is_shown_named_and_counted_at_its_group() -> None:
    screen = Screen({"temperature": 9})
    assert screen.widget("temperature").value == 9
    assert "0 to 2" in screen.problems["temperature"]
    assert "Sampling · 1 set · 1 problem" in screen.folds
    assert "temperature is 9" in screen.words


def test_a_value_its_widget_cannot_show_stands_beside_the_label() -> None:
    screen = Screen({"top_k": "many", "temperature": 0.5})
    assert screen.widget("top_k").label == 'Top K `"many"`'
    assert screen.widget("top_k").value is None
    assert screen.widget("temperature").label == "Temperature"


def test_find_shows_what_matches_and_says_what_set_fields_it_hides() -> None:
    screen = Screen({"temperature": 0.5, "stop": ["x"]})
    screen.unfold("top_p")
    screen.find("topP")
    assert [widget.label for widget in screen.at.number_input][:1] == ["Top P"]
    assert "2 set fields are not shown" in screen.words
    screen.put("top_p", 0.9)
    screen.find("")
    assert screen.at.session_state[fold_key("Sampling")]
    assert same(screen.body, {"temperature": 0.5, "stop": ["x"], "top_p": 0.9})
    assert screen.widget("temperature").value == 0.5


def test_find_without_a_match_says_so() -> None:
    screen = Screen()
    screen.find("no such thing")
    assert "No field" in screen.words


def test_raw_json_adds_unknown_keys_and_overrules_widgets() -> None:
    screen = Screen({"temperature": 0.7})
    screen.raw('{"verbosity": "low", "temperature": 0.2}')
    screen.run()
    assert same(screen.body, {"temperature": 0.2, "verbosity": "low"})
    assert "Overrides Temperature" in screen.words
    screen.raw('{"verbosity": "low"}')
    assert same(screen.body, {"temperature": 0.7, "verbosity": "low"})


def test_a_field_that_raw_json_overrules_can_be_reset() -> None:
    screen = Screen()
    screen.raw('{"verbosity": "low", "top_p": 0.2}')
    screen.reset("top_p")
    assert screen.body == {"verbosity": "low"}
    assert json.loads(screen.at.text_area(key="raw-json").value) == {"verbosity": "low"}


@pytest.mark.parametrize(
    ("text", "reason"), [('{"a" 1}', "line 1, column 6"), ("[1]", "an object"), ('{"messages": []}', "cells")]
)
def test_raw_json_that_is_no_object_of_keys_changes_nothing(text: str, reason: str) -> None:
    screen = Screen({"unknown": 1})
    screen.raw(text)
    assert screen.body == {"unknown": 1}
    assert reason in screen.problems["raw-json"]


def test_settings_from_elsewhere_replace_every_widget() -> None:
    screen = Screen(ODD)
    screen.put("tools", "{")
    screen.choose("min_p", "Reset to unset")
    screen.load({"temperature": 0.5, "other": 1})
    screen.run()
    assert same(screen.body, {"temperature": 0.5, "other": 1})
    assert screen.problems == {}
    assert screen.widget("tools").value in (None, "")
    screen.load({})
    assert screen.body == {}


@pytest.mark.parametrize("spec", DRAWN, ids=lambda spec: spec.name)
def test_loading_a_value_of_any_field_shows_it_and_keeps_it(bare: Screen, spec: FieldSpec) -> None:
    samples = {"number": 0.5, "integer": 3, "switch": True, "text_list": ["a b"], "json": {"type": "x"}}
    body = {spec.name: samples.get(spec.editor, "words")}
    bare.load(body)
    assert bare.widget(spec.name).value not in (None, "", [])
    assert same(bare.body, body)
    bare.load({})


def test_the_model_is_chosen_on_top_and_its_default_named(bare: Screen) -> None:
    model = bare.at.selectbox[0]
    assert (model.key, model.placeholder) == ("field-model", "local/small")
    assert model.options == ["vendor/a", "vendor/b"]


def test_a_fold_stays_the_same_one_when_its_count_changes() -> None:
    screen = Screen()
    screen.unfold("temperature")
    before = next(fold for fold in screen.at.expander if "Sampling" in fold.label)
    screen.put("temperature", 0.5)
    after = next(fold for fold in screen.at.expander if "Sampling" in fold.label)
    assert (before.label, after.label) == ("**Sampling**", "**Sampling** · 1 set")
    assert before.proto.id == after.proto.id
    assert str(FoldLabel("Sampling", "1 set")) == "Sampling"


def test_what_stands_beside_a_widget_is_drawn_only_where_its_fold_is_open() -> None:
    screen = Screen({"temperature": 0.5, "tools": []})
    assert [button.key for button in screen.at.menu_button] == ["field-model-more"]
    screen.unfold("temperature", "tools")
    keys = {button.key for button in screen.at.button}
    assert {"field-temperature-reset", "field-tools-reset"} <= keys
    assert "field-top_p-reset" not in keys
