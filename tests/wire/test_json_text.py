from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.wire.json_text import MAX_DEPTH, Unreadable, loads, risky, scrubbed, storable

NASTY = st.text(st.sampled_from("a\ud83d\ude00\ud800\udfff\x00é😀"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "{",
        '{"a":}',
        "[" * 100_000,
        "[" * 200 + "]" * 200,
        '{"a":' * 101 + "1" + "}" * 101,
        "9" * 10_000,
        "[]," * 3_000_000,
    ],
    ids=["empty", "word", "cut", "hole", "deep open", "deep", "deep objects", "long number", "bomb"],
)
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        loads(text)


def test_depth_up_to_the_limit_is_read() -> None:
    assert loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_does_not_have_are_null(text: str) -> None:
    assert loads(f"[{text}, 1.5]") == [None, 1.5]


def test_an_exponent_beyond_all_bounds_is_null() -> None:
    assert loads("[1e9999999999999999999]", exact=True) == loads("[1e9999999999999999999]") == [None]


def test_exact_keeps_every_digit() -> None:
    assert loads("[0.1000000000000000055511151231257827]", exact=True) == [
        Decimal("0.1000000000000000055511151231257827")
    ]


def test_padding_and_control_characters_are_tolerated() -> None:
    assert loads('\n   \n {"a": "b\tc"}') == {"a": "b\tc"}


@given(NASTY)
def test_storable_text_can_be_encoded_and_holds_no_nul(text: str) -> None:
    clean, count = storable(text)
    assert isinstance(clean.encode(), bytes)
    assert "\x00" not in clean
    assert count == clean.count("\ufffd")


@given(st.recursive(NASTY | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(NASTY, inner)))
def test_scrubbed_json_can_be_encoded_at_any_depth(value: Any) -> None:
    assert isinstance(repr(scrubbed(value)).encode(), bytes)


def test_half_a_pair_and_nul_are_risky_and_nothing_else_is() -> None:
    assert [risky(text) for text in (r"\ud83d", r"\uDFFF", r"\u0000", "\x00", r"\u00e9", "é", r"\\n")] == [True] * 4 + [
        False
    ] * 3
