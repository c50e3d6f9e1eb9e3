"""What a tab presents and where in it: stepping, playing, and the address that a browser sends late."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest

from components.present.stage import HEARING, OPENING, Stage
from parley.notebook import Mark, Run, Timings
from parley.notebook.playback import Speed
from parley.reply import Reply
from parley.request import ChatRequest

LAST = 3


def answer(name: str = "r", total: float = 1_000.0) -> Run:
    known = {"outcome": "complete", "timings": Timings(total_ms=total), "timeline": (Mark(ms=0, what="sent"),)}
    request = ChatRequest.parse({"model": "m"})
    return Run(id=name, request=request, reply=Reply(text="Hello"), created=datetime(2026, 1, 1, tzinfo=UTC), **known)


def events(_: str) -> tuple[tuple[float, str], ...]:
    return tuple(
        (100.0 * n, json.dumps({"choices": [{"index": 0, "delta": {"content": c}}]})) for n, c in enumerate("Hello")
    )


def at_first(speed: Speed = "1×", *runs: Run) -> Stage:
    """At the first scene, whose answer has just begun, at second 10."""
    stage = Stage()
    stage.present("s", None, LAST, 9.0)
    stage.pace(speed, 9.5)
    stage.forward(LAST, 10.0)
    stage.on(runs or (answer(),), events)
    return stage


@pytest.mark.parametrize(
    ("speed", "now", "text"),
    [
        ("1×", 10.05, "H"),
        ("1×", 10.25, "Hel"),
        ("2×", 10.15, "Hell"),
        ("1×", 11.0, "Hello"),
        ("At once", 10.0, "Hello"),
    ],
)
def test_the_next_scene_plays_at_the_speed_that_was_chosen(speed: Speed, now: float, text: str) -> None:
    (shown,) = at_first(speed).at(now)
    assert shown.reply.text == text


def test_it_stops_at_its_end_and_then_shows_the_very_run() -> None:
    stage, run = at_first(), answer()
    stage.on((run,), events)
    assert not stage.settle(10.99)
    assert stage.settle(11.0)
    assert not stage.head.moving
    assert stage.at(11.0) == (run,)


def test_of_answers_side_by_side_the_last_one_to_end_is_waited_for() -> None:
    stage = at_first("1×", answer("a", 600.0), answer("b", 1_500.0))
    assert not stage.settle(11.0)
    assert [run.outcome for run in stage.at(11.0)] == ["complete", "running"]
    assert stage.settle(11.5)


def test_space_holds_goes_on_and_begins_again() -> None:
    stage = at_first()
    stage.toggle(10.25)
    assert [stage.at(now)[0].reply.text for now in (10.25, 60.0)] == ["Hel", "Hel"]
    stage.toggle(70.0)
    assert stage.at(70.11)[0].reply.text == "Hell"
    stage.settle(80.0)
    stage.toggle(90.0)
    stage.on((answer(),), events)
    assert stage.at(90.05)[0].reply.text == "H"


def test_going_back_shows_the_answer_whole() -> None:
    stage = at_first()
    stage.forward(LAST, 10.1)
    stage.back(10.2)
    stage.on((answer(),), events)
    assert (stage.place, stage.at(10.2)[0].reply.text) == (1, "Hello")


def test_it_goes_no_further_than_its_ends() -> None:
    stage = Stage()
    stage.present("s", None, LAST, 0.0)
    stage.back(1.0)
    assert stage.place == OPENING
    for now in range(2, 9):
        stage.forward(LAST, now)
    assert stage.place == LAST


def test_a_place_without_an_answer_has_nothing_to_play() -> None:
    stage = at_first()
    stage.on((), events)
    assert not stage.head.moving
    assert stage.settle(10.0)


def test_what_is_not_played_asks_for_no_events() -> None:
    stage = Stage()
    stage.present("s", 1, LAST, 0.0)
    stage.on((answer(),), lambda _: pytest.fail("asked for"))
    assert stage.at(0.0) == (answer(),)


def test_an_answer_without_its_events_says_that_it_comes_evenly() -> None:
    stage = at_first()
    assert not stage.spread
    stage.on((answer("other"),), lambda _: ())
    assert stage.spread


def test_a_reload_comes_back_to_its_place() -> None:
    stage = Stage()
    stage.present("s", 2, LAST, 0.0)
    assert (stage.place, math.isinf(stage.head.position)) == (2, True)


@pytest.mark.parametrize(("asked", "place"), [(None, OPENING), (99, LAST)])
def test_a_place_that_is_not_there_is_none(asked: int | None, place: int) -> None:
    stage = Stage()
    stage.present("s", asked, LAST, 0.0)
    assert stage.place == place


def test_an_address_that_comes_late_takes_no_step_back() -> None:
    stage = at_first()
    stage.present("s", 0, LAST, 10.0 + HEARING / 2)
    assert stage.place == 1


@pytest.mark.parametrize("seconds", [0.5, HEARING * 2])
def test_the_browsers_own_way_back_is_gone(seconds: float) -> None:
    stage = at_first()
    if seconds < HEARING:
        stage.present("s", 1, LAST, 10.1)
    stage.present("s", 0, LAST, 10.0 + seconds)
    assert stage.place == 0


def test_another_session_is_another_presentation() -> None:
    stage = at_first("2×")
    stage.present("other", None, 7, 10.1)
    assert (stage.place, stage.head.moving, stage.head.speed) == (OPENING, False, "2×")
