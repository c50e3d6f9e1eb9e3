"""Attempts on the notebook's page: stale marks, run from here, settings that differ, continue, fork, and two tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.services import open_services
from parley.notebook import Cell, Run, Session, edits
from tests.conftest import HOUSE

Settled = Callable[[], AppTest]
PROMPT = "5 tokens at 1000/s"


def ask(app: AppTest, text: str) -> AppTest:
    return app.chat_input(key="prompt").set_value(text).run()


def words(app: AppTest) -> str:
    """Everything that is written on the page."""
    kinds = ("markdown", "caption", "info", "warning", "error")
    return "\n".join(str(one.value) for kind in kinds for one in app.get(kind))


def scripted(app: AppTest, model: str = "scripted/text") -> AppTest:
    while "scripted/text" not in app.run().selectbox(key="field-model").options:
        pass
    return app.selectbox(key="field-model").set_value(model).run()


def session(app: AppTest) -> Session:
    found: Session = open_services().store.session(app.session_state["ui"].session.id)
    return found


def attempts(app: AppTest, place: int) -> tuple[Run, ...]:
    """The stored attempts of a cell, by its place."""
    now = session(app)
    cell = now.cells[place]
    return open_services().store.attempts(now.id, inherited=cell.inherited).get(cell.id, ())


def said_to(run: Run) -> list[Any]:
    return [said["content"] for said in open_services().store.run(run.id).request.payload()["messages"]]


def has(app: AppTest, key: str) -> bool:
    return key in {one.key for one in app.get("button")}


def chosen_in_menu(app: AppTest, cell: Cell, entry: str) -> AppTest:
    return app.menu_button(key=f"cell-{cell.id}-more").click(entry).run()


def conversation(app: AppTest, settled: Settled, *prompts: str) -> AppTest:
    scripted(app)
    for prompt in prompts:
        ask(app, prompt)
        settled()
    return app


def played(app: AppTest) -> AppTest:
    sequence = open_services().runner.sequences.of(app.session_state["ui"].session.id)
    assert sequence is None or sequence.wait(20)
    return app.run()


def edited(app: AppTest, place: int, text: str) -> AppTest:
    """The cell's text, as the editor of another tab changes it, and this tab on the session as it is then."""
    now = session(app)
    open_services().store.save(edits.edit_text(now, now.cells[place].id, text))
    other = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20)
    other.query_params["c"] = now.id
    return other.run()


def test_an_edit_marks_what_comes_after_it_and_the_cell_itself(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT, PROMPT, PROMPT)
    assert "Stale" not in words(app)
    other = edited(app, 1, "6 tokens at 1000/s")
    stale = [cell.id for cell in session(app).cells if has(other, f"cell-{cell.id}-from")]
    assert stale == [cell.id for cell in session(app).cells[1:]]


def test_run_from_here_sends_each_cell_with_the_new_answers_above_it(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT, PROMPT)
    other = edited(app, 0, "6 tokens at 1000/s")
    first = session(app).cells[0]
    other.button(key=f"cell-{first.id}-from").click().run()
    assert "2 cells" in words(other)
    other.button(key="replay-start").click().run()
    played(other)
    new = attempts(app, 0)[-1]
    assert [len(attempts(app, place)) for place in (0, 1)] == [2, 2]
    assert said_to(attempts(app, 1)[-1]) == ["6 tokens at 1000/s", new.reply.text, PROMPT]
    assert "Stale" not in words(other.run())
    assert not other.exception


@pytest.mark.parametrize(("which", "sent"), [("original", None), ("present", 7)])
def test_run_from_here_takes_the_settings_that_were_asked_for(
    app: AppTest, settled: Settled, which: str, sent: int | None
) -> None:
    conversation(app, settled, PROMPT)
    app.number_input(key="field-seed").set_value(7).run()
    chosen_in_menu(app, session(app).cells[0], "Run from here")
    app.radio(key="replay-settings").set_value(which).run()
    app.button(key="replay-start").click().run()
    played(app)
    assert attempts(app, 0)[-1].request.payload().get("seed") == sent


def test_a_sequence_that_breaks_off_says_where_and_why(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT, PROMPT)
    app.selectbox(key="field-model").set_value("scripted/fault-midstream").run()
    chosen_in_menu(app, session(app).cells[0], "Run from here")
    app.radio(key="replay-settings").set_value("present").run()
    app.button(key="replay-start").click().run()
    played(app)
    assert "0 of 2 cells were run again" in words(app)
    assert [len(attempts(app, place)) for place in (0, 1)] == [2, 1]


