"""The forms that are more than their outline: plugins, tools, the choice of a tool, formats, maps, stop conditions."""

from __future__ import annotations

from typing import Any

import pytest

from parley.request.kept import same
from tests.ui.panel_screen import Screen

WEATHER = {"type": "function", "function": {"name": "weather"}}
SEARCH = {"type": "openrouter:web_search"}


def opened(body: dict[str, Any], name: str, *inner: str) -> Screen:
    screen = Screen(body)
    screen.open_form(name, *inner)
    return screen


def test_a_plugin_is_a_switch_with_its_settings_below() -> None:
    screen = opened({}, "plugins")
    assert "field-plugins-web-fold" not in screen.drawn
    screen.switch("plugins-web", True)
    assert screen.body == {"plugins": [{"id": "web"}]}
    screen.open_form("plugins", "web")
    screen.put("plugins-0-max_results", 3)
    screen.switch("plugins-moderation", True)
    assert screen.body == {"plugins": [{"id": "web", "max_results": 3}, {"id": "moderation"}]}


def test_a_plugin_that_is_switched_off_and_on_has_its_settings_again() -> None:
    screen = opened({"plugins": [{"id": "web", "max_results": 3, "new": 1.0}]}, "plugins")
    screen.switch("plugins-web", False)
    assert screen.body == {}
    screen.switch("plugins-web", True)
    assert same(screen.body, {"plugins": [{"id": "web", "max_results": 3, "new": 1.0}]})


def test_plugins_that_nobody_knows_stay_and_can_be_removed() -> None:
    body = {"plugins": [{"id": "of-tomorrow", "x": 1.0}, {"id": "web", "enabled": False}, 7]}
    screen = opened(body, "plugins", "0")
    assert screen.at.toggle(key="field-plugins-web").label == "Web `enabled: false`"
    screen.switch("plugins-fusion", True)
    assert same(screen.body, {"plugins": [*body["plugins"], {"id": "fusion"}]})
    screen.pick("plugins-0-act", "Remove")
    assert screen.body == {"plugins": [{"id": "web", "enabled": False}, 7, {"id": "fusion"}]}


def test_tools_are_added_from_a_menu_and_described() -> None:
    screen = opened({}, "tools")
    offered = screen.at.menu_button(key="field-tools-add").options
    assert {"Function", "Web search", "Files", "Web search (web_search)", "Web search preview"} <= set(offered)
    screen.pick("tools-add", "function")
    screen.put("tools-0-function-name", "weather")
    screen.put("tools-0-function-parameters", '{"type": "objct"}')
    assert screen.body == {
        "tools": [{"type": "function", "function": {"name": "weather", "parameters": {"type": "objct"}}}]
    }
    assert 'type is "objct"' in screen.problems["tools"]
    assert "1 · weather" in " ".join(screen.folds)


@pytest.mark.parametrize(
    ("kind", "part", "typed"),
    [
        ("openrouter:web_search", "engine", "exa"),
        ("openrouter:web_fetch", "allowed_domains", ["example.org"]),
        ("openrouter:datetime", "timezone", "Europe/Lisbon"),
        ("openrouter:image_generation", "model", "vendor/a"),
        ("openrouter:advisor", "instructions", "Be brief.\nBe kind."),
        ("openrouter:subagent", "max_tool_calls", 3),
        ("openrouter:fusion", "analysis_models", ["vendor/a"]),
        ("openrouter:bash", "engine", "native"),
        ("openrouter:experimental__search_models", "max_results", 4),
    ],
)
def test_every_server_tool_has_its_settings(kind: str, part: str, typed: Any) -> None:
    screen = opened({}, "tools", "0-parameters")
    screen.pick("tools-add", kind)
    screen.put(f"tools-0-parameters-{part}", typed)
    assert same(screen.body, {"tools": [{"type": kind, "parameters": {part: typed}}]})


