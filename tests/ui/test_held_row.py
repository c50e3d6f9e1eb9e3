"""The row of what is held back: what the server says is left, and the ways out that there are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from parley.budget import Account, Held

DEAR = Held(cap="day", left=Decimal("0.01"), worst=Decimal(1), raise_to=Decimal("1.01"), fits=100)
AWAITED = Held(cap="day", left=Decimal("0.01"), why="the list of models is still on its way", waits=True)


def row(why: Held, account: Account) -> AppTest:
    def script(why: object, account: object) -> None:
        import streamlit as st

        from components.budget.held import held_row

        class Ways:
            def __getattr__(self, name: str) -> object:
                return lambda *_: st.session_state.update(done=name)

        held_row(why, Ways(), account)  # type: ignore[arg-type]

    return AppTest.from_function(script, kwargs={"why": why, "account": account}).run()


@pytest.mark.parametrize(
    ("told", "credits", "words"),
    [
        ({"limit_remaining": 2.5}, None, "$2.50 of the key's limit left"),
        ({"label": "me"}, {"total_credits": 3, "total_usage": 2}, "$1.00 of the account's credits left"),
        ({"label": "me"}, None, ""),
    ],
)
def test_what_the_server_says_is_left_stands_there(told: dict[str, Any], credits: Any, words: str) -> None:
    app = row(DEAR, Account.of(told, credits))
    assert not app.exception
    said = "\n".join(one.value for one in app.markdown).replace("\\", "")
    assert words in said
    assert ("The server says" in said) == bool(words)


@pytest.mark.parametrize(("typed", "done"), [("0.01", False), ("1", False), ("1.01", True), ("20", True)])
def test_no_cap_is_raised_to_less_than_what_it_takes(typed: str, done: bool) -> None:
    app = row(DEAR, Account())
    app.text_input(key="budget-cap").set_value(typed)
    app.button(key="budget-raise").click().run()
    assert ("done" in app.session_state) == done
    assert ("type 1.01 or more" in "\n".join(one.value for one in app.markdown).replace("\\", "")) != done


def test_a_price_that_is_on_its_way_can_be_asked_for_again() -> None:
    app = row(AWAITED, Account())
    app.button(key="budget-retry").click().run()
    assert app.session_state["done"] == "try_again"


def test_nothing_is_to_be_tried_again_where_the_price_is_known() -> None:
    assert "budget-retry" not in {one.key for one in row(DEAR, Account()).button}
