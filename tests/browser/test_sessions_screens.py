"""Sessions and the share dialog by day and by night, wide and narrow, for eyes and for ears; and by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.browser.looks import faint, looks, nameless, sideways, unfold

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(40_000)
    yield page
    context.close()


def sessions(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/sessions")
    tab.locator(".st-key-sample-2").wait_for()


def menu(tab: Page, served: Served, act: str, session_id: str = "s1") -> None:
    sessions(tab, served)
    tab.locator(f".st-key-session-{session_id}-more button").click()
    tab.get_by_role("menuitem", name=act).or_(tab.get_by_role("option", name=act)).click()


def renaming(tab: Page, served: Served) -> None:
    menu(tab, served, "Rename")
    tab.locator(".st-key-session-rename-save").wait_for()


def sharing(tab: Page, served: Served) -> None:
    menu(tab, served, "Share or export")
    tab.locator(".st-key-share-create").wait_for()
    tab.get_by_text("Reasoning", exact=True).click()
    tab.get_by_text("What a model thought").wait_for()


def linked(tab: Page, served: Served) -> None:
    sharing(tab, served)
    tab.locator(".st-key-share-create button").click()
    tab.locator(".st-key-share-made img").wait_for()


@pytest.mark.parametrize("visit", [sessions, renaming, sharing, linked], ids=lambda visit: visit.__name__)
def test_everything_is_read_named_and_within_the_page(
    tab: Page, told: Served, visit: Callable[[Page, Served], None]
) -> None:
    tab.set_viewport_size({"width": 1400, "height": 900})
    visit(tab, told)
    dialog = tab.get_by_role("dialog")
    for look in looks(tab, ("light", 1400), ("dark", 390)):
        assert faint(tab) == "", look
        unfold(tab)
        assert nameless(tab) == [], look
        assert sideways(tab) == 0, look
        if dialog.count():
            assert dialog.evaluate("one => one.scrollWidth <= one.clientWidth + 1"), look


def test_what_is_deleted_comes_back_and_what_is_opened_is_there(tab: Page, served: Served) -> None:
    sessions(tab, served)
    tab.locator(".st-key-sample-0-open button").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("The sea at night")
    sessions(tab, served)
    line = tab.locator('[class*="st-key-session-line-"]')
    expect(line).to_have_count(1)
    line.locator('[class*="-more"] button').click()
    tab.get_by_text("Delete", exact=True).click()
    expect(tab.get_by_text("Deleted “The sea at night")).to_be_visible()
    expect(line).to_have_count(0)
    tab.locator(".st-key-sessions-undo button").click()
    expect(line).to_have_count(1)
    tab.locator(".st-key-sessions-search input").fill("nowhere to be found")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("No session holds these words")).to_be_visible()
    tab.locator(".st-key-sessions-search input").fill("sea")
    tab.keyboard.press("Enter")
    expect(line).to_have_count(1)
    line.locator('[class*="-open"] button').click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("The sea at night")


def test_a_sample_and_a_session_are_presented_from_the_list(tab: Page, told: Served) -> None:
    menu(tab, told, "Present")
    expect(tab).to_have_url(f"{told.url}/present?c=s1")
    sessions(tab, told)
    tab.locator(".st-key-sample-1-play button").click()
    expect(tab.locator(".st-key-present")).to_be_visible()


def test_what_came_of_something_is_told_where_it_was_done(browser: Browser, told: Served) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 480})
    tab = context.new_page()
    tab.set_default_timeout(40_000)
    sessions(tab, told)
    dropped = tab.locator('[class*="st-key-sessions-import"]')
    dropped.scroll_into_view_if_needed()
    kinds = dropped.locator('[data-testid="stFileUploaderDropzoneInstructions"] span')
    assert kinds.evaluate("one => one.scrollWidth <= one.clientWidth")
    file = {"name": "holiday.json", "mimeType": "application/json", "buffer": b'{"a": 1}'}
    dropped.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(tab.get_by_role("alert").filter(has_text="Not imported. holiday.json")).to_be_in_viewport()
    sessions(tab, told)
    last = tab.locator('[class*="st-key-session-line-"] [class*="-more"] button').last
    last.scroll_into_view_if_needed()
    last.click()
    tab.get_by_role("menuitem", name="Delete").or_(tab.get_by_role("option", name="Delete")).click()
    tab.locator(".st-key-sessions-undo").wait_for()
    tab.locator(".st-key-sample-2").scroll_into_view_if_needed()
    expect(tab.locator(".st-key-sessions-undo")).to_be_in_viewport()
    tab.locator(".st-key-sessions-undo button").click()
    expect(tab.locator(".st-key-sessions-gone")).to_have_count(0)
    context.close()


def test_looking_at_what_was_found_moves_no_choice_under_the_hand(browser: Browser, told: Served) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 1200})
    tab = context.new_page()
    tab.set_default_timeout(40_000)
    menu(tab, told, "Share or export")
    tab.locator(".st-key-share-create").wait_for()
    choice = tab.locator(".st-key-share-says-Reasoning")
    before = choice.bounding_box()
    tab.locator(".st-key-share-kind-Reasoning summary").click()
    tab.get_by_text("What a model thought").wait_for()
    assert choice.bounding_box() == before
    context.close()
