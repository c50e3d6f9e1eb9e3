"""What a server says of a key, in words; and silence where it says nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from parley.budget import Account
from tests.conftest import KEY as A_KEY

KEY = {
    "label": "sk-or-v1-au7...890",
    "limit": 100,
    "limit_remaining": 74.5,
    "limit_reset": "monthly",
    "usage": 25.5,
    "usage_daily": 1.25,
    "byok_usage": 17.38,
    "is_free_tier": False,
}


def test_what_is_left_is_said_first() -> None:
    assert Account.of(KEY, {"total_credits": 100.5, "total_usage": 25.75}).facts == (
        "$74.50 of the key's $100.00 left, anew monthly",
        "$74.75 of the account's credits left",
        "used $25.50 ($1.25 today, UTC)",
        "$17.38 over your own provider keys",
    )


@pytest.mark.parametrize(
    ("told", "facts"),
    [
        ({}, ()),
        ({"label": "me", "limit": None}, ("the key has no limit",)),
        ({"limit_remaining": 2.5}, ("$2.50 of the key's limit left",)),
        ({"limit": 5}, ("unknown of the key's $5.00 left",)),
        ({"limit": 5, "limit_remaining": -0.5}, ("$0 of the key's $5.00 left",)),
        ({"usage": 0, "is_free_tier": True}, ("used $0", "free tier")),
        ({"limit": "much", "usage": None, "label": None}, ()),
    ],
)
def test_only_what_was_said_is_said(told: dict[str, Any], facts: tuple[str, ...]) -> None:
    assert Account.of(told).facts == facts


def test_an_account_that_is_overdrawn_has_nothing_left() -> None:
    assert Account.of({}, {"total_credits": 1, "total_usage": 2}).credits == Decimal(0)
    assert Account.of({}, {"total_credits": 1}).credits is None


def test_what_is_left_is_the_limit_and_the_credits() -> None:
    credits = {"total_credits": 3, "total_usage": 2}
    assert Account.of({"label": "me"}, credits).left_words == "$1.00 of the account's credits left"
    assert Account.of({"limit_remaining": 2.5}).left_words == "$2.50 of the key's limit left"
    assert Account.of({"label": "me"}).left_words == ""


@pytest.mark.parametrize(("label", "shown"), [("sk-or-v1-0e6...1c96", "sk-or-v1-0e6...1c96"), (A_KEY, "[key removed]")])
def test_a_server_that_repeats_the_key_does_not_bring_it_on_screen(label: str, shown: str) -> None:
    assert Account.of({"label": label}).label == shown
