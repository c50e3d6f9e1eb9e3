"""A real Parley, as README starts it, and a real Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from parley import Session, Store
from tests.browser.filled import stored
from tests.browser.nursery import started
from tests.conftest import KEY

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
REQUIRED = bool(os.environ.get("PARLEY_REQUIRE_BROWSER"))
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A machine that tests for others, and may be busy with others, gives a browser other chances, and says that it did."""
    if REQUIRED:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=2))


class Served:
    """A Parley process that can be killed and started again on the same port and home."""

    def __init__(self, home: Path, port: int | None = None, **environ: str) -> None:
        self.home = home
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("OPENROUTER_", "PARLEY_"))}
        self._environ = {**plain, "PARLEY_HOME": str(home), **environ}
        self.start()

    def start(self) -> None:
        command = ["run", "app.py", "--server.headless", "true", "--server.port", str(self.port)]
        self.process: Any = started(self._environ, *command)
        until(self.answers, "the server never answered")

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """As a crash does it: no handler runs."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def runs(self) -> bool:
        return self.process.is_running()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(holds: Callable[[], bool], otherwise: str, patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a file: as long as it lives, the thread has a running event loop, which other files must not meet."""
    if CHROMIUM is None:
        if REQUIRED:
            pytest.fail("Chromium is missing, and PARLEY_REQUIRE_BROWSER asks for it")
        pytest.skip(
            "no Chromium here: install Debian's package chromium-headless-shell, or chromium, to run the browser tests"
        )
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def port() -> int:
    """Where the servers of a file listen, one after another: what a browser has of one of them, it has of the next."""
    return free_port()


@pytest.fixture
def served(tmp_path: Path, gateway: str, port: int) -> Iterator[Served]:
    """Parley with the gateway in OpenRouter's place."""
    served = Served(tmp_path / "home", port, OPENROUTER_BASE_URL=gateway, OPENROUTER_API_KEY=KEY)
    yield served
    if served.runs:
        served.stop()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory, gateway: str, port: int) -> Iterator[Served]:
    """One Parley for all tests of a file, which then have nothing in common but what is not of a session."""
    served = Served(
        tmp_path_factory.mktemp("lasting") / "home", port, OPENROUTER_BASE_URL=gateway, OPENROUTER_API_KEY=KEY
    )
    yield served
    served.stop()


@pytest.fixture
def store(served: Served) -> Iterator[Store]:
    """What Parley has kept."""
    with Store(f"sqlite:///{served.home}/parley.db") as store:
        yield store


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, gateway: str) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("told") / "home", OPENROUTER_BASE_URL=gateway, OPENROUTER_API_KEY=KEY)
    stored(served.home)
    yield served
    served.stop()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """What reads Parley's scripts once a file, and not once a test."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def blank(window: BrowserContext, served: Served) -> Iterator[Page]:
    """A tab of somebody who was never here, before its first address."""
    yield window.new_page()
    last, *others = window.pages or [window.new_page()]
    for page in others:
        page.close()
    kept = {"origin": served.url, "storageTypes": "cookies,local_storage,indexeddb,service_workers"}
    window.new_cdp_session(last).send("Storage.clearDataForOrigin", kept)
    window.clear_cookies()
    window.clear_permissions()
    last.close()


@pytest.fixture
def page(blank: Page, served: Served, store: Store) -> Page:
    """The notebook, with a session of its own."""
    address = f"{served.url}/?c={store.save(Session(id=uuid4().hex)).id}" if store.sessions() else served.url
    blank.goto(address)
    prompt(blank).wait_for()
    rest(blank)
    return blank


def rest(page: Page) -> None:
    """Wait until the page is drawn: what is typed in the instant in which its box is, is lost, and no hand is that fast."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def prompt(page: Page) -> Locator:
    return page.locator(".st-key-prompt textarea")


def ask(page: Page, text: str) -> None:
    prompt(page).fill(text)
    prompt(page).press("Enter")


def enter(box: Locator, text: str) -> None:
    """Type one entry into a box, and wait until the page has taken it."""
    box.wait_for()
    rest(box.page)
    box.fill(text)
    box.press("Enter")
    box.page.wait_for_timeout(300)
    rest(box.page)


def choose_model(page: Page, model: str) -> None:
    enter(page.locator(".st-key-field-model input"), model)
