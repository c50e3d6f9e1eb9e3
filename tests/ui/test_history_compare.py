"""Two rows of the ledger beside each other."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.history.comparing import DEEPEST, request_table, said
from components.history.picking import PICKED
from components.services import open_services
from parley.request import ChatRequest
from tests.ui.history_screen import answer, opened, sent, words


def rows(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return request_table(ChatRequest.parse(one), ChatRequest.parse(other)).splitlines()[2:]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ({"temperature": 0}, {"temperature": 1}, ["| **temperature** | 0 | 1 |"]),
        ({"temperature": 0}, {}, ["| **temperature** | 0 | – |"]),
        ({"top_k": None}, {"top_k": 0}, ["| **top_k** | null | 0 |"]),
        ({"seed": 1}, {"seed": 1.0}, ["| **seed** | 1 | 1.0 |"]),
        ({"model": "a", "user": "u"}, {"user": "u", "model": "a"}, []),
        (
            {"provider": {"order": ["x"], "zdr": True}},
            {"provider": {"order": ["y"], "zdr": True}},
            ['| **provider.order** | \\["x"\\] | \\["y"\\] |'],
        ),
    ],
)
def test_fields_that_differ_stand_in_a_row_each(one: dict[str, Any], other: dict[str, Any], told: list[str]) -> None:
    assert rows(one, other) == told


def test_what_lies_very_deep_is_compared_as_a_whole() -> None:
    one, other = ({"trace": _nested(50, value)} for value in (1, 2))
    (row,) = rows(one, other)
    assert row.split(" | ")[0].count("a") - 1 <= DEEPEST + 1


def _nested(depth: int, value: int) -> Any:
    return value if not depth else {"a": _nested(depth - 1, value)}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"role": "user", "content": "Why?"}, "user: Why?"),
        ({"role": "user", "content": [{"type": "text", "text": "Why?"}]}, '"text": "Why?"'),
        ({"role": "tool", "content": "4", "tool_call_id": "c"}, '"tool_call_id": "c"'),
        ({"content": "Nobody's"}, "no role: Nobody's"),
        ("no object", '"no object"'),
    ],
)
def test_a_message_is_said_in_full(message: Any, words: str) -> None:
    assert words in said(message)


def test_a_row_is_compared_with_another(history: AppTest) -> None:
    sent(1, settings={"temperature": 0.2}, reply=answer("The sky is blue."))
    opened(history, sent(2, settings={"temperature": 0.9}, reply=answer("The sky is grey.")))
    history.selectbox(key="history-compare").set_value("r1").run()
    assert "| **temperature** | 0.9 | 0.2 |" in words(history)
    assert "The sky is :red-background[~~grey~~]:green-background[**blue**]" in words(history)
    assert "Question :red-background[~~2~~]:green-background[**1**]" in words(history)


def test_two_rows_that_are_picked_are_compared(history: AppTest) -> None:
    sent(1, model="a")
    sent(2, model="b")
    history.session_state["history-picked"] = ("r1", "r2")
    history.run()
    history.button(key="history-compare-picked").click().run()
    assert history.selectbox(key="history-open").value == "r1"
    assert '| **model** | "a" | "b" |' in words(history)


def test_one_row_is_compared_with_none_of_itself(history: AppTest) -> None:
    opened(history, sent(1))
    assert history.selectbox(key="history-compare").options == []


def test_a_comparison_ends_with_the_row_that_was_deleted(history: AppTest) -> None:
    sent(1)
    opened(history, sent(2))
    history.selectbox(key="history-compare").set_value("r1").run()
    open_services().store.delete_runs(["r1"])
    history.run()
    assert not history.exception
    assert "word by word" not in words(history)


def test_a_run_of_another_page_is_named_like_the_others(history: AppTest) -> None:
    for number in range(102):
        sent(number, model=f"m/{number}")
    history.session_state[PICKED] = ("r101", "r0")
    history.run().button(key="history-compare-picked").click().run()
    assert any("m/0" in one for one in history.selectbox(key="history-compare").options)


def test_two_runs_stand_in_a_column_each(history: AppTest) -> None:
    sent(1, model="a")
    opened(history, sent(2, model="b"))
    history.selectbox(key="history-compare").set_value("r1").run()
    assert "|  | A | B |" in words(history)
