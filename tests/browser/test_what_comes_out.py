"""Pictures, sound, sources and reasoning in a real browser: seen where they stand, enlarged, kept, heard, sent back."""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from parley import Session, Store
from parley.notebook import Cell, Run
from parley.reply import Reply
from parley.request import ChatRequest
from tests.browser.conftest import Served, ask, choose_model, prompt, rest, until

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
ANSWER = '[data-testid="stChatMessage"] >> nth=-1'


@pytest.fixture
def opened(blank: Page, served: Served) -> Opened:
    """A session of its own with these settings."""

    def to(**settings: Any) -> Page:
        with Store(f"sqlite:///{served.home}/parley.db") as store:
            store.save(Session(id="out", settings=ChatRequest.parse(settings)))
        blank.goto(f"{served.url}/?c=out")
        prompt(blank).wait_for()
        rest(blank)
        return blank

    return to


def kept(page: Page, click: str) -> bytes:
    """What a download button hands over."""
    with page.expect_download() as download:
        page.get_by_role("button", name=click).click()
    return Path(download.value.path()).read_bytes()


def test_a_picture_is_enlarged_on_a_click_kept_and_sent_back(opened: Opened) -> None:
    page = opened(model="scripted/image", modalities=["image", "text"])
    ask(page, "Draw")
    drawn = page.locator(f"{ANSWER} >> [data-testid=stImage] img")
    expect(drawn).to_be_visible()
    small = drawn.bounding_box()
    assert small is not None
    page.mouse.click(small["x"] + small["width"] / 2, small["y"] + small["height"] / 2)
    page.get_by_role("button", name="Close fullscreen").wait_for()
    large = drawn.bounding_box()
    assert large is not None
    assert large["height"] > 5 * small["height"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close fullscreen").wait_for(state="detached")
    assert kept(page, "Download (PNG").startswith(b"\x89PNG")
    page.get_by_role("button", name="Use as input").click()
    expect(page.locator(".st-key-attached")).to_contain_text("64 × 64")
    ask(page, "Draw it again")
    said = page.locator('[data-testid="stChatMessage"]:has([aria-label="Chat message from user"])').last
    expect(said.locator("[data-testid=stImage] img")).to_be_visible()


def test_a_drawing_fetches_nothing_and_runs_nothing(opened: Opened, served: Served) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="parent.document.title=1">'
        "<style>@import url(https://evil.example/a.css);</style><script>parent.document.title = 2</script>"
        '<image href="https://evil.example/b.png" width="9" height="9"/><rect width="40" height="40" fill="teal"/></svg>'
    )
    address = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    page = opened(model="scripted/text")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with Store(f"sqlite:///{served.home}/parley.db") as store:
        session = store.session("out")
        cell = Cell(id="a", message={"role": "user", "content": "Draw"})
        store.save(session.model_copy(update={"cells": (cell,)}))
        body = ChatRequest.parse({"model": "a/b", "messages": []})
        drawn = Reply(images=({"type": "image_url", "image_url": {"url": address}},), finish_reason="stop")
        run = Run(id="r", session_id="out", cell_id="a", request=body, created=datetime.now(UTC))
        store.begin(run)
        store.finish(run.model_copy(update={"reply": drawn, "outcome": "complete"}))
    page.reload()
    shown = page.locator(f"{ANSWER} >> [data-testid=stImage] img")
    expect(shown).to_be_visible()
    assert shown.evaluate("one => one.decode().then(() => one.naturalWidth)") == 40
    assert page.title() not in ("1", "2")
    assert not [url for url in asked if "evil.example" in url]


def test_sound_plays_as_a_wav_file_with_its_transcript(opened: Opened) -> None:
    page = opened(model="scripted/audio", modalities=["text", "audio"], audio={"voice": "alloy", "format": "pcm16"})
    ask(page, "Sing")
    player = page.locator(f"{ANSWER} >> audio")
    player.wait_for()
    until(lambda: player.evaluate("one => one.readyState > 0"), "the sound cannot be played")
    assert player.evaluate("one => one.duration") == pytest.approx(1, abs=0.01)
    expect(page.locator(ANSWER)).to_contain_text("This is a tone, not a voice")
    with wave.open(io.BytesIO(kept(page, "Download (WAV"))) as file:
        assert (file.getframerate(), file.getnframes()) == (24_000, 24_000)


def test_the_text_leads_to_its_sources(opened: Opened) -> None:
    page = opened(model="scripted/citations")
    ask(page, "Tides?")
    mark = page.locator(ANSWER).get_by_role("link", name="[2]")
    expect(mark).to_have_attribute("href", "https://example.com/tables?year=2026")
    expect(page.locator(ANSWER)).to_contain_text("Tide tables example.com")
    page.get_by_text("What was read there").click()
    expect(page.locator(ANSWER)).to_contain_text("Twice a day the tide turns.")


def test_reasoning_is_asked_for_before_it_goes_to_another_family(opened: Opened, served: Served) -> None:
    page = opened(model="scripted/reasoning")
    ask(page, "12 tokens at 1000/s")
    page.get_by_text("Reasoning · 4 words").click()
    expect(page.locator(ANSWER)).to_contain_text("signed · anthropic-claude-v1 · goes back as it came on the next turn")
    choose_model(page, "openai/gpt-5")
    expect(page.locator(".st-key-reasoned")).to_contain_text("by scripted goes to openai/gpt-5")
    page.get_by_role("button", name="Leave it behind").click()
    expect(page.locator(".st-key-reasoned")).to_contain_text("stays behind")
    with Store(f"sqlite:///{served.home}/parley.db") as store:
        assert [cell.without_reasoning for cell in store.session("out").cells] == [True]
