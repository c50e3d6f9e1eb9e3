"""What the provider's cache did, and reasoning that goes to another family, as the notebook's page tells them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from components.attempt.cached import saving_words
from components.services import open_services
from components.state import cell_key
from parley.notebook import Cell, Run, Session
from parley.reply import Reply, Usage
from parley.request import ChatRequest
from tests.conftest import HOUSE

DETAIL = {"type": "reasoning.text", "text": "Hm.", "signature": "s", "format": "anthropic-claude-v1", "index": 0}


def kept(model: str, prompts: tuple[str, ...] = ("one", "two"), **reply: object) -> Session:
    """A session with answers by a model of that family, which is to be gone on with."""
    store, begun = open_services().store, datetime(2026, 7, 1, tzinfo=UTC)
    cells = tuple(Cell(id=text, message={"role": "user", "content": text}) for text in prompts)
    settings = ChatRequest.parse({"model": "scripted/cache"})
    session = store.save(Session(id="s", title="t", cells=cells, settings=settings))
    for number, cell in enumerate(cells):
        said = [{"role": "system", "content": f"Version {number}"}, *(dict(one.message) for one in cells[: number + 1])]
        run = Run(
            id=f"r{number}",
            session_id="s",
            cell_id=cell.id,
            request=ChatRequest.parse({"model": model, "messages": said}),
            reply=Reply(text="So.", model=model, finish_reason="stop", **reply),
            created=begun + timedelta(minutes=number),
            connection="OpenRouter",
        )
        store.begin(run)
        store.finish(run.model_copy(update={"outcome": "complete"}))
    return session


def opened() -> AppTest:
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20)
    app.query_params["c"] = "s"
    return app.run()


def told(app: AppTest) -> str:
    return "\n".join(str(one.value) for kind in ("markdown", "caption") for one in app.get(kind))


@pytest.mark.usefixtures("connected")
def test_reasoning_that_goes_abroad_can_be_left_behind_and_taken_along_again() -> None:
    kept("anthropic/claude-5", reasoning_details=(DETAIL,), details_received=True)
    app = opened()
    assert "The reasoning of 2 answers by Anthropic goes to scripted/cache, which may refuse it." in told(app)
    app.button(key="reasoned-leave").click().run()
    assert all(cell.without_reasoning for cell in open_services().store.session("s").cells)
    assert "stays behind" in told(app)
    app.button(key="reasoned-along").click().run()
    assert not any(cell.without_reasoning for cell in open_services().store.session("s").cells)
    assert not app.exception


@pytest.mark.usefixtures("connected")
def test_who_sends_it_all_the_same_is_not_asked_again() -> None:
    kept("anthropic/claude-5", reasoning_details=(DETAIL,), details_received=True)
    app = opened()
    app.button(key="reasoned-keep").click().run()
    assert "may refuse it" not in told(app)


@pytest.mark.usefixtures("connected")
def test_reasoning_of_the_family_that_is_asked_is_not_spoken_of() -> None:
    kept("scripted/reasoning", reasoning_details=(DETAIL,), details_received=True)
    assert "The reasoning of" not in told(opened())


@pytest.mark.usefixtures("connected")
def test_a_missed_cache_says_what_changed_when_somebody_asks() -> None:
    usage = Usage(
        prompt_tokens=2_000,
        completion_tokens=5,
        prompt_tokens_details={"cached_tokens": 0, "cache_write_tokens": 1_900},
    )
    kept("scripted/cache", usage=usage)
    app = opened()
    chips = [one.proto.popover.label for one in app.get("popover")]
    assert [label for label in chips if "Cache" in label] == ["Cache missed: 0 of about 2,000 tokens"]
    app.session_state[cell_key("two", "missed")] = True
    app.run()
    assert "The system prompt changed from its character 9 on" in told(app).replace("\\", "")
    assert not app.exception


@pytest.mark.parametrize(
    ("shares", "saved", "words"),
    [
        ((900, 0), Decimal("0.0027"), r"Cache: saved $0.0027 *estimate*."),
        (
            (0, 4_000),
            Decimal("-0.003"),
            r"Cache: writing it cost $0.003 more *estimate*; what reads it later is cheaper.",
        ),
        ((0, 4), Decimal("-0.000003"), ""),
        ((900, 0), None, ""),
        ((900, 0), Decimal(0), ""),
        ((0, 0), Decimal(1), ""),
    ],
)
def test_what_the_cache_saved_is_said_where_it_can_be_told(
    shares: tuple[int, int], saved: Decimal | None, words: str
) -> None:
    assert saving_words(shares, saved).replace("\\", "") == words
