"""States of sessions, sharing, what leaves and presenting, for the pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import rest


def sessions(page: Page, url: str) -> None:
    page.goto(f"{url}/sessions")
    page.locator(".st-key-sample-2").wait_for()
    rest(page)


def renaming(page: Page, url: str) -> None:
    _menu(page, url, "Rename")
    page.locator(".st-key-session-rename-save").wait_for()


def deleted(page: Page, url: str) -> None:
    _menu(page, url, "Duplicate")
    copy = page.locator("[class*='st-key-session-line-']").filter(has_text="(copy)").first
    copy.wait_for()
    copy.locator("[class*='-more'] button").click()
    _item(page, "Delete")
    page.locator(".st-key-sessions-undo").wait_for()


def no_session(page: Page, url: str) -> None:
    sessions(page, url)
    page.locator(".st-key-sessions-search input").fill("a word that nobody said")
    page.keyboard.press("Enter")
    page.locator(".st-key-sessions-clear").wait_for()


def refused(page: Page, url: str) -> None:
    sessions(page, url)
    file = {"name": "holiday.json", "mimeType": "application/json", "buffer": b'{"version": "x"}'}
    page.locator("[class*='st-key-sessions-import'] input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("alert").first.wait_for()


def share(page: Page, url: str) -> None:
    _menu(page, url, "Share or export")
    page.locator(".st-key-share-create").wait_for()
    rest(page)


def share_check(page: Page, url: str) -> None:
    sample = _copied(page, url)
    page.goto(f"{url}/?c={sample}")
    page.locator(".st-key-session-share button").click()
    page.locator(".st-key-share-create").wait_for()
    page.locator(".st-key-share-kind-Reasoning summary").click()
    page.get_by_text("What a model thought").wait_for()
    page.locator(".st-key-share-preview summary").click()
    page.get_by_role("tab", name="Text").wait_for()


def share_link(page: Page, url: str) -> None:
    share(page, url)
    page.locator(".st-key-share-create button").click()
    page.locator(".st-key-share-made img").wait_for()
    page.locator(".st-key-share-made img").scroll_into_view_if_needed()


def links(page: Page, url: str) -> None:
    share_link(page, url)
    sessions(page, url)
    page.get_by_text("Links to copies").click()
    page.get_by_role("button", name="Revoke").first.wait_for()
    page.get_by_role("button", name="Revoke").first.scroll_into_view_if_needed()


def shared_page(page: Page, url: str) -> None:
    share_link(page, url)
    page.goto(page.locator(".st-key-share-made code").inner_text().strip())
    page.get_by_text("Continue in my own copy").first.wait_for()


def copy_offered(page: Page, url: str) -> None:
    shared_page(page, url)
    page.get_by_role("link", name="Continue in my own copy").click()
    page.get_by_role("button", name="Take my own copy").wait_for()
    rest(page)


def copy_taken(page: Page, url: str) -> None:
    copy_offered(page, url)
    page.get_by_role("button", name="Take my own copy").click()
    page.get_by_text("This is your own copy").wait_for()
    rest(page)


def exported_page(page: Page, url: str) -> None:
    page.goto(f"{url}/?c={_copied(page, url)}")
    page.locator(".st-key-session-share button").click()
    address = page.locator(".st-key-share-file-html a").get_attribute("href") or ""
    answer = page.request.get(page.evaluate("one => new URL(one, document.baseURI).href", address))
    with tempfile.NamedTemporaryFile(suffix=".html", delete=False) as file:
        file.write(answer.body())
    page.goto(Path(file.name).as_uri())
    page.locator(".cell").first.wait_for()
    Path(file.name).unlink()


def present_choose(page: Page, url: str) -> None:
    page.goto(f"{url}/present?choose=")
    page.get_by_text("Samples").first.wait_for()


def present_opening(page: Page, url: str) -> None:
    page.goto(f"{url}/present?sample=sample-scripted")
    page.locator(".st-key-present-another").wait_for()


def present_playing(page: Page, url: str) -> None:
    page.goto(f"{url}/present?sample=sample-scripted&at=2")
    page.locator(".st-key-present-play button").click()
    page.get_by_text("Notes from a quiet harbour").wait_for()


def present_lanes(page: Page, url: str) -> None:
    page.goto(f"{url}/present?sample=sample-lanes&at=1")
    page.locator(".st-key-present-lanes").wait_for()


def present_end(page: Page, url: str) -> None:
    page.goto(f"{url}/present?sample=sample-scripted&at=6")
    page.locator(".st-key-present-totals").wait_for()


def _copied(page: Page, url: str) -> str:
    """A copy of the sample with reasoning, tools and a picture, by its id."""
    sessions(page, url)
    page.locator(".st-key-sample-2-open button").click()
    page.wait_for_url("**/?c=*")
    rest(page)
    return page.url.partition("c=")[2]


def _menu(page: Page, url: str, act: str) -> None:
    sessions(page, url)
    page.locator("[class*='st-key-session-'][class*='-more'] button").last.click()
    _item(page, act)


def _item(page: Page, act: str) -> None:
    page.get_by_role("menuitem", name=act).or_(page.get_by_role("option", name=act)).click()


STATES: dict[str, Callable[[Page, str], None]] = {
    "sessions": sessions,
    "sessions-renaming": renaming,
    "sessions-deleted": deleted,
    "sessions-no-match": no_session,
    "sessions-refused": refused,
    "sessions-links": links,
    "share": share,
    "share-check": share_check,
    "share-link": share_link,
    "shared-page": shared_page,
    "copy-offered": copy_offered,
    "copy-taken": copy_taken,
    "exported-page": exported_page,
    "present-choose": present_choose,
    "present-opening": present_opening,
    "present-playing": present_playing,
    "present-lanes": present_lanes,
    "present-end": present_end,
}
