"""A key that a person typed, followed through all they do: it reaches the one header that it is for, and nothing else."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, expect

from parley import Store
from parley.exporting import bundle, html_page, markdown, notebook
from parley.exporting.ledger import LEDGER_FORMS, ledger_file
from parley.store.documents import unsqueezed
from parley.wire.own_keys import OwnKeys
from tests.browser.conftest import Served, ask, prompt, until
from tests.browser.echoing import MODEL, ONE_OF_EACH_KIND, SCENARIOS, Echo
from tests.conftest import HOUSE

pytestmark = pytest.mark.browser
CANARY = "sk-or-v1-" + "5ca1ab1e0ddba11" * 4 + "feed"
SINKS = OwnKeys([CANARY])
"""Plain, in base64, hexadecimal, backwards, escaped, and the first twelve characters."""


class Watched(Served):
    """A Parley whose every word is written down, with temporary files in a folder of its own."""

    def start(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self.log = self.home.parent / "log"
        self.files = self.home.parent / "tmp"
        self.files.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        told = {"TMPDIR": str(self.files), "STREAMLIT_LOGGER_LEVEL": "debug"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--server.port", str(self.port)],
                cwd=HOUSE,
                env={**self._environ, **told},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self.answers, "the server never answered")


class Seen:
    """What a browser is told and keeps."""

    def __init__(self, context: BrowserContext) -> None:
        self.frames: list[bytes] = []
        self.addresses: list[str] = []
        context.on("page", self._page)
        context.on("request", lambda request: self.addresses.append(request.url))

    def _page(self, page: Page) -> None:
        page.on("framenavigated", lambda frame: self.addresses.append(frame.url))
        page.on("websocket", self._socket)

    def _socket(self, socket: WebSocket) -> None:
        socket.on(
            "framereceived", lambda frame: self.frames.append(frame if isinstance(frame, bytes) else frame.encode())
        )


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def served(tmp_path: Path, echo: Echo) -> Iterator[Watched]:
    with echo.serving() as base_url:
        served = Watched(tmp_path / "home", OPENROUTER_BASE_URL=base_url)
        yield served
        served.stop()


@pytest.fixture
def seen(browser: Browser) -> Iterator[tuple[BrowserContext, Seen]]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(30_000)
    yield context, Seen(context)
    context.close()


def give_the_key(page: Page, served: Served) -> None:
    """As a person does it, on the page Settings."""
    page.goto(f"{served.url}/settings")
    page.locator(".st-key-connection-kind label", has_text="OpenRouter").click()
    page.locator(".st-key-api-key input").fill(CANARY)
    page.locator(".st-key-connection-save button").click()
    page.locator("[data-testid=stAlert]").first.wait_for()


def ask_everything(page: Page, served: Served, store: Store, scenarios: Sequence[str]) -> None:
    page.goto(served.url)
    prompt(page).wait_for()
    model = page.locator(".st-key-field-model input")
    model.fill(MODEL)
    model.press("Enter")
    for number, scenario in enumerate(scenarios, 1):
        if number % 8 == 0:
            # Nothing but what is stored is there after a reload, so that is swept, too.
            page.reload()
        expect(prompt(page)).to_be_enabled()
        ask(page, scenario)
        until(lambda number=number: store.totals().runs >= number and ended(store), f"{scenario} never ended")


def ended(store: Store) -> bool:
    return not any(row.outcome in ("queued", "running") for row in store.runs().rows)


def stored_bytes(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every file as it is, and everything in the database, unpacked."""
    for file in home.rglob("*"):
        if file.is_file():
            yield str(file), file.read_bytes()
    with closing(sqlite3.connect(f"file:{home}/parley.db?mode=ro", uri=True)) as database:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        for (table,) in database.execute(named).fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):
                yield from ((table, _unpacked(value)) for value in row if value)


def _unpacked(value: object) -> bytes:
    packed = value if isinstance(value, bytes) else str(value).encode()
    return unsqueezed(packed) if packed[:1] in b"=z" and isinstance(value, bytes) else packed


def exported(store: Store) -> Iterator[tuple[str, bytes]]:
    session = store.latest_session()
    assert session is not None
    snapshot = store.snapshot(session.id)
    yield "html", html_page(snapshot, embed=bundle(snapshot)).encode()
    yield "bundle", bundle(snapshot)
    yield "markdown", markdown(snapshot).encode()
    yield "notebook", notebook(snapshot).encode()
    for form in LEDGER_FORMS:
        yield (
            form,
            b"".join(
                ledger_file(form, store.every_row, lambda: ((row, store.run(row.id)) for row in store.every_row()))
            ),
        )


def of_the_process(served: Watched) -> Iterator[tuple[str, bytes]]:
    about = Path(f"/proc/{served.process.pid}")
    for name in ("cmdline", "environ"):
        if (about / name).exists() and os.access(about / name, os.R_OK):
            yield name, (about / name).read_bytes()
    yield "log", served.log.read_bytes()
    yield from ((str(file), file.read_bytes()) for file in served.files.rglob("*") if file.is_file())


def of_the_browser(context: BrowserContext, page: Page, seen: Seen) -> Iterator[tuple[str, bytes]]:
    sandboxed = page.evaluate("origin") == "null"
    held = {} if sandboxed else page.evaluate("({...localStorage, ...sessionStorage, cookie: document.cookie})")
    yield "storage", json.dumps([held, [dict(one) for one in context.cookies()]]).encode()
    yield "page", page.content().encode()
    yield "addresses", "\n".join(seen.addresses).encode()
    yield from (("frame", frame) for frame in seen.frames)


def beside_the_header(echo: Echo) -> Iterator[tuple[str, bytes]]:
    for path, headers, body in echo.asked:
        rest = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        yield f"request to {path}", f"{path} {rest}".encode() + body


@pytest.mark.parametrize(
    "scenarios", [ONE_OF_EACH_KIND, pytest.param(SCENARIOS, marks=pytest.mark.nightly)], ids=["ten ways", "forty ways"]
)
def test_a_typed_key_is_in_no_sink(
    served: Watched, store: Store, echo: Echo, seen: tuple[BrowserContext, Seen], scenarios: Sequence[str]
) -> None:
    context, told = seen
    page = context.new_page()
    give_the_key(page, served)
    ask_everything(page, served, store, scenarios)
    assert sum(headers.get("Authorization") == f"Bearer {CANARY}" for _, headers, _ in echo.asked) >= len(scenarios)
    for path in ("/history", "/sessions", "/models", "/settings", "/"):
        page.goto(served.url + path)
        page.wait_for_load_state("networkidle")
    token, _ = store.share(store.snapshot(store.sessions()[0].id))
    reader = context.new_page()
    reader.goto(f"{served.url}/share/{token}")
    sinks = [
        *of_the_browser(context, page, told),
        *of_the_browser(context, reader, told),
        *stored_bytes(served.home),
        *exported(store),
        *of_the_process(served),
        *beside_the_header(echo),
    ]
    leaks = sorted({name for name, held in sinks if SINKS.within_bytes(held)})
    assert leaks == []
    assert len(sinks) > 100
    assert len({name for name, _ in sinks}) >= 12
    assert len(SCENARIOS) == 40
