"""The request panel on a screen: what is drawn, typed, chosen and reset, and the settings that come back."""

from __future__ import annotations

from typing import Any

import pytest

from components.panel.editors import DRAWN
from parley.request import BY_NAME, FieldSpec
from parley.request.kept import same
from tests.ui.panel_screen import ODD, Screen


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
    assert "Sampling · 1 set · :red[1 problem]" in screen.folds
    assert "temperature is 9" in screen.words


def test_a_value_its_widget_cannot_show_stands_beside_the_label() -> None:
    screen = Screen({"top_k": "many", "temperature": 0.5})
    assert screen.widget("top_k").label == 'Top K `"many"`'
    assert screen.widget("top_k").value is None
    assert screen.widget("temperature").label == "Temperature"


def test_the_model_is_chosen_on_top_and_its_default_named(bare: Screen) -> None:
    model = bare.at.selectbox[0]
    assert (model.key, model.placeholder) == ("field-model", "local/small")
    assert model.options == ["vendor/a", "vendor/b"]


ECHO = {"debug": {"echo_upstream_body": True}}
ALOUD = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "pcm16"}}


@pytest.mark.parametrize("body", [ECHO, ALOUD], ids=["echo", "audio"])
def test_what_is_sent_anyway_counts_when_the_request_is_checked(body: dict[str, Any]) -> None:
    screen = Screen(body, sent_anyway={"stream": True})
    assert (screen.body, screen.problems) == (body, {})
    screen.put("stream", False)
    assert "stream" in " ".join(screen.problems.values())
    assert screen.at.session_state["blocked"]


def test_a_null_is_sent_and_not_replaced_by_what_is_sent_anyway() -> None:
    assert "debug" in Screen({**ECHO, "stream": None}, sent_anyway={"stream": True}).problems


def test_advice_about_what_is_sent_anyway_is_shown() -> None:
    healed = {"plugins": [{"id": "response-healing"}]}
    screen = Screen(healed, sent_anyway={"stream": True})
    assert "set stream to false" in screen.problems["plugins"]
    assert (screen.body, screen.at.session_state["blocked"]) == (healed, False)
    assert Screen({**healed, "stream": False}, sent_anyway={"stream": True}).problems == {}
