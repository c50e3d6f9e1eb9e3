"""Exported files opened from disk in a browser: everything can be read, nothing runs, and nothing is asked of any network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page

from parley.bundle.limits import LONGEST_TITLE
from parley.exporting import bundle, html_page, markdown, notebook
from parley.importing import opened
from parley.notebook import Snapshot
from parley.notebook.samples import samples
from tests.browser.listening import LIVE_LINKS, Listener, Watch
from tests.browser.looks import FAINT, looks, sideways
from tests.browser.test_hostile_pages import Texts
from tests.bundle.snapshots import full

pytestmark = pytest.mark.browser

OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener().listening() as one:
        yield one


@pytest.fixture(scope="module")
def hostile(listener: Listener) -> Snapshot:
    """A session in which every text that a file can hold is hostile."""
    texts = Texts(listener)
    runs = {
        cell: (texts.run(cell, reply=texts.reply()), texts.run(f"{cell}-2", reply=texts.reply(), outcome="failed"))
        for cell in ("c1", "c2")
    }
    session = texts.session().model_copy(
        update={"title": texts.line[:LONGEST_TITLE], "variables": {"x": texts.document}}
    )
    return Snapshot(session=session, attempts=runs)


@contextmanager
def tab(browser: Browser, **options: object) -> Iterator[tuple[Page, Watch]]:
    context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})  # type: ignore[arg-type]
    watch = Watch(context, "file://")
    page = context.new_page()
    page.set_default_timeout(45_000)
    yield page, watch
    context.close()


def kept(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path.as_uri()


def harmless(page: Page, watch: Watch, listener: Listener, address: str) -> None:
    """Open the file and all that is folded in it; of all requests there is the one for the file itself."""
    listener.heard.clear()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.evaluate(OPEN_ALL)
    page.mouse.wheel(0, 100_000)
    page.wait_for_timeout(500)
    assert [one for one in asked if not one.startswith("data:")] == [address]
    assert (listener.heard, watch.foreign, watch.dialogs) == ([], [], [])
    assert not Watch.ran(page)
    assert page.evaluate(LIVE_LINKS) == []
    assert (
        page.evaluate("document.scripts.length + document.querySelectorAll('iframe, object, embed, form, base').length")
        == 0
    )


@pytest.mark.parametrize("guarded", [True, False], ids=["with its policy", "without any"])
def test_a_hostile_session_as_a_page(
    browser: Browser, hostile: Snapshot, listener: Listener, tmp_path: Path, guarded: bool
) -> None:
    title = Texts(listener).line
    address = kept(tmp_path, "session.html", html_page(hostile, title=title, embed=bundle(hostile)))
    with tab(browser, bypass_csp=not guarded) as (page, watch):
        harmless(page, watch, listener, address)
        assert page.get_by_text("Image not loaded").count() > 50


def test_a_hostile_session_in_other_files(
    browser: Browser, hostile: Snapshot, listener: Listener, tmp_path: Path
) -> None:
    credulous = MarkdownIt("commonmark", {"html": True}).enable("table")
    words = "\n\n".join(
        "".join(cell["source"]) for cell in json.loads(notebook(hostile))["cells"] if cell["cell_type"] == "markdown"
    )
    for name, text in (("document.html", markdown(hostile)), ("notebook.html", words)):
        with tab(browser) as (page, watch):
            harmless(
                page,
                watch,
                listener,
                kept(tmp_path, name, f"<!doctype html><meta charset=utf-8>{credulous.render(text)}"),
            )


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_page_keeps_its_looks_under_its_policy(browser: Browser, tmp_path: Path, scripts: bool) -> None:
    address = kept(tmp_path, "session.html", html_page(full(), embed=bundle(full())))
    with tab(browser, java_script_enabled=scripts, color_scheme="light") as (page, _):
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        page.goto(address)
        assert page.locator(".cell").count() == 6
        assert page.locator("img").first.bounding_box() is not None
        assert page.locator("html").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(251, 250, 247)"
        assert told == []


def single_file(page: Page) -> str:
    """As the browser saves a page with all that belongs to it in one file (.mhtml)."""
    told = page.context.new_cdp_session(page).send("Page.captureSnapshot", {"format": "mhtml"})
    return str(told["data"])


@pytest.mark.parametrize("save", [Page.content, single_file], ids=["complete", "single file"])
def test_a_page_that_was_saved_from_the_browser_opens_again(
    browser: Browser, tmp_path: Path, save: Callable[[Page], str]
) -> None:
    with tab(browser, offline=True) as (page, _):
        page.goto(kept(tmp_path, "session.html", html_page(full(), embed=bundle(full()))))
        saved = save(page)
    assert [cell.message for cell in opened(saved.encode()).session.cells] == [
        cell.message for cell in full().session.cells
    ]


def test_a_page_can_be_read_by_day_and_by_night_on_any_screen(browser: Browser, tmp_path: Path) -> None:
    for number, snapshot in enumerate((full(), *(sample.snapshot for sample in samples()))):
        with tab(browser, viewport={"width": 1400, "height": 12_000}) as (page, _):
            page.goto(kept(tmp_path, f"{number}.html", html_page(snapshot, link="/?copy=x")))
            page.evaluate(OPEN_ALL)
            for look in looks(page):
                texts = page.evaluate(FAINT)
                assert [one for one in texts if not one["enough"]] == [], look
                assert len(texts) > 10
                assert sideways(page) == 0


def test_on_paper_everything_stands_open(browser: Browser, tmp_path: Path) -> None:
    with tab(browser) as (page, _):
        page.goto(kept(tmp_path, "session.html", html_page(full())))
        hidden = page.locator("details .inside").first
        assert not hidden.evaluate("one => one.checkVisibility({ contentVisibilityAuto: true })")
        page.emulate_media(media="print")
        assert all(
            one.evaluate("one => one.getBoundingClientRect().height > 0")
            for one in page.locator("details > .inside").all()
        )
        assert len(page.pdf()) > 20_000
