"""The column of cells: edited, inserted, moved, excluded, deleted, and all of it undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.services import open_services
from parley.notebook import Cell, Session, edits
from tests.conftest import HOUSE

Settled = Callable[[], AppTest]
SAID: list[dict[str, Any]] = [
    {"role": "user", "content": "Who are you?"},
    {"role": "assistant", "content": "A parrot."},
    {"role": "user", "content": "Prove it."},
]


def opened(*cells: Cell) -> AppTest:
    """The notebook with a session of these cells."""
    open_services().store.save(Session(id="s", title="Parrots", cells=cells))
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20)
    app.query_params["c"] = "s"
    return app.run()


def written(*said: dict[str, Any]) -> tuple[Cell, ...]:
    """Cells `a`, `b` and so on, written by hand."""
    return tuple(
        Cell(id=name, kind="message", message=message) for name, message in zip("abcdefgh", said, strict=False)
    )


def session() -> Session:
    return open_services().store.session("s")


def order() -> str:
    return "".join(cell.id if len(cell.id) == 1 else "?" for cell in session().cells)


def words(app: AppTest) -> str:
    return "\n".join(str(one.value) for kind in ("markdown", "caption", "warning") for one in app.get(kind))


def choose(app: AppTest, cell_id: str, entry: str) -> AppTest:
    app.get("menu_button")
    (menu,) = [one for one in app.get("menu_button") if one.key == f"cell-{cell_id}-more"]
    return menu.click(entry).run()


def press(app: AppTest, *parts: str) -> AppTest:
    return app.button(key="-".join(("cell", *parts))).click().run()


def entries(app: AppTest, cell_id: str) -> list[str]:
    (menu,) = [one for one in app.get("menu_button") if one.key == f"cell-{cell_id}-more"]
    return list(menu.options)


@pytest.fixture
def app(connected: Path) -> AppTest:
    return opened(*written(*SAID))


def test_a_message_is_edited_where_it_stands(app: AppTest) -> None:
    press(app, "b", "edit")
    app.text_area(key="cell-b-edited-0").set_value("A crow.")
    press(app, "b", "save")
    assert session().cells[1].message == {"role": "assistant", "content": "A crow."}
    assert "A crow." in words(app)
    assert not [one for one in app.text_area if str(one.key).startswith("cell-")]


def test_cancel_leaves_the_message_as_it_was_and_the_next_editor_begins_with_it(app: AppTest) -> None:
    press(app, "b", "edit")
    app.text_area(key="cell-b-edited-0").set_value("A crow.")
    press(app, "b", "cancel")
    press(app, "b", "edit")
    assert app.text_area(key="cell-b-edited-0").value == "A parrot."


def test_what_is_typed_stays_while_something_else_is_done(app: AppTest) -> None:
    press(app, "b", "edit")
    app.text_area(key="cell-b-edited-0").set_value("A crow.").run()
    choose(app, "c", "Move up")
    app.number_input(key="field-temperature").set_value(0.5).run()
    assert app.text_area(key="cell-b-edited-0").value == "A crow."
    assert order() == "acb"


def test_an_editor_says_when_its_cell_was_changed_elsewhere_meanwhile(app: AppTest) -> None:
    press(app, "b", "edit")
    app.text_area(key="cell-b-edited-0").set_value("A crow.").run()
    store = open_services().store
    store.save(edits.edit_text(store.session("s"), "b", "A *magpie*."))
    choose(app, "c", "Move up")
    assert "A \\*magpie\\*." in words(app)
    assert "Save puts your text in its place" in words(app)
    assert app.text_area(key="cell-b-edited-0").value == "A crow."


def test_each_text_of_a_list_has_its_box(connected: Path) -> None:
    parts = [{"type": "text", "text": one} for one in ("Look.", "What is it?")]
    image = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
    app = opened(*written({"role": "user", "content": [parts[0], image, parts[1]]}))
    press(app, "a", "edit")
    assert "**a.png**" in words(app)
    app.text_area(key="cell-a-edited-1").set_value("Who is it?")
    press(app, "a", "save")
    assert session().cells[0].message["content"] == [parts[0], image, {"type": "text", "text": "Who is it?"}]


def test_a_kind_that_is_chosen_counts_when_it_is_saved_and_not_when_it_is_given_up(app: AppTest) -> None:
    press(app, "c", "edit")
    app.selectbox(key="cell-c-kind").set_value("Note").run()
    press(app, "c", "cancel")
    press(app, "c", "edit")
    assert app.selectbox(key="cell-c-kind").value == "User message"
    assert session().cells[2].kind == "message"
    app.selectbox(key="cell-c-kind").set_value("Note").run()
    press(app, "c", "save")
    assert session().cells[2].kind == "note"
    assert "Note: not sent" in words(app)
    assert not any(one.startswith("Exclude") for one in entries(app, "c"))


def test_a_tools_result_names_the_call_that_it_answers(app: AppTest) -> None:
    press(app, "c", "edit")
    app.selectbox(key="cell-c-kind").set_value("Tool result").run()
    app.text_input(key="cell-c-edited-call").set_value("call_1")
    press(app, "c", "save")
    assert session().cells[2].message == {"role": "tool", "content": "Prove it.", "tool_call_id": "call_1"}


@pytest.mark.parametrize(("entry", "expected"), [("Insert a cell above", "a?bc"), ("Insert a cell below", "ab?c")])
def test_a_cell_is_inserted_beside_another_once_it_says_something(app: AppTest, entry: str, expected: str) -> None:
    choose(app, "b", entry)
    assert order() == "abc"
    (kind,) = [one for one in app.selectbox if one.label == "New cell"]
    kind.set_value("Note").run()
    (box,) = [one for one in app.text_area if "edited" in str(one.key)]
    box.set_value("Mind the crow.")
    (save,) = [one for one in app.button if str(one.key).endswith("-save") and str(one.key).startswith("cell-")]
    save.click().run()
    assert order() == expected
    assert "Mind the crow." in words(app)


def typing_a_new_cell(app: AppTest, entry: str = "Insert a cell below") -> None:
    choose(app, "b", entry)
    (box,) = [one for one in app.text_area if "edited" in str(one.key)]
    box.set_value("Half a thought").run()


def typed_in_new_cell(app: AppTest) -> list[str | None]:
    return [one.value for one in app.text_area if "edited" in str(one.key)]


@pytest.mark.parametrize(("cell_id", "entry"), [("b", "Delete"), ("c", "Insert a cell above")])
def test_what_was_typed_into_a_new_cell_stays_whatever_becomes_of_its_place(
    app: AppTest, cell_id: str, entry: str
) -> None:
    typing_a_new_cell(app)
    choose(app, cell_id, entry)
    assert typed_in_new_cell(app) == ["Half a thought"]


def test_a_new_cell_beside_one_that_is_off_screen_is_still_written(connected: Path) -> None:
    cells = tuple(Cell(id=name, kind="note", message={"content": name}) for name in "ab")
    app = opened(*cells, *(Cell(id=f"c{n}", kind="note", message={"content": "."}) for n in range(30)))
    app.button(key="earliest").click().run()
    typing_a_new_cell(app)
    app.button(key="latest").click().run()
    assert typed_in_new_cell(app) == ["Half a thought"]


def test_a_new_cell_that_is_given_up_leaves_nothing(app: AppTest) -> None:
    before = session().version
    press(app, "add")
    (cancel,) = [one for one in app.button if str(one.key).endswith("-cancel")]
    cancel.click().run()
    assert session().version == before
    assert app.button(key="cell-add")


def test_cells_move_and_the_outermost_do_not_offer_what_they_cannot_do(app: AppTest) -> None:
    choose(app, "c", "Move up")
    assert order() == "acb"
    assert "Move up" not in entries(app, "a")
    assert "Move down" not in entries(app, "b")


def test_a_duplicate_stands_right_below(app: AppTest) -> None:
    choose(app, "a", "Duplicate")
    assert [cell.text for cell in session().cells] == ["Who are you?", "Who are you?", "A parrot.", "Prove it."]


def test_an_excluded_cell_says_so_and_is_not_sent(app: AppTest) -> None:
    choose(app, "b", "Exclude from what is sent")
    assert "Excluded: not sent" in words(app)
    assert "A parrot" not in app.get("code")[0].value
    choose(app, "b", "Include in what is sent")
    assert "Excluded: not sent" not in words(app)


def test_a_deleted_cell_comes_back_from_where_it_stood(app: AppTest) -> None:
    choose(app, "b", "Delete")
    assert order() == "ac"
    assert "Cell deleted" in words(app)
    press(app, "undelete")
    assert order() == "abc"
    assert "Cell deleted" not in words(app)


def test_the_way_back_from_deleting_goes_with_the_next_change(app: AppTest) -> None:
    choose(app, "b", "Delete")
    choose(app, "c", "Duplicate")
    assert "Cell deleted" not in words(app)


def test_everything_is_undone_and_done_again_across_a_reload(app: AppTest) -> None:
    first = session()
    assert app.button(key="session-undo").disabled
    choose(app, "b", "Delete")
    choose(app, "c", "Move up")
    app.number_input(key="field-temperature").set_value(0.5).run()
    last = session()
    again = AppTest.from_file(app._script_path, default_timeout=20)
    again.query_params["c"] = "s"
    again.run()
    for _ in range(3):
        again.button(key="session-undo").click().run()
    assert session() == first
    assert again.number_input(key="field-temperature").value is None
    assert again.button(key="session-undo").disabled
    for _ in range(3):
        again.button(key="session-redo").click().run()
    assert session() == last
    assert again.button(key="session-redo").disabled


@pytest.mark.parametrize(("box", "typed"), [("field-temperature", 0.5), ("system-prompt-s", "Be brief.")])
def test_undo_right_after_typing_undoes_that_and_nothing_before_it(app: AppTest, box: str, typed: Any) -> None:
    choose(app, "b", "Delete")
    before = session()
    widget = app.number_input if isinstance(typed, float) else app.text_area
    widget(key=box).set_value(typed)
    app.button(key="session-undo").click().run()
    assert session() == before
    assert not widget(key=box).proto.value
    app.button(key="session-redo").click().run()
    assert session().settings.payload().get("temperature") or edits.system_prompt(session()) == typed


def test_undo_does_not_undo_what_another_tab_did_unseen(app: AppTest) -> None:
    choose(app, "b", "Delete")
    store = open_services().store
    theirs = store.save(edits.with_title(store.session("s"), "Crows"))
    app.button(key="session-undo").click().run()
    assert session() == theirs
    assert "changed in another tab" in words(app)


@pytest.mark.parametrize("step", ["undo", "redo"])
def test_a_step_leaves_the_prompt_box_alone_whatever_stands_in_another_tabs(app: AppTest, step: str) -> None:
    choose(app, "b", "Delete")
    choose(app, "c", "Duplicate")
    app.button(key="session-undo").click().run()
    store, mine = open_services().store, app.session_state["ui"]
    mine.session = store.save(edits.with_draft(mine.session, "mine"))
    store.save(edits.with_draft(store.session("s"), "theirs"))
    app.button(key=f"session-{step}").click().run()
    assert app.chat_input(key="prompt").proto.value == "mine"


def test_a_former_text_is_found_and_taken_again(app: AppTest) -> None:
    press(app, "b", "edit")
    app.text_area(key="cell-b-edited-0").set_value("A crow.")
    press(app, "b", "save")
    choose(app, "b", "Former texts")
    assert "A parrot." in [one.value for one in app.code]
    press(app, "b", "former", "0")
    assert session().cells[1].text == "A parrot."


def test_the_box_on_top_follows_a_system_message_that_moves_there(connected: Path) -> None:
    app = opened(*written(SAID[0], {"role": "system", "content": "Be brief."}))
    choose(app, "b", "Move up")
    assert app.text_area(key="system-prompt-s").value == "Be brief."
    app.button(key="session-undo").click().run()
    assert app.text_area(key="system-prompt-s").value == ""
    assert order() == "ab"


def test_a_prompt_is_saved_and_run_with_what_the_sidebar_says(app: AppTest, settled: Settled) -> None:
    while "scripted/text" not in app.run().selectbox(key="field-model").options:
        pass
    app.selectbox(key="field-model").set_value("scripted/text").run()
    press(app, "c", "edit")
    app.selectbox(key="cell-c-kind").set_value("Prompt").run()
    app.text_area(key="cell-c-edited-0").set_value("5 tokens at 1000/s")
    press(app, "c", "save-run")
    settled()
    store = open_services().store
    (row,) = store.runs().rows
    sent = [message["content"] for message in store.run(row.id).request.payload()["messages"]]
    assert sent == ["Who are you?", "A parrot.", "5 tokens at 1000/s"]


def test_a_long_session_shows_a_window_that_goes_both_ways(connected: Path) -> None:
    cells = tuple(Cell(id=f"c{n}", kind="note", message={"content": f"note {n} end"}) for n in range(300))
    app = opened(*cells)
    assert "note 290 end" in words(app)
    assert "note 289 end" not in words(app)
    app.button(key="earliest").click().run()
    assert "note 0 end" in words(app)
    assert "note 20 end" not in words(app)
    app.button(key="later").click().run()
    assert "note 29 end" in words(app)
    app.button(key="latest").click().run()
    assert "note 299 end" in words(app)
    assert not [one for one in app.button if one.key in ("later", "latest")]


def test_a_window_follows_what_is_sent(connected: Path) -> None:
    cells = tuple(Cell(id=f"c{n}", kind="note", message={"content": f"note {n} end"}) for n in range(50))
    app = opened(*cells)
    app.button(key="earliest").click().run()
    app.chat_input(key="prompt").set_value("Here I am").run()
    assert "Here I am" in words(app)


def test_shortcuts_are_listed_and_press_the_last_prompt_alone(connected: Path) -> None:
    prompts = [Cell(id=name, message={"role": "user", "content": name}) for name in "ab"]
    app = opened(*prompts, *written(SAID[1])[:0], Cell(id="n", kind="note", message={"content": "."}))
    assert "Alt" in words(app)
    keys = {one.key: one.proto.shortcut for one in app.button}
    assert keys["cell-b-run"] == "alt+shift+enter"
    assert keys["cell-b-edit"] == "alt+shift+e"
    assert keys["cell-a-run"] == keys["cell-a-edit"] == keys["cell-n-edit"] == ""


def test_the_system_prompt_has_other_roles_former_texts_and_can_be_left_out(connected: Path) -> None:
    app = opened(*written({"role": "system", "content": "Be brief."}, SAID[0]))
    app.text_area(key="system-prompt-s").set_value("Be long.").run()
    choose(app, "a", "Send it as the developer message")
    assert session().cells[0].message == {"role": "developer", "content": "Be long."}
    choose(app, "a", "Former texts")
    press(app, "a", "former", "0")
    assert app.text_area(key="system-prompt-s").value == "Be brief."
    choose(app, "a", "Exclude from what is sent")
    assert "Excluded: not sent" in words(app)
    assert app.text_area(key="system-prompt-s").value == ""
    choose(app, "a", "Include in what is sent")
    assert app.text_area(key="system-prompt-s").value == "Be brief."


def test_what_is_written_beside_a_cell_that_goes_is_not_lost(app: AppTest) -> None:
    choose(app, "b", "Insert a cell below")
    (box,) = [one for one in app.text_area if "edited" in str(one.key)]
    box.set_value("Mind the crow.").run()
    choose(app, "b", "Delete")
    (save,) = [one for one in app.button if str(one.key).endswith("-save") and str(one.key).startswith("cell-")]
    save.click().run()
    assert order() == "ac?"
    assert "Mind the crow." in words(app)
