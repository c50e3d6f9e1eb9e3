"""Finding fields, and the keys that are no field."""

from __future__ import annotations

import json

import pytest

from components.panel.folds import fold_key
from parley.request.kept import same
from tests.ui.panel_screen import Screen


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
