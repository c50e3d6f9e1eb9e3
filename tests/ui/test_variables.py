"""Template variables on the notebook's page: from `{{name}}` to what is sent, and what is kept of both."""

from __future__ import annotations

import json
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from components.notebook.variables import MOST, held_back, remark, sent_with, variable_key
from components.services import close_services, open_services
from parley.notebook import Run, Template

Settled = Callable[[], AppTest]


def ask(app: AppTest, text: str) -> AppTest:
    return app.chat_input(key="prompt").set_value(text).run()


def give(app: AppTest, name: str, value: str) -> None:
    app.text_area(key=f"variable-{name}").set_value(value).run()


def words(app: AppTest) -> str:
    return "\n".join(str(one.value) for kind in ("markdown", "warning") for one in app.get(kind))


def scripted(app: AppTest) -> AppTest:
    while "scripted/text" not in app.run().selectbox(key="field-model").options:
        pass
    return app.selectbox(key="field-model").set_value("scripted/text").run()


def sent() -> list[Run]:
    store = open_services().store
    return [store.run(row.id) for row in reversed(store.runs().rows)]


def test_without_variables_there_is_no_input(app: AppTest) -> None:
    assert not [one for one in scripted(app).text_area if str(one.key).startswith("variable-")]


def test_a_prompt_with_an_empty_variable_comes_back_with_an_input_for_it(app: AppTest) -> None:
    ask(scripted(app), "Say {{word}}, 5 tokens at 1000/s")
    assert sent() == []
    assert app.session_state["ui"].session.draft == "Say {{word}}, 5 tokens at 1000/s"
    assert app.text_area(key="variable-word").value == ""
    assert "Not sent yet" in words(app)
    assert "Empty: `word`" in words(app)


def test_the_filled_text_is_sent_and_template_and_values_are_kept(app: AppTest, settled: Settled) -> None:
    prompt = r"Say {{word}} and \{{word}}, 5 tokens at 1000/s"
    ask(scripted(app), prompt)
    give(app, "word", "{{cheese}}")
    ask(app, prompt)
    settled()
    (run,) = sent()
    written = {"role": "user", "content": prompt}
    assert run.request.payload()["messages"] == [
        {"role": "user", "content": "Say {{cheese}} and {{word}}, 5 tokens at 1000/s"}
    ]
    assert run.template == Template(messages={0: written}, values={"word": "{{cheese}}"})
    assert app.session_state["ui"].session.cells[0].message == written
    assert "Say {{word}} and" in words(app)


def test_sending_again_means_an_empty_variable(app: AppTest, settled: Settled) -> None:
    for _ in range(2):
        ask(scripted(app), "5 tokens at 1000/s{{rest}}")
    settled()
    (run,) = sent()
    assert run.request.payload()["messages"][0]["content"] == "5 tokens at 1000/s"
    assert run.template.missing == ("rest",)


def test_the_system_prompt_has_variables_too_and_the_next_attempt_takes_the_new_value(
    app: AppTest, settled: Settled
) -> None:
    scripted(app)
    app.text_area(key=f"system-prompt-{app.session_state['ui'].session.id}").set_value("Be {{mood}}.").run()
    give(app, "mood", "brief")
    ask(app, "5 tokens at 1000/s")
    settled()
    give(app, "mood", "kind")
    app.button(key=f"cell-{app.session_state['ui'].session.cells[1].id}-run").click().run()
    settled()
    assert [run.request.payload()["messages"][0]["content"] for run in sent()] == ["Be brief.", "Be kind."]
    assert [run.template.values for run in sent()] == [{"mood": "brief"}, {"mood": "kind"}]


def test_running_a_cell_warns_of_a_variable_that_was_emptied(app: AppTest, settled: Settled) -> None:
    ask(scripted(app), "5 tokens at 1000/s")
    settled()
    app.text_area(key=f"system-prompt-{app.session_state['ui'].session.id}").set_value("Be {{mood}}.").run()
    app.button(key=f"cell-{app.session_state['ui'].session.cells[1].id}-run").click().run()
    assert "Not sent yet: {{mood}}" in words(app).replace("\\", "")
    assert len(sent()) == 1


def test_the_inspector_shows_the_filled_text_and_the_raw_editor_the_template(app: AppTest) -> None:
    ask(scripted(app), "Say {{word}}")
    give(app, "word", "cheese")
    assert "Say cheese" in next(one.value for one in app.code if '"messages"' in one.value)
    assert "cheese" not in app.text_area(key="field-messages").value


def test_values_survive_a_reload_and_belong_to_their_session(app: AppTest) -> None:
    ask(scripted(app), "Say {{word}}")
    give(app, "word", "cheese")
    mine = app.session_state["ui"].session.id
    reloaded = AppTest.from_file(app._script_path, default_timeout=20)
    reloaded.query_params["c"] = mine
    assert reloaded.run().text_area(key="variable-word").value == "cheese"
    app.button(key="session-new").click().run()
    ask(app, "Now {{word}}")
    assert app.text_area(key="variable-word").value == ""
    assert open_services().store.session(mine).variables == {"word": "cheese"}


def test_names_in_any_script_have_keys_of_their_own() -> None:
    assert variable_key("name_1-a") == "variable-name_1-a"
    assert len({variable_key(name) for name in ("имя", "год", "---", "年")}) == 4


def test_what_is_said_names_what_is_empty_and_stays_short() -> None:
    many = [f"v{number}" for number in range(1000)]
    assert "`b`" in remark(["a", "b"], {"a": "1"})
    assert remark(["a"], {"a": "1"}) == ""
    assert f"first {MOST}" in remark(many, {})
    assert len(remark(many, {})) < 400
    assert held_back(["a"]).startswith("Not sent yet: {{a}} has no value.")


def test_an_attempt_says_what_it_was_sent_with() -> None:
    values = {"a": "one\ntwo", "b": "", "long": "*x* " * 500}
    line = sent_with(Template(values=values))
    assert line.startswith("Sent with a = one two, b = nothing, long = ")
    assert len(line) < 150
    assert sent_with(Template(messages={0: {"content": r"\{{a}}"}})) == ""


def test_history_shows_template_and_values_after_a_restart(app: AppTest, settled: Settled) -> None:
    ask(scripted(app), "Say {{word}}, 5 tokens at 1000/s")
    give(app, "word", "cheese")
    ask(app, "Say {{word}}, 5 tokens at 1000/s")
    settled()
    close_services()
    later = AppTest.from_file(app._script_path, default_timeout=20).run()
    later.switch_page("pages/2_History.py").run()
    run = sent()[0]
    assert "Template" not in [tab.label for tab in later.tabs]
    later.selectbox(key="history-open").set_value(run.id).run()
    assert "Template" in [tab.label for tab in later.tabs]
    shown = next(one.value for one in later.code if '"values"' in one.value)
    assert json.loads(shown) == {
        "messages": {"0": {"role": "user", "content": "Say {{word}}, 5 tokens at 1000/s"}},
        "values": {"word": "cheese"},
    }
    assert "Say cheese" in next(one.value for one in later.code if '"model"' in one.value)
