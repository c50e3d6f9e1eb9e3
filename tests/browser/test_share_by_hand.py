"""Two people and one deployment: a session is shared, read, gone on with in a copy of one's own, and taken back; files come back whole."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from parley.importing import opened
from parley.notebook.copying import renewed
from tests.browser.conftest import Served, ask, choose_model, prompt
from tests.conftest import KEY

pytestmark = pytest.mark.browser
FORMS = ("html", "bundle", "markdown", "notebook")
SECRET = "sk-ant-" + "a1b2c3d4" * 5


@pytest.fixture
def deployed(tmp_path: Path, gateway: str) -> Iterator[Served]:
    """A Parley for several people, each of whom is a browser."""
    environ = {"PARLEY_MODE": "shared", "PARLEY_ALLOWED_HOSTS": "localhost"}
    served = Served(tmp_path / "home", OPENROUTER_BASE_URL=gateway, OPENROUTER_API_KEY=KEY, **environ)
    yield served
    served.stop()


@pytest.fixture
def profile(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Another person's browser each time."""
    made: list[BrowserContext] = []

    def one() -> BrowserContext:
        made.append(browser.new_context(viewport={"width": 1400, "height": 900}))
        made[-1].set_default_timeout(40_000)
        return made[-1]

    yield one
    for context in made:
        context.close()


def asked(page: Page, url: str) -> None:
    """A session with one answered prompt, which holds a secret."""
    page.goto(url)
    prompt(page).wait_for()
    choose_model(page, "scripted/text")
    ask(page, f"5 tokens at 1000/s, not with {SECRET}")
    page.get_by_text("Run again").first.wait_for()


def dialog(page: Page) -> Locator:
    page.locator(".st-key-session-share button").click()
    page.locator(".st-key-share-create").wait_for()
    return page.get_by_role("dialog")


def listed(page: Page, url: str) -> Locator:
    page.goto(f"{url}/sessions")
    expect(page.get_by_role("heading", name="Sessions", exact=True)).to_be_visible()
    expect(page.locator(".st-key-sample-0")).to_be_visible()
    return page.locator('[class*="st-key-session-line-"]')


def test_one_shares_another_goes_on_in_a_copy_and_the_link_is_taken_back(deployed: Served, profile) -> None:
    mine, theirs = profile().new_page(), profile().new_page()
    asked(mine, deployed.url)
    made = dialog(mine)
    expect(made).to_contain_text("API key of Anthropic")
    made.locator(".st-key-share-create button").click()
    link = made.locator(".st-key-share-made code").inner_text().strip()
    theirs.goto(link)
    expect(theirs.locator("body")).to_contain_text("5 tokens at 1000/s")
    assert SECRET not in theirs.content()
    assert theirs.evaluate("document.scripts.length") == 0

    theirs.get_by_role("link", name="Continue in my own copy").click()
    theirs.get_by_role("button", name="Take my own copy").click()
    expect(theirs.get_by_text("This is your own copy")).to_be_visible()
    expect(theirs.locator(".st-key-field-model input")).to_have_value("scripted/text")
    assert "copy=" not in theirs.url
    ask(theirs, "3 tokens at 1000/s")
    expect(theirs.get_by_text("Complete")).to_have_count(2)
    expect(listed(theirs, deployed.url)).to_have_count(1)
    expect(listed(mine, deployed.url)).to_have_count(1)
    expect(mine.locator('[class*="st-key-session-line-"]')).to_contain_text("1 cell")

    mine.get_by_text("Links to copies").click()
    mine.get_by_role("button", name="Revoke").click()
    expect(mine.get_by_text("none open")).to_be_visible()
    answer = theirs.goto(link)
    assert answer is not None
    assert answer.status == 404
    expect(listed(theirs, deployed.url)).to_have_count(1)


def test_every_file_opens_again_as_the_same_session(deployed: Served, profile, tmp_path: Path) -> None:
    context = profile()
    page = context.new_page()
    asked(page, deployed.url)
    files = fetched(page, dialog(page), tmp_path)
    for number, path in enumerate(files.values(), 2):
        before = same(path.read_bytes())
        listed(page, deployed.url)
        page.locator('[class*="st-key-sessions-import"] input[type=file]').set_input_files(path)
        prompt(page).wait_for()
        expect(page.get_by_text("Imported.")).to_be_visible()
        again = fetched(page, dialog(page), tmp_path / str(number))
        assert same(again["bundle"].read_bytes()) == before
    expect(listed(page, deployed.url)).to_have_count(1 + len(FORMS))


def test_two_browsers_see_nothing_of_each_other(deployed: Served, profile) -> None:
    one, other = profile().new_page(), profile().new_page()
    asked(one, deployed.url)
    address = one.url
    other.goto(address)
    prompt(other).wait_for()
    expect(other.get_by_text("The session in this address is not here")).to_be_visible()
    assert "5 tokens at 1000/s" not in other.content()
    other.goto(f"{deployed.url}/history")
    expect(other.get_by_text("Nothing was sent yet")).to_be_visible()
    expect(listed(other, deployed.url)).to_have_count(0)


def fetched(page: Page, made: Locator, folder: Path) -> dict[str, Path]:
    """The files on offer, as this browser fetches them."""
    folder.mkdir(exist_ok=True)
    files = {}
    for form in FORMS:
        address = made.locator(f".st-key-share-file-{form} a").get_attribute("href") or ""
        answer = page.request.get(page.evaluate("one => new URL(one, document.baseURI).href", address))
        assert answer.ok
        assert SECRET.encode() not in answer.body()
        files[form] = folder / address.rpartition("/")[2]
        files[form].write_bytes(answer.body())
    return files


def same(data: bytes) -> dict[str, Any]:
    """What a file holds, but for its ids and when it was read."""
    ids = map(str, itertools.count())
    copy = renewed(opened(data), lambda: next(ids))
    dump = copy.model_dump(mode="json", exclude={"attempts": {"__all__": {"__all__": {"imported"}}}})
    return {"session": dump["session"], "attempts": list(dump["attempts"].values())}
