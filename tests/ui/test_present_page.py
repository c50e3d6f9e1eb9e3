"""The page that presents: its cards, its scenes, and the way back to the notebook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.present.bar import place_words
from components.present.cards import cost, models, remarks, tokens
from components.services import close_services, open_services
from parley.money import Money
from parley.notebook import Cell, Run, Session, Timings
from parley.notebook.samples import samples
from parley.notebook.scenes import Scene, scenes
from parley.notebook.totals import Totals
from parley.reply import Reply, Usage
from parley.request import ChatRequest
from tests.conftest import HOUSE

PAGE = "pages/5_Present.py"
SECRET_PROMPT = "Never speak of the treasure."


def kept() -> Session:
    """A session of one's own: a system prompt, a note, and two prompts of which one was answered twice."""
    cells = (
        Cell(id="top", kind="message", message={"role": "system", "content": SECRET_PROMPT}),
        Cell(id="note", kind="note", message={"content": "# What follows"}),
        Cell(id="first", message={"role": "user", "content": "Say hello to {{who}}"}),
        Cell(id="second", message={"role": "user", "content": "Again"}, chosen="second-1"),
    )
    session = Session(id="mine", title="Greetings", cells=cells, variables={"who": "the crew"})
    store = open_services().store
    stored = store.save(session)
    for run_id in ("first-1", "second-1", "second-2"):
        run = Run(
            id=run_id,
            session_id="mine",
            cell_id=run_id.partition("-")[0],
            request=ChatRequest.parse({"model": "m/m"}),
            reply=Reply(text=f"Answer {run_id}", usage=Usage(prompt_tokens=10, completion_tokens=5)),
            outcome="complete",
            timings=Timings(first_token_ms=100, total_ms=1_000),
            money=Money(reported=Decimal("0.01")),
            created=datetime(2026, 11, 1, tzinfo=UTC),
        )
        store.begin(run.model_copy(update={"outcome": "queued"}))
        store.finish(run)
    return stored


@pytest.fixture
def page(home: Path) -> Iterator[AppTest]:
    yield AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page(PAGE)
    close_services()


def at(page: AppTest, **address: Any) -> AppTest:
    for name, value in address.items():
        page.query_params[name] = str(value)
    return drawn(page.run())


def press(page: AppTest, name: str) -> AppTest:
    return drawn(page.button(key=f"present-{name}").click().run())