def test_a_cell_that_is_excluded_meanwhile_is_left_out(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT, PROMPT)
    other = edited(app, 0, "30 tokens at 20/s")
    other.button(key=f"cell-{session(app).cells[0].id}-from").click().run()
    other.button(key="replay-start").click().run()
    chosen_in_menu(other, session(app).cells[1], "Exclude from what is sent")
    played(other)
    assert [len(attempts(app, place)) for place in (0, 1)] == [2, 1]


def test_an_emptied_prompt_is_not_sent(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT)
    other = edited(app, 0, "")
    other.button(key=f"cell-{session(app).cells[0].id}-run").click().run()
    assert "This prompt is empty" in words(other)
    assert len(attempts(app, 0)) == 1


def test_a_sequence_can_be_stopped_and_what_came_stays(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT, PROMPT)
    other = edited(app, 0, "300 tokens at 20/s")
    other.button(key=f"cell-{session(app).cells[0].id}-from").click().run()
    other.button(key="replay-start").click().run()
    assert has(other, "sequence-stop")
    other.button(key="sequence-stop").click().run()
    played(other)
    assert attempts(app, 0)[-1].outcome in ("stopped", "running")
    assert len(attempts(app, 1)) == 1
    assert "It was stopped" in words(other)


def test_nothing_is_sent_from_the_box_while_cells_are_run_again(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT)
    other = edited(app, 0, "300 tokens at 20/s")
    other.button(key=f"cell-{session(app).cells[0].id}-from").click().run()
    other.button(key="replay-start").click().run()
    ask(other, "Do not lose me")
    assert "still being run again" in words(other)
    assert session(app).draft == "Do not lose me"
    other.button(key="sequence-stop").click().run()
    played(other)


def test_no_cell_is_run_while_an_answer_above_is_on_its_way(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT, PROMPT)
    slow, other = edited(app, 0, "300 tokens at 20/s"), second_tab(app)
    first, second = session(app).cells
    slow.button(key=f"cell-{first.id}-run").click().run()
    other.button(key=f"cell-{second.id}-run").click().run()
    assert "An answer above is still being written" in words(other)
    assert [len(attempts(app, one)) for one in (0, 1)] == [2, 1]


def test_an_answer_whose_cell_was_deleted_holds_nothing_back_and_is_stopped(app: AppTest, settled: Settled) -> None:
    ask(scripted(app), "300 tokens at 20/s")
    (running,) = attempts(app, 0)
    live = open_services().runner.live(running.id)
    chosen_in_menu(app, session(app).cells[0], "Delete")
    assert live
    assert live.wait(20).outcome == "stopped"
    ask(app, PROMPT)
    assert "still being written" not in words(app)
    assert [cell.text for cell in session(app).cells] == [PROMPT]


def test_an_attempt_that_was_pinned_gives_way_to_the_new_one(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT)
    cell = session(app).cells[0]
    app.button(key=f"cell-{cell.id}-run").click().run()
    settled()
    app.button(key=f"cell-{cell.id}-prev").click().run()
    chosen_in_menu(app, cell, "Run from here")
    app.button(key="replay-start").click().run()
    played(app)
    assert "Attempt 3 of 3" in words(app)
    app.number_input(key="field-seed").set_value(7).run()
    assert "another tab" not in words(app)


def test_the_chip_says_what_differs_and_loads_it(app: AppTest, settled: Settled) -> None:
    scripted(app)
    app.number_input(key="field-temperature").set_value(0.7).run()
    ask(app, PROMPT)
    settled()
    cell = session(app).cells[0]
    assert "Other settings" not in str(app.main)
    app.number_input(key="field-temperature").set_value(1.5).run()
    app.session_state[f"cell-{cell.id}-differs"] = True
    app.run()
    assert "1.5 → 0.7" in words(app)
    app.button(key=f"cell-{cell.id}-load").click().run()
    assert app.number_input(key="field-temperature").value == 0.7
    assert session(app).settings.payload()["temperature"] == 0.7
    assert not has(app, f"cell-{cell.id}-load")


def test_loading_unsets_what_the_attempt_had_not_set(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT)
    cell = session(app).cells[0]
    app.number_input(key="field-seed").set_value(7).run()
    app.session_state[f"cell-{cell.id}-differs"] = True
    app.run()
    app.button(key=f"cell-{cell.id}-load").click().run()
    assert "seed" not in session(app).settings.payload()
    assert app.number_input(key="field-seed").value is None


