"""What stands beside answers that are compared: titles, figures, the difference."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from components.compare.difference import marked, summary
from components.compare.figures import figures
from components.compare.titles import bare, titles
from parley.money import Money
from parley.notebook import Outcome, Run, Timings
from parley.notebook.differing import Piece, word_difference
from parley.reply import Usage
from parley.reply.reply import Reply
from parley.request import ChatRequest

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def run(request: dict[str, Any], *, outcome: Outcome = "complete", **facts: Any) -> Run:
    return Run(id="r", request=ChatRequest.parse(request), outcome=outcome, created=MOMENT, **facts)


def timed(total: float, cost: str | None = None, outcome: Outcome = "complete") -> Run:
    money = Money(reported=None if cost is None else Decimal(cost))
    return run({}, outcome=outcome, timings=Timings(first_token_ms=5, total_ms=total), money=money)


def test_a_title_says_what_others_did_not_set() -> None:
    runs = [run({"model": "a/b", "seed": 7}), run({"model": "c/d", "seed": 7, "temperature": 0})]
    assert titles(runs) == ("**1** · **a/b**", "**2** · **c/d** · Temperature 0")


def test_what_is_unset_is_said_where_nothing_else_tells_an_answer_apart() -> None:
    assert titles([run({"top_p": 0.5}), run({})]) == ("**1** · Top P 0.5", "**2** · Top P unset")


def test_the_same_request_twice_is_only_counted() -> None:
    assert titles([run({"seed": 1}), run({"seed": 1})]) == ("**1** of 2", "**2** of 2")


def test_a_title_is_no_markup_whatever_a_field_holds() -> None:
    title, _ = titles([run({"model": "**x**|[y](z)", "user": "a" * 90}), run({"model": "b"})])
    assert r"\*\*x\*\*" in title
    assert len(title) < 120
    assert "\\" not in bare(title)


def test_figures_have_a_row_for_each_and_the_least_is_bold() -> None:
    table = figures([timed(900, "0.002"), timed(400, "0.001"), timed(1, "0.0001", "failed")], ["a", "b", "c"])
    rows = table.splitlines()[2:]
    assert [row.count("**") for row in rows] == [0, 4, 0]
    assert r"**\$0.001 *reported***" in rows[1] or "**$0.001 *reported***" in rows[1]


def test_figures_that_read_the_same_are_not_told_apart() -> None:
    assert "**" not in figures([timed(6_600.2), timed(6_599.9)], ["a", "b"])


def test_what_is_unknown_is_no_zero() -> None:
    row = figures([run({}, outcome="failed")], ["a"]).splitlines()[2]
    assert row == "| a | Failed | – | – | cost unknown | – | – |"


def test_no_name_of_a_model_breaks_the_table() -> None:
    runs = [run({"model": "a|b\nc"}), run({"model": "d"})]
    rows = figures(runs, titles(runs)).splitlines()
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [8] * 4


def test_tokens_are_those_of_the_answer() -> None:
    reply = Reply(usage=Usage(prompt_tokens=1_200, completion_tokens=3))
    assert "| 1,200 | 3 |" in figures([run({}, reply=reply)], ["a"])


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("", "", "without text"),
        ("a b", "a b", "the same"),
        ("a b c", "a x y c", "1 word struck out stand only in the first, 2 words in bold only in the second."),
    ],
)
def test_the_difference_is_also_said_in_words(one: str, other: str, said: str) -> None:
    assert said in summary(word_difference(one, other))


def test_nothing_in_an_answer_is_markup_in_the_difference() -> None:
    text = marked([Piece("same", "# <b> "), Piece("gone", "](x) **"), Piece("new", ":red[a]")])
    assert text == r"\# \<b> :red-background[~~\](x) \*\*~~]:green-background[**\:red\[a\]**]"


def test_lines_stay_lines_and_blanks_stay_outside_of_the_marks() -> None:
    text = marked([Piece("same", "a\n"), Piece("new", "  b \nc"), Piece("gone", " \n")])
    assert text == "a\\\n\u00a0 :green-background[**b**] \\\n:green-background[**c**]"


def test_answers_abreast_have_the_same_figures() -> None:
    runs = [timed(900, "0.002"), timed(400, "0.001")]
    down, across = (figures(runs, ["a", "b"], abreast=abreast).splitlines() for abreast in (False, True))
    turned = zip(*([*line.split("|")[1:-1]] for line in (down[0], *down[2:])), strict=True)
    assert [line.split("|")[1:-1] for line in (across[0], *across[2:])] == [list(line) for line in turned]