def test_items_move_double_and_go_and_their_folds_with_them() -> None:
    screen = opened({"tools": [WEATHER, SEARCH]}, "tools", "1")
    screen.pick("tools-1-act", "Move up")
    assert screen.body == {"tools": [SEARCH, WEATHER]}
    assert screen.at.session_state["field-tools-0-fold"]
    assert not screen.at.session_state["field-tools-1-fold"]
    screen.pick("tools-0-act", "Duplicate")
    assert screen.body == {"tools": [SEARCH, SEARCH, WEATHER]}
    for _ in range(2):
        screen.open_form("tools", "0")
        screen.pick("tools-0-act", "Remove")
    assert screen.body == {"tools": [WEATHER]}
    screen.open_form("tools", "0")
    screen.pick("tools-0-act", "Remove")
    assert screen.body == {}


def test_a_schema_begins_empty_and_is_made_strict_by_a_button() -> None:
    screen = opened({"tools": [WEATHER]}, "tools", "0")
    screen.press("tools-0-function-parameters-begin")
    assert "Fit for strict mode" in screen.words
    screen.put("tools-0-function-parameters", '{"type": "object", "properties": {"a": {"type": "string"}}}')
    assert "does not require a" in screen.words
    screen.press("tools-0-function-parameters-make-strict")
    schema = screen.body["tools"][0]["function"]["parameters"]
    assert (schema["required"], schema["additionalProperties"]) == (["a"], False)


def test_the_tool_that_must_be_called_is_chosen_by_name() -> None:
    screen = opened({"tools": [WEATHER, SEARCH]}, "tool_choice")
    assert screen.widget("tool_choice-choice").options[3:] == ["weather()", "openrouter:web_search"]
    screen.put("tool_choice-choice", "weather()")
    assert screen.body["tool_choice"] == {"type": "function", "function": {"name": "weather"}}
    screen.put("tool_choice-choice", "openrouter:web_search")
    assert screen.body["tool_choice"] == {"type": "openrouter:web_search"}
    screen.put("tool_choice-choice", "none")
    assert screen.widget("tool_choice").value == '"none"'
    screen.put("tool_choice-choice", None)
    assert "tool_choice" not in screen.body


def test_a_choice_of_a_tool_that_is_not_declared_is_shown() -> None:
    screen = opened({"tool_choice": {"type": "function", "function": {"name": "gone"}}}, "tool_choice")
    assert screen.widget("tool_choice-choice").label == "Which tool `gone()`"


def test_a_format_is_chosen_and_what_it_was_is_found_again() -> None:
    screen = opened({}, "response_format")
    screen.put("response_format-type", "json_schema")
    screen.put("response_format-json_schema-name", "answer")
    screen.put("response_format-json_schema-schema", '{"type": "object"}')
    screen.put("response_format-json_schema-strict", True)
    assert "is marked strict, but" in screen.words
    whole = screen.body
    screen.put("response_format-type", "json_object")
    assert screen.body == {"response_format": {"type": "json_object"}}
    screen.put("response_format-type", "json_schema")
    assert screen.body == whole
    screen.put("response_format-type", None)
    assert screen.body == {}


def test_a_format_of_tomorrow_is_kept() -> None:
    screen = opened({"response_format": {"type": "yaml", "indent": 2}}, "response_format")
    assert screen.widget("response_format-type").value == "yaml"
    assert '`"indent"`' in screen.words
    assert screen.body == {"response_format": {"type": "yaml", "indent": 2}}


def test_notes_are_pairs_that_are_counted() -> None:
    screen = opened({"metadata": {"team": "blue"}}, "metadata")
    assert "1 of 16 pairs" in screen.words
    assert screen.widget("metadata-0").label == "Text (4 of 512)"
    screen.widget("metadata-new-name").set_value("ticket")
    screen.widget("metadata-new-value").set_value("A-7")
    screen.press("metadata-add")
    assert screen.body == {"metadata": {"team": "blue", "ticket": "A-7"}}
    assert screen.widget("metadata-new-name").value in (None, "")
    screen.put("metadata-0-name", "crew")
    screen.put("metadata-0", "red")
    assert list(screen.body["metadata"].items()) == [("crew", "red"), ("ticket", "A-7")]
    screen.press("metadata-0-reset")
    assert screen.body == {"metadata": {"ticket": "A-7"}}


