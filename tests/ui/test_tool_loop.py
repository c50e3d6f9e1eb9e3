"""Tool calls in the notebook: answered by hand or from results that are kept, all steps in one cell."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.services import open_services
from components.tools.kept import read_fixture
from components.tools.results import remark_on
from parley.errors import RequestError
from parley.notebook import Fixture, Run, Session
from parley.notebook.steps import last_steps
from parley.reply import ToolCall
from parley.request import ChatRequest
from tests.conftest import HOUSE

Settled = Callable[[], AppTest]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"type": "function", "function": {"name": name, "parameters": SCHEMA}} for name in ("weather", "tides")]
WARM = Fixture(tool="weather", result='{"degrees": 17}')


@pytest.fixture
def opened(app: AppTest) -> Callable[..., AppTest]:
    """A session with tools, at its page."""

    def start(
        model: str, fixtures: tuple[Fixture, ...] = (), steps: int = 0, prompt: str = "3 times", **fields: Any
    ) -> AppTest:
        settings = ChatRequest.parse({"model": model, "tools": TOOLS, **fields})
        open_services().store.save(Session(id="s", settings=settings, fixtures=fixtures, loop_steps=steps))
        app.run()
        return app.chat_input(key="prompt").set_value(prompt).run()

    return start


def cell() -> Any:
    return open_services().store.session("s").cells[0]


def runs() -> tuple[Run, ...]:
    return open_services().store.attempts("s").get(cell().id, ())


def sent(run: Run) -> list[dict[str, Any]]:
    return list(open_services().store.run(run.id).request.payload()["messages"])


def words(app: AppTest) -> str:
    return "\n".join(str(one.value) for kind in ("markdown", "caption") for one in app.get(kind))


def looped(app: AppTest, settled: Settled) -> AppTest:
    """The page once nothing goes on by itself any more."""
    settled()
    for run in runs():
        loop = open_services().runner.loops.of(run.id)
        assert loop is None or loop.wait(20)
    return settled()


def fill(app: AppTest, *results: str) -> AppTest:
    for place, text in enumerate(results):
        app.text_area(key=f"result-{runs()[-1].id}-{place}").set_value(text)
    app.button(key=f"cell-{cell().id}-continue").click().run()
    return app


def test_parallel_calls_are_answered_by_hand_and_all_of_it_is_one_attempt(opened, settled):
    app = opened("scripted/tools")
    settled()
    fill(app, "17 degrees", "2.1 metres")
    settled()
    first, second = runs()
    assert (second.follows, len(last_steps(runs()))) == (first.id, 1)
    prompt, answer, *results = sent(second)
    assert (prompt["content"], answer["content"]) == ("3 times", None)
    assert [one["id"] for one in answer["tool_calls"]] == [one["tool_call_id"] for one in results]
    assert [one["content"] for one in results] == ["17 degrees", "2.1 metres"]
    assert "2.1 metres" in second.reply.text
    assert "2 steps together" in words(app)


def test_each_call_needs_a_result_and_what_was_written_stays(opened, settled):
    app = opened("scripted/tools")
    settled()
    fill(app, "17 degrees")
    assert len(runs()) == 1
    assert "Each call needs a result" in words(app)
    assert app.text_area(key=f"result-{runs()[0].id}-0").value == "17 degrees"


def test_what_was_typed_is_there_after_a_reload_until_it_is_sent(opened, settled):
    app = opened("scripted/tools")
    settled()
    first = runs()[0].id
    app.text_area(key=f"result-{first}-0").set_value("17 degrees").run()
    again = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).run()
    assert again.text_area(key=f"result-{first}-0").value == "17 degrees"
    fill(again, "17", "2.1")
    assert open_services().store.setting(f"typed-results-{first}") is None


def test_reasoning_goes_back_with_the_results_as_it_came(opened, settled):
    app = opened("scripted/tools-thinking")
    settled()
    fill(app, "1", "2")
    settled()
    assert tuple(sent(runs()[1])[1]["reasoning_details"]) == runs()[0].reply.reasoning_details != ()


def test_a_call_that_was_cut_off_is_named_and_not_answered(opened, settled):
    app = opened("scripted/tools-cut", fixtures=(WARM,), steps=5)
    looped(app, settled)
    assert len(runs()) == 1
    assert ":orange-badge[Cut off] **weather**" in words(app)
    assert not [box for box in app.text_area if str(box.key).startswith("result-")]


def test_kept_results_answer_by_themselves_step_after_step(opened, settled):
    app = opened("scripted/tools-steps", fixtures=(WARM,), steps=5, tool_choice="auto")
    looped(app, settled)
    assert [run.outcome for run in runs()] == ["complete"] * 4
    assert [run.between for run in runs()] == [0, 2, 4, 6]
    assert len(last_steps(runs())) == 1
    assert "degrees" in runs()[-1].reply.text
    assert "4 steps together" in words(app)
    assert {run.request.payload()["tool_choice"] for run in runs()} == {"auto"}


def test_a_loop_takes_no_more_steps_than_it_may(opened, settled):
    app = opened("scripted/tools-steps", fixtures=(WARM,), steps=2)
    looped(app, settled)
    assert len(runs()) == 3
    assert "Answered by itself 2 times" in words(app)
    fill(app)
    looped(app, settled)
    assert (len(runs()), runs()[-1].reply.tool_calls) == (4, ())


def test_a_loop_waits_where_a_result_is_missing(opened, settled):
    only = Fixture(tool="weather", arguments={"city": "step 1"}, result="17")
    app = opened("scripted/tools-steps", fixtures=(only,), steps=5)
    looped(app, settled)
    assert len(runs()) == 2
    assert app.text_area(key=f"result-{runs()[1].id}-0").value == ""


def test_a_loop_ends_where_the_budget_does(opened, settled):
    app = opened("scripted/tools-steps", fixtures=(WARM,), steps=5, prompt="3 times, after 900 ms")
    open_services().store.set_setting("caps", {"session": "0.000001"})
    looped(app, settled)
    assert len(runs()) == 1
    assert "It does not go on by itself" in words(app)


def test_results_that_may_cost_too_much_wait_for_a_word_and_are_sent_as_they_were(opened, settled):
    app = opened("scripted/tools-steps")
    settled()
    open_services().store.set_setting("caps", {"session": "0.000001"})
    fill(app, "17")
    assert len(runs()) == 1
    app.button(key="budget-raise").click().run()
    settled()
    assert (len(runs()), sent(runs()[1])[-1]["content"]) == (2, "17")


def test_tools_and_a_form_of_the_answer_go_together(opened, settled):
    shape = {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}
    app = opened("scripted/tools-steps", fixtures=(WARM,), steps=5, response_format=shape)
    looped(app, settled)
    assert json.loads(runs()[-1].reply.text) == {"city": "told"}
    assert {json.dumps(run.request.payload()["response_format"]) for run in runs()} == {json.dumps(shape)}


def test_later_cells_see_the_whole_loop(opened, settled):
    app = opened("scripted/tools-steps", fixtures=(WARM,), steps=5)
    looped(app, settled)
    app.chat_input(key="prompt").set_value("5 tokens at 1000/s").run()
    settled()
    later = open_services().store.attempts("s")
    last = next(one for name, (one, *_) in later.items() if name != cell().id)
    assert [one["role"] for one in sent(last)] == ["user", *["assistant", "tool"] * 3, "assistant", "user"]


def test_what_comes_after_an_open_call_waits_for_a_second_click(opened, settled):
    app = opened("scripted/tools")
    settled()
    for sent_now in (False, True):
        app.chat_input(key="prompt").set_value("And now?").run()
        told = any("weather, tides was called" in one.value for one in app.warning)
        assert (told, len(open_services().store.runs().rows)) == (not sent_now, 1 + sent_now)
        settled()


def test_run_from_here_answers_the_calls_of_a_cell_before_it_goes_on(opened, settled):
    app = opened("scripted/tools-steps", fixtures=(WARM,), steps=5)
    looped(app, settled)
    app.chat_input(key="prompt").set_value("1 times").run()
    looped(app, settled)
    app.menu_button(key=f"cell-{cell().id}-more").click("Run from here").run()
    app.button(key="replay-start").click().run()
    sequence = open_services().runner.sequences.of("s")
    assert sequence is None or sequence.wait(20)
    settled()
    first, second = open_services().store.attempts("s").values()
    assert ([len(first), len(second)], len(last_steps(first))) == ([8, 4], 2)
    again = sent(second[2])
    assert [one["role"] for one in again] == ["user", *["assistant", "tool"] * 3, "assistant", "user"]


def test_a_fork_goes_on_from_calls_that_it_took_over(opened, settled):
    app = opened("scripted/tools")
    settled()
    taken, cell_id = runs()[0], cell().id
    app.menu_button(key=f"cell-{cell_id}-more").click("Fork from here").run()
    for place in (0, 1):
        app.text_area(key=f"result-{taken.id}-{place}").set_value("17")
    app.button(key=f"cell-{cell_id}-continue").click().run()
    settled()
    assert len(runs()) == 1
    forked = app.session_state["ui"].session
    assert [run.follows for run in open_services().store.attempts(forked.id, inherited=(taken.id,))[cell_id]] == [
        None,
        taken.id,
    ]


def test_a_result_is_kept_from_where_it_was_written(opened, settled):
    app = opened("scripted/tools")
    settled()
    box = f"result-{runs()[0].id}-0"
    app.text_area(key=box).set_value("17").run()
    app.button(key=f"{box}-keep").click().run()
    kept = open_services().store.session("s").fixtures
    assert [(one.tool, one.arguments, one.result) for one in kept] == [("weather", {"city": "first"}, "17")]
    assert "calls like this one are answered so" in words(app)


def test_answers_side_by_side_go_on_each_on_its_own(opened, settled):
    app = opened("scripted/tools")
    settled()
    app.session_state["ui"].times = (cell().id, 2)
    app.run()
    settled()
    left, right = runs()[1:]
    for place in (0, 1):
        app.text_area(key=f"result-{left.id}-{place}").set_value("17")
    app.button(key=f"beside-{left.id}-continue").click().run()
    settled()
    assert [run.follows for run in runs()] == [None, None, None, left.id]
    shown = {one.key for one in app.button}
    assert {f"keep-{runs()[3].id}", f"keep-{right.id}"} <= shown
    assert f"keep-{left.id}" not in shown


def test_a_former_step_is_answered_anew_and_both_attempts_stay(opened, settled):
    app = opened("scripted/tools")
    settled()
    fill(app, "1", "2")
    settled()
    first = runs()[0]
    app.session_state["ui"].bench.answering[cell().id] = first.id
    app.run()
    assert app.text_area(key=f"result-{first.id}-1").value == "2"
    app.text_area(key=f"result-{first.id}-1").set_value("3")
    app.button(key=f"cell-{cell().id}-continue").click().run()
    settled()
    assert [run.follows for run in runs()] == [None, first.id, first.id]
    assert "Attempt 2 of 2" in words(app)


def test_the_panel_keeps_results_and_says_how_often_they_answer(opened, settled):
    app = opened("scripted/text", fixtures=(WARM,))
    settled()
    app.session_state["group-Tools"] = True
    app.run()
    app.session_state["tool-results"] = True
    app.number_input(key="tool-steps").set_value(4).run()
    assert open_services().store.session("s").loop_steps == 4
    app.selectbox(key="tool-name").set_value("tides")
    app.text_area(key="tool-arguments").set_value("[1]")
    app.button(key="tool-keep").click().run()
    assert app.text_area(key="tool-arguments").value == "[1]"
    app.text_area(key="tool-arguments").set_value('{"city": "Oslo"}')
    app.text_area(key="tool-result").set_value("2.1")
    app.button(key="tool-keep").click().run()
    app.button(key="tool-remove-1").click().run()
    assert open_services().store.session("s").fixtures == (
        Fixture(tool="tides", arguments={"city": "Oslo"}, result="2.1"),
    )


def test_of_many_kept_results_each_can_be_taken_away(opened, settled):
    many = tuple(Fixture(tool="weather", arguments={"n": number}, result=f"result {number}") for number in range(45))
    app = opened("scripted/text", fixtures=many)
    settled()
    app.session_state["group-Tools"] = app.session_state["tool-results"] = True
    app.run()
    assert "result 44" in words(app)
    assert "result 4 " not in words(app) + " "
    app.session_state["tool-page"] = 3
    app.run()
    app.button(key="tool-remove-4").click().run()
    assert [one.result for one in open_services().store.session("s").fixtures][:2] == ["result 1", "result 2"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (ToolCall(name="weather", arguments='{"city": "Oslo"}'), ""),
        (ToolCall(name="weather", arguments="{}"), "do not fit"),
        (ToolCall(name="weather", arguments="Oslo"), "no JSON object"),
        (ToolCall(name="moon", arguments="{}"), "No tool of this name"),
    ],
)
def test_what_is_odd_about_a_call_is_said(call, said):
    assert said in remark_on(call, TOOLS)
    assert bool(remark_on(call, TOOLS)) == bool(said)


def test_what_is_typed_for_a_result_that_is_kept_is_read_or_told_wrong():
    assert read_fixture(" weather ", '{"city": "Oslo"}', "17") == Fixture(
        tool="weather", arguments={"city": "Oslo"}, result="17"
    )
    for arguments, why in (('{"city": ', "line 1"), ("[1]", "JSON object"), ("[" * 10**5, "cannot be read")):
        with pytest.raises(RequestError, match=why):
            read_fixture("weather", arguments, "17")
