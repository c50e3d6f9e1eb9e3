"""Long words in a short place."""

from __future__ import annotations

import pytest

from components.one_line import one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", ""), (" a\n\n b\t", "a b"), ("12345678", "12345678"), ("123456789", "1234567…"), ("ab " * 9_000, "ab ab a…")],
)
def test_words_stand_on_one_line_of_at_most_so_many_characters(text: str, shown: str) -> None:
    assert one_line(text, 8) == shown