def drawn(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def address(page: AppTest, name: str) -> str:
    """A query parameter: AppTest has it as a text or as a list, by who set it."""
    held = page.query_params[name]
    return held if isinstance(held, str) else held[-1]


def words(page: AppTest) -> str:
    kinds = ("title", "markdown", "caption", "metric", "warning")
    return "\n".join(f"{getattr(one, 'label', '')} {one.value}" for kind in kinds for one in page.get(kind))


def rows() -> tuple[Any, ...]:
    store = open_services().store
    sessions = store.sessions()
    return sessions, store.runs().rows, [store.session(one.id) for one in sessions]


def test_without_a_session_there_are_the_samples_to_choose_from(page: AppTest) -> None:
    at(page)
    names = [sample.session.id for sample in samples()]
    assert [one.key for one in page.button if one.key] == [f"present-open-{name}" for name in names]
    press(page, f"open-{names[0]}")
    assert page.title[0].value == samples()[0].session.title
    assert address(page, "sample") == names[0]


def test_a_session_is_presented_step_by_step_to_its_totals(page: AppTest) -> None:
    kept()
    at(page, c="mine")
    assert "3 steps · 2 answers" in words(page)
    press(page, "at-once")
    seen = [words(press(page, "next")) for _ in range(4)]
    assert "What follows" in seen[0]
    assert "Say hello to the crew" in seen[1]
    assert "Answer first-1" in seen[1]
    assert "Answer second-1" in seen[2]
    assert "Answer second-2" not in "".join(seen)
    for fact in ("20 in · 10 out", "2.0 s", "$0.02", "m/m"):
        assert fact in seen[3].replace("\\", "")


def test_the_system_prompt_stands_folded_on_the_opening_alone(page: AppTest) -> None:
    kept()
    at(page, c="mine")
    fold = page.expander[0]
    assert not fold.proto.expanded
    assert SECRET_PROMPT in "".join(one.value for one in fold.markdown)
    for _ in range(4):
        assert SECRET_PROMPT not in words(press(page, "next"))


def test_the_address_names_the_place_for_a_reload(page: AppTest) -> None:
    kept()
    at(page, c="mine")
    press(page, "next")
    press(page, "next")
    assert (address(page, "c"), address(page, "at")) == ("mine", "2")
    again = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page(PAGE)
    assert "Answer first-1" in words(at(again, c="mine", at=2))


def test_an_opening_adds_nothing_to_an_address_that_names_it(page: AppTest) -> None:
    kept()
    at(page, c="mine")
    assert "at" not in page.query_params
    press(page, "next")
    page.session_state["ui"].stage.moved = 0.0
    del page.query_params["at"]
    assert "3 steps" in words(drawn(page.run()))


@pytest.mark.parametrize("asked", ["-1", "x", "٣", "9" * 40])
def test_a_place_that_is_none_is_the_opening_or_the_end(page: AppTest, asked: str) -> None:
    kept()
    assert "Greetings" in words(at(page, c="mine", at=asked))


@pytest.mark.parametrize("address", [{"c": "nobody"}, {"sample": "none"}, {"choose": ""}])
def test_what_is_not_there_lets_somebody_choose_and_says_so(page: AppTest, address: dict[str, str]) -> None:
    kept()
    at(page, **address)
    assert page.title[0].value == "Present"
    assert ("What this address names is not here" in words(page)) == ("choose" not in address)
    assert page.button(key="present-open-mine").label == "Greetings"


def test_a_title_without_an_end_leaves_room_for_others(page: AppTest) -> None:
    open_services().store.save(kept().model_copy(update={"title": "A" * 200}))
    assert len(at(page, choose="").button(key="present-open-mine").label) < 100


def test_presenting_writes_nothing_and_sends_nothing(page: AppTest) -> None:
    kept()
    before = rows()
    at(page, c="mine")
    for name in ("2x", "next", "next", "play", "1x", "play", "back", "at-once", "next", "next"):
        press(page, name)
    assert rows() == before
    assert not open_services().runner.at_hand()


def test_lanes_stand_side_by_side_under_what_tells_them_apart(page: AppTest) -> None:
    lanes = samples()[1]
    at(page, sample=lanes.session.id)
    press(page, "at-once")
    shown = words(press(page, "next"))
    for run, name in zip(lanes.runs, ("Temperature 0", "Temperature 0.7", "Temperature 1.1"), strict=True):
        assert name in shown.replace("\\", "")
        assert run.reply.text.splitlines()[0][:20] in shown.replace("\\", "")


def test_what_plays_says_that_it_is_a_recording(page: AppTest) -> None:
    at(page, sample=samples()[2].session.id, at=1)
    page.session_state["ui"].stage.pace("1×", 0.0)
    press(page, "next")
    stage = page.session_state["ui"].stage
    stage.head = stage.head.rewound(0.0).model_copy(update={"position": 900.0, "since": None})
    shown = words(drawn(page.run()))
    assert "Recorded, playing" in shown
    assert "Complete" not in shown


def test_taking_over_at_the_last_cell_is_the_session_itself(page: AppTest) -> None:
    stored = kept()
    at(page, c="mine", at=3)
    press(page, "take-over")
    assert address(page, "c") == "mine"
    assert page.chat_input(key="prompt")
    assert open_services().store.sessions()[0].id == stored.id


def test_taking_over_before_it_is_a_fork(page: AppTest) -> None:
    kept()
    at(page, c="mine", at=2)
    press(page, "take-over")
    fork = open_services().store.session(address(page, "c"))
    assert (fork.parent, fork.parent_cell, [cell.id for cell in fork.cells]) == (
        "mine",
        "first",
        ["top", "note", "first"],
    )
    assert "Answer first-1" in words(page)


def test_taking_over_a_sample_is_a_copy_as_far_as_it_was_shown(page: AppTest) -> None:
    sample = samples()[0]
    at(page, sample=sample.session.id, at=1)
    press(page, "take-over")
    store = open_services().store
    (row,) = store.sessions()
    (attempts,) = store.attempts(row.id).values()
    assert attempts[0].reply == sample.runs[0].reply
    assert store.events(attempts[0].id) == sample.events[sample.runs[0].id]


def test_leaving_goes_back_to_the_session(page: AppTest) -> None:
    kept()
    at(page, c="mine")
    press(page, "leave")
    assert address(page, "c") == "mine"
    assert page.chat_input(key="prompt")


@pytest.mark.parametrize(("place", "told"), [(0, "Opening"), (1, "1 of 2"), (2, "2 of 2"), (3, "End")])
def test_a_place_has_a_name(place: int, told: str) -> None:
    assert place_words(place, 3) == told


def test_what_nobody_told_is_unknown_and_never_nothing() -> None:
    told = Totals(answers=2)
    assert (tokens(told), cost(told)) == ("unknown in · unknown out", "unknown")
    assert cost(Totals(cost=Decimal("0.000042"))).replace("\\", "") == "$0.000042"
    assert (
        remarks(Totals(cost=Decimal(1), sources=("reported",), unpriced=1), ()) == "The cost of 1 answer is not known."
    )


def test_where_no_model_ran_that_is_said_once_for_all_of_them() -> None:
    note = "(scripted, no model runs)"
    assert models(Totals(models=("scripted/a", "scripted/b"))).count(note) == 1
    assert models(Totals(models=("scripted/a", "real/b"))) == f"**scripted/a** {note}, **real/b**"
    assert models(Totals()) == ""


def test_how_time_is_counted_is_told_where_answers_came_at_once() -> None:
    shown = scenes(samples()[1].snapshot)
    assert isinstance(shown[0], Scene)
    assert "the longest counts" in remarks(Totals(), shown)
    assert remarks(Totals(), shown[:0]) == ""
