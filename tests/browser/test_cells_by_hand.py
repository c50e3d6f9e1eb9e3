"""Cells as a person works with them: what only a browser shows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from parley import ChatRequest, Session, Store
from parley.notebook import Cell
from tests.browser.conftest import Served, prompt, rest

pytestmark = pytest.mark.browser
SAID = [("user", "Who are you?"), ("assistant", "A parrot."), ("user", "Prove it.")]


def store(served: Served) -> Store:
    return Store(f"sqlite:///{served.home}/parley.db")


def texts(served: Served) -> list[str]:
    with store(served) as kept:
        return [cell.text for cell in kept.session("s").cells]


def keep(served: Served, *cells: Cell) -> None:
    with store(served) as kept:
        kept.save(Session(id="s", title="Parrots", cells=cells, settings=ChatRequest(model="scripted/text")))


@pytest.fixture(params=[1400, pytest.param(390, marks=pytest.mark.nightly)])
def tab(request: pytest.FixtureRequest, blank: Page, served: Served) -> Page:
    """A session of three messages and a prompt, `a` to `d`."""
    said = [
        Cell(id=name, kind="message", message={"role": r, "content": t})
        for name, (r, t) in zip("abc", SAID, strict=True)
    ]
    keep(served, *said, Cell(id="d", message={"role": "user", "content": "8 tokens at 1000/s"}))
    blank.set_viewport_size({"width": request.param, "height": 900})
    blank.goto(f"{served.url}/?c=s")
    prompt(blank).wait_for()
    blank.locator(".st-key-cell-d").wait_for()
    rest(blank)
    return blank


def choose(page: Page, cell: str, entry: str) -> None:
    page.locator(f".st-key-cell-{cell}-more button").click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def box(page: Page, cell: str) -> str:
    return f".st-key-cell-{cell}-edited-0 textarea"


def test_an_editor_opens_with_the_cursor_in_it_and_saves_by_keyboard(tab: Page, served: Served) -> None:
    tab.locator(".st-key-cell-b-edit button").click()
    expect(tab.locator(box(tab, "b"))).to_be_focused()
    tab.keyboard.type(" Or a crow.")
    tab.keyboard.press("Control+Enter")
    tab.locator(".st-key-cell-b-editor").wait_for(state="detached")
    assert texts(served)[1] == "A parrot. Or a crow."


@pytest.mark.parametrize("tab", [1400], indirect=True)
def test_what_is_typed_into_an_editor_outlives_another_page_and_the_sidebar(tab: Page, served: Served) -> None:
    tab.locator(".st-key-cell-b-edit button").click()
    expect(tab.locator(box(tab, "b"))).to_be_focused()
    tab.locator(box(tab, "b")).fill("A crow.")
    tab.locator(box(tab, "b")).blur()
    tab.wait_for_timeout(1000)
    tab.get_by_role("link", name="History").click(delay=80)
    tab.locator(".st-key-history-empty").wait_for()
    tab.get_by_role("link", name="Notebook").click(delay=80)
    expect(tab.locator(box(tab, "b"))).to_have_value("A crow.")
    tab.locator(".st-key-cell-b-save button").click()
    tab.locator(".st-key-cell-b-editor").wait_for(state="detached")
    assert texts(served)[1] == "A crow."


@pytest.mark.parametrize("tab", [1400, 390], indirect=True)
def test_every_change_is_undone_by_keyboard_with_a_reload_in_between(tab: Page, served: Served) -> None:
    first = texts(served)
    choose(tab, "b", "Delete")
    tab.get_by_text("Cell deleted").wait_for()
    choose(tab, "c", "Move up")
    tab.get_by_text("Cell deleted").wait_for(state="detached")
    choose(tab, "a", "Duplicate")
    tab.get_by_text("Who are you?").nth(1).wait_for()
    tab.reload()
    tab.locator(".st-key-session-undo button:enabled").wait_for()
    for _ in range(3):
        before = texts(served)
        tab.keyboard.press("Alt+Shift+Z")
        tab.wait_for_timeout(400)
        while texts(served) == before:
            tab.wait_for_timeout(100)
    expect(tab.locator(".st-key-session-undo button")).to_be_disabled()
    assert texts(served) == first


def test_the_last_prompt_is_run_stepped_through_and_edited_by_keyboard(tab: Page, served: Served) -> None:
    expect(tab.locator(".st-key-cell-d-run button")).to_be_enabled()
    tab.keyboard.press("Alt+Shift+Enter")
    tab.get_by_text("Run again").wait_for()
    tab.keyboard.press("Alt+Shift+Enter")
    tab.get_by_text("Attempt 2 of 2").wait_for()
    tab.keyboard.press("Alt+Shift+P")
    tab.get_by_text("Attempt 1 of 2").wait_for()
    tab.keyboard.press("Alt+Shift+N")
    tab.get_by_text("Attempt 2 of 2").wait_for()
    tab.keyboard.press("Alt+Shift+E")
    expect(tab.locator(box(tab, "d"))).to_be_focused()
    assert prompt(tab).input_value() == ""


def test_a_cell_is_added_and_run_by_keyboard_alone(tab: Page, served: Served) -> None:
    tab.keyboard.press("Alt+Shift+A")
    editor = tab.locator("textarea[aria-label='Text']")
    expect(editor).to_be_focused()
    tab.keyboard.type("6 tokens at 1000/s")
    tab.keyboard.press("Control+Shift+Enter")
    tab.get_by_text("Run again").wait_for()
    assert texts(served)[-1] == "6 tokens at 1000/s"


@pytest.mark.parametrize("tab", [1400, 390], indirect=True)
def test_nothing_scrolls_sideways_and_shortcuts_are_one_click_away(tab: Page, served: Served) -> None:
    tab.locator(".st-key-cell-b-edit button").click()
    tab.locator(".st-key-cell-b-editor").wait_for()
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth")
    tab.locator(".st-key-shortcuts button").click()
    expect(tab.get_by_text("Undo the last change")).to_be_visible()


def test_a_long_session_draws_as_many_elements_as_a_short_one(blank: Page, served: Served) -> None:
    keep(served, *(Cell(id=f"n{n}", kind="note", message={"content": f"number {n} of many"}) for n in range(300)))
    page = blank
    page.goto(f"{served.url}/?c=s")
    page.get_by_text("number 299 of many").wait_for()
    for _ in range(4):
        page.locator(".st-key-earlier button").click()
        page.wait_for_timeout(500)
    page.get_by_text("number 250 of many").wait_for()
    assert page.locator("[data-testid=stChatMessage]").count() <= 20
    page.locator(".st-key-latest button").click()
    page.get_by_text("number 299 of many").wait_for()


def test_an_answer_is_stopped_by_keyboard_while_the_next_prompt_is_typed(tab: Page, served: Served) -> None:
    prompt(tab).fill("300 tokens at 20/s")
    prompt(tab).press("Enter")
    tab.get_by_role("button", name="Stop").wait_for()
    prompt(tab).fill("And then")
    tab.keyboard.press("Alt+Shift+X")
    tab.get_by_text("You stopped this answer").wait_for()
    expect(prompt(tab)).to_have_value("And then")
