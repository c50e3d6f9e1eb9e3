"""However many things are masked, each stands nowhere any more, and nothing else is touched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parley.exporting.checking.masks import Masks

SIGNS = st.text("ab@.", min_size=1, max_size=12)


def longest_first(secrets: set[str]) -> list[tuple[str, str]]:
    return [(one, "[x]") for one in sorted(secrets, key=lambda one: (-len(one), one))]


@given(st.lists(SIGNS, max_size=6), st.sets(SIGNS, max_size=8))
def test_in_one_walk_as_one_after_another_nothing_is_left(texts: list[str], secrets: set[str]) -> None:
    text, others = " ".join(texts), {f"other number {n}" for n in range(70)}
    for pairs in (longest_first(secrets), longest_first(secrets | others)):
        left = Masks(pairs).put_into(text)
        assert not any(secret in left for secret, _ in pairs)
        assert left == text or any(secret in text for secret in secrets)


def test_of_two_that_begin_alike_the_longer_one_counts() -> None:
    many = longest_first({f"alice{n}@firm.example" for n in range(100)} | {"alice1@firm.example.org"})
    assert Masks(many).put_into("alice1@firm.example.org, alice2@firm.example") == "[x], [x]"


def test_very_many_are_masked_in_a_very_long_text() -> None:
    mails = [f"user{n}@firm.example" for n in range(20_000)]
    assert Masks([(one, "") for one in mails]).put_into(" ".join(mails)).strip() == ""
