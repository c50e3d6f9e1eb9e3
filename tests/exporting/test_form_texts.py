"""Whatever a request holds stays data in every form."""

from __future__ import annotations

import ast
import json
import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import RequestError
from parley.exporting import FORMS, code, lost
from parley.exporting.literals import json_text, python_text, shell_quoted
from parley.request import ChatRequest
from tests.exporting.samples import HOSTILE, WORDS, whole

URL = "https://openrouter.ai/api/v1"
LETTERS = st.characters(exclude_categories=())
PIECES = st.sampled_from(
    ["'''", '"""', "'", '"', "$(id)", "`id`", "\\", "\n", "\r", "\0", "*/", "//", "#", "${x}", "\u2028", "JSON"]
)
TEXTS = st.lists(PIECES | st.text(LETTERS, max_size=5), max_size=6).map("".join)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.dictionaries(
    TEXTS | st.sampled_from(["user", "messages", "metadata", "tools", "stop", "trace"]), VALUES, max_size=5
)


@given(VALUES)
def test_a_value_is_the_same_in_python(value: Any) -> None:
    assert repr(ast.literal_eval(python_text(value))) == repr(value)


@given(VALUES)
def test_a_value_is_the_same_in_json(value: Any) -> None:
    assert json.loads(json_text(value)) == json.loads(json.dumps(value))


@given(VALUES)
def test_every_letter_of_a_form_can_be_seen(value: Any) -> None:
    assert all(line.isprintable() for text in (json_text(value), python_text(value)) for line in text.split("\n"))


@given(st.text(st.characters(exclude_characters="\0"), max_size=40))
def test_a_word_of_the_shell_is_one_word(text: str) -> None:
    assert shlex.split(shell_quoted(text)) == [text]


def calls_of(source: str) -> list[str]:
    """What a Python text calls."""
    return [ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]


@settings(deadline=None)
@given(BODIES)
def test_no_value_becomes_python(body: dict[str, Any]) -> None:
    stream = {"stream": True, "messages": WORDS}
    for form in ("python", "openai", "httpx"):
        plain = code(form, ChatRequest.parse(stream), URL)
        assert calls_of(code(form, ChatRequest.parse({**body, **stream}), URL)) == calls_of(plain)


@settings(deadline=None)
@given(BODIES)
def test_no_value_becomes_a_command(body: dict[str, Any]) -> None:
    words = shlex.split(code("curl", ChatRequest.parse(body), URL).replace(" \\\n", " "))
    assert [words[0], words[2], len(words)] == ["curl", f"{URL}/chat/completions", 9 + (body.get("stream") is True)]
    assert json.loads(words[-1]) == json.loads(json.dumps(body))


@settings(deadline=None)
@given(TEXTS)
def test_a_lost_key_stays_in_its_comment(key: str) -> None:
    request = ChatRequest.parse(whole({f"{key}!": 1}))
    above, _, below = code("python", request, URL).partition("import os")
    assert all(line.startswith("# ") for line in above.splitlines())
    assert below == code("python", ChatRequest.parse(whole({})), URL).partition("import os")[2]


@pytest.mark.parametrize("form", FORMS)
def test_the_key_is_read_from_the_environment_and_nothing_else_is(form: Any) -> None:
    text = code(form, ChatRequest.parse(whole({"user": HOSTILE})), URL)
    assert text.count("OPENROUTER_API_KEY") == 1
    assert "sk-" not in text


@pytest.mark.parametrize("form", FORMS)
def test_only_what_is_set_is_written(form: Any) -> None:
    text = code(form, ChatRequest.parse(whole({})), URL)
    assert "temperature" not in text
    assert "temperature" in code(form, ChatRequest.parse(whole({"temperature": 0})), URL)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("base", ["http://127.0.0.1:8123/api/v1", "https://a.example/it's/$x"])
def test_a_form_goes_where_the_connection_goes(form: Any, base: str) -> None:
    text = code(form, ChatRequest.parse(whole({})), base)
    assert (shlex.quote(f"{base}/chat/completions") if form == "curl" else base) in text.replace("'\\''", "'\"'\"'")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("value", "reason"), [(float("inf"), "a number"), (float("nan"), "a number"), ([[]], "levels deep")], ids=str
)
def test_what_cannot_be_written_down_is_refused_with_a_sentence(form: Any, value: Any, reason: str) -> None:
    for _ in range(300 if isinstance(value, list) else 0):
        value = [value]
    with pytest.raises(RequestError, match=reason):
        code(form, ChatRequest.parse(whole({"x": value})), URL)
    with pytest.raises(RequestError, match=reason):
        lost(form, ChatRequest.parse(whole({"x": value})))


def test_what_is_too_long_for_a_command_line_goes_through_stdin() -> None:
    text = code("curl", ChatRequest.parse(whole({"user": "x" * 200_000})), URL)
    assert "--data-binary @- <<'JSON'\n{" in text
    assert text.endswith("}\nJSON\n")


def test_many_lost_keys_are_counted() -> None:
    text = code("python", ChatRequest.parse(whole({f"k{index}": 1 for index in range(40)})), URL)
    assert "#   and 28 more" in text
