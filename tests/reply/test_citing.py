from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.reply.citing import MOST_MARKS, sources_of, with_marks, without_marks
from parley.reply.defuse import defuse_pieces

PAGE = "https://a.example/1"
LINK = f'[\\[1\\]](<{PAGE}> "a.example")'


def cited(url: str, start: Any = 0, end: Any = 0, **more: Any) -> dict[str, Any]:
    return {"type": "url_citation", "url_citation": {"url": url, "start_index": start, "end_index": end, **more}}


def painted(text: str, *annotations: dict[str, Any]) -> str:
    sources = sources_of(annotations)
    urls = tuple(source.url for source in sources)
    return defuse_pieces([with_marks(text, sources)], cited=urls).pieces[0]


def test_pages_are_numbered_in_the_order_in_which_they_are_named_each_once() -> None:
    found = sources_of(
        [cited(PAGE, 0, 4), cited("https://b.example"), cited(PAGE, 5, 9, title="One\nday", content="x")]
    )
    assert [(one.number, one.url, one.title, one.host) for one in found] == [
        (1, PAGE, "One day", "a.example"),
        (2, "https://b.example", "", "b.example"),
    ]
    assert sorted(found[0].ends) == [4, 9]
    assert found[0].excerpt == "x"


@pytest.mark.parametrize(
    "odd", [{}, {"type": "file"}, {"url_citation": None}, {"url_citation": {"url": 7}}, {"url_citation": {"url": ""}}]
)
def test_what_cites_no_page_is_no_source(odd: dict[str, Any]) -> None:
    assert sources_of([odd]) == ()


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 5), (9, 3), (-4, 3), (None, 3), ("0", "3"), (0, 1.5)])
def test_an_empty_or_odd_range_puts_no_mark(start: Any, end: Any) -> None:
    assert with_marks("The tide turns.", sources_of([cited(PAGE, start, end)])) == "The tide turns."


@pytest.mark.parametrize(
    ("text", "end", "shown"),
    [
        ("The tide turns.", 15, f"The tide turns.{LINK}"),
        ("The tide turns. And", 16, f"The tide turns.{LINK} And"),
        ("The tide turns", 99, f"The tide turns{LINK}"),
        ("The tide turns", 6, f"The tide{LINK} turns"),
        ("The **tide** turns", 10, f"The **tide**{LINK} turns"),
        ("See `x = 1` there", 10, f"See `x = 1`{LINK} there"),
        ("So ([a](https://a.example/x)). More", 8, f'So ([a](<https://a.example/x> "a.example")).{LINK} More'),
        ("- one\n- two\n", 6, f"- one{LINK}\n- two"),
        ("| a | b |\n|---|---|\n| c | d |", 29, f"| a | b |\n| --- | --- |\n| c | d{LINK} |"),
    ],
)
def test_a_mark_stands_behind_the_words_it_is_for(text: str, end: int, shown: str) -> None:
    assert painted(text, cited(PAGE, 0, end)) == shown


@pytest.mark.parametrize(
    "text", ["```py\nx = y\n```\n\nSo.", "$$\nx = y\n$$\n\nSo.", "Is `x = y` so?", "Is $x = y$ so?"]
)
def test_code_and_formulae_keep_their_signs_wherever_a_range_ends(text: str) -> None:
    for end in range(1, len(text)):
        assert painted(text, cited(PAGE, 0, end)).replace(LINK, "") == painted(text)


def test_numbers_that_stand_in_the_text_become_the_links_where_no_range_is_given() -> None:
    shown = painted(
        "So it is.[1][2] But not `a[1]`, [3] or [1](https://c.example).", cited(PAGE), cited("https://b.example")
    )
    assert shown == (
        f'So it is.{LINK}[\\[2\\]](<https://b.example> "b.example") But not `a[1]`, \\[3\\] or '
        '[1](<https://c.example> "c.example").'
    )


def test_numbers_that_the_text_defines_itself_lead_where_it_says() -> None:
    assert "c.example" in painted("See [x][1].\n\n[1]: https://c.example", cited(PAGE))


def test_a_text_that_has_the_signs_of_a_mark_gets_no_link_by_them() -> None:
    assert LINK not in painted("Forged \ufdd01\ufdd2 and \ufdd11\ufdd2.", cited(PAGE, 0, 0))
    assert LINK not in defuse_pieces(["Forged \ufdd01\ufdd2"]).pieces[0]


def test_marks_do_not_grow_without_end() -> None:
    marked = with_marks("word " * 2_000, sources_of([cited(f"{PAGE}{n}", 0, 5 * n + 4) for n in range(1_500)]))
    assert marked.count("\ufdd2") == MOST_MARKS


def test_a_link_of_a_mark_leads_nowhere_but_to_the_web() -> None:
    assert painted("The tide turns.", cited("javascript:alert(1)", 0, 15)) == "The tide turns.\\[1\\]"


@given(st.text(max_size=300), st.lists(st.integers(1, 320), max_size=6))
def test_without_its_marks_a_text_is_what_the_model_wrote(text: str, ends: list[int]) -> None:
    plain = "".join(sign for sign in text if not 0xFDD0 <= ord(sign) <= 0xFDD2)
    sources = sources_of([cited(f"{PAGE}{n}", 0, end) for n, end in enumerate(ends)])
    assert without_marks(with_marks(plain, sources)) == plain


@pytest.mark.parametrize("text", ["1" * 200_000, "a" * 200_000, " " * 200_000, "*" * 200_000, "a\n" * 100_000])
def test_however_many_stretches_end_in_whatever_text_it_is_marked_in_few_looks(text: str) -> None:
    sources = sources_of([cited(PAGE, 0, end) for end in range(180_000, 200_000)])
    assert len(sources[0].ends) == 20_000
    assert without_marks(with_marks(text, sources)) == text
