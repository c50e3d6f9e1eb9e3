"""An answer that is judged, as it is stored and looked at: its verdict and its tree, and how likely each of its tokens was."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page

from parley import Store
from parley.notebook import Cell, Run, Session
from parley.reply import Reply
from parley.request import ChatRequest
from tests.browser.conftest import rest

TEXT = '{"n": [1, true, null, "a"], "deep": {"er": {"still": 1.5}}}'
SCHEMA = {"type": "object", "properties": {"n": {"items": {"type": "string"}}}, "required": ["m"]}
CHANCES = (0.95, 0.7, 0.3, 0.01)


def judged(home: Path) -> None:
    """A session with one answer, whose letters are its tokens."""
    form = {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}
    request = ChatRequest.parse({"response_format": form, "logprobs": True, "messages": []})
    tokens = tuple(
        {"token": sign, "logprob": math.log(CHANCES[place % 4]), "bytes": None, "top_logprobs": [{"token": "x", "logprob": -1}, {"token": "", "logprob": -2}]}
        for place, sign in enumerate(TEXT)
    )  # fmt: skip
    run = Run(id="r", session_id="j", cell_id="c", request=request, created=datetime(2026, 11, 21, tzinfo=UTC))
    with Store(f"sqlite:///{home}/parley.db") as store:
        store.save(Session(id="j", title="Judged", cells=(Cell(id="c", message={"role": "user", "content": "Go on"}),)))
        store.begin(run)
        reply = Reply(text=TEXT, logprobs=tokens, finish_reason="stop")
        store.finish(run.model_copy(update={"reply": reply, "outcome": "complete"}))


def look_at(page: Page, way: str) -> None:
    """The answer in another way."""
    page.locator(".st-key-view-r").get_by_role("radio", name=way).click()
    rest(page)


def verdict(page: Page, url: str) -> None:
    page.goto(f"{url}/?c=j")
    page.locator(".st-key-view-r").wait_for()
    rest(page)
    look_at(page, "Tree")


def tokens(page: Page, url: str) -> None:
    page.goto(f"{url}/?c=j")
    page.locator(".st-key-view-r").wait_for()
    rest(page)
    look_at(page, "Tokens")
    page.locator(".tokens [role=button]").nth(20).click()


STATES: dict[str, Callable[[Page, str], None]] = {"verdict": verdict, "tokens": tokens}
