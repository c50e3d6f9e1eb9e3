"""Pictures of every screen and state, light and dark, wide and narrow: python -m tests.browser.screenshots

They go into screenshots/, which git ignores. With `--readme` those that stand in README are made anew as well.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from parley import ChatRequest, Reply, Run, Session, Store
from parley.money import Money
from parley.notebook import Cell, Failure, Outcome, Timings, chosen_runs, edits, messages_for
from parley.reply import Usage
from tests.browser import judged_screens, leaving_screens, ledger_screens
from tests.browser.cells import rewrite
from tests.browser.conftest import CHROMIUM, Served, ask, choose_model
from tests.browser.filled import beside
from tests.conftest import HOUSE, KEY

FOLDER = HOUSE / "screenshots"
README = HOUSE / "tests" / "browser" / "pictures"
WIDTHS = {"wide": (1400, 900), "phone": (390, 844)}
IN_README = ("answer-light-wide", "fields-light-wide", "history-dark-wide", "answer-dark-phone")
MATTER = cycle(("ice", "snow"))
"""What another tab asks about, never twice the same."""
STATES: dict[str, Callable[[Page, str], None]] = {
    **ledger_screens.STATES,
    **leaving_screens.STATES,
    **judged_screens.STATES,
}
EVERYTHING = """Three ways to say how fast light is:

| medium | speed | of *c* |
|---|---:|---:|
| vacuum | 299 792 km/s | 100 % |
| water | 225 000 km/s | 75 % |
| glass | 200 000 km/s | 67 % |

The refractive index is $n = c / v$, so for water

$$
n = \\frac{299\\,792}{225\\,000} \\approx 1.33
$$

```python
def speed_in(medium: float) -> float:
    \"\"\"Kilometres per second in a medium of this refractive index.\"\"\"
    return 299_792 / medium
```

