"""Results kept for tools: which of them answers a call."""

from __future__ import annotations

import pytest

from parley.errors import RequestError
from parley.notebook import Fixture, Session
from parley.notebook.fixtures import (
    MOST_FIXTURES,
    fitting,
    fixture_for,
    results_of,
    with_fixture,
    with_loop_steps,
    without_fixture,
)
from parley.notebook.session import MOST_STEPS
from parley.reply import ToolCall

ANY = Fixture(tool="f", result="any")
OSLO = Fixture(tool="f", arguments={"city": "Oslo"}, result="17")
OSLO_NOW = Fixture(tool="f", arguments={"city": "Oslo", "days": 1}, result="18")
SESSION = Session(id="s")


def call(arguments: str, name: str = "f") -> ToolCall:
    return ToolCall(id="1", name=name, arguments=arguments)


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        ('{"city": "Oslo"}', "17"),
        ('{"days": 1, "city": "Oslo"}', "18"),
        ('{"city": "Oslo", "days": true}', "17"),
        ('{"city": "Rome"}', "any"),
        ("", "any"),
        ("{}", "any"),
        ('{"city": "Os', None),
        ("[]", None),
    ],
)
def test_the_fixture_that_names_most_of_a_calls_arguments_answers_it(arguments, result):
    assert results_of([call(arguments)], (OSLO_NOW, ANY, OSLO)) == (result,)


def test_each_parallel_call_has_its_own_and_another_tool_has_none():
    calls = [call('{"city": "Oslo"}'), call("{}"), call("{}", name="g")]
    assert results_of(calls, (ANY, OSLO)) == ("17", "any", None)


def test_of_two_that_fit_equally_the_newest_counts():
    other = Fixture(tool="f", arguments={"days": 1}, result="other")
    assert fitting(call('{"city": "Oslo", "days": 1}'), (OSLO, other)) is other


def test_one_that_asks_the_same_gives_way():
    newer = OSLO.model_copy(update={"result": "19"})
    session = with_fixture(with_fixture(with_fixture(SESSION, OSLO), ANY), newer)
    assert session.fixtures == (ANY, newer)
    assert without_fixture(session, OSLO).fixtures == (ANY,)


def test_a_call_is_kept_with_its_very_arguments():
    assert fixture_for(call(' {"a": 1.0} '), "x") == Fixture(tool="f", arguments={"a": 1.0}, result="x")
    for broken in (call('{"a'), call("{}", name="")):
        with pytest.raises(RequestError):
            fixture_for(broken, "x")


def test_there_are_never_too_many_of_them_nor_steps_without_end():
    many = tuple(Fixture(tool=str(number)) for number in range(MOST_FIXTURES))
    with pytest.raises(RequestError):
        with_fixture(SESSION.model_copy(update={"fixtures": many}), OSLO)
    assert [with_loop_steps(SESSION, steps).loop_steps for steps in (-1, 5, 10**6)] == [0, 5, MOST_STEPS]