def test_continue_sends_the_answer_along_and_puts_what_comes_after_it(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT)
    before = attempts(app, 0)[0].reply.text
    chosen_in_menu(app, session(app).cells[0], "Continue this answer")
    settled()
    last = attempts(app, 0)[-1]
    assert said_to(last) == [PROMPT, before.rstrip()]
    assert last.whole.text == before.rstrip() + last.reply.text
    assert "Stale" not in words(app)


@pytest.mark.parametrize("kind", ["note", "message"])
def test_what_is_no_prompt_any_more_shows_no_answer_and_sends_none(app: AppTest, settled: Settled, kind: Any) -> None:
    conversation(app, settled, PROMPT)
    answer, now = attempts(app, 0)[0].reply.text, session(app)
    open_services().store.save(edits.change_kind(now, now.cells[0].id, kind))
    other = second_tab(app)
    assert answer not in words(other)
    assert not has(other, f"cell-{now.cells[0].id}-run")
    open_services().store.undo(now.id)
    assert answer in words(second_tab(app))


def test_a_fork_names_its_parent_both_ways_and_leaves_it_alone(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT, PROMPT)
    parent = session(app)
    chosen_in_menu(app, parent.cells[0], "Fork from here")
    child = session(app)
    assert (child.parent, child.parent_cell, len(child.cells)) == (parent.id, parent.cells[0].id, 1)
    assert attempts(app, 0)[0].reply.text.split()[0] in words(app)
    assert app.button(key=f"parent-{parent.id}").label.startswith("Forked from “")
    app.button(key=f"parent-{parent.id}").click().run()
    assert session(app) == parent
    assert app.button(key=f"child-{child.id}").label.startswith("Fork at cell 1: ")
    app.button(key=f"child-{child.id}").click().run()
    assert session(app).id == child.id


def test_a_fork_of_what_was_deleted_says_so(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT)
    parent = session(app)
    chosen_in_menu(app, parent.cells[0], "Fork from here")
    open_services().store.delete_session(parent.id)
    app.run()
    assert "deleted since" in words(app)
    assert not app.exception


def second_tab(app: AppTest) -> AppTest:
    other = AppTest.from_file(app._script_path, default_timeout=20)
    other.query_params["c"] = app.session_state["ui"].session.id
    return other.run()


def two_tabs_that_set_the_same(app: AppTest, settled: Settled) -> AppTest:
    conversation(app, settled, PROMPT)
    other = second_tab(app)
    app.number_input(key="field-seed").set_value(1).run()
    other.number_input(key="field-seed").set_value(2).run()
    return other


@pytest.mark.parametrize(("how", "kept"), [("theirs", 1), ("mine", 2)])
def test_where_two_tabs_change_the_same_the_second_one_chooses(
    app: AppTest, settled: Settled, how: str, kept: int
) -> None:
    other = two_tabs_that_set_the_same(app, settled)
    assert session(app).settings.payload()["seed"] == 1
    assert "Theirs stands until you choose" in words(other)
    other.button(key=f"disagreement-{how}").click().run()
    assert session(app).settings.payload()["seed"] == kept
    assert other.number_input(key="field-seed").value == kept
    assert "Theirs stands" not in words(other)


@pytest.mark.parametrize("theirs", [lambda s, c: edits.edit_text(s, c, "theirs"), edits.delete], ids=["edit", "delete"])
def test_save_and_run_sends_nothing_while_another_tabs_words_stand_there(
    app: AppTest, settled: Settled, theirs: Callable[[Session, str], Session]
) -> None:
    conversation(app, settled, PROMPT)
    now = session(app)
    cell_id = now.cells[0].id
    app.button(key=f"cell-{cell_id}-edit").click().run()
    open_services().store.save(theirs(now, cell_id))
    app.text_area(key=f"cell-{cell_id}-edited-0").set_value("mine")
    app.button(key=f"cell-{cell_id}-save-run").click().run()
    assert "Theirs stands until you choose" in words(app)
    assert len(open_services().store.runs().rows) == 1
    assert not app.error


def test_two_texts_of_one_cell_can_both_stay(app: AppTest, settled: Settled) -> None:
    conversation(app, settled, PROMPT)
    other = second_tab(app)
    now = session(app)
    open_services().store.save(edits.edit_text(now, now.cells[0].id, "theirs"))
    other.button(key=f"cell-{now.cells[0].id}-edit").click().run()
    (box,) = [one for one in other.text_area if str(one.key).startswith(f"cell-{now.cells[0].id}")]
    box.set_value("mine").run()
    other.button(key=f"cell-{now.cells[0].id}-save").click().run()
    assert [cell.text for cell in session(app).cells] == ["theirs"]
    other.button(key="disagreement-both").click().run()
    assert [cell.text for cell in session(app).cells] == ["theirs", "mine"]
