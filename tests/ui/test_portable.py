"""A request is pasted into the notebook and handed on as code."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.notebook.code_forms import CODE_FORMS, FORMS
from components.notebook.inspector import FOLD
from components.notebook.paste_notes import DISMISS
from components.notebook.paste_request import OPEN, PASTE, TEXT
from components.services import open_services
from parley.exporting import FORMS as WRITTEN
from parley.importing import read_request
from tests.conftest import KEY
from tests.ui.test_notebook_page import ask, scripted, words

Settled = Callable[[], AppTest]
BODY = {
    "model": "scripted/text",
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "First"},
        {"role": "assistant", "content": "Said"},
        {"role": "user", "content": "6 tokens at 1000/s"},
    ],
    "temperature": 0,
    "provider": {"order": ["scripted"]},
    "verbosity": "low",
    "stream": True,
}


def paste(app: AppTest, text: str) -> AppTest:
    app.session_state[PASTE] = True
    app.run().text_area(key=TEXT).set_value(text).run()
    return app.button(key=OPEN).click().run()


def look_at(app: AppTest, label: str) -> list[str]:
    """The texts of the inspector with one of its tabs in front."""
    app.session_state[FOLD], app.session_state[FORMS] = True, label
    app.run()
    assert not app.exception
    return [one.value for one in app.get("code")]


def test_what_was_pasted_fills_widgets_and_cells_and_is_sent_as_it_was(app: AppTest, settled: Settled) -> None:
    paste(
        app.run(),
        f"curl https://a.example/v1/chat/completions -H 'Authorization: Bearer {KEY}' -d '{json.dumps(BODY)}'",
    )
    assert app.number_input(key="field-temperature").value == 0
    assert json.loads(app.text_area(key="raw-json").value) == {"verbosity": "low"}
    cell = app.session_state["ui"].session.cells[-1]
    app.button(key=f"cell-{cell.id}-run").click().run()
    settled()
    store = open_services().store
    assert store.run(store.runs().rows[0].id).request.payload() == BODY


def test_what_there_is_to_say_of_it_is_said_once_and_without_the_key(app: AppTest) -> None:
    paste(
        app.run(),
        f"curl https://a.example/v1/chat/completions -H 'Authorization: Bearer {KEY}' -d '{json.dumps(BODY)}'",
    )
    for said in (
        "Read from a curl command",
        "The key was left out",
        "verbosity",
        "It named the server a.example",
        "goes to",
    ):
        assert said in words(app)
    assert KEY not in words(app)
    assert "Read from a curl command" not in words(app.run())


def test_what_was_left_out_stands_in_the_sidebar_until_it_is_dismissed(app: AppTest) -> None:
    paste(app.run(), json.dumps(BODY))
    note = "Not known to Parley and kept as they are: verbosity."
    assert any(note in one.value for one in app.run().sidebar.caption)
    app.button(key=DISMISS).click().run()
    assert note not in words(app)


def test_another_session_has_no_notes_of_what_was_pasted(app: AppTest) -> None:
    paste(app.run(), json.dumps(BODY))
    paste(app, json.dumps({"model": "a"}))
    assert not any(one.key == DISMISS for one in app.button)


def test_the_session_that_was_open_stays_as_it_was(app: AppTest, settled: Settled) -> None:
    ask(scripted(app), "5 tokens at 1000/s")
    settled()
    before = app.session_state["ui"].session
    paste(app, json.dumps(BODY))
    assert app.session_state["ui"].session.id != before.id
    assert "The one before is under Sessions." in words(app)
    kept = open_services().store.session(before.id)
    assert (kept.cells, kept.settings) == (before.cells, before.settings)


@pytest.mark.parametrize("text", ['{"model": "a",}', "Hello", ""])
def test_what_cannot_be_taken_is_said_below_the_box_and_changes_nothing(app: AppTest, text: str) -> None:
    app.run()
    before = app.session_state["ui"].session.id
    paste(app, text)
    assert app.error
    assert not app.exception
    assert app.text_area(key=TEXT).value == text
    assert app.session_state["ui"].session.id == before


@pytest.mark.parametrize("body", [{}, {"stream": False}])
def test_that_it_streams_now_is_told_where_it_did_not(app: AppTest, body: dict[str, bool]) -> None:
    paste(app.run(), json.dumps({"model": "a", **body}))
    assert ("is sent with stream: true" in words(app)) == (not body)


def test_a_pasted_request_is_held_back_while_a_field_is_wrong(app: AppTest) -> None:
    paste(app.run(), json.dumps(BODY | {"temperature": 3}))
    cell = app.session_state["ui"].session.cells[-1]
    app.button(key=f"cell-{cell.id}-run").click().run()
    assert "Not sent: temperature is 3; it must be 0 to 2." in words(app)
    assert open_services().store.runs().rows == ()


def test_a_tool_loop_that_was_pasted_can_be_run(app: AppTest, settled: Settled) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    said = [
        {"role": "user", "content": "6 tokens at 1000/s"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "sunny"},
    ]
    paste(app.run(), json.dumps(BODY | {"messages": said}))
    app.button(key=f"cell-{app.session_state['ui'].session.cells[-1].id}-run").click().run()
    settled()
    store = open_services().store
    assert store.run(store.runs().rows[0].id).request.payload()["messages"] == said


def test_messages_without_a_role_are_told(app: AppTest) -> None:
    paste(app.run(), json.dumps({"model": "a", "messages": ["Hi", {"role": "user", "content": "x"}]}))
    assert "1 of its messages has no role" in words(app)
    assert len(app.session_state["ui"].session.cells) == 1


@pytest.mark.parametrize("form", CODE_FORMS, ids=lambda form: form.name)
def test_each_form_says_what_will_be_sent(form: object, app: AppTest) -> None:
    paste(app.run(), json.dumps(BODY | {"verbosity": "low"}))
    (text,) = look_at(app, form.label)  # type: ignore[attr-defined]
    sdk = form.name in ("python", "typescript")  # type: ignore[attr-defined]
    assert read_request(text).request.payload() == {k: v for k, v in BODY.items() if not sdk or k != "verbosity"}
    assert ("verbosity" in text) is True


def test_the_screen_offers_every_form_that_is_written() -> None:
    assert tuple(form.name for form in CODE_FORMS) == WRITTEN


def test_the_exact_body_stands_first(app: AppTest) -> None:
    paste(app.run(), json.dumps(BODY))
    (text,) = look_at(app, "JSON")
    assert json.loads(text) == BODY


def test_code_goes_where_the_connection_goes_and_holds_no_key(app: AppTest, gateway: str) -> None:
    paste(app.run(), json.dumps(BODY))
    (text,) = look_at(app, "Python (httpx)")
    assert ast.parse(text)
    assert f"{gateway}/chat/completions" in text
    assert KEY not in text


@pytest.mark.parametrize("form", ["JSON", *(form.label for form in CODE_FORMS)])
def test_half_a_letter_harms_no_form(form: str, app: AppTest) -> None:
    paste(app.run(), '{"model": "a", "user": "\\ud800", "messages": [{"role": "user", "content": "x"}]}')
    (text,) = look_at(app, form)
    assert "ud800" in text or "user" in text
