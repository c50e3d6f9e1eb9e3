"""Lanes on the notebook page: one prompt, several answers side by side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.services import open_services
from parley.notebook import Cell, Run, Session, edits
from parley.notebook.lanes import remove_lane
from parley.notebook.session import Lane
from parley.request import FIELDS, ChatRequest

Settled = Callable[[], AppTest]
FAST = "5 tokens at 1000/s"


@pytest.fixture
def lanes(app: AppTest) -> AppTest:
    """Three lanes: the second fails, the third is as the sidebar says."""
    while "scripted/text" not in app.run().selectbox(key="field-model").options:
        pass
    app.selectbox(key="field-model").set_value("scripted/text").run()
    app.button(key="compare-add").click().run()
    app.button(key="compare-add").click().run()
    app.selectbox(key="lane-2-field-model").set_value("scripted/fault-midstream").run()
    return app


def ask(app: AppTest, text: str = FAST) -> AppTest:
    return app.chat_input(key="prompt").set_value(text).run()


def session(app: AppTest) -> Session:
    opened = app.session_state["ui"].session
    assert isinstance(opened, Session)
    return opened


def cell(app: AppTest) -> Cell:
    return session(app).cells[0]


def runs(app: AppTest) -> tuple[Run, ...]:
    return open_services().store.attempts(session(app).id)[cell(app).id]


def words(app: AppTest) -> str:
    return "\n".join(
        str(one.value) for kind in ("markdown", "caption", "warning", "info", "error", "html") for one in app.get(kind)
    )


def test_the_first_click_opens_two_lanes_the_next_one_more(app: AppTest) -> None:
    app.run().button(key="compare-add").click().run()
    assert len(session(app).lanes) == 2
    app.button(key="compare-add").click().run()
    assert [app.selectbox(key=f"lane-{number}-field-model").value for number in (1, 2, 3)] == [None] * 3


def test_six_lanes_are_the_most(app: AppTest) -> None:
    app.run()
    for _ in range(5):
        app.button(key="compare-add").click().run()
    assert len(session(app).lanes) == 6
    assert app.button(key="compare-add").disabled


def test_a_prompt_goes_to_every_lane_with_its_own_settings(lanes: AppTest, settled: Settled) -> None:
    lanes.number_input(key="lane-3-field-temperature").set_value(0.0).run()
    ask(lanes)
    settled()
    sent = [run.request.payload() for run in runs(lanes)]
    assert [(body["model"], body.get("temperature")) for body in sent] == [
        ("scripted/text", None),
        ("scripted/fault-midstream", None),
        ("scripted/text", 0),
    ]
    assert cell(lanes).compared == tuple(run.id for run in runs(lanes))


def test_a_lane_that_fails_leaves_the_others_alone(lanes: AppTest, settled: Settled) -> None:
    ask(lanes)
    settled()
    assert [run.outcome for run in runs(lanes)] == ["complete", "failed", "complete"]
    assert not lanes.exception


def test_keep_this_one_makes_it_the_chosen_attempt_alone_on_screen(lanes: AppTest, settled: Settled) -> None:
    ask(lanes)
    settled()
    third = runs(lanes)[2]
    lanes.button(key=f"keep-{third.id}").click().run()
    assert (cell(lanes).chosen, cell(lanes).compared) == (third.id, ())
    assert "Attempt 3 of 3" in words(lanes)


def test_what_is_side_by_side_survives_a_reload_with_its_lanes(lanes: AppTest, settled: Settled) -> None:
    ask(lanes)
    settled()
    reloaded = AppTest.from_file(lanes._script_path, default_timeout=20)
    reloaded.query_params["c"] = session(lanes).id
    reloaded.run()
    assert reloaded.selectbox(key="lane-2-field-model").value == "scripted/fault-midstream"
    assert [reloaded.button(key=f"keep-{run.id}").label for run in runs(lanes)] == ["Keep this one"] * 3


def test_a_wrong_value_in_a_lane_holds_back_all_and_names_the_lane(lanes: AppTest) -> None:
    lanes.number_input(key="lane-3-field-temperature").set_value(7.0).run()
    ask(lanes, "Keep me")
    assert open_services().store.runs().rows == ()
    assert "Lane 3: " in words(lanes)
    assert session(lanes).draft == "Keep me"


def test_what_cannot_be_read_in_a_lane_stays_there_and_holds_back(lanes: AppTest) -> None:
    lanes.selectbox(key="lane-1-pick").set_value("provider").run()
    lanes.text_area(key="lane-1-field-provider").set_value("{broken").run()
    assert lanes.text_area(key="lane-1-field-provider").value == "{broken"
    ask(lanes)
    assert open_services().store.runs().rows == ()


def test_an_emptied_field_goes_back_to_what_the_sidebar_says(lanes: AppTest) -> None:
    lanes.number_input(key="lane-1-field-temperature").set_value(0.5).run()
    lanes.number_input(key="lane-1-field-temperature").set_value(None).run()
    assert session(lanes).lanes[0].overrides.payload() == {}


def test_undo_brings_back_what_a_lane_said(lanes: AppTest) -> None:
    lanes.number_input(key="lane-3-field-temperature").set_value(0.25).run()
    lanes.number_input(key="lane-3-field-temperature").set_value(0.75).run()
    lanes.button(key="session-undo").click().run()
    assert lanes.number_input(key="lane-3-field-temperature").value == 0.25
    lanes.button(key="session-undo").click().run()
    assert lanes.number_input(key="lane-3-field-temperature").value is None
    lanes.button(key="session-redo").click().run()
    assert lanes.number_input(key="lane-3-field-temperature").value == 0.25


def test_a_lane_that_another_tab_removed_is_asked_about(lanes: AppTest) -> None:
    store = open_services().store
    theirs = store.session(session(lanes).id)
    store.save(remove_lane(theirs, theirs.lanes[2].id))
    lanes.number_input(key="lane-3-field-temperature").set_value(0.25).run()
    assert len(session(lanes).lanes) == 2
    assert "Theirs: *deleted*" in words(lanes)


def test_a_lane_that_is_removed_takes_its_fields_with_it(lanes: AppTest) -> None:
    lanes.number_input(key="lane-3-field-temperature").set_value(0.25).run()
    lanes.button(key="lane-2-remove").click().run()
    assert lanes.number_input(key="lane-2-field-temperature").value == 0.25
    assert lanes.selectbox(key="lane-2-field-model").value is None
    lanes.button(key="lane-1-remove").click().run()
    assert session(lanes).lanes == ()


def test_the_table_has_a_row_for_each(lanes: AppTest, settled: Settled) -> None:
    ask(lanes)
    settled()
    assert "| **2** · **scripted/fault-midstream** | Failed |" in words(lanes)


def test_any_two_answers_are_compared_word_by_word(lanes: AppTest, settled: Settled) -> None:
    lanes.selectbox(key="lane-3-field-model").set_value("scripted/citations").run()
    ask(lanes)
    settled()
    fold = f"cell-{cell(lanes).id}-difference"
    lanes.session_state[fold] = True
    lanes.run()
    assert "Word for word the same." in words(lanes)
    lanes.selectbox(key=f"{fold}-to").set_value(2).run()
    assert ":red-background[~~" in words(lanes)
    assert ":green-background[**" in words(lanes)


def test_the_same_prompt_runs_several_times(app: AppTest, settled: Settled) -> None:
    ask(app.run())
    settled()
    choose(app, "Run several times")
    app.number_input(key=f"cell-{cell(app).id}-times").set_value(2).run()
    app.button(key=f"cell-{cell(app).id}-several-run").click().run()
    settled()
    assert len(runs(app)) == 3
    assert cell(app).compared == tuple(run.id for run in runs(app)[1:])


def test_after_the_lanes_are_closed_a_run_is_one_again(lanes: AppTest, settled: Settled) -> None:
    ask(lanes)
    settled()
    lanes.button(key="compare-end").click().run()
    lanes.button(key=f"cell-{cell(lanes).id}-run").click().run()
    settled()
    assert len(runs(lanes)) == 4
    assert cell(lanes).compared == ()


SAMPLES = {
    "model": "a/b",
    "number": 0.25,
    "integer": 7,
    "choice": "low",
    "switch": False,
    "text": "words",
    "text_list": ["a", "b"],
    "json": {"a": {"b": [1, None]}},
    "price": "0.5",
    "loose": 16,
    "schema": {"type": "object"},
    "long_text": "two\nlines",
}
"""A value for each kind of editor."""


def test_a_field_of_any_kind_can_be_set_in_a_lane_and_stays_as_it_is(app: AppTest) -> None:
    own = {spec.name: SAMPLES[spec.editor] for spec in FIELDS if spec.name != "messages"}
    lane = Lane(id="one", overrides=ChatRequest.parse(own))
    saved = open_services().store.save(Session(id="s", lanes=(lane, Lane(id="two"))))
    app.query_params["c"] = saved.id
    app.run()
    assert not app.exception
    assert session(app).lanes[0].overrides.payload() == own
    assert [app.session_state[f"lane-1-field-{name}"] is None for name in own] == [False] * len(own)


def test_the_inspector_shows_what_each_lane_sends(lanes: AppTest) -> None:
    assert '"model": "scripted/text"' in bodies(lanes)
    lanes.session_state["lane-inspected"] = 1
    assert '"model": "scripted/fault-midstream"' in bodies(lanes.run())


def bodies(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in app.code)


def test_all_lanes_are_stopped_with_one_button(lanes: AppTest, settled: Settled) -> None:
    ask(lanes, "500 tokens at 5/s")
    lanes.button(key=f"cell-{cell(lanes).id}-stop-all").click().run()
    settled()
    assert {run.outcome for run in runs(lanes)} == {"stopped"}


def test_a_prompt_that_was_deleted_elsewhere_is_not_run(lanes: AppTest, settled: Settled) -> None:
    ask(lanes)
    settled()
    store = open_services().store
    store.save(edits.delete(store.session(session(lanes).id), cell(lanes).id))
    lanes.button(key="compare-run").click().run()
    settled()
    assert len(store.runs().rows) == 3


def test_former_attempts_are_laid_side_by_side_and_apart_again(app: AppTest, settled: Settled) -> None:
    ask(app.run())
    settled()
    app.button(key=f"cell-{cell(app).id}-run").click().run()
    settled()
    choose(app, "Lay attempts side by side")
    assert cell(app).compared == tuple(run.id for run in runs(app))
    assert cell(app).chosen == runs(app)[1].id
    choose(app, "Show one answer at a time")
    assert (cell(app).compared, cell(app).chosen) == ((), runs(app)[1].id)


def choose(app: AppTest, label: str) -> None:
    """From the cell's menu."""
    app.menu_button(key=f"cell-{cell(app).id}-more").click(label).run()
