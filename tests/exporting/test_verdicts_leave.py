"""An answer that was judged leaves with its verdict, and JSON that was asked for as code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parley.exporting import html_page, markdown
from parley.notebook import Cell, Run, Session, Snapshot
from parley.reply import Reply
from parley.request import ChatRequest

FORM = {"type": "json_schema", "json_schema": {"name": "n", "schema": {"required": ["n"]}}}


def judged(text: str) -> Snapshot:
    session = Session(id="s", cells=(Cell(id="a", message={"role": "user", "content": "Go on"}),))
    asked = ChatRequest.parse({"response_format": FORM})
    run = Run(
        id="r",
        cell_id="a",
        request=asked,
        reply=Reply(text=text),
        outcome="complete",
        created=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return Snapshot(session=session, attempts={"a": (run,)})


@pytest.mark.parametrize("text", ['{"m": 1}', '{"m": "<script>"}'])
def test_a_page_and_a_markdown_file_say_the_verdict(text: str) -> None:
    snapshot = judged(text)
    assert "$.n is missing." in html_page(snapshot)
    assert "n is missing." in markdown(snapshot)
    assert "```json" in markdown(snapshot)


def test_what_was_not_to_be_json_has_no_verdict() -> None:
    snapshot = judged("Words")
    (run,) = snapshot.attempts["a"]
    plain = snapshot.model_copy(update={"attempts": {"a": (run.model_copy(update={"request": ChatRequest()}),)}})
    assert "No JSON" in markdown(snapshot)
    assert "No JSON" not in markdown(plain)
