"""Every text on the screens reaches WCAG AA against what is really behind it, by day and by night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, rest

pytestmark = pytest.mark.browser

FAINT = """() => {
  const parse = (colour) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true })
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const known = new Map()
  const rgba = (colour) => known.get(colour) ?? known.set(colour, parse(colour)).get(colour)
  const over = ([r, g, b, a], below) => [r, g, b].map((part, at) => part * a + below[at] * (1 - a))
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const above = (one) => one.assignedSlot ?? one.parentElement ?? one.getRootNode().host ?? null
  const line = (one) => { const found = []; for (let at = one; at; at = above(at)) found.unshift(at); return found }
  const behind = (one) => line(one).reduce((below, at) => over(rgba(getComputedStyle(at).backgroundColor), below), [255, 255, 255])
  const seen = (one) => line(one).reduce((share, at) => share * Number(getComputedStyle(at).opacity), 1)
  const inactive = (one) => one.closest(":disabled, [aria-disabled=true], [disabled], .katex-mathml, svg, style, script, noscript")
  const drawn = (one) => {
    const box = one.getBoundingClientRect()
    const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
    return box.width > 1 && box.height > 1 && one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && (middle === null || one.contains(middle) || middle.contains(one))
  }
  const judge = (one, style, text) => {
    const below = behind(one)
    const ink = over([...rgba(style.color).slice(0, 3), rgba(style.color)[3] * seen(one)], below)
    const [light, dark] = [luminance(ink), luminance(below)].sort((a, b) => b - a)
    const size = parseFloat(style.fontSize)
    const icon = /Material/.test(style.fontFamily)
    const large = icon || size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    const ratio = (light + 0.05) / (dark + 0.05)
    return { text: text.trim().slice(0, 40), ratio: Math.round(ratio * 100) / 100, enough: ratio >= (large ? 3 : 4.5), icon,
      colour: style.color, below: below.map(Math.round).join(","), size,
      where: line(one).flatMap((at) => [[...at.classList].find((name) => name.startsWith("st-key")) ?? at.dataset?.testid ?? []].flat()).slice(-3).join(" > ") }
  }
  const found = []
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement
    if (!walk.currentNode.data.trim() || inactive(one) || !drawn(one)) continue
    found.push(judge(one, getComputedStyle(one), walk.currentNode.data))
  }
  for (const one of document.querySelectorAll("input, textarea")) {
    if (inactive(one) || !drawn(one)) continue
    const empty = !one.value && one.placeholder
    if (one.value || empty) found.push(judge(one, getComputedStyle(one, empty ? "::placeholder" : null), one.value || one.placeholder))
  }
  return found
}"""
"""Judges every text that is drawn: its ink with all opacities, over what is behind it. Disabled controls are exempt by WCAG."""


@pytest.fixture(
    scope="module", params=product(["light", "dark"], [1400, 390]), ids=lambda param: "-".join(map(str, param))
)
def tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    scheme, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 12_000}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def unfold(page: Page) -> None:
    page.evaluate(
        "document.querySelectorAll('details:not([open]) > summary').forEach(one => one.checkVisibility() && one.click())"
    )


def faint(page: Page) -> list[str]:
    page.mouse.move(0, 0)
    page.wait_for_timeout(1200)
    texts = page.evaluate(FAINT)
    assert len(texts) > 20
    return sorted(
        {
            f"{one['ratio']} {one['text']!r} {one['colour']} on {one['below']}, {one['size']}px in {one['where']}"
            for one in texts
            if not one["enough"]
        }
    )


def notebook(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/?c=s1")
    tab.locator("[data-testid=stChatMessage]").nth(9).wait_for()


def lanes(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/?c=s2")
    tab.get_by_text("Difference, word by word").wait_for()
    rest(tab)
    tab.get_by_text("Difference, word by word").click()
    tab.locator("[class*='-difference-text'] strong").first.wait_for()
    tab.locator("[class*='-difference-text'] del").first.wait_for()


def history(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/history")
    opener = tab.locator(".st-key-history-open input")
    # At the lower edge of a screen the page scrolls to show what has the focus, and Streamlit closes a list that scrolls.
    opener.evaluate("box => box.scrollIntoView({ block: 'center' })")
    opener.click()
    tab.get_by_role("option").first.wait_for()
    tab.keyboard.press("Enter")
    tab.locator(".st-key-history-details").wait_for()


def models(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/models")
    tab.locator(".st-key-models-table [data-testid=stDataFrame]").wait_for()


def model(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/models?model=scripted/priced")
    tab.locator(".st-key-prefer-only-scripted-south").wait_for()
    tab.locator(".st-key-prefer-only-scripted-north").get_by_role("button").click()
    tab.wait_for_timeout(1000)


def settings(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/settings")
    tab.get_by_text("Save and test").wait_for()


def presented(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/present?c=s1&at=1")
    tab.get_by_text("A note.").wait_for()


def presented_lanes(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/present?c=s2&at=1")
    tab.locator(".st-key-present-screen button").wait_for(state="attached")


@pytest.mark.parametrize(
    "visit",
    [notebook, lanes, history, models, model, settings, presented, presented_lanes],
    ids=lambda visit: visit.__name__,
)
def test_every_text_can_be_read(tab: Page, told: Served, visit: Callable[[Page, Served], None]) -> None:
    visit(tab, told)
    unfold(tab)
    assert "\n".join(faint(tab)) == ""


def test_what_floats_over_the_page_can_be_read(tab: Page, told: Served) -> None:
    """It lies outside of the page, and knows nothing of its day and night."""
    tab.goto(f"{told.url}/history")
    table = tab.locator(".st-key-history-table [data-testid=stDataFrame]")
    table.click(position={"x": 18, "y": 52})
    tab.get_by_text("1 run picked").wait_for()
    tab.locator(".st-key-history-mark button").first.click()
    tab.get_by_text("Give a star").click()
    chosen = tab.locator("[role=radio][aria-checked=true]").filter(has_text="Give a star")
    chosen.wait_for()
    assert "\n".join(faint(tab)) == ""
    assert chosen.is_visible()
