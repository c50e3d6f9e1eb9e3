"""Which words stand for one another, in texts of every length."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.notebook.aligning import matched

WORDS = st.lists(st.sampled_from(["a", "b", "c", " ", "."]), max_size=40)
NUMBERS = [str(number) for number in range(2000)]


@given(WORDS, WORDS)
def test_what_is_matched_is_the_same_and_goes_forward_on_both_sides(a, b):
    pairs = matched(a, b)
    assert all(a[i] == b[j] for i, j in pairs)
    assert all(i < next_i and j < next_j for (i, j), (next_i, next_j) in pairwise(pairs))


@given(WORDS)
def test_a_text_matches_itself_whole(a):
    assert matched(a, a) == [(place, place) for place in range(len(a))]


def test_a_word_put_in_anywhere_in_a_long_text_leaves_the_rest_matched():
    longer = [*NUMBERS[:700], "new", *NUMBERS[700:]]
    assert [longer[j] for _, j in matched(NUMBERS, longer)] == NUMBERS


def test_of_two_long_parts_that_changed_places_one_is_matched():
    assert len(matched(NUMBERS, [*NUMBERS[500:], *NUMBERS[:500]])) == 1500


@pytest.mark.parametrize("a", [["x"] * 3000, ["x", " "] * 1500])
def test_long_texts_without_a_word_of_their_own_match_at_their_ends(a):
    assert len(matched(a, [*a, "y"])) == len(a)
    assert matched(a, ["y"] * 3000) == []


def test_repeated_words_are_matched_between_those_that_are_not():
    a = [word for number in NUMBERS[:300] for word in (number, "the", " ", "the")]
    b = [word for number in NUMBERS[:300] for word in (number, "the", " ", "a")]
    assert len(matched(a, b)) == 900
