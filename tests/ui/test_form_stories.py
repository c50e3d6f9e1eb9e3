"""The forms of the fields that hold others: what is typed into them, and the value and the JSON that come of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parley.request.kept import same
from tests.ui.panel_screen import Screen

WEATHER = {"type": "function", "function": {"name": "weather"}}


def opened(body: dict[str, Any], name: str, *inner: str) -> Screen:
    screen = Screen(body)
    screen.open_form(name, *inner)
    return screen


def text_of(screen: Screen, name: str) -> Any:
    """The JSON view of a field."""
    text = screen.widget(name).value
    return json.loads(text) if text else None


@pytest.mark.parametrize(
    ("part", "typed", "value"),
    [
        ("order", ["fireworks", "other/fast"], ["fireworks", "other/fast"]),
        ("allow_fallbacks", False, False),
        ("data_collection", "deny", "deny"),
        ("quantizations", ["fp8"], ["fp8"]),
        ("sort", "price", "price"),
        ("preferred_max_latency", 2.0, 2),
        ("options", '{"fireworks": {"x": 1.0}}', {"fireworks": {"x": 1.0}}),
    ],
)
def test_what_is_typed_into_a_form_is_the_value_and_its_json(part: str, typed: Any, value: Any) -> None:
    screen = opened({}, "provider")
    screen.put(f"provider-{part}", typed)
    assert same(screen.body, {"provider": {part: value}})
    assert same(text_of(screen, "provider"), {part: value})
    screen.put(f"provider-{part}", {"options": "", "order": [], "quantizations": []}.get(part))
    assert screen.body == {}


def test_what_is_typed_as_json_is_shown_by_the_form() -> None:
    screen = opened({}, "provider")
    screen.put("provider", '{"only": ["a"], "zdr": true}')
    assert screen.widget("provider-only").value == ["a"]
    assert screen.widget("provider-zdr").value is True
    screen.put("provider", "")
    assert screen.widget("provider-only").value == []
    assert screen.widget("provider-zdr").value is None


def test_neighbours_of_what_is_edited_stay_byte_exact() -> None:
    odd = {"sort": None, "order": [], "zzz": {"deep": [1, 1.0, None]}, "max_price": {"prompt": 1.0, "more": ""}}
    screen = opened({"provider": odd}, "provider", "max_price")
    screen.put("provider-max_price-completion", "2.50")
    wanted = {**odd, "max_price": {"prompt": 1.0, "more": "", "completion": "2.50"}}
    assert same(screen.body, {"provider": wanted})
    assert list(screen.body["provider"]) == list(odd)
    assert screen.widget("provider-max_price-prompt").value == "1.0"


def test_the_providers_of_the_model_are_offered() -> None:
    screen = opened({}, "provider")
    assert screen.widget("provider-ignore").options == ["fireworks", "google-vertex/europe"]


def test_any_of_an_ordered_list_can_be_put_first() -> None:
    screen = opened({"provider": {"order": ["a", "b", "c"]}}, "provider")
    assert screen.at.menu_button(key="field-provider-order-first").options == ["b", "c"]
    screen.pick("provider-order-first", "c")
    assert screen.body == {"provider": {"order": ["c", "a", "b"]}}


def test_a_set_part_has_a_reset_of_its_own() -> None:
    screen = opened({"provider": {"zdr": True, "only": ["a"]}}, "provider")
    assert "field-provider-order-reset" not in screen.drawn
    screen.press("provider-zdr-reset")
    assert screen.body == {"provider": {"only": ["a"]}}
    screen.press("provider-only-reset")
    assert screen.body == {}


def test_an_object_that_is_empty_after_an_edit_is_gone_and_one_that_was_empty_stays() -> None:
    screen = opened({"provider": {"max_price": {"prompt": "1"}, "sort": {}}}, "provider", "max_price")
    screen.put("provider-max_price-prompt", "")
    assert screen.body == {"provider": {"sort": {}}}


def test_values_that_a_widget_cannot_show_stand_beside_its_label() -> None:
    screen = opened({"provider": {"zdr": None, "order": [], "data_collection": ""}}, "provider")
    labels = [screen.widget(f"provider-{part}").label for part in ("zdr", "order", "data_collection")]
    assert labels == ["Zero data retention `null`", "Order `[]`", 'Data collection `""`']


def test_one_of_several_shapes_is_chosen_and_carries_the_value_over() -> None:
    screen = opened({"provider": {"sort": "price"}}, "provider", "sort", "preferred_max_latency")
    screen.widget("provider-sort-shape").set_value(1)
    screen.run()
    assert screen.body == {"provider": {"sort": {"by": "price"}}}
    screen.put("provider-sort-partition", "none")
    screen.widget("provider-sort-shape").set_value(0)
    screen.run()
    screen.widget("provider-sort-shape").set_value(1)
    screen.run()
    assert screen.body == {"provider": {"sort": {"by": "price", "partition": "none"}}}


def test_percentile_cut_offs_are_small_forms() -> None:
    screen = opened({"provider": {"preferred_min_throughput": {"p50": 50}}}, "provider", "preferred_min_throughput")
    screen.put("provider-preferred_min_throughput-p99", 12.5)
    assert same(screen.body, {"provider": {"preferred_min_throughput": {"p50": 50, "p99": 12.5}}})


def test_json_in_a_form_that_cannot_be_read_is_kept_and_holds_back_a_run() -> None:
    screen = opened({"provider": {"zdr": True}}, "provider")
    screen.put("provider-options", '{"a": }')
    assert screen.body == {"provider": {"zdr": True}}
    assert screen.problems["provider"] == "provider.options: line 1, column 7: expecting value"
    assert screen.at.session_state["blocked"]
    screen.put("provider-zdr", False)
    assert screen.widget("provider-options").value == '{"a": }'
    screen.put("provider-options", '{"a": 1}')
    assert screen.body == {"provider": {"zdr": False, "options": {"a": 1}}}
    assert not screen.at.session_state["blocked"]


def test_what_cannot_be_read_outlives_a_closed_fold_and_goes_with_a_reset() -> None:
    screen = opened({}, "provider")
    screen.put("provider-options", "{")
    screen.at.session_state["field-provider-form"] = False
    screen.run()
    assert "provider" in screen.problems
    screen.open_form("provider")
    assert screen.widget("provider-options").value == "{"
    screen.reset_all()
    assert screen.problems == {}
    assert screen.widget("provider-options").value in (None, "")


def test_a_form_waits_while_its_json_cannot_be_read() -> None:
    screen = opened({"provider": {"zdr": True}}, "provider")
    screen.put("provider", "{")
    assert "field-provider-zdr" not in screen.drawn
    assert "The form comes back" in screen.words
    screen.put("provider", '{"zdr": false}')
    assert screen.widget("provider-zdr").value is False


def test_a_closed_form_draws_nothing() -> None:
    screen = Screen({"provider": {"zdr": True}, "tools": [WEATHER]})
    screen.unfold("provider", "tools")
    assert not {name for name in screen.drawn if name.startswith(("field-provider-", "field-tools-"))} - {
        "field-provider-reset",
        "field-tools-reset",
    }


def test_settings_from_elsewhere_fill_an_open_form() -> None:
    screen = opened({"reasoning": {"effort": "high"}}, "reasoning")
    screen.load({"reasoning": {"max_tokens": 64, "exclude": False}})
    screen.open_form("reasoning")
    assert screen.widget("reasoning-effort").value is None
    assert (screen.widget("reasoning-max_tokens").value, screen.widget("reasoning-exclude").value) == (64, False)


def test_an_object_begins_with_what_it_must_have() -> None:
    screen = opened({}, "cache_control")
    screen.put("cache_control-ttl", "1h")
    assert screen.body == {"cache_control": {"type": "ephemeral", "ttl": "1h"}}


def test_a_problem_stands_beside_its_widget() -> None:
    screen = opened({"reasoning": {"max_tokens": 0}}, "reasoning")
    assert "reasoning.max_tokens is 0" in screen.words


def late(screen: Screen, name: str, before: Any, number: str) -> None:
    """Let the browser say what stood in a widget before the last page arrived."""
    screen.widget(name).set_value(before)
    screen.at.text_input(key="panel-seen").set_value(number)


def test_an_edit_that_comes_before_the_last_one_is_on_screen_undoes_nothing() -> None:
    screen = opened({}, "provider")
    number = screen.at.text_input(key="panel-seen").value
    screen.put("provider-zdr", True)
    late(screen, "provider", "", number)
    screen.put("provider-allow_fallbacks", False)
    assert screen.body == {"provider": {"zdr": True, "allow_fallbacks": False}}
    screen.put("provider", "")
    assert screen.body == {}


def test_a_widget_that_still_shows_the_former_value_says_nothing_new() -> None:
    screen = opened({"provider": {"zdr": True}}, "provider")
    number = screen.at.text_input(key="panel-seen").value
    screen.put("provider", '{"zdr": false}')
    late(screen, "provider-zdr", True, number)
    screen.put("temperature", 0.5)
    assert screen.body == {"provider": {"zdr": False}, "temperature": 0.5}
    screen.put("provider-zdr", True)
    assert screen.body["provider"] == {"zdr": True}


def test_settings_from_elsewhere_are_not_undone_by_a_click_that_came_too_soon() -> None:
    screen = Screen({"temperature": 0.5})
    number = screen.at.text_input(key="panel-seen").value
    screen.load({"temperature": 0.9})
    late(screen, "temperature", 0.5, number)
    screen.put("top_p", 0.1)
    assert screen.body == {"temperature": 0.9, "top_p": 0.1}