- **Fibre** carries light at about two thirds of *c*.
- A round trip of 1 000 km takes about *10 ms*.
"""


def state(function: Callable[[Page, str], None]) -> Callable[[Page, str], None]:
    STATES[function.__name__.replace("_", "-")] = function
    return function


@state
def first_start(page: Page, url: str) -> None:
    new_session(page, url)
    close_sidebar(page)


@state
def waiting(page: Page, url: str) -> None:
    new_session(page, url)
    choose_model(page, "scripted/text")
    close_sidebar(page)
    ask(page, "40 tokens at 20/s after 9 s")
    page.locator("[class*='st-key-stop-']").wait_for()


@state
def streaming(page: Page, url: str) -> None:
    new_session(page, url)
    choose_model(page, "scripted/reasoning")
    close_sidebar(page)
    ask(page, "400 tokens at 30/s")
    page.locator("[class*='st-key-stop-']").wait_for()
    page.wait_for_timeout(3000)


@state
def answer(page: Page, url: str) -> None:
    page.goto(f"{url}/?c=everything")
    page.get_by_text("Run again").first.wait_for()


@state
def endings(page: Page, url: str) -> None:
    page.goto(f"{url}/?c=endings")
    page.get_by_text("Run again").first.wait_for()


@state
def lanes(page: Page, url: str) -> None:
    page.goto(f"{url}/?c=s2")
    page.get_by_text("Difference, word by word").click()
    page.locator("[class*='-difference-text'] del").first.wait_for()
    page.mouse.wheel(0, -3000)


@state
def stale(page: Page, url: str) -> None:
    page.goto(f"{url}/?c=stale")
    page.get_by_text("Run from here").first.wait_for()


@state
def run_from_here(page: Page, url: str) -> None:
    stale(page, url)
    page.get_by_text("Run from here").first.click()
    page.locator(".st-key-replay-start").wait_for()


@state
def two_tabs(page: Page, url: str) -> None:
    stale(page, url)
    other = page.context.new_page()
    stale(other, url)
    for tab, matter in ((other, next(MATTER)), (page, "honey")):
        rewrite(tab, Cell(id="c1"), f"How fast is light in {matter}?")
        tab.locator(".st-key-cell-c1-editor").wait_for(state="detached")
    other.close()
    page.locator(".st-key-disagreement").wait_for()


@state
def fields(page: Page, url: str) -> None:
    answer(page, url)
    open_sidebar(page)
    page.locator(".st-key-group-Sampling summary").click()
    page.locator(".st-key-field-temperature").wait_for()
    page.wait_for_timeout(600)
    page.locator(".st-key-panel-find").evaluate("one => one.scrollIntoView({ block: 'start' })")


@state
def finding_a_field(page: Page, url: str) -> None:
    answer(page, url)
    open_sidebar(page)
    page.locator(".st-key-panel-find input").fill("max tokens")
    page.wait_for_timeout(1200)


@state
def forms(page: Page, url: str) -> None:
    answer(page, url)
    open_sidebar(page)
    page.locator(".st-key-group-Tools summary").first.click()
    text = page.locator(".st-key-field-tools textarea").first
    text.fill('[{"type": "function", "function": {"name": "weather", "parameters": {"type": "objct"}}}]')
    text.press("Control+Enter")
    for fold in ("field-tools-form", "field-tools-0-fold"):
        page.locator(f".st-key-{fold} summary").first.click()
    page.wait_for_timeout(600)
    page.locator(".st-key-field-tools-0-function-strict").scroll_into_view_if_needed()


@state
def inspector(page: Page, url: str) -> None:
    answer(page, url)
    page.locator(".st-key-inspector summary").click()


@state
def history(page: Page, url: str) -> None:
    page.goto(f"{url}/history")
    page.locator(".st-key-history-table").wait_for()


@state
def history_row(page: Page, url: str) -> None:
    history(page, url)
    page.locator(".st-key-history-open input").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".st-key-history-details").wait_for()


@state
def models(page: Page, url: str) -> None:
    page.goto(f"{url}/models")
    page.locator(".st-key-models-table [data-testid=stDataFrame]").wait_for()


@state
def model(page: Page, url: str) -> None:
    page.goto(f"{url}/models?model=scripted/priced")
    page.locator(".st-key-prefer-only-scripted-south").wait_for()


@state
def not_honoured(page: Page, url: str) -> None:
    fields(page, url)
    choose_model(page, "scripted/priced")
    page.locator(".st-key-mark-seed").scroll_into_view_if_needed()


@state
def settings(page: Page, url: str) -> None:
    page.goto(f"{url}/settings")
    page.locator(".st-key-connection-kind").wait_for()
    page.locator(".st-key-connection-save button").click()
    page.wait_for_timeout(1000)


def new_session(page: Page, url: str) -> None:
    answer(page, url)
    page.locator(".st-key-session-new button").click()
    page.get_by_text("New session").first.wait_for()
    open_sidebar(page)


def open_sidebar(page: Page) -> None:
    opener = page.get_by_test_id("stExpandSidebarButton")
    if opener.is_visible():
        opener.click()
        page.wait_for_timeout(500)


def close_sidebar(page: Page) -> None:
    if page.viewport_size == {"width": 390, "height": 844}:
        page.get_by_test_id("stSidebarCollapseButton").locator("button").click()
        page.wait_for_timeout(500)


def recorded(store: Store, session: Session, cell: str, words: str, run: Run) -> Session:
    """A session with one more cell and the run that answered it, sent what the cell says and with what the session has set."""
    session = edits.add_prompt(session, {"role": "user", "content": words}, cell)
    said = messages_for(session, cell, chosen_runs(session, store.attempts(session.id)))
    body = {"model": "openrouter/auto", "messages": said, "stream": True, **session.settings.payload()}
    facts = {"request": ChatRequest.parse(body), "added": ("model", "stream")}
    placed = run.model_copy(update={"id": f"{session.id}-{cell}", "session_id": session.id, "cell_id": cell, **facts})
    store.begin(placed.model_copy(update={"outcome": "queued"}))
    store.finish(placed)
    return session


def told(text: str, outcome: Outcome = "complete", failure: Failure | None = None, minutes: int = 0) -> Run:
    usage = Usage.model_validate({"prompt_tokens": 412, "completion_tokens": 268, "cost": "0.000742"})
    reply = Reply(text=text, finish_reason="stop", model="vendor/model-large", provider="Vendor", usage=usage)
    return Run(
        id="",
        request=ChatRequest.parse(
            {"model": "vendor/model", "messages": [{"role": "user", "content": "…"}], "stream": True}
        ),
        reply=reply if outcome == "complete" else Reply(text=text, model="vendor/model-large", provider="Vendor"),
        outcome=outcome,
        failure=failure,
        connection="OpenRouter",
        created=datetime(2026, 11, 20, 9, 0, tzinfo=UTC) + timedelta(minutes=minutes),
        timings=Timings(first_token_ms=342.0, total_ms=4_180.0),
        money=Money(reported=usage.cost) if outcome == "complete" else Money(),
    )


def fill(home: Path) -> None:
    """A past worth looking at; the newest rows are the ledger's own."""
    judged_screens.judged(home)
    busy = Failure(kind="RateLimited", message="The provider is busy: wait 30 s, or choose another model.", status=429)
    cut = Failure(kind="StreamBroken", message="The answer broke off without an end: it may be incomplete.")
    with Store(f"sqlite:///{home}/parley.db") as store:
        beside(store)
        ends = Session(id="endings")
        half = "The speed of light in water is lower, because"
        ends = recorded(store, ends, "c1", "How fast is light in water?", told(half, "stopped", minutes=1))
        ends = recorded(store, ends, "c2", "And in glass?", told(half, "truncated", cut, minutes=2))
        ends = recorded(store, ends, "c3", "And in diamond?", told("", "failed", busy, minutes=3))
        store.save(recorded(store, ends, "c4", "And in air?", told(half, "interrupted", minutes=4)))
        late = Session(id="stale", settings=ChatRequest(temperature=0.7))
        for number, words in enumerate(
            ("How fast is light in water?", "And in glass?", "Which of them bends it more?"), 1
        ):
            late = recorded(store, late, f"c{number}", words, told("About three quarters of *c*.", minutes=number))
        late = edits.edit_text(late, "c2", "And in diamond?")
        store.save(edits.with_settings(late, ChatRequest(temperature=0.2, seed=7)))
        whole = Session(id="everything", settings=ChatRequest(temperature=0.7, seed=42, max_completion_tokens=800))
        store.save(
            recorded(store, whole, "c1", "How fast is light, and where is it slower?", told(EVERYTHING, minutes=5))
        )
        ledger_screens.grow(store)


