"""What takes long to count says so, holds nobody up, and is there when it is known."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.history.counting import Count
from components.history.sums import COUNTING, words
from parley.errors import StoreError


def begun(work: Callable[[], Any], former: Any = None) -> Count[Any]:
    count: Count[Any] = Count("asked", former)
    count.begin(work)
    return count


def test_a_count_is_there_when_it_is_known() -> None:
    gate = threading.Event()
    count = begun(lambda: gate.wait(10) and 7, former=6)
    assert (count.within(0), count.known) == (6, False)
    gate.set()
    assert count.within(10) == 7


def test_what_was_dropped_before_it_began_is_never_begun() -> None:
    gate, asked = threading.Event(), []
    held = [begun(lambda: gate.wait(10)) for _ in range(2)]
    waiting = begun(lambda: asked.append("asked"))
    waiting.drop()
    gate.set()
    assert waiting.wait(10)
    assert all(one.wait(10) for one in held)
    assert not asked


@pytest.mark.parametrize("error", [StoreError("The disk is full."), ZeroDivisionError()])
def test_a_count_that_fails_says_why(error: Exception) -> None:
    def fail() -> None:
        raise error

    count = begun(fail)
    with pytest.raises(StoreError, match=r"The disk is full|could not be counted"):
        count.within(10)


def test_an_answer_that_nobody_has_seen_stands() -> None:
    count = begun(lambda: 1)
    assert count.wait(10)
    assert count.stands
    count.within(0)
    assert not count.stands


def counted() -> None:
    """A page that counts as a test tells it to."""
    import streamlit as st

    from components.history.counting import counting

    asked, work = st.session_state["asked"], st.session_state["work"]
    st.text(str(counting("name", asked, work).within(0.0 if "gate" in st.session_state else 10.0)))


def test_the_same_question_shows_what_was_known_while_it_is_counted_anew() -> None:
    gate = threading.Event()
    app = AppTest.from_function(counted)
    app.session_state["asked"], app.session_state["work"] = "a", lambda: 1
    assert app.run().text[0].value == "1"
    app.session_state["gate"], app.session_state["work"] = gate, lambda: gate.wait(10) and 2
    assert app.run().text[0].value == "1"
    app.session_state["asked"] = "b"
    assert app.run().text[0].value == "None"
    gate.set()


def in_turns() -> None:
    """A page with two counts, of which the second is always late; it is drawn anew when that is known."""
    import streamlit as st

    from components.history.counting import counting, keep_counts

    work = st.session_state["work"]
    soon, late = counting("soon", "a", lambda: work("soon")), counting("late", "a", lambda: work("late"))
    soon.within(10)
    if not late.known:
        late.wait(10)
        keep_counts()
        st.rerun()
    late.within(0)


def test_a_page_that_is_drawn_anew_for_a_late_count_asks_for_no_other_one() -> None:
    asked: list[str] = []

    def work(name: str) -> None:
        asked.append(name)
        time.sleep(0.3 if name == "late" else 0)

    app = AppTest.from_function(in_turns, default_timeout=30)
    app.session_state["work"] = work
    app.run()
    assert sorted(asked) == ["late", "soon"]
    app.run()
    assert sorted(asked) == ["late", "late", "soon", "soon"]


def test_sums_that_are_not_known_are_being_counted() -> None:
    assert {value for _, value in words(None)} == {COUNTING}