@pytest.mark.parametrize(
    ("name", "typed", "said"), [(None, "x", "Give it a name"), ("team", "x", "already")], ids=["none", "taken"]
)
def test_a_pair_that_cannot_be_added_stays_in_its_boxes(name: str | None, typed: str, said: str) -> None:
    screen = opened({"metadata": {"team": "blue"}}, "metadata")
    screen.widget("metadata-new-name").set_value(name)
    screen.widget("metadata-new-value").set_value(typed)
    screen.press("metadata-add")
    assert said in screen.words
    assert screen.widget("metadata-new-value").value == typed
    assert screen.body == {"metadata": {"team": "blue"}}


def test_tokens_have_a_bias_within_bounds() -> None:
    screen = opened({"logit_bias": {"50256": -100}}, "logit_bias")
    screen.put("logit_bias-0", 400.0)
    assert "-100 to 100" in screen.problems["logit_bias"]
    screen.widget("logit_bias-new-name").set_value("11")
    screen.press("logit_bias-add")
    assert "Give it a number" in screen.words
    screen.widget("logit_bias-new-value").set_value(5.0)
    screen.press("logit_bias-add")
    assert same(screen.body, {"logit_bias": {"50256": 400, "11": 5}})


def test_settings_of_an_image_are_words_numbers_or_lists() -> None:
    screen = opened({"image_config": {"aspect_ratio": "16:9", "n": 1.0}}, "image_config")
    screen.put("image_config-0", "[4, 3]")
    assert same(screen.body, {"image_config": {"aspect_ratio": [4, 3], "n": 1.0}})
    screen.put("image_config-1", '"2"')
    assert screen.body["image_config"]["n"] == "2"
    screen.put("image_config-1", "[2")
    assert "image_config.n: line 1" in screen.problems["image_config"]
    assert screen.widget("image_config-1").value == "[2"


def test_conditions_are_added_changed_and_limited() -> None:
    screen = opened({"tools": [WEATHER]}, "stop_server_tools_when")
    screen.pick("stop_server_tools_when-add", "step_count_is")
    assert "step_count" in screen.problems["stop_server_tools_when"]
    screen.put("stop_server_tools_when-0-step_count", 3)
    screen.put("stop_server_tools_when-0-type", "has_tool_call")
    assert screen.widget("stop_server_tools_when-0-tool_name").options == ["weather"]
    screen.put("stop_server_tools_when-0-tool_name", "weather")
    assert screen.body["stop_server_tools_when"] == [{"type": "has_tool_call", "tool_name": "weather"}]


def test_a_prediction_is_a_text_or_pieces_of_one() -> None:
    screen = opened({}, "prediction", "content", "content-0")
    screen.put("prediction-content", "abc")
    assert screen.body == {"prediction": {"type": "content", "content": "abc"}}
    screen.widget("prediction-content-shape").set_value(1)
    screen.run()
    screen.pick("prediction-content-add", "text")
    screen.put("prediction-content-0-text", "a\nb")
    assert screen.body["prediction"]["content"] == [{"type": "text", "text": "a\nb"}]


def test_stop_sequences_are_counted() -> None:
    screen = Screen({"stop": ["a", "b"]})
    assert screen.widget("stop").label == "Stop sequences (2 of 4)"


def test_of_a_long_map_only_the_first_pairs_are_drawn_until_all_are_asked_for() -> None:
    body = {"logit_bias": {str(token): 1 for token in range(60)}}
    screen = opened(body, "logit_bias")
    assert "field-logit_bias-39" in screen.drawn
    assert "field-logit_bias-40" not in screen.drawn
    screen.press("logit_bias-show-all")
    assert "field-logit_bias-59" in screen.drawn
    assert same(screen.body, body)


def test_words_of_others_are_no_markup() -> None:
    hostile = "![x](https://evil.example/p.png)"
    tool = {
        "type": "function",
        "function": {"name": hostile, "parameters": {"type": "object", "properties": {hostile: 1}}},
    }
    screen = opened({"tools": [tool], "provider": {hostile: "``a```b"}}, "tools", "0")
    screen.open_form("provider")
    shown = screen.words + " ".join(screen.folds)
    assert "evil.example" in shown
    assert hostile not in shown
