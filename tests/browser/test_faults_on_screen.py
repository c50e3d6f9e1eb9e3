"""What the other side does wrong, as a person meets it: the sentence stands under the answer, and the page goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from parley import Store
from parley.local.scripted.distortions import SAID
from tests.browser.conftest import Served, ask, choose_model, prompt, until
from tests.conftest import KEY
from tests.faults.case import passage

pytestmark = pytest.mark.browser
SHOWN = [
    ("torn", "Cut off", "The connection broke before the end of the answer: what came is kept.", passage(7)),
    ("unended", "Cut off", "The answer stopped arriving before its end: what came is kept", passage(7)),
    ("midstream", "Failed", "failed (Provider disconnected unexpectedly): try again", passage(7)),
    ("huge", "Cut off", "The server sent more than 32 MB in one event, so Parley stopped reading", SAID),
    ("key", "Failed", "The API key was refused (User not found): check the key in Settings.", ""),
    ("page", "Failed", "The server answered with a web page, not with a model's answer", ""),
    ("nothing", "Failed", "The server answered with nothing: try again", ""),
    ("redirect", "Failed", "Parley refused the redirect that the server answered with (HTTP 307)", ""),
]


@pytest.fixture(scope="module")
def parley(tmp_path_factory: pytest.TempPathFactory, gateway: str) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("faults") / "home", OPENROUTER_BASE_URL=gateway, OPENROUTER_API_KEY=KEY)
    yield served
    served.stop()


@pytest.fixture(scope="module")
def page(browser: Browser, parley: Served) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(parley.url)
    prompt(page).wait_for()
    yield page
    context.close()


def kept(parley: Served, said: str) -> str | None:
    """The text of the newest run where it answers this prompt and has ended."""
    with Store(f"sqlite:///{parley.home}/parley.db") as store:
        run = store.run(store.runs().rows[0].id)
    asked = run.request.payload()["messages"][-1]["content"]
    return run.reply.text if asked == said and not run.live else None


@pytest.mark.parametrize(("name", "badge", "sentence", "text"), SHOWN, ids=[row[0] for row in SHOWN])
def test_a_fault_is_said_under_what_came_and_the_prompt_can_be_sent_again(
    page: Page, parley: Served, name: str, badge: str, sentence: str, text: str
) -> None:
    said = f"7 tokens at 5000/s, {name}"
    choose_model(page, f"scripted/fault-{name}")
    ask(page, said)
    expect(page.get_by_text(sentence, exact=False).last).to_be_visible()
    expect(page.get_by_text(badge, exact=True).last).to_be_visible()
    expect(page.get_by_text(said, exact=True).last).to_be_visible()
    until(lambda: kept(parley, said) == text, "what came is not in the ledger")
    expect(prompt(page)).to_be_enabled()


def test_after_all_of_them_an_answer_is_an_answer(page: Page, parley: Served) -> None:
    choose_model(page, "scripted/text")
    ask(page, "3 tokens at 5000/s, at last")
    expect(page.get_by_text("3 tokens out", exact=False).last).to_be_visible()
    until(lambda: kept(parley, "3 tokens at 5000/s, at last") == passage(3), "the answer is not in the ledger")
