"""A presentation in a real browser: with the network cut, by keys alone, and taken over live."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from parley import Store
from parley.notebook.samples import Sample, samples
from tests.browser.conftest import Served, ask, prompt, rest, until

pytestmark = pytest.mark.browser
GREW = """() => new Promise((done) => {
  const stage = document.querySelector(".st-key-present"), seen = []
  const look = () => {
    const text = stage.innerText
    if (seen.at(-1) !== text) seen.push(text)
    text.includes("Complete") ? done(seen) : setTimeout(look, 30)
  }
  look()
})"""
"""Everything that stood on the stage, until its answer is complete."""
FILLED = "document.fullscreenElement !== null"


class Outside:
    """The way to every other machine: it is cut, and counts who tries it."""

    def __init__(self, served: Served) -> None:
        self._host = urlsplit(served.url).netloc
        self.tried: list[str] = []

    def __call__(self, route: Route) -> None:
        if urlsplit(route.request.url).netloc == self._host:
            route.continue_()
        else:
            self.tried.append(route.request.url)
            route.abort()


@pytest.fixture(scope="module")
def upstream() -> Iterator[socket.socket]:
    """Stands where the models would be, and answers nobody."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, upstream: socket.socket) -> Iterator[Served]:
    """Parley without a key and without a language model; scripted models answer on this machine."""
    tmp_path = tmp_path_factory.mktemp("present")
    (tmp_path / "no.gguf").write_bytes(b"no model")
    address = f"http://127.0.0.1:{upstream.getsockname()[1]}/api/v1"
    served = Served(tmp_path / "home", OPENROUTER_BASE_URL=address, PARLEY_MODEL=str(tmp_path / "no.gguf"))
    yield served
    served.stop()


@pytest.fixture
def page(blank: Page) -> Page:
    return blank


def play(page: Page, served: Served, sample: Sample) -> None:
    """Open the sample and stand before its opening."""
    page.goto(f"{served.url}/present?sample={sample.session.id}")
    stage(page).get_by_role("heading", name=sample.session.title).wait_for()
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()
    page.locator(".st-key-present-screen button").wait_for(state="attached")


def stage(page: Page) -> Locator:
    return page.locator(".st-key-present")


def at_place(page: Page, words: str) -> None:
    expect(page.locator(".st-key-present-bar").get_by_text(words, exact=True)).to_be_visible()


def press(page: Page, name: str) -> None:
    rest(page)
    page.keyboard.press(name)


def key(page: Page, name: str, then: str) -> None:
    press(page, name)
    at_place(page, then)


def test_a_sample_is_presented_with_the_network_cut_and_taken_over(
    page: Page, served: Served, upstream: socket.socket
) -> None:
    sample, outside = samples()[2], Outside(served)
    page.route("**/*", outside)
    play(page, served, sample)
    key(page, "ArrowRight", "1 of 5")
    press(page, "ArrowRight")
    seen = page.evaluate(GREW)
    coming = [one for one in seen if "Recorded, playing" in one]
    assert any("Reasoning…" in one and "Notes from" not in one for one in coming)
    assert any("Notes from" in one and "At night" not in one for one in coming)
    for place in ("3 of 5", "4 of 5", "5 of 5", "End"):
        key(page, "ArrowRight", place)
    for fact in ("Tokens", "Time", "Cost (reported)", "$0.03877", "scripted/image"):
        expect(stage(page)).to_contain_text(fact)

    for place in ("5 of 5", "4 of 5", "3 of 5", "2 of 5"):
        key(page, "ArrowLeft", place)
    with Store(f"sqlite:///{served.home}/parley.db") as store:
        former, runs = store.sessions(), len(store.runs().rows)
        page.locator(".st-key-present-take-over button").click()
        prompt(page).wait_for()
        (row,) = store.sessions()[: len(store.sessions()) - len(former)]
        assert (row.title, row.cells) == (sample.session.title, 2)
        ask(page, "20 tokens at 100/s")
        until(lambda: [one.outcome for one in store.runs().rows] == ["complete"] * (runs + 2), "nothing came live")
    assert outside.tried == []
    with pytest.raises(BlockingIOError):
        upstream.accept()


def test_keys_alone_lead_through_it(page: Page, served: Served) -> None:
    play(page, served, samples()[2])
    key(page, "ArrowRight", "1 of 5")
    key(page, "ArrowRight", "2 of 5")
    expect(page.locator(".st-key-present-play button")).to_contain_text("Hold")
    press(page, "Space")
    expect(page.locator(".st-key-present-play button")).to_contain_text("Play")
    held = stage(page).inner_text()
    key(page, "PageDown", "3 of 5")
    key(page, "PageUp", "2 of 5")
    expect(stage(page)).to_contain_text("Complete")
    assert stage(page).inner_text() != held
    press(page, "Space")
    expect(stage(page)).to_contain_text("Recorded, playing")
    press(page, "Escape")
    prompt(page).wait_for()


