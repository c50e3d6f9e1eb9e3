"""A hostile session that comes as a file: imported, looked at, checked, and handed on; nothing of it runs, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from parley.bundle.limits import LONGEST_TITLE
from parley.exporting import bundle, html_page
from parley.notebook import Snapshot
from tests.browser.conftest import Served, prompt
from tests.browser.hostile import FETCHES, scripts
from tests.browser.listening import Listener
from tests.browser.test_hostile_pages import Texts, harmless, settled, unprotected
from tests.conftest import KEY

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener().listening() as one:
        yield one


@pytest.fixture(scope="module")
def snapshot(listener: Listener) -> Snapshot:
    texts = Texts(listener)
    session = texts.session().model_copy(
        update={"title": texts.line[:LONGEST_TITLE], "variables": {"x": texts.document}}
    )
    return Snapshot(session=session, attempts={cell: (texts.run(cell, reply=texts.reply()),) for cell in ("c1", "c2")})


@pytest.fixture
def here(tmp_path: Path, gateway: str) -> Iterator[Served]:
    served = Served(tmp_path / "home", OPENROUTER_BASE_URL=gateway, OPENROUTER_API_KEY=KEY)
    yield served
    served.stop()


def test_a_hostile_file_is_harmless_from_the_drop_to_the_link(
    browser: Browser, here: Served, listener: Listener, snapshot: Snapshot, tmp_path: Path
) -> None:
    assert len({*FETCHES, *scripts()}) > 200
    path = tmp_path / "<img src=x onerror=window.PWN=1>.html"
    path.write_text(html_page(snapshot, embed=bundle(snapshot)), encoding="utf-8")
    with unprotected(browser, here, listener) as (page, _):
        page.goto(f"{here.url}/sessions")
        page.locator('[class*="st-key-sessions-import"] input[type=file]').set_input_files(path)
        prompt(page).wait_for()
        page.locator(".st-key-session-share button").wait_for()
        page.locator("[data-testid=stChatMessage]").nth(4).wait_for()
        settled(page)
        harmless(page)

        page.locator(".st-key-session-share button").click()
        page.locator(".st-key-share-create").wait_for()
        settled(page)
        harmless(page)
        page.locator(".st-key-share-create button").click()
        link = page.locator(".st-key-share-made code").inner_text().strip()
        page.goto(link)
        expect(page.locator(".cell").nth(4)).to_be_visible()
        harmless(page)
        page.goto(f"{here.url}/sessions")
        page.locator('[class*="st-key-session-line-"]').first.wait_for()
        settled(page)
        harmless(page)


def test_a_file_that_is_refused_says_so_and_leaves_nothing(
    browser: Browser, here: Served, listener: Listener, tmp_path: Path
) -> None:
    path = tmp_path / "![a](https://x.hostile.invalid/p.png)<b>.json".replace("/", "_")
    path.write_text('{"format": "parley-session", "version": 99}')
    with unprotected(browser, here, listener) as (page, _):
        page.goto(f"{here.url}/sessions")
        page.locator('[class*="st-key-sessions-import"] input[type=file]').set_input_files(path)
        expect(page.get_by_text("made by a newer Parley")).to_be_visible()
        harmless(page)
        expect(page.locator('[class*="st-key-session-line-"]')).to_have_count(0)
