"""What a prompt is sent with, and why it is not."""

from __future__ import annotations

import pytest

from components.notebook.asking import hindered


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ([], ""),
        (["a is 1"], "Not sent: a is 1."),
        (["a is 1", "b is 2."], "Not sent: a is 1. b is 2."),
        (["a", "b", "c", "d"], "Not sent: a. b. c. 1 more stands beside the fields in the sidebar."),
        (["a", "b", "c", "d", "e"], "Not sent: a. b. c. 2 more stand beside the fields in the sidebar."),
    ],
)
def test_what_holds_a_prompt_back_is_told_in_sentences_and_never_as_a_wall(by: list[str], told: str) -> None:
    assert hindered(by) == told