def test_space_presses_what_tab_reached_and_nothing_that_was_clicked(page: Page, served: Served) -> None:
    play(page, served, samples()[2])
    playing = page.locator(".st-key-present-play button")
    for number in (1, 2):
        page.locator(".st-key-present-next button").click()
        at_place(page, f"{number} of 5")
    expect(playing).to_contain_text("Hold")
    press(page, "Space")
    expect(playing).to_contain_text("Play")
    page.keyboard.press("Tab")
    page.locator(".st-key-present-next button").focus()
    key(page, "Space", "3 of 5")
    expect(playing).to_contain_text("Play again")
    at_place(page, "3 of 5")


def test_a_reload_stays_at_its_place_and_so_does_the_browsers_way_back(page: Page, served: Served) -> None:
    play(page, served, samples()[2])
    for number in range(1, 4):
        key(page, "ArrowRight", f"{number} of 5")
    expect(page).to_have_url(re.compile("at=3$"))
    page.reload()
    at_place(page, "3 of 5")
    expect(stage(page)).to_contain_text("Complete")
    for words in ("2 of 5", "1 of 5", "Opening"):
        page.go_back()
        at_place(page, words)
    page.go_back()
    expect(page).to_have_url("about:blank")


def test_nothing_but_the_presentation_is_on_the_screen(page: Page, served: Served) -> None:
    play(page, served, samples()[1])
    for part in ("stSidebar", "stHeader"):
        expect(page.locator(f"[data-testid='{part}']")).to_be_hidden()
    normal = "parseFloat(getComputedStyle(document.querySelector('.st-key-present p')).fontSize)"
    assert page.evaluate(normal) > 20
    press(page, "f")
    until(lambda: page.evaluate(FILLED), "the screen was not filled")
    press(page, "f")
    until(lambda: not page.evaluate(FILLED), "the screen stayed filled")


def test_what_can_be_presented_stands_in_one_column_and_a_small_picture_is_shown_large(
    page: Page, served: Served
) -> None:
    page.goto(f"{served.url}/present?choose=")
    page.get_by_text("One prompt, three temperatures").wait_for()
    column = page.locator("[data-testid='stMainBlockContainer']").bounding_box()
    assert column is not None
    assert column["width"] < 800
    page.goto(f"{served.url}/present?sample=sample-scripted&at=5")
    picture = stage(page).locator("[data-testid='stImage'] img")
    picture.wait_for()
    assert picture.evaluate(
        "one => one.naturalWidth < 100 && one.clientWidth > 200 && one.clientWidth === one.clientHeight"
    )


def test_lanes_play_side_by_side(page: Page, served: Served) -> None:
    play(page, served, samples()[1])
    page.locator(".st-key-present-2x button").click()
    key(page, "ArrowRight", "1 of 1")
    boxes = page.locator(".st-key-present-lanes [class*='st-key-present-sample-lanes']")
    expect(boxes).to_have_count(3)
    tops = {round(box.bounding_box()["y"]) for box in boxes.all() if box.bounding_box()}
    assert len(tops) == 1
    expect(stage(page).get_by_text(re.compile("^Complete"))).to_have_count(3)


def test_an_answer_that_grows_is_followed_unless_somebody_reads(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 1000, "height": 420})
    play(page, served, samples()[2])
    key(page, "ArrowRight", "1 of 5")
    key(page, "ArrowRight", "2 of 5")
    receipt = stage(page).get_by_text(re.compile("^Complete"))
    receipt.wait_for()
    expect(receipt).to_be_in_viewport()
    key(page, "ArrowRight", "3 of 5")
    expect(stage(page).get_by_text("How high is the tide")).to_be_in_viewport()
    key(page, "ArrowLeft", "2 of 5")
    press(page, "Space")
    stage(page).get_by_text("Reasoning…").wait_for()
    stage(page).get_by_text("careful").wait_for()
    page.mouse.move(500, 200)
    page.mouse.wheel(0, -4000)
    receipt.wait_for()
    expect(receipt).not_to_be_in_viewport()


def test_a_phone_has_no_sideways_scrolling(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    play(page, served, samples()[2])
    page.locator(".st-key-present-at-once button").click()
    for number in range(1, 6):
        key(page, "ArrowRight", f"{number} of 5")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
