"""An answer on its way, looked at in every frame; and what can be done with it when it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, ask, prompt, rest, until
from tests.browser.listening import upstream
from tests.conftest import KEY

pytestmark = pytest.mark.browser

ANSWER = """\
## The tide

It keeps **two clocks**, and *neither* is `wrong`; ~~never~~ they [agree](https://a.example/x_y) on $h = A \\cos(\\omega t)$.

1. Rope by the fathom
   - and **its** knots
2. Wind by the knot, at $v_1$

- [ ] look
- [x] leap

> A chart is a promise.
>
> > That somebody was careful.

```python
def tide(hour: float) -> float:
    return 2.1 * math.cos(hour / 12.42 * math.tau)  # metres
```

| buoy | light | period |
| :--- | --- | ---: |
| north | `white` | 4 s |
| south | **red** | $6$ s |

$$
h(t) = \\sum_{i=1}^{n} A_i \\cos(\\omega_i t)
$$

![a chart](https://a.example/chart.png) and a line that ends \\
here.

***

Grüße aus dem Hafen, 港からよろしく, 🌊.

"""
WATCH = """() => {
  const frames = (window.frames_seen = [])
  const raw = (said) => {
    const words = document.createTreeWalker(said, NodeFilter.SHOW_TEXT, (one) =>
      one.parentElement.closest("pre, code, .katex, annotation") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT)
    let told = ""
    while (words.nextNode()) told += words.currentNode.data
    return told.match(/.{0,20}(`|\\$|\\*\\*|~~|\\|.{0,9}-|:-|-:|^\\s*[-*>#]|\\\\\\w).{0,20}/m)?.[0] ?? ""
  }
  const look = () => {
    const all = document.querySelectorAll("[data-testid=stChatMessage]")
    if (all.length === 2) {
      const text = all[1].querySelector("[data-testid=stChatMessageContent]") ?? all[1]
      const said = [...text.querySelectorAll("[data-testid=stMarkdownContainer]")].filter((one) => !one.closest("[data-testid=stCaptionContainer], button, details"))
      const height = said.length ? said[0].getBoundingClientRect().top - all[0].getBoundingClientRect().top : null
      frames.push({ size: said.map((one) => one.textContent).join("").replace(/Waiting for.*/, "").length, height, raw: said.map(raw).find((one) => one) ?? "", cell: all[1].closest("[class*=st-key-cell-]")?.getBoundingClientRect().height,
        ended: !document.querySelector("[class*=st-key-stop-]"), at: performance.now() })
    }
    requestAnimationFrame(look)
  }
  look()
}"""


def script(said: str) -> Iterator[dict[str, object]]:
    """The answer twice over, in pieces of seven characters, so that every construct is cut somewhere."""
    text = ANSWER * (20 if "long" in said else 2)
    step = 400 if "long" in said else 7
    for start in range(0, len(text), step):
        time.sleep(0.02)
        yield {"content": text[start : start + step]}
    yield {"finish_reason": "stop"}


@pytest.fixture
def tab(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    with upstream(script, [{"id": "a/b", "name": "A"}], {"id": "g", "model": "a/b", "provider": "P"}) as url:
        served = Served(tmp_path / "home", OPENROUTER_BASE_URL=url, OPENROUTER_API_KEY=KEY)
        context = browser.new_context(viewport={"width": 1400, "height": 900}, permissions=["clipboard-read"])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(served.url)
        prompt(page).wait_for()
        page.locator(".st-key-sample").wait_for()
        yield page
        context.close()
        served.stop()


def answer(page: Page) -> str:
    return page.locator("[data-testid=stChatMessage]").last.inner_text()


def ended(page: Page) -> None:
    page.locator("[class*='st-key-cell-'][class*='-run'] button").wait_for()
    page.wait_for_timeout(300)
    rest(page)
    page.wait_for_timeout(400)


def test_an_answer_never_shrinks_while_it_comes_and_nothing_jumps_when_it_ends(tab: Page) -> None:
    tab.wait_for_timeout(1500)
    tab.evaluate(WATCH)
    ask(tab, "Go")
    ended(tab)
    frames = tab.evaluate("window.frames_seen")
    frames = frames[next(at for at, one in enumerate(frames) if not one["ended"]) :]
    sizes = [one["size"] for one in frames]
    assert [(one, after) for one, after in pairwise(sizes) if after < one] == []
    assert [one["raw"] for one in frames if one["raw"]] == []
    assert len(set(sizes)) > 10
    assert len({round(one["height"]) for one in frames if one["height"] is not None}) == 1
    settling = [one["cell"] for one in frames if one["size"] == sizes[-1]]
    assert max(settling) - min(settling) <= 1
    kinds = (
        ".katex",
        ".katex-display",
        "table",
        "pre .token",
        "blockquote",
        "input[type=checkbox]",
        "li li",
        "hr",
        "s, del",
    )
    drawn = tab.locator("[data-testid=stChatMessage]").last
    assert [kind for kind in kinds if drawn.locator(kind).count() < 2] == []


def test_an_answer_is_copied_as_it_was_received(tab: Page) -> None:
    ask(tab, "Go")
    ended(tab)
    tab.locator("[class*='st-key-cell-'][class*='-copy'] button").click()
    tab.get_by_text("Copied").wait_for()
    assert tab.evaluate("navigator.clipboard.readText()") == ANSWER * 2


def test_a_long_answer_stays_whole_while_it_is_watched_and_folds_for_who_comes_later(tab: Page) -> None:
    ask(tab, "A long one")
    ended(tab)
    whole = answer(tab)
    tab.reload()
    more = tab.get_by_role("button", name="Show all of")
    more.wait_for()
    assert len(answer(tab)) < len(whole) / 2
    more.click()
    more.wait_for(state="detached")
    until(lambda: answer(tab) == whole, "the unfolded answer is another than the one that was watched")
