"""The notebook page: from the prompt to the answer, the receipt and the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from components.services import open_services
from parley.notebook import Run
from parley.request import FIELDS

Settled = Callable[[], AppTest]


def ask(app: AppTest, text: str) -> AppTest:
    return app.chat_input(key="prompt").set_value(text).run()


def words(app: AppTest) -> str:
    """Everything that is written on the page."""
    return "\n".join(
        str(one.value) for kind in ("markdown", "caption", "info", "warning", "error") for one in app.get(kind)
    )


def only_run() -> Run:
    store = open_services().store
    (row,) = store.runs().rows
    return store.run(row.id)


def scripted(app: AppTest, model: str = "scripted/text") -> AppTest:
    """Choose a model, as soon as the list of models is there."""
    while "scripted/text" not in app.run().selectbox(key="field-model").options:
        pass
    return app.selectbox(key="field-model").set_value(model).run()


def second_tab(app: AppTest) -> AppTest:
    """The same session, open in another tab."""
    other = AppTest.from_file(app._script_path, default_timeout=20)
    other.query_params["c"] = app.session_state["ui"].session.id
    return other.run()


def test_a_prompt_is_answered_and_kept(app: AppTest, settled: Settled) -> None:
    ask(scripted(app), "30 tokens at 1000/s")
    settled()
    run = only_run()
    assert run.outcome == "complete"
    assert run.reply.text.split()[0] in words(app)
    assert not app.exception


def test_with_nothing_touched_the_body_holds_model_messages_and_stream(app: AppTest, settled: Settled) -> None:
    ask(app.run(), "Hello")
    settled()
    assert only_run().request.payload() == {
        "model": "openrouter/auto",
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": True,
    }


def test_a_field_that_is_set_is_sent(app: AppTest, settled: Settled) -> None:
    scripted(app)
    app.number_input(key="field-temperature").set_value(0.0).run()
    ask(app, "5 tokens")
    settled()
    assert only_run().request.payload()["temperature"] == 0


def test_the_next_prompt_sends_the_conversation(app: AppTest, settled: Settled) -> None:
    ask(scripted(app), "5 tokens at 1000/s")
    first = settled() and only_run()
    ask(app, "And 6 tokens at 1000/s")
    settled()
    rows = open_services().store.runs().rows
    sent = open_services().store.run(rows[0].id).request.payload()["messages"]
    assert [message["content"] for message in sent] == [
        "5 tokens at 1000/s",
        first.reply.text,
        "And 6 tokens at 1000/s",
    ]


def test_a_value_out_of_range_holds_the_prompt_back_and_keeps_it(app: AppTest) -> None:
    scripted(app)
    app.number_input(key="field-temperature").set_value(7.0).run()
    ask(app, "Do not lose me")
    assert open_services().store.runs().rows == ()
    assert "temperature" in words(app)
    assert app.session_state["ui"].session.draft == "Do not lose me"


def test_an_error_keeps_prompt_and_partial_answer(app: AppTest, settled: Settled) -> None:
    ask(scripted(app, "scripted/fault-midstream"), "Tell me a story")
    settled()
    run = only_run()
    assert run.outcome == "failed"
    assert run.reply.text
    assert "Tell me a story" in words(app)


def test_an_unknown_model_says_so(app: AppTest, settled: Settled) -> None:
    ask(app.run(), "Hello")
    settled()
    assert "openrouter/auto is not a valid model" in words(app)


def test_run_again_keeps_the_former_attempt(app: AppTest, settled: Settled) -> None:
    ask(scripted(app), "5 tokens at 1000/s")
    settled()
    cell = app.session_state["ui"].session.cells[0]
    app.button(key=f"cell-{cell.id}-run").click().run()
    settled()
    assert len(open_services().store.attempts(app.session_state["ui"].session.id)[cell.id]) == 2
    assert "Attempt 2 of 2" in words(app)
    app.button(key=f"cell-{cell.id}-prev").click().run()
    assert "Attempt 1 of 2" in words(app)


def test_a_reload_finds_the_session_its_sidebar_and_its_answer(app: AppTest, settled: Settled) -> None:
    scripted(app)
    app.number_input(key="field-max_tokens").set_value(77).run()
    ask(app, "5 tokens at 1000/s")
    settled()
    reloaded = AppTest.from_file(app._script_path, default_timeout=20)
    reloaded.query_params["c"] = app.session_state["ui"].session.id
    reloaded.run()
    assert reloaded.number_input(key="field-max_tokens").value == 77
    assert only_run().reply.text.split()[0] in words(reloaded)


def test_the_first_screen_shows_a_recorded_example_that_opens(app: AppTest) -> None:
    app.run()
    app.button(key="sample-open").click().run()
    assert app.session_state["ui"].session.cells
    assert {row.outcome for row in open_services().store.runs().rows} == {"complete"}


def test_the_system_prompt_goes_first_in_every_request(app: AppTest, settled: Settled) -> None:
    scripted(app)
    box = f"system-prompt-{app.session_state['ui'].session.id}"
    app.text_area(key=box).set_value("Be brief.").run()
    ask(app, "5 tokens at 1000/s")
    settled()
    assert only_run().request.payload()["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "5 tokens at 1000/s"},
    ]
    app.text_area(key=box).set_value("").run()
    assert [cell.kind for cell in app.session_state["ui"].session.cells] == ["prompt"]


def test_an_address_that_names_no_session_still_gives_a_page_that_works(app: AppTest, settled: Settled) -> None:
    app.query_params["c"] = "nobody"
    scripted(app)
    app.number_input(key="field-temperature").set_value(0.5).run()
    ask(app, "5 tokens at 1000/s")
    settled()
    assert only_run().request.payload()["temperature"] == 0.5


def test_json_that_is_not_finished_is_kept_when_a_prompt_is_held_back(app: AppTest) -> None:
    scripted(app)
    app.text_area(key="field-response_format").set_value('{"type": ').run()
    ask(app, "Do not lose me")
    assert app.text_area(key="field-response_format").value == '{"type": '
    assert app.session_state["ui"].session.draft == "Do not lose me"


def test_two_tabs_change_different_fields_and_both_changes_stay(app: AppTest, settled: Settled) -> None:
    scripted(app)
    ask(app, "5 tokens at 1000/s")
    settled()
    other = second_tab(app)
    app.number_input(key="field-temperature").set_value(0.3).run()
    app.text_area(key=f"system-prompt-{app.session_state['ui'].session.id}").set_value("Be brief.").run()
    other.number_input(key="field-top_p").set_value(0.9).run()
    kept = open_services().store.session(app.session_state["ui"].session.id)
    assert (kept.settings.payload()["temperature"], kept.settings.payload()["top_p"]) == (0.3, 0.9)
    assert kept.cells[0].text == "Be brief."
    assert "another tab" in words(other)


def test_the_messages_can_be_edited_as_json(app: AppTest, settled: Settled) -> None:
    ask(scripted(app), "5 tokens at 1000/s")
    settled()
    said = [{"role": "user", "content": "Who are you?"}, {"role": "assistant", "content": "A parrot."}]
    app.text_area(key="field-messages").set_value(json.dumps([*said, {"role": "user", "content": "6 tokens"}])).run()
    app.button(key="messages-apply").click().run()
    cell = app.session_state["ui"].session.cells[-1]
    app.button(key=f"cell-{cell.id}-run").click().run()
    settled()
    sent = open_services().store.run(open_services().store.runs().rows[0].id).request.payload()["messages"]
    assert sent == [*said, {"role": "user", "content": "6 tokens"}]


def test_a_prompt_that_comes_while_another_tab_is_answered_is_kept_beside_that_answer(
    app: AppTest, settled: Settled
) -> None:
    ask(scripted(app), "5 tokens at 1000/s")
    settled()
    other = second_tab(app)
    ask(app, "300 tokens at 20/s")
    ask(other, "Do not lose me")
    assert "300 tokens at 20/s" in words(other)
    assert "still being written" in words(other)
    assert open_services().store.session(app.session_state["ui"].session.id).draft == "Do not lose me"


def test_half_a_character_in_a_message_is_shown_as_its_escape_and_sent(app: AppTest, settled: Settled) -> None:
    scripted(app)
    app.text_area(key="field-messages").set_value('[{"role": "user", "content": "\\ud800 5 tokens"}]').run()
    app.button(key="messages-apply").click().run()
    assert not app.exception
    assert "\\ud800 5 tokens" in app.text_area(key="field-messages").value


def test_messages_that_are_no_list_are_refused_with_their_place(app: AppTest) -> None:
    scripted(app)
    app.text_area(key="field-messages").set_value('[{"role": "user",]').run()
    app.button(key="messages-apply").click().run()
    assert "line 1, column 18" in words(app)
    assert app.text_area(key="field-messages").value == '[{"role": "user",]'


def test_every_field_has_its_widget(app: AppTest) -> None:
    app.run()
    keys = {
        one.key
        for kind in ("number_input", "selectbox", "text_input", "text_area", "multiselect")
        for one in app.get(kind)
    }
    keys |= {one.key for kind in ("button_group", "segmented_control") for one in app.get(kind)}
    assert {f"field-{spec.name}" for spec in FIELDS} <= keys
