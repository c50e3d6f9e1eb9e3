"""Values of a request to raw values of widgets and back, without a screen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import MISSING

from components.panel.editors import DRAWN, EDITORS, meant, shown
from components.panel.text import Unreadable, escaped, read_json, read_loose, spell_json, spell_loose, unescaped
from parley.request import FIELDS, ChatRequest
from parley.request.kept import same

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
SAMPLES: dict[str, Any] = {
    "number": 0.7,
    "integer": 12,
    "choice": "high",
    "switch": False,
    "text": "one line",
    "long_text": "two\nlines",
    "text_list": ["\n\n", " a\\n", "b"],
    "model": "vendor/model:free",
    "json": {"a": [1, 1.0, None, {"b": ""}]},
    "price": "0.50",
    "loose": ["16:9", 2],
    "schema": {"type": "object"},
}


def test_blanks_around_a_slug_are_none_of_it() -> None:
    assert meant(EDITORS["model"], " vendor/model:free\u00a0", MISSING) == "vendor/model:free"
    assert meant(EDITORS["text"], " a ", MISSING) == " a "


@given(JSON)
def test_an_untouched_widget_leaves_every_value_as_it_is(value: Any) -> None:
    for kind in EDITORS.values():
        assert same(meant(kind, shown(kind, value), value), value)


@given(JSON)
def test_json_is_spelt_so_that_it_reads_back_type_exact(value: Any) -> None:
    text = spell_json(value)
    assert text is not None
    assert same(read_json(text), value)
    text.encode()


@given(st.text())
def test_an_entry_of_a_list_is_shown_on_one_line_and_read_back(text: str) -> None:
    line = escaped(text)
    assert unescaped(line) == text
    assert line == line.strip()
    assert "\n" not in line


@pytest.mark.parametrize("kind", EDITORS)
def test_a_value_put_into_a_widget_by_hand_is_what_comes_out(kind: Any) -> None:
    editor = EDITORS[kind]
    assert same(meant(editor, shown(editor, SAMPLES[kind]), MISSING), SAMPLES[kind])


@pytest.mark.parametrize("kind", EDITORS)
@pytest.mark.parametrize("empty", [None, "", " ", []])
def test_an_emptied_widget_is_unset(kind: Any, empty: Any) -> None:
    assert meant(EDITORS[kind], empty, SAMPLES[kind]) is MISSING


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", True),
        ("number", "0.7"),
        ("number", 2**60),
        ("integer", 1.0),
        ("integer", -(2**53)),
        ("switch", 0),
        ("text", "two\nlines"),
        ("text", "\ud800"),
        ("text_list", ["a", 1]),
        ("text_list", [""]),
        ("json", float("inf")),
        ("price", True),
        ("loose", None),
    ],
)
def test_what_a_widget_cannot_show_it_leaves_empty(kind: Any, value: Any) -> None:
    assert shown(EDITORS[kind], value) is None
    assert same(meant(EDITORS[kind], None, value), value)


@given(st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.lists(LEAVES))
def test_a_line_spells_a_word_or_json_type_exact(value: Any) -> None:
    line = spell_loose(value)
    assert line is not None
    assert "\n" not in line
    assert same(read_loose(line), value)


@pytest.mark.parametrize(
    ("line", "value"),
    [("16:9", "16:9"), ("2K", "2K"), ("16", 16), ("1.50", 1.5), ('"16"', "16"), ("[1, 2]", [1, 2]), ("true", "true")],
)
def test_a_line_means_what_it_looks_like(line: str, value: Any) -> None:
    assert same(read_loose(line), value)


@pytest.mark.parametrize("typed", [1.0, 0.0, -2.0])
def test_a_whole_number_typed_into_a_float_field_is_sent_as_it_stands_in_the_box(typed: float) -> None:
    assert type(meant(EDITORS["number"], typed, MISSING)) is int


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": }', "line 1, column 7"),
        ('{\n  "a": 1\n  "b": 2}', "line 3, column 3"),
        ('{"NaN": [1,\n NaN]}', "line 2, column 2"),
        ("[1,\n 1e999]", "line 2, column 2"),
        ("[-Infinity]", "line 1, column 2"),
    ],
)
def test_what_is_no_json_is_pointed_at_by_line_and_column(text: str, place: str) -> None:
    with pytest.raises(Unreadable, match=place):
        read_json(text)


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 5_000])
def test_json_beyond_what_can_be_read_is_refused_in_words(text: str) -> None:
    with pytest.raises(Unreadable):
        read_json(text)


def test_a_key_that_is_given_twice_is_named() -> None:
    with pytest.raises(Unreadable, match='"a"'):
        read_json('{"b": 1, "c": {"a": 1, "a": 2}}')


def test_half_a_surrogate_pair_is_escaped_for_its_way_to_the_browser() -> None:
    assert spell_json(["\ud800"]) == '[\n  "\\ud800"\n]'


def test_a_value_too_deep_for_a_text_is_kept() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(EDITORS["json"], deep) is None
    assert meant(EDITORS["json"], None, deep) is deep


def test_every_field_but_the_messages_has_an_editor() -> None:
    assert [spec.name for spec in FIELDS if spec not in DRAWN] == ["messages"]
    assert {spec.editor for spec in DRAWN} <= set(EDITORS)
    assert len(DRAWN) == len(ChatRequest.model_fields) - 1
