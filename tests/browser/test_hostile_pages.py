"""Whatever a model or an upstream writes, wherever it stands: nothing of it is fetched, nothing of it runs, by the painter alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from parley import Store
from parley.notebook import Cell, Failure, Run, Session
from parley.reply import Audio, Reply, ToolCall
from parley.request import ChatRequest
from tests.browser.conftest import Served, ask, prompt
from tests.browser.hostile import FETCHES, IN_A_LINE, addressed, scripts
from tests.browser.listening import LIVE_LINKS, Listener, Watch, upstream
from tests.conftest import KEY

pytestmark = pytest.mark.browser


class Texts:
    """Every payload, with addresses of this listener: on one line, and as a document."""

    def __init__(self, listener: Listener) -> None:
        heard, elsewhere = f"{listener.url}/#.png", "https://x#.hostile.invalid/p.png"
        self.line = " ".join((*addressed(IN_A_LINE, heard), *addressed(IN_A_LINE[:3], elsewhere), *scripts()))
        told = (*addressed(FETCHES, heard), *addressed(FETCHES, elsewhere), *scripts())
        self.document = "\n\n".join(told)
        self.picture = {"type": "image_url", "image_url": {"url": heard}}
        self.citation = {"type": "url_citation", "url_citation": {"url": "javascript:window.PWN=1", "title": self.line}}

    def run(self, cell: str, **facts: object) -> Run:
        body = {"model": self.line, "messages": [{"role": "user", "content": self.document}], "stop": [self.line]}
        told = {
            "session_id": "s1",
            "outcome": "complete",
            "connection": "Test",
            "created": datetime(2026, 11, 21, tzinfo=UTC),
        }
        return Run.model_validate(
            {"id": f"run-{cell}", "cell_id": cell, "request": ChatRequest.parse(body), **told, **facts}
        )

    def reply(self) -> Reply:
        call = ToolCall(id=self.line, name=self.line, arguments=f'{{"a": "{self.picture["image_url"]}"}}')
        return Reply(
            text=self.document,
            reasoning=self.document,
            refusal=self.document,
            tool_calls=(call, ToolCall(name=self.line, arguments=self.document)),
            images=(self.picture,),
            audio=Audio(transcript=self.document),
            annotations=(
                self.citation,
                {**self.citation, "url_citation": {"url": "https://a.example/x y>", "title": self.line}},
            ),
            finish_reason=self.line,
            native_finish_reason=self.line,
            model=self.line,
            provider=self.line,
            notes=(self.line, self.document),
        )

    def session(self) -> Session:
        """Every kind of cell; its heading is harmless, so that what leaks is what the cells hold."""
        messages = [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": self.document},
                    self.picture,
                    {"type": self.line, self.line: {"filename": self.line}},
                ],
            },
            {"role": "user", "content": self.document},
            {"role": "tool", "tool_call_id": self.line, "content": self.document},
            {
                "role": "assistant",
                "content": self.document,
                "refusal": self.document,
                "tool_calls": [{"id": self.line, "function": {"name": self.line, "arguments": self.document}}],
            },
        ]
        kinds = ["message", "prompt", "prompt", "message", "message"]
        cells = tuple(
            Cell.model_validate({"id": f"c{n}", "kind": kind, "message": message})
            for n, (kind, message) in enumerate(zip(kinds, messages, strict=True))
        )
        settings = ChatRequest.parse({"model": self.line, "user": self.line, "stop": [self.line]})
        return Session(id="s1", title="Hostile cells", cells=cells, settings=settings, draft=self.document)

    def headed(self) -> Session:
        """A session of which only the heading and the system prompt are hostile."""
        cells = (Cell(id="h0", kind="message", message={"role": "system", "content": self.document}),)
        return Session(id="s0", title=self.line, cells=cells)


def stored(home: Path, texts: Texts) -> None:
    """A session in which every text that is kept anywhere is hostile."""
    home.mkdir(parents=True)
    failure = Failure(kind="ProviderFailed", message=texts.line, provider=texts.line, metadata={"raw": texts.document})
    with Store(f"sqlite:///{home}/parley.db") as store:
        store.save(texts.headed())
        store.save(texts.session())
        for run in (
            texts.run("c1", reply=texts.reply()),
            texts.run("c2", reply=texts.reply(), outcome="failed", failure=failure),
        ):
            store.begin(run.model_copy(update={"outcome": "queued"}))
            store.finish(run, [(1.0, texts.document)])


def answers(texts: Texts) -> Iterator[dict[str, object]]:
    """The same as a stream, in pieces that cut the markup anywhere."""
    cut = range(0, len(texts.document), 601)
    for kind in ("reasoning", "content"):
        for start in cut:
            time.sleep(0.01)
            yield {kind: texts.document[start : start + 601]}
    yield {
        "tool_calls": [{"index": 0, "id": texts.line, "function": {"name": texts.line, "arguments": texts.document}}]
    }
    yield {"finish_reason": texts.line}


def refuses(texts: Texts) -> Iterator[dict[str, object]]:
    yield {"content": texts.document}
    yield {
        "error": {"code": 502, "message": texts.line, "metadata": {"provider_name": texts.line, "raw": texts.document}}
    }


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener().listening() as one:
        yield one


@pytest.fixture(scope="module")
def texts(listener: Listener) -> Texts:
    return Texts(listener)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, texts: Texts) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("hostile") / "home"
    stored(home, texts)
    about = {"id": texts.line, "model": texts.line, "provider": texts.line}
    models = [{"id": texts.line, "name": texts.line, "description": texts.document, "pricing": {}}]
    with upstream(lambda said: refuses(texts) if said.startswith("Fail") else answers(texts), models, about) as url:
        served = Served(home, OPENROUTER_BASE_URL=url, OPENROUTER_API_KEY=KEY)
        yield served
        served.stop()


@pytest.fixture
def tab(browser: Browser, hostile: Served, listener: Listener) -> Iterator[tuple[Page, Watch]]:
    with unprotected(browser, hostile, listener) as opened:
        yield opened


@contextmanager
def unprotected(browser: Browser, hostile: Served, listener: Listener) -> Iterator[tuple[Page, Watch]]:
    """A page that no policy protects; when it closes, nothing may have been asked for elsewhere."""
    listener.heard.clear()
    context = browser.new_context(viewport={"width": 1400, "height": 900}, bypass_csp=True)
    watch = Watch(context, hostile.url)
    page = context.new_page()
    page.set_default_timeout(45_000)
    yield page, watch
    context.close()
    assert (listener.heard, watch.foreign, watch.dialogs) == ([], [], [])


def harmless(page: Page) -> None:
    """Open whatever can be opened, and look."""
    page.evaluate(
        "document.querySelectorAll('details:not([open]) > summary').forEach(one => one.checkVisibility() && one.click())"
    )
    page.wait_for_timeout(400)
    assert not Watch.ran(page)
    assert page.evaluate(LIVE_LINKS) == []


def settled(page: Page) -> None:
    page.locator("[data-testid=stStatusWidget]").wait_for(state="detached")
    page.wait_for_timeout(300)


def test_a_saved_session_is_harmless(tab: tuple[Page, Watch], hostile: Served) -> None:
    page, _ = tab
    page.goto(f"{hostile.url}/?c=s1")
    page.locator("[data-testid=stChatMessage]").nth(4).wait_for()
    settled(page)
    harmless(page)
    assert page.get_by_text("Image not loaded").count() > len(FETCHES)


@pytest.mark.nightly
def test_a_title_and_a_system_prompt_are_harmless_in_the_heading_and_in_the_list(
    browser: Browser, hostile: Served, listener: Listener
) -> None:
    with unprotected(browser, hostile, listener) as (page, _):
        page.goto(f"{hostile.url}/?c=s0")
        page.locator(".st-key-sessions-menu button").first.click()
        page.locator(".st-key-open-s0").wait_for()
        harmless(page)


def test_answers_are_harmless_while_they_come_when_they_end_and_after_a_reload(
    tab: tuple[Page, Watch], hostile: Served
) -> None:
    page, _ = tab
    page.goto(f"{hostile.url}/?c=s1")
    page.locator(".st-key-session-new button").click()
    page.locator(".st-key-sample").wait_for()
    for number, said in enumerate(("Fail now", "Go on"), 1):
        ask(page, f"{said}\n\n![a](https://x.hostile.invalid/p.png)<img src=x onerror=window.PWN=1>")
        page.get_by_text("Run again").nth(number - 1).wait_for()
        harmless(page)
    ask(page, "A call is open")
    page.get_by_text("has no result").wait_for()
    harmless(page)
    page.reload()
    page.locator("[data-testid=stChatMessage]").nth(3).wait_for()
    settled(page)
    harmless(page)


def test_history_and_the_details_of_a_run_are_harmless(tab: tuple[Page, Watch], hostile: Served) -> None:
    page, _ = tab
    page.goto(f"{hostile.url}/history")
    page.locator(".st-key-history-table").wait_for()
    for box in page.locator("[class*='st-key-history-filter-'] input").all():
        box.click()
        page.wait_for_timeout(200)
        page.keyboard.press("Escape")
    page.locator(".st-key-history-open input").click()
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.locator(".st-key-history-details").wait_for()
    for name in page.locator(".st-key-history-details [role=tab]").all():
        name.click()
        settled(page)
    harmless(page)
    page.locator(".st-key-history-load button").click()
    prompt(page).wait_for()
    settled(page)
    harmless(page)


@pytest.mark.nightly
def test_a_presentation_is_harmless_while_it_plays_and_at_every_step(tab: tuple[Page, Watch], hostile: Served) -> None:
    page, _ = tab
    page.goto(f"{hostile.url}/present?choose=")
    page.locator(".st-key-present-open-s0").wait_for()
    harmless(page)
    page.goto(f"{hostile.url}/present?c=s1&at=1")
    page.locator(".st-key-present-play button").click()
    page.get_by_text("Recorded, playing").wait_for()
    harmless(page)
    page.goto(f"{hostile.url}/present?c=s1&at=0")
    for place in range(6):
        expect(page).to_have_url(re.compile(f"at={place}$"))
        page.locator(".st-key-present-bar").wait_for()
        settled(page)
        harmless(page)
        if place < 5:
            page.locator(".st-key-present-next button").click()
