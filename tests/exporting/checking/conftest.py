from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from parley.notebook import Cell, Run, Session, Snapshot
from parley.reply import Reply
from parley.request import ChatRequest


@pytest.fixture
def a_snapshot() -> Callable[..., Snapshot]:
    """One prompt with one attempt; `said` is the prompt, `body` what more the request has, `facts` those of the run."""

    def make(
        said: Any = "Hello",
        answer: str = "Hi",
        body: dict[str, Any] | None = None,
        cells: tuple[Cell, ...] = (),
        **facts: Any,
    ) -> Snapshot:
        message = {"role": "user", "content": said}
        above = [cell.message for cell in cells if cell.kind == "message"]
        sent = ChatRequest.parse({"model": "m", **(body or {}), "messages": [*above, message]})
        told = {"reply": Reply(text=answer), "outcome": "complete"} | facts
        run = Run(id="r", cell_id="c", request=sent, created=datetime(2026, 11, 22, tzinfo=UTC), **told)
        session = Session(
            id="s", title="T", cells=(*cells, Cell(id="c", message=message)), settings=ChatRequest.parse(body or {})
        )
        return Snapshot(session=session, attempts={"c": (run,)})

    return make
