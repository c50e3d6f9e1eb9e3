"""Every recorded answer opens in the notebook, with the messages that it was asked with, and shows what it holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.answer.folding import HEAD
from components.services import close_services, open_services
from parley.errors import UpstreamError
from parley.notebook import Run, Session, edits
from parley.reply import Reply, ReplyFold
from parley.reply.citing import sources_of
from parley.reply.thoughts import thoughts_of
from parley.request import ChatRequest
from parley.runs.faults import failure_of, outcome_of
from parley.wire.answer import AnswerReader
from parley.wire.failures import response_error
from tests.conftest import HOUSE, KEY

TRAFFIC = Path(__file__).resolve().parents[2] / "../shared/traffic"
RECORDED = sorted(path for path in TRAFFIC.glob("*.json") if path.name.startswith(("stream_", "nonstream_", "error_")))
pytestmark = pytest.mark.skipif(not TRAFFIC.exists(), reason="recorded traffic is not here")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
ASK = [{"role": "user", "content": "Hello"}]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, gateway: str) -> Iterator[None]:
    """One Parley for all of them."""
    with pytest.MonkeyPatch.context() as environ:
        for name in ("PARLEY_DATABASE_URL", "PARLEY_MODEL", "PARLEY_MODE"):
            environ.delenv(name, raising=False)
        environ.setenv("PARLEY_HOME", str(tmp_path_factory.mktemp("home")))
        environ.setenv("OPENROUTER_BASE_URL", gateway)
        environ.setenv("OPENROUTER_API_KEY", KEY)
        yield
        close_services()


def read(recorded: dict[str, Any]) -> tuple[Reply, UpstreamError | None]:
    """The answer as the client hands it on."""
    if recorded["status"] != 200:
        return Reply(), response_error(recorded["body"], status=recorded["status"])
    reader, fold = AnswerReader(), ReplyFold()
    try:
        for event in (*reader.feed(recorded["body"].encode()), *reader.close()):
            fold.add(event)
    except UpstreamError as error:
        return fold.reply, error
    return fold.reply, None


def kept(path: Path) -> tuple[Session, Run]:
    """A session whose last cell was answered so."""
    recorded = json.loads(path.read_text())
    asked = recorded["request"] if isinstance(recorded["request"], dict) else {}
    body = {**asked, "messages": asked.get("messages") or ASK}
    numbers = count(1)
    ids = iter(lambda: f"{path.stem[-6:]}-{next(numbers)}", "")
    session = edits.saying(Session(id=path.stem[-6:]), {}, body["messages"], ids)
    reply, error = read(recorded)
    request = ChatRequest.parse(body)
    outcome = outcome_of(error, reply) if error else "complete"
    told = {"failure": failure_of(error) if error else None, "outcome": outcome, "reply": reply, "created": NOW}
    run = Run(id=f"run-{path.stem[-6:]}", request=request, session_id=session.id, cell_id=session.cells[-1].id, **told)
    return session, run


def opened(session: Session, run: Run) -> AppTest:
    store = open_services().store
    store.save(session)
    store.begin(run.model_copy(update={"outcome": "queued"}))
    store.finish(run)
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=30)
    app.query_params["c"] = session.id
    return app.run()


def words_on(app: AppTest) -> str:
    told = "\n".join(str(one.value) for kind in ("markdown", "caption") for one in app.get(kind))
    return told.replace("\\", "").replace("\u00a0", " ")


def tellable(text: str) -> set[str]:
    """The words of a text that no markup changes."""
    return {word for word in re.findall(r"[^\W\d_]{4,}", text[: HEAD // 2]) if word.isascii()}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_answer_opens_and_shows_what_it_holds(path: Path, house: None) -> None:
    session, run = kept(path)
    app = opened(session, run)
    shown, reply = words_on(app), run.reply
    assert not app.exception
    for told in (reply.text, reply.refusal or "", thoughts_of(reply).text, run.failure.message if run.failure else ""):
        assert tellable(told) <= set(re.findall(r"[^\W\d_]{4,}", shown))
    folds = [fold.label for fold in app.expander]
    assert any(label.startswith(("Reasoning", "Summary of the reasoning")) for label in folds) == thoughts_of(reply).any
    assert ("Refused" in shown) == bool(reply.refusal)
    assert all((call.name or "") in shown and (call.id or "") in shown for call in reply.tool_calls)
    assert len(app.get("image")) >= len(reply.images)
    assert all(source.host.removeprefix("www.") in shown for source in sources_of(reply.annotations))
    for file in (one["file"] for one in reply.annotations if one.get("type") == "file"):
        assert any(label.startswith(f"File read: {file['name']}") for label in folds)
    if reply.usage and reply.usage.prompt_tokens:
        assert f"{reply.usage.prompt_tokens:,} tokens in" in shown


def test_every_kind_of_content_is_among_the_recorded_answers() -> None:
    """The test above proves as much as is recorded."""
    replies = [read(json.loads(path.read_text()))[0] for path in RECORDED]
    assert any(reply.images for reply in replies)
    assert any(reply.refusal for reply in replies)
    assert any(thoughts_of(reply).sealed for reply in replies)
    assert any(thoughts_of(reply).signed for reply in replies)
    assert any(len(reply.tool_calls) > 1 for reply in replies)
    assert {one["type"] for reply in replies for one in reply.annotations} == {"file", "url_citation"}
