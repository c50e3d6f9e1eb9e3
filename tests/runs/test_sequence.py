"""Runs one after another: each begun when the one before it is complete, and none after one that is not."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from parley import ChatRequest, Runner, Store
from parley.errors import ProviderFailed, StoreUnavailable
from parley.reply import Finished, StreamEvent, TextDelta
from parley.runs import LiveRun, RunSequence
from parley.runs.sequence import KEPT

PATIENCE = 10


class Upstream:
    """Answers with the number of messages it was sent; `silence` answers nothing until it is left, `error` refuses."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @asynccontextmanager
    async def stream(self, request: ChatRequest, tap: Any = None) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        self.asked.append(str(request.payload()["model"]))
        tap.sent()
        yield self._answer(self.asked[-1])

    async def _answer(self, model: str) -> AsyncIterator[StreamEvent]:
        yield TextDelta(text=f"{model} answers")
        if model == "silence":
            await asyncio.Event().wait()
        if model == "error":
            raise ProviderFailed("It broke.", status=502)
        yield Finished(finish_reason="stop")


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    with Store(f"sqlite:///{tmp_path}/parley.db") as store:
        runner = Runner(store)
        yield runner
        runner.close()


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
def begin(runner: Runner, upstream: Upstream) -> Callable[[str], LiveRun]:
    """A step's id is the model it asks."""
    return lambda step: runner.start(ChatRequest(model=step, messages=[]), client=upstream)


def when(holds: Callable[[], bool], sequence: RunSequence) -> None:
    for _ in range(2000):
        if holds():
            return
        sequence.wait(0.005)
    raise AssertionError("it never happened")


def test_each_step_begins_when_the_one_before_it_is_complete(begin: Callable[[str], LiveRun], runner: Runner) -> None:
    found: list[tuple[str, int]] = []

    def step(name: str) -> LiveRun:
        found.append((name, runner.alive))
        return begin(name)

    sequence = runner.sequences.play("s", ["a", "b", "c"], step)
    assert sequence.wait(PATIENCE)
    assert found == [("a", 0), ("b", 0), ("c", 0)]
    assert (sequence.done, sequence.why) == (3, "")


@pytest.mark.parametrize("broken", ["error", "silence"])
def test_nothing_is_sent_after_a_step_that_is_not_complete(
    broken: str, begin: Callable[[str], LiveRun], runner: Runner, upstream: Upstream
) -> None:
    sequence = runner.sequences.play("s", ["a", broken, "c"], begin)
    when(lambda: broken in upstream.asked and bool(sequence.live and sequence.live.reply.text), sequence)
    sequence.stop() if broken == "silence" else None
    assert sequence.wait(PATIENCE)
    assert (upstream.asked, sequence.done) == (["a", broken], 1)
    assert sequence.why


def test_stop_within_a_step_keeps_what_came(begin: Callable[[str], LiveRun], runner: Runner) -> None:
    sequence = runner.sequences.play("s", ["silence", "b"], begin)
    when(lambda: bool(sequence.live and sequence.live.reply.text), sequence)
    sequence.stop()
    assert sequence.wait(PATIENCE)
    assert sequence.live is not None
    assert (sequence.live.outcome, sequence.live.reply.text) == ("stopped", "silence answers")


def test_the_stop_of_an_answer_ends_its_sequence(begin: Callable[[str], LiveRun], runner: Runner) -> None:
    sequence = runner.sequences.play("s", ["silence", "b"], begin)
    when(lambda: sequence.live is not None, sequence)
    assert sequence.live is not None
    sequence.live.stop()
    assert sequence.wait(PATIENCE)
    assert sequence.done == 0


def test_stop_while_a_step_is_being_begun_stops_that_step(begin: Callable[[str], LiveRun], runner: Runner) -> None:
    played: list[RunSequence] = []

    def late(step: str) -> LiveRun:
        assert known.wait(PATIENCE)
        played[0].stop()
        return begin(step)

    known = threading.Event()
    played.append(runner.sequences.play("s", ["silence", "b"], late))
    known.set()
    assert played[0].wait(PATIENCE)
    assert played[0].live is not None
    assert played[0].live.outcome == "stopped"


def test_a_step_that_is_left_out_does_not_end_it(
    begin: Callable[[str], LiveRun], runner: Runner, upstream: Upstream
) -> None:
    sequence = runner.sequences.play("s", ["a", "gone", "c"], lambda step: None if step == "gone" else begin(step))
    assert sequence.wait(PATIENCE)
    assert (upstream.asked, sequence.done) == (["a", "c"], 3)