@contextmanager
def parley(folder: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "parley.local", "--port", "0", "--no-model"]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as gateway:
        assert gateway.stdout is not None
        base_url = gateway.stdout.readline().strip()
        fill(folder)
        served = Served(folder, OPENROUTER_BASE_URL=base_url, OPENROUTER_API_KEY=KEY)
        try:
            yield served
        finally:
            served.stop()
            gateway.terminate()


def take(browser: Browser, served: Served, name: str, theme: str, width: str) -> Path:
    size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
    context = browser.new_context(viewport=size, color_scheme=theme, device_scale_factor=1)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(30_000)
    STATES[name](page, served.url)
    page.locator("[data-testid=stSkeleton]").first.wait_for(state="detached")
    page.wait_for_timeout(1500)
    picture = FOLDER / f"{name}-{theme}-{width}.png"
    page.screenshot(path=picture)
    context.close()
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="make README's pictures anew")
    parser.add_argument("--only", choices=sorted(STATES), nargs="+", help="these states alone")
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        parley(Path(folder, "home")) as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name in options.only or STATES:
            for theme in ("light", "dark"):
                for width in WIDTHS:
                    sys.stdout.write(f"{take(browser, served, name, theme, width).name}\n")
        browser.close()
    for name in IN_README if options.readme else ():
        README.mkdir(exist_ok=True)
        shutil.copy(FOLDER / f"{name}.png", README / f"{name}.png")


if __name__ == "__main__":
    main()
