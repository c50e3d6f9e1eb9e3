"""Whatever happens to the page while an answer comes: the answer goes on, byte for byte, and is asked for once."""

from __future__ import annotations

import signal
import time
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from parley import Run, Session, Store
from tests.browser.conftest import Served, ask, prompt, until
from tests.browser.line import Line, Pen, Pens
from tests.browser.listening import upstream
from tests.conftest import KEY

pytestmark = pytest.mark.browser
PATIENCE = 30_000
"""Milliseconds: how long a state may take to come on a machine that is busy."""
REMEMBERED = 2.0
"""Seconds for which this server remembers a page that was cut off; by default it is two minutes."""
DRAWN = "one => [...one.querySelectorAll('div')].map(each => getComputedStyle(each, '::before').content).join()"
"""What a style writes into an element."""
ABOUT = {"id": "gen-1", "model": "scripted/pen", "provider": "Scripted"}
MODELS = [{"id": "scripted/pen", "name": "Scripted: a pen"}]


@pytest.fixture(scope="module")
def pens() -> Pens:
    return Pens()


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


@pytest.fixture(scope="module")
def parley(tmp_path_factory: pytest.TempPathFactory, pens: Pens, line: Line) -> Iterator[Served]:
    """A Parley behind a line that can be cut, with pens in OpenRouter's place."""
    with upstream(pens.script, MODELS, ABOUT) as base_url:
        served = Served(
            tmp_path_factory.mktemp("faults") / "home",
            OPENROUTER_BASE_URL=base_url,
            OPENROUTER_API_KEY=KEY,
            PARLEY_ALLOWED_HOSTS=line.host,
            STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL=f"{REMEMBERED:.0f}",
        )
        line.target = served.port
        yield served
        if served.runs:
            served.stop()


@pytest.fixture
def context(browser: Browser, parley: Served, line: Line) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()
    line.down = False
    line.let_go()


@pytest.fixture
def page(context: BrowserContext, parley: Served, line: Line) -> Page:
    """A page with a session of its own."""
    with Store(f"sqlite:///{parley.home}/parley.db") as store:
        session = store.save(Session(id=uuid.uuid4().hex))
    page = opened(context, f"{line.url}/?c={session.id}")
    page.locator(".st-key-sample").wait_for()
    return page


@pytest.fixture
def pen(request: pytest.FixtureRequest, pens: Pens) -> Iterator[Pen]:
    """What answers the prompt that is this test's name."""
    pen = pens.pen(request.node.name)
    yield pen
    pen.finish()


@pytest.fixture
def writing(page: Page, pen: Pen, request: pytest.FixtureRequest) -> Page:
    """A page on which an answer is being written: ten words have come."""
    ask(page, request.node.name)
    pen.write(10)
    expect(answer(page)).to_contain_text("word009")
    return page


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    prompt(page).wait_for()
    return page


def answer(page: Page) -> Locator:
    return page.locator("[data-testid=stChatMessage]").last


def stop_button(page: Page) -> Locator:
    return page.locator("[class*='st-key-stop-'] button")


def run_of(parley: Served, asked: str) -> Run:
    """The run of this prompt; of several with it, this fails."""
    with Store(f"sqlite:///{parley.home}/parley.db") as store:
        found = (store.run(row.id) for row in store.runs().rows)
        (run,) = [run for run in found if run.request.payload()["messages"][-1]["content"] == asked]
    return run


def ends_whole(page: Page, pen: Pen, parley: Served) -> None:
    """The rest is written; page and store have all of it, and it was asked for once."""
    pen.finish()
    expect(answer(page)).to_contain_text(pen.text.strip())
    page.get_by_text("Run again").wait_for()
    until(lambda: run_of(parley, pen.prompt).outcome == "complete", "the run did not complete")
    assert run_of(parley, pen.prompt).reply.text == pen.text
    assert pen.asked == 1


def test_a_reload_in_mid_answer_goes_on_with_the_same_answer(writing: Page, pen: Pen, parley: Served) -> None:
    writing.reload()
    expect(answer(writing)).to_contain_text("word009")
    pen.write(5)
    expect(answer(writing)).to_contain_text("word014")
    ends_whole(writing, pen, parley)


def test_a_run_whose_tab_was_closed_goes_on_and_is_found_later(
    writing: Page, pen: Pen, parley: Served, context: BrowserContext, line: Line
) -> None:
    writing.close()
    pen.finish()
    until(lambda: run_of(parley, pen.prompt).outcome == "complete", "the run did not complete")
    ends_whole(opened(context, line.url), pen, parley)