def test_what_cannot_be_begun_ends_it_with_its_sentence(runner: Runner) -> None:
    def refuses(step: str) -> LiveRun:
        raise StoreUnavailable("The disk is full.")

    sequence = runner.sequences.play("s", ["a"], refuses)
    assert sequence.wait(PATIENCE)
    assert (sequence.why, sequence.live) == ("The disk is full.", None)


def test_a_fault_of_ours_ends_it_without_a_word_of_the_fault(runner: Runner) -> None:
    sequence = runner.sequences.play("s", ["a"], lambda step: {}["secret"])  # type: ignore[misc]
    assert sequence.wait(PATIENCE)
    assert "Parley itself failed" in sequence.why
    assert "secret" not in sequence.why


def test_a_second_click_is_the_same_sequence(begin: Callable[[str], LiveRun], runner: Runner) -> None:
    first = runner.sequences.play("s", ["silence"], begin)
    assert runner.sequences.play("s", ["b"], begin) is first
    assert runner.sequences.of("s") is first
    assert runner.sequences.of("s", owner="somebody else") is None
    first.stop()
    assert first.wait(PATIENCE)
    assert runner.sequences.play("s", ["b"], begin) is not first


def test_only_what_has_ended_is_let_go(begin: Callable[[str], LiveRun], runner: Runner) -> None:
    sequence = runner.sequences.play("s", ["silence"], begin)
    runner.sequences.let_go("s")
    assert runner.sequences.of("s") is sequence
    sequence.stop()
    assert sequence.wait(PATIENCE)
    runner.sequences.let_go("s")
    assert runner.sequences.of("s") is None


def test_a_process_that_goes_begins_no_other_step(
    begin: Callable[[str], LiveRun], runner: Runner, upstream: Upstream
) -> None:
    sequence = runner.sequences.play("s", ["silence", "b"], begin)
    when(lambda: bool(sequence.live and sequence.live.reply.text), sequence)
    runner.close()
    assert sequence.wait(PATIENCE)
    assert upstream.asked == ["silence"]
    assert sequence.live is not None
    assert sequence.live.outcome == "interrupted"


def test_every_change_is_news(begin: Callable[[str], LiveRun], runner: Runner) -> None:
    sequence = runner.sequences.play("s", ["silence"], begin)
    when(lambda: sequence.live is not None, sequence)
    before = sequence.state
    sequence.stop()
    assert sequence.wait(PATIENCE)
    assert sequence.state != before


def test_what_follows_in_a_step_runs_before_the_next_one(begin: Callable[[str], LiveRun], runner: Runner, upstream):
    def then(step: str, live: LiveRun, number: int) -> LiveRun | None:
        return begin(f"{live.run.request.payload()['model']}+") if step == "a" and number < 2 else None

    sequence = runner.loops.play("s", ["a", "b"], begin, then)
    assert sequence.wait(PATIENCE)
    assert (upstream.asked, sequence.why, sequence.done) == (["a", "a+", "a++", "b"], "", 2)


@pytest.mark.parametrize(("model", "why"), [("error", "not complete"), ("silence", "stopped")])
def test_what_follows_and_does_not_end_well_ends_the_sequence(
    begin: Callable[[str], LiveRun], runner: Runner, upstream: Upstream, model: str, why: str
) -> None:
    sequence = runner.loops.play("s", ["a", "b"], begin, lambda step, live, number: begin(model))
    if model == "silence":
        when(lambda: upstream.asked[-1:] == ["silence"], sequence)
        sequence.stop()
    assert sequence.wait(PATIENCE)
    assert why in sequence.why
    assert upstream.asked == ["a", model]


def test_what_follows_may_be_refused(begin: Callable[[str], LiveRun], runner: Runner) -> None:
    def then(step: str, live: LiveRun, number: int) -> LiveRun | None:
        raise StoreUnavailable("The disk is full.")

    sequence = runner.loops.play("s", ["a"], begin, then)
    assert sequence.wait(PATIENCE)
    assert (sequence.why, sequence.done) == ("The disk is full.", 0)


def test_of_many_sequences_those_that_ended_first_are_forgotten(runner: Runner) -> None:
    for number in range(KEPT + 5):
        assert runner.loops.play(str(number), [], lambda _: None).wait(PATIENCE)
    assert runner.loops.of("0") is None
    assert runner.loops.of(str(KEPT + 4)) is not None


def test_what_has_ended_holds_on_to_nothing_of_whoever_began_it(
    begin: Callable[[str], LiveRun], runner: Runner
) -> None:
    class Page:
        def then(self, step: str, live: LiveRun, number: int) -> LiveRun | None:
            return None

    page = Page()
    held = weakref.ref(page)
    sequence = runner.loops.play("s", ["a"], begin, page.then)
    assert sequence.wait(PATIENCE)
    del page
    gc.collect()
    assert held() is None
    assert runner.loops.of("s") is sequence
