"""The panel over time: settings from elsewhere, other pages, new tabs, folds that open and close."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from components.panel.editors import DRAWN
from components.panel.edits import EDITS
from components.panel.folds import FoldLabel
from parley.request import FieldSpec
from parley.request.kept import same
from tests.ui.panel_screen import ODD, Screen, panel


@pytest.fixture(scope="module")
def bare() -> Screen:
    return Screen()


def test_an_edit_is_not_lost_when_the_script_was_ended_before_it_was_saved() -> None:
    screen = Screen({"top_p": 0.5})
    screen.at.session_state[EDITS] = {"top_p": None}
    screen.at.session_state["field-top_p"] = None
    screen.run()
    assert same(screen.body, {"top_p": None})
    screen.run()
    assert EDITS not in screen.at.session_state


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


def test_a_fold_stays_the_same_one_when_its_count_changes() -> None:
    screen = Screen()
    screen.unfold("temperature")
    before = next(fold for fold in screen.at.expander if "Sampling" in fold.label)
    screen.put("temperature", 0.5)
    after = next(fold for fold in screen.at.expander if "Sampling" in fold.label)
    assert (before.label, after.label) == ("**Sampling**", "**Sampling** · 1\u00a0set")
    assert before.proto.id == after.proto.id
    assert str(FoldLabel("Sampling", "1 set")) == "Sampling"


def test_what_stands_beside_a_widget_is_drawn_only_where_its_fold_is_open() -> None:
    screen = Screen({"temperature": 0.5, "tools": []})
    assert [button.key for button in screen.at.menu_button] == ["field-model-more"]
    screen.unfold("temperature", "tools")
    keys = {button.key for button in screen.at.button}
    assert {"field-temperature-reset", "field-tools-reset"} <= keys
    assert "field-top_p-reset" not in keys


def test_another_page_and_back_changes_nothing() -> None:
    screen = Screen(ODD)
    screen.put("max_completion_tokens", 64)
    screen.put("trace", "{")
    screen.leave_and_come_back()
    assert same(screen.body, ODD | {"max_completion_tokens": 64})
    assert screen.widget("max_completion_tokens").value == 64
    assert screen.widget("trace").value == "{"


def test_settings_chosen_on_another_page_win_over_what_the_widgets_held() -> None:
    screen = Screen({"temperature": 0.5, "top_p": 0.1})
    screen.put("temperature", 0.7)
    screen.leave_and_come_back({"top_p": 0.9})
    assert screen.body == {"top_p": 0.9}
    assert screen.widget("temperature").value is None


def test_a_new_tab_is_filled_from_the_settings() -> None:
    screen = Screen({"temperature": 1.0, "stop": ["\n"], "tools": [{"type": "x"}], "loose": 1})
    assert screen.widget("temperature").value == 1.0
    assert screen.widget("stop").value == ["\\n"]
    assert json.loads(screen.widget("tools").value) == [{"type": "x"}]
    assert json.loads(screen.at.text_area(key="raw-json").value) == {"loose": 1}


def test_only_what_is_set_is_written_into_its_widget_so_that_the_browser_keeps_the_others() -> None:
    at = AppTest.from_function(panel, default_timeout=30)
    at.session_state["elsewhere"] = {"top_p": 0.5}
    at.run()
    written = {box.key for box in (*at.number_input, *at.text_area, *at.multiselect) if box.proto.set_value}
    assert written == {"field-top_p"}
