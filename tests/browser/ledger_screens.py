"""States of the ledger, of the budget and of the data for the pictures, and a past of some hundred requests to fill them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from playwright.sync_api import Locator, Page

from parley import ChatRequest, Reply, Run, Store
from parley.money import Money
from parley.notebook import Failure, Mark, Timings
from parley.reply import Usage
from tests.browser.conftest import ask, choose_model, rest

BOX, FIRST_ROW, ROW = 18, 52, 35
"""Pixels within the table: the boxes that pick rows, the middle of the first row, and from row to row."""
INTO_VIEW = "one => one.scrollIntoView({ block: 'nearest' })"
"""At once: the page may be drawn anew while one waits for a place to stand still."""
SENT = 320
FIRST = datetime(2026, 11, 11, 7, 30, tzinfo=UTC)
MODELS = (
    ("anthropic/claude-sonnet-4.5", "Anthropic", 9.0),
    ("openai/gpt-5-mini", "OpenAI", 1.4),
    ("google/gemini-2.5-flash", "Google", 1.1),
    ("meta-llama/llama-3.3-70b-instruct", "DeepInfra", 0.25),
    ("meta-llama/llama-3.3-70b-instruct", "Together", 0.6),
    ("deepseek/deepseek-chat-v3.1", "Novita", 0.4),
)
ASKED = (
    "Summarise the attached minutes in five points for somebody who was not there.",
    "Why is the sky blue at noon and red in the evening?",
    "Write a haiku about a train that is late.",
    "Which of these three contracts has the shortest notice period?",
    "Translate the following paragraph into French, and keep the numbers as they are.",
)
TAGS = ("evaluation", "demo", "prompt v2", "too long")


def grow(store: Store) -> None:
    """The same requests each time: most of them went well, some did not, a few are marked."""
    chance = random.Random(7)
    moment = FIRST
    for number in range(SENT):
        moment += timedelta(minutes=chance.expovariate(1 / 50))
        run = _run(chance, number, moment)
        store.begin(run.model_copy(update={"outcome": "queued"}))
        store.finish(run)
    for number in range(0, SENT, 9):
        store.mark([f"grown-{number}"], star=number % 2 == 0, rating=1 + number % 5, add_tags=[TAGS[number % 4]])
    store.mark([f"grown-{SENT - 2}"], star=True, rating=4, add_tags=TAGS[:2], comment="The clearest one so far.")


def _run(chance: random.Random, number: int, moment: datetime) -> Run:
    model, provider, dear = chance.choice(MODELS)
    first = chance.lognormvariate(6.2, 0.5)
    into, out = round(chance.lognormvariate(6, 0.9)), round(chance.lognormvariate(5, 0.8))
    took = first + out * chance.uniform(8, 25)
    outcome = chance.choices(("complete", "failed", "stopped", "truncated"), (92, 4, 2, 2))[0]
    usage = Usage.model_validate({"prompt_tokens": into, "completion_tokens": out})
    failure = Failure(kind="RateLimited", message="Wait for 12 seconds, then send it again.", status=429)
    failed = outcome == "failed"
    body = {
        "model": model,
        "messages": [{"role": "user", "content": ASKED[number % len(ASKED)]}],
        "temperature": number % 4 / 4,
        "stream": True,
    }
    text = f"Light of short waves is scattered more, so it comes from everywhere. ({number})"
    reply = Reply(text=text, finish_reason="stop", model=f"{model}-2026-10", provider=provider, usage=usage)
    cost = (Decimal(into + 4 * out) * Decimal(str(dear))).scaleb(-6)
    stations = (("queued", 0.0), ("sent", 3.0), ("headers", first / 2), ("first token", first), ("finished", took))
    return Run(
        id=f"grown-{number}",
        request=ChatRequest.parse(body),
        reply=Reply() if failed else reply,
        outcome=outcome,
        failure=failure if failed else None,
        connection="OpenRouter",
        created=moment,
        timings=Timings(first_token_ms=None if failed else first, total_ms=took),
        timeline=() if failed else tuple(Mark(ms=ms, what=what) for what, ms in stations),
        money=Money() if failed else Money(reported=cost),
    )


def filters(page: Page, url: str) -> None:
    _history(page, url)
    page.locator(".st-key-group-More-filters summary").click()
    page.locator(".st-key-history-more").wait_for()


def no_match(page: Page, url: str) -> None:
    _history(page, url)
    page.locator(".st-key-history-search input").press_sequentially("a word that nobody said")
    page.locator(".st-key-history-clear").wait_for()


def charts(page: Page, url: str) -> None:
    _history(page, url)
    page.locator(".st-key-history-charts summary").click()
    page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").nth(4).wait_for()


def picked(page: Page, url: str) -> None:
    _history(page, url)
    for number in (0, 2):
        _table(page).click(position={"x": BOX, "y": FIRST_ROW + number * ROW})
        page.get_by_text(f"{1 if number == 0 else 2} run").first.wait_for()
    page.locator(".st-key-history-picked-acts").evaluate(INTO_VIEW)


def marking(page: Page, url: str) -> None:
    picked(page, url)
    page.locator(".st-key-history-mark button").first.click()
    page.locator(".st-key-history-mark-apply").wait_for()


def compared(page: Page, url: str) -> None:
    picked(page, url)
    page.locator(".st-key-history-compare-picked button").click()
    page.locator(".st-key-history-compared").wait_for()
    rest(page)
    page.locator(".st-key-history-details").evaluate(INTO_VIEW)


def deleted(page: Page, url: str) -> None:
    picked(page, url)
    page.locator(".st-key-history-delete button").click()
    page.locator(".st-key-history-undo").wait_for()
    page.locator(".st-key-history-gone").evaluate(INTO_VIEW)


def storage(page: Page, url: str) -> None:
    page.goto(f"{url}/settings")
    page.locator("[class*=st-key-storage]").first.wait_for()
    rest(page)
    page.locator("[class*=st-key-budget]").first.evaluate(INTO_VIEW)


def held(page: Page, url: str) -> None:
    page.goto(f"{url}/settings")
    cap = page.locator(".st-key-budget-session input")
    cap.fill("0.001")
    cap.press("Enter")
    page.get_by_text("every send is compared with these caps").wait_for()
    page.goto(f"{url}/?c=everything")
    page.get_by_text("Run again").first.wait_for()
    opener = page.get_by_test_id("stExpandSidebarButton")
    if opener.is_visible():
        opener.click()
        page.wait_for_timeout(500)
    choose_model(page, "scripted/tiers")
    if page.viewport_size == {"width": 390, "height": 844}:
        page.get_by_test_id("stSidebarCollapseButton").locator("button").click()
        page.wait_for_timeout(500)
    ask(page, "5 tokens at 1000/s")
    page.locator(".st-key-budget-held").wait_for()


def _history(page: Page, url: str) -> None:
    page.goto(f"{url}/history")
    _table(page).wait_for()


def _table(page: Page) -> Locator:
    return page.locator(".st-key-history-table [data-testid=stDataFrame]")


STATES: dict[str, Callable[[Page, str], None]] = {
    "history-filters": filters,
    "history-no-match": no_match,
    "history-charts": charts,
    "history-picked": picked,
    "history-marking": marking,
    "history-compared": compared,
    "history-deleted": deleted,
    "settings-storage": storage,
    "budget-held": held,
}
