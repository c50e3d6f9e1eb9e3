from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.reply.blocks import LONG, LONGER, PACK, Splitter, closed, split, standalone

WORDS = "lorem ipsum dolor sit amet " * 20
LINES = st.sampled_from(
    [
        "", "", "", " ", WORDS, "- item", "  more", "1. one", "2. two", "# head", "```python", "```", "~~~", "    code",
        "$$", "$$x$$", "\\[", "\\]", "<!-- note", "-->", "<pre>", "</pre>", "| a | b |", "|---|---|", "> quote", "text\r",
    ]
)  # fmt: skip
TEXTS = st.lists(LINES, max_size=60).map("\n".join)


def pieces(*lines):
    return split("\n".join(lines) + "\n")


@given(TEXTS)
def test_nothing_is_lost_and_no_piece_but_the_last_is_small(text):
    settled, tail = split(text)
    assert "".join(settled) + tail == text
    assert all(len(piece) >= PACK for piece in settled)


@given(TEXTS, st.data())
def test_what_is_settled_stays_whatever_comes(text, data):
    whole, _ = split(text)
    some, _ = split(text[: data.draw(st.integers(0, len(text)))])
    assert whole[: len(some)] == some


@given(TEXTS, st.lists(st.integers(0, 4000)))
def test_it_does_not_matter_in_what_bits_the_text_arrives(text, cuts):
    splitter, edges = Splitter(), sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    for start, end in pairwise(edges):
        splitter.feed(text[start:end])
    assert (splitter.settled, splitter.tail) == split(text)


def test_a_piece_ends_where_a_paragraph_begins_after_a_blank_line():
    long = WORDS * 3
    assert pieces(long, "", "Next.", "") == ((f"{long}\n\n",), "Next.\n\n")


def test_an_unfinished_line_decides_nothing():
    long = WORDS * 3
    assert split(f"{long}\n\n1")[0] == ()


@pytest.mark.parametrize(
    ("before", "inside", "after"),
    [
        ("```python", "x = 1", "```"),
        ("~~~~", "~~~", "~~~~"),
        ("```", "    ```", "```"),
        ("$$", "x^2", "$$"),
        ("\\[", "x^2", "\\]"),
        ("<!--", "note", "-->"),
        ("<pre>", "text", "</pre>"),
        ("1. ```", "   code", "   ```"),
    ],
)
def test_a_blank_line_inside_a_construct_ends_nothing(before, inside, after):
    long = WORDS * 3
    lines = [before, long, "", inside, "", "margin", after, "", "Next."]
    settled, tail = pieces(*lines)
    assert [*settled, tail] == ["\n".join(lines[:-1]) + "\n", "Next.\n"]


@pytest.mark.parametrize("goes_on", ["  second paragraph", "- next item", "    - deeper", "2. next"])
def test_a_loose_list_goes_on_after_a_blank_line(goes_on):
    assert pieces("- " + WORDS * 3, "", goes_on)[0] == ()


def test_a_long_list_is_cut_before_a_further_item():
    settled, _ = pieces(*(f"{n}. {WORDS}" for n in range(1, 40)))
    assert len(settled) > 1
    assert all(len(piece) >= LONG for piece in settled)
    assert not any(piece.startswith("1.") for piece in settled[1:])


def test_items_that_are_all_numbered_one_stay_together():
    assert pieces(*(f"1. {WORDS}" for _ in range(40)))[0] == ()


def test_a_long_fence_is_cut_between_lines_and_opened_again():
    text = "\n".join(["```python", *("x = 1  # " + "y" * 80 for _ in range(400)), "```", ""])
    shown = standalone(text, live=False)
    assert len(shown) > 2
    assert all(piece.startswith("```python\n") and piece.endswith("```\n") for piece in shown)
    code = "".join(piece.removeprefix("```python\n").removesuffix("```\n") for piece in shown)
    assert f"```python\n{code}```\n" == text
    assert all(len(piece) < LONGER + 200 for piece in shown)


def test_a_long_table_is_cut_before_a_row_and_its_head_is_repeated():
    head, rows = "| a | b |\n| :-- | --: |\n", [f"| {n} | {'y' * 80} |\n" for n in range(300)]
    shown = standalone(head + "".join(rows), live=False)
    assert len(shown) > 2
    assert all(piece.startswith(head) for piece in shown)
    assert "".join(piece.removeprefix(head) for piece in shown) == "".join(rows)


def test_rows_without_a_rule_are_no_table():
    assert pieces(*(f"| {n} | {'y' * 80} |" for n in range(300)))[0] == ()


def test_dollars_that_are_never_closed_do_not_hold_the_text_back():
    settled, _ = pieces("$$", *([WORDS, ""] * 40))
    assert len(settled) > 3


@pytest.mark.parametrize(
    ("tail", "painted"),
    [
        ("Some **bold", "Some **bold**"),
        ("Some **bold ", "Some **bold**"),
        ("Some **", "Some "),
        ("Some **bold** and *it", "Some **bold** and *it*"),
        ("**bold `code", "**bold `code`**"),
        ("Some `", "Some "),
        ("``a ` b", "``a ` b``"),
        ("~~gone", "~~gone~~"),
        ("an _emphasis", "an _emphasis_"),
        ("snake_case", "snake_case"),
        ("2 * 3", "2 * 3"),
        ("`a*b` c", "`a*b` c"),
        ("see [the docs](https://exa", "see the docs"),
        ("see [the do", "see the do"),
        ("see ![a cat](https://exa", "see a cat"),
        ("[a](b(c) d", "a"),
        ("[a](b) done", "[a](b) done"),
        ("- **one\n- two", "- **one\n- two"),
        ("text\n-", "text\n"),
        ("text\n\n#", "text\n\n"),
        ("text\n12.", "text\n"),
        ("```py\nx = 1", "```py\nx = 1\n```\n"),
        ("```py\nx = 1\n``", "```py\nx = 1\n```\n"),
        ("````\n```\n", "````\n```\n````\n"),
        ("- ```\n  x", "- ```\n  x\n  ```\n"),
        ("agree on $h = A \\cos(\\", "agree on `h = A \\cos(`"),
        ("**at $v_1", "**at `v_1`**"),
        ("at $v$ and $", "at $v$ and "),
        ("so \\(a^2 +", "so `a^2 +`"),
        ("it costs $5 and", "it costs $5 and"),
        ("from $5 to $6, with $x", "from $5 to $6, with `x`"),
        ("$HOME is where the shell begins", "$HOME is where the shell begins"),
        ("$(a)$, then", "$(a)$, then"),
        ("so\n\n$$\nx^", "so\n\n```latex\n$$\nx^\n```\n"),
        ("| a | b |", "| a | b |\n|---|---|\n"),
        ("| a | b |\n|--", "| a | b |\n|---|---|\n"),
        ("| a | b |\n|---|---|\n| **x", "| a | b |\n|---|---|\n| **x**"),
    ],
)
def test_an_open_tail_is_closed_for_the_eye(tail, painted):
    assert closed(tail) == painted


@given(st.text(alphabet="*_`[]()!$#|->~\\ \nab1.", max_size=200))
def test_any_tail_can_be_closed(tail):
    assert isinstance(closed(tail), str)


@settings(deadline=None)
@given(TEXTS)
def test_each_piece_stands_alone_with_its_fences_closed(text):
    for piece in standalone(text, live=True)[:-1]:
        assert split(piece + "\n\n" + WORDS * 3 + "\n\nx\n")[0]
