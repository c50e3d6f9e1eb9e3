"""What a screen must be for every eye and ear, whatever it shows: asked of a page that is open, in each of its looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from playwright.sync_api import Page

from tests.browser.conftest import rest

FAINT = """() => {
  const once = (ask) => { const answers = new Map(); return (one) => answers.get(one) ?? answers.set(one, ask(one)).get(one) }
  const parse = (colour) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true })
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const rgba = once(parse)
  const over = ([r, g, b, a], below) => [r, g, b].map((part, at) => part * a + below[at] * (1 - a))
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const above = (one) => one.assignedSlot ?? one.parentElement ?? one.getRootNode().host ?? null
  const line = (one) => { const found = []; for (let at = one; at; at = above(at)) found.unshift(at); return found }
  const behind = once((one) => over(rgba(getComputedStyle(one).backgroundColor), above(one) ? behind(above(one)) : [255, 255, 255]))
  const seen = once((one) => Number(getComputedStyle(one).opacity) * (above(one) ? seen(above(one)) : 1))
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
      where: ratio >= (large ? 3 : 4.5) ? "" : line(one).flatMap((at) => [[...at.classList].find((name) => name.startsWith("st-key")) ?? at.dataset?.testid ?? []].flat()).slice(-3).join(" > ") }
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
Look = tuple[Literal["light", "dark"], int]
LOOKS: tuple[Look, ...] = (
    ("light", 1400),
    ("dark", 1400),
    ("dark", 390),
    ("light", 390),
)
CONTROLS = {
    "button",
    "checkbox",
    "combobox",
    "link",
    "menuitem",
    "radio",
    "searchbox",
    "slider",
    "spinbutton",
    "switch",
    "tab",
    "textbox",
}


def looks(page: Page, *chosen: Look) -> Iterator[str]:
    """The page that is open, by day and by night, wide and narrow, or as it is `chosen`: one load for all of them."""
    height = (page.viewport_size or {"height": 900})["height"]
    for scheme, width in chosen or LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        settled(page, 300)
        yield f"{scheme}, {width} px"


def faint(page: Page, judge: str = FAINT) -> str:
    """The texts that are too faint to be read, a line each."""
    page.mouse.move(0, 0)
    settled(page, 1200)
    texts = page.evaluate(judge)
    assert len(texts) > 20
    return "\n".join(
        sorted(
            {
                f"{one['ratio']} {one['text']!r} {one['colour']} on {one['below']}, {one['size']}px in {one['where']}"
                for one in texts
                if not one["enough"]
            }
        )
    )


def unfold(page: Page) -> None:
    page.evaluate(
        "document.querySelectorAll('details:not([open]) > summary').forEach(one => one.checkVisibility() && one.click())"
    )
    settled(page, 300)


def settled(page: Page, milliseconds: int) -> None:
    """Wait so long, and until it is drawn, if it is Parley's: what is old is faint until then."""
    page.wait_for_timeout(milliseconds)
    if page.get_by_test_id("stApp").count():
        rest(page)


def names(page: Page) -> Iterator[tuple[str, str]]:
    """Role and name of every control, as a screen reader is told them."""
    session = page.context.new_cdp_session(page)
    tree = session.send("Accessibility.getFullAXTree")
    session.detach()
    for node in tree["nodes"]:
        role = node.get("role", {}).get("value")
        if role in CONTROLS and not node["ignored"]:
            yield role, node.get("name", {}).get("value", "")


def nameless(page: Page) -> list[tuple[str, str]]:
    said = list(names(page))
    assert len(said) > 5
    return [one for one in said if not one[1].strip() or one[1].endswith(" icon")]


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    parts = "document.documentElement, document.querySelector('[data-testid=stMain]')"
    return int(page.evaluate(f"Math.max(...[{parts}].map(one => one ? one.scrollWidth - innerWidth : 0), 0)"))
