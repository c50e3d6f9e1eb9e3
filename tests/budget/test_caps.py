"""Caps as they are typed, shown and kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.budget import Caps
from parley.budget.caps import restored_caps, shown_cap, stored_caps, typed_cap
from parley.errors import SettingsError

SUMS = st.decimals("0", "1000000", places=6)


@pytest.mark.parametrize(
    ("text", "cap"), [("", None), (" ", None), ("2.50", "2.5"), ("$2.50", "2.5"), ("$ 0", "0"), ("1e-5", "0.00001")]
)
def test_a_cap_is_read_as_it_is_typed(text: str, cap: str | None) -> None:
    assert typed_cap(text) == (None if cap is None else Decimal(cap))


@pytest.mark.parametrize("text", ["-1", "two", "1,000", "2,50", "nan", "Infinity", "1e12", "€3"])
def test_what_is_no_sum_is_refused_in_words(text: str) -> None:
    with pytest.raises(SettingsError, match=r"such as 2\.50"):
        typed_cap(text)


@given(SUMS)
def test_a_cap_that_is_shown_is_typed_again(cap: Decimal) -> None:
    assert typed_cap(shown_cap(cap)) == cap


@given(st.builds(Caps, session=st.none() | SUMS, day=st.none() | SUMS))
def test_caps_are_kept_to_the_last_digit(caps: Caps) -> None:
    assert restored_caps(stored_caps(caps)) == caps


@pytest.mark.parametrize("kept", [None, 7, [], {"session": "much"}, {"week": "1"}])
def test_what_else_was_kept_is_no_cap(kept: Any) -> None:
    assert restored_caps(kept) == Caps()


def test_no_cap_is_not_kept() -> None:
    assert stored_caps(Caps()) is None
    assert not Caps().any
    assert Caps(day=Decimal(0)).any
