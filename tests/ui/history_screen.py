"""The History page in a test's hands: rows written to the store, and what stands on the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from streamlit.testing.v1 import AppTest

from components.services import open_services
from parley.notebook import Run
from parley.reply import Reply, Usage
from parley.request import ChatRequest

BEGAN = datetime(2026, 7, 1, 12, tzinfo=UTC)


def sent(number: int, **known: Any) -> Run:
    """A run of which this much is known, written to the store."""
    body = {"model": known.pop("model", "x/y"), "messages": [{"role": "user", "content": f"Question {number}"}]}
    settings = known.pop("settings", {})
    request = ChatRequest.parse({**body, **settings})
    events = known.pop("events", ())
    whole = {"outcome": "complete", "created": BEGAN + timedelta(minutes=number), **known}
    run = Run(id=f"r{number}", request=request, **whole)
    store = open_services().store
    store.begin(run if run.live else run.model_copy(update={"outcome": "queued"}))
    if not run.live:
        store.finish(run, events)
    return run


def answer(text: str = "Yes.", **usage: Any) -> Reply:
    return Reply(text=text, model="x/y-2026", provider="Deep", finish_reason="stop", usage=Usage.model_validate(usage))


def models(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["model_asked"])


def sums(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def opened(app: AppTest, run: Run) -> AppTest:
    app.run()
    return app.selectbox(key="history-open").set_value(run.id).run()


def words(app: AppTest) -> str:
    return "\n".join(str(one.value) for kind in ("markdown", "caption", "info", "warning") for one in app.get(kind))
