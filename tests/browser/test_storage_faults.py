"""What a person sees while the database cannot be written: a sentence, the whole answer, and no trace of it afterwards."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, ask, prompt, until
from tests.browser.line import Pen, Pens
from tests.browser.listening import upstream
from tests.conftest import KEY

pytestmark = pytest.mark.browser
ABOUT = {"id": "gen-1", "model": "scripted/pen", "provider": "Scripted"}


@pytest.fixture
def pen() -> Iterator[Pen]:
    pen = Pen("Hello")
    yield pen
    pen.finish()


@pytest.fixture
def served(home: Path, pen: Pen) -> Iterator[Served]:
    pens = Pens({pen.prompt: pen})
    with upstream(pens.script, [{"id": "scripted/pen", "name": "Scripted: a pen"}], ABOUT) as base_url:
        served = Served(home, OPENROUTER_BASE_URL=base_url, OPENROUTER_API_KEY=KEY)
        yield served
        served.stop()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def full_home(tmp_path: Path) -> Iterator[Path]:
    """A home on a disk of its own."""
    home = tmp_path / "disk"
    home.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(home)]
    if os.name == "nt" or os.geteuid() or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield home
    subprocess.run(["umount", "--lazy", str(home)], check=True)


def outcomes(home: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{home}/parley.db?mode=ro", uri=True)) as database:
        return [row[0] for row in database.execute("SELECT outcome FROM runs ORDER BY sequence")]


def writing(page: Page, pen: Pen) -> None:
    ask(page, pen.prompt)
    pen.write(10)
    expect(page.locator("[data-testid=stChatMessage]").last).to_contain_text("word009")


def whole(page: Page, pen: Pen) -> None:
    pen.finish()
    expect(page.locator("[data-testid=stChatMessage]").last).to_contain_text(pen.text.strip())


def test_a_database_locked_by_another_is_said_and_the_answer_is_written_when_it_is_free(
    page: Page, pen: Pen, home: Path
) -> None:
    writing(page, pen)
    with closing(sqlite3.connect(home / "parley.db", isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        whole(page, pen)
        expect(page.get_by_text("Not saved yet: Another process kept the database locked")).to_be_visible()
        assert outcomes(home) != ["complete"]
        other.execute("ROLLBACK")
    expect(page.get_by_text("Not saved yet")).to_be_hidden()
    assert outcomes(home) == ["complete"]
    assert pen.asked == 1


class TestOnAFullDisk:
    @pytest.fixture
    def home(self, full_home: Path) -> Path:
        return full_home

    def test_it_is_said_the_chat_goes_on_and_all_is_written_when_there_is_space(
        self, page: Page, pen: Pen, home: Path
    ) -> None:
        fill(home / "filler")
        writing(page, pen)
        expect(page.get_by_text("The disk is full: Parley now writes into the last")).to_be_visible()
        fill(home / "more")
        whole(page, pen)
        expect(page.get_by_text("Not saved yet: The disk is full")).to_be_visible()
        (home / "filler").unlink()
        expect(page.get_by_text("Not saved yet")).to_be_hidden()
        until(lambda: outcomes(home) == ["complete"], "the run was not written")
        ask(page, "still there?")
        expect(page.get_by_text("The disk is full")).to_be_hidden()
        expect(prompt(page)).to_have_value("")


def fill(path: Path) -> None:
    """Write until the disk takes no more."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(65_536)):
                pass
        except OSError:
            return