@pytest.mark.parametrize("seconds", [0, REMEMBERED + 2], ids=["for a moment", "until the server forgot the page"])
def test_a_cut_line_costs_no_word(writing: Page, pen: Pen, parley: Served, line: Line, seconds: float) -> None:
    line.cut(down=seconds > 0)
    pen.write(5)
    time.sleep(seconds)
    line.down = False
    expect(answer(writing)).to_contain_text("word014")
    ends_whole(writing, pen, parley)


def test_offline_is_said_and_the_draft_is_kept(writing: Page, pen: Pen, parley: Served, line: Line) -> None:
    prompt(writing).press_sequentially("half a thought")
    line.cut(down=True)
    expect(writing.get_by_role("dialog", name="Parley does not answer")).to_be_visible()
    assert "connects again by itself" in writing.get_by_role("dialog").evaluate(DRAWN)
    expect(prompt(writing)).to_be_disabled()
    pen.write(5)
    line.down = False
    writing.get_by_role("dialog").wait_for(state="detached")
    expect(prompt(writing)).to_have_value("half a thought")
    expect(answer(writing)).to_contain_text("word014")
    ends_whole(writing, pen, parley)


def test_an_end_that_was_lost_on_its_way_is_told_again(writing: Page, pen: Pen, parley: Served, line: Line) -> None:
    line.hold()
    pen.finish()
    until(lambda: run_of(parley, pen.prompt).outcome == "complete", "the run did not complete")
    time.sleep(1.5)
    line.cut()
    line.let_go()
    ends_whole(writing, pen, parley)


def test_a_suspended_tab_wakes_up_where_the_answer_is(writing: Page, pen: Pen, parley: Served, line: Line) -> None:
    line.hold()
    for _ in range(20):
        pen.write(1)
        time.sleep(0.2)
    line.let_go()
    expect(answer(writing)).to_contain_text("word029")
    ends_whole(writing, pen, parley)
    ask(writing, "still there?")
    expect(stop_button(writing)).to_be_visible()
    stop_button(writing).click()
    writing.get_by_text("Run again").last.wait_for()


def test_a_second_tab_sees_the_same_run_and_can_stop_it(
    writing: Page, pen: Pen, parley: Served, context: BrowserContext
) -> None:
    other = opened(context, writing.url)
    pen.write(5)
    for tab in (writing, other):
        expect(answer(tab)).to_contain_text("word014")
    stop_button(other).click()
    until(lambda: run_of(parley, pen.prompt).outcome == "stopped", "the run was not stopped")
    for tab in (writing, other):
        expect(tab.get_by_text("Stopped", exact=False).first).to_be_visible()
        expect(answer(tab)).to_contain_text("word014")
    assert run_of(parley, pen.prompt).reply.text == "".join(pen.words[:15])
    assert pen.asked == 1


def test_a_click_that_comes_twice_is_one_run(page: Page, pen: Pen, parley: Served) -> None:
    prompt(page).fill(pen.prompt)
    page.locator(".st-key-prompt button").last.dblclick()
    pen.write(1)
    expect(answer(page)).to_contain_text("word000")
    ends_whole(page, pen, parley)
    page.get_by_text("Run again").dblclick()
    stop_button(page).wait_for()
    until(lambda: pen.asked == 2, "it was not run again")
    stop_button(page).click()
    page.get_by_text("Attempt 2 of 2").wait_for()
    assert pen.asked == 2


def test_a_server_that_is_killed_and_started_again_finds_its_pages(writing: Page, pen: Pen, parley: Served) -> None:
    prompt(writing).press_sequentially("half a thought")
    until(lambda: "word009" in run_of(parley, pen.prompt).reply.text, "what came was not journaled")
    parley.kill()
    writing.get_by_role("dialog").wait_for()
    parley.start()
    writing.get_by_role("dialog").wait_for(state="detached")
    expect(writing.get_by_text("Interrupted", exact=False).first).to_be_visible()
    expect(answer(writing)).to_contain_text("word009")
    expect(prompt(writing)).to_have_value("half a thought")
    assert run_of(parley, pen.prompt).outcome == "interrupted"
    assert pen.asked == 1


@pytest.mark.parametrize("told", ["SIGTERM", "SIGINT"])
def test_a_server_that_is_told_to_end_writes_what_came_and_ends_soon(
    writing: Page, pen: Pen, parley: Served, told: str
) -> None:
    parley.process.send_signal(getattr(signal, told))
    parley.process.wait(5)
    assert not list(parley.home.glob("*-wal"))
    run = run_of(parley, pen.prompt)
    assert (run.outcome, run.reply.text) == ("interrupted", "".join(pen.words[:10]))
    parley.start()
    expect(writing.get_by_text("Interrupted", exact=False).first).to_be_visible()
