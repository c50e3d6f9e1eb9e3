import pytest

from parley.reply.defuse import defuse
from parley.reply.drawable import MOST_CELLS, is_drawable


@pytest.mark.parametrize(
    "formula",
    [
        r"\providecommand{\a}{xxx}\a\a", r"\newcommand\a{x}", r"\renewcommand\a{x}", r"\def\a{x}", r"\gdef\a{x}", r"\edef\a{x}",
        r"\xdef\a{x}", r"\let\a=x", r"\futurelet\a xy", r"\global\let\a x", r"\long\def\a{x}", r"\expandafter\a\a", r"\@firstoftwo{x}{y}",
    ],
)  # fmt: skip
def test_a_formula_that_defines_anything_shows_as_its_source(formula):
    assert defuse(f"${formula}$") == f"`{formula}`"
    assert defuse(f"$$\n{formula}\n$$") == f"```latex\n{formula}\n```"


@pytest.mark.parametrize(
    "formula",
    [
        r"a\\[90000em]b", r"a\\[ 9000 pt ]b", r"a\\[-99em]b", r"a\\[-2em]b", r"a\\[.em]b", r"a\\[-]b", r"a\\[]b", r"a\\[9in]b", r"a\cr[99em]b", r"a\cr [99em]b", r"a\newline[99em]b",
        "a\\\\[9%\n9em]b", r"\genfrac{}{}{90000em}{}{a}{b}", r"\genfrac{(}{)}\vert{}{a}{b}", r"\rule{1em}{1em}", r"a\hspace{9em}",
        r"\above{9em}", r"\begin{alignedat}{999999999}a\end{alignedat}", r"\begin{align\char97 t}{9}", r"\mkern9mu x", r"\raisebox{1em}{x}",
    ],
)  # fmt: skip
def test_no_length_in_a_formula_is_without_bound(formula):
    assert not is_drawable(formula)


@pytest.mark.parametrize(
    "formula", [r"\llap{\text{long}}", r"\rlap{x}", r"\mathclap{x}", r"\smash{x}", r"\!" * 21, r"\joinrel" * 30]
)
def test_no_formula_lies_over_what_stands_beside_it(formula):
    assert not is_drawable(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "&" * (MOST_CELLS + 1),
        r"\\" * (MOST_CELLS + 1),
        r"\frac{1}{" * 50 + "x" + "}" * 50,
        r"\left(" * 99,
        r"\rm" * 101,
    ],
)
def test_no_formula_is_larger_or_deeper_than_a_reader_can_read(formula):
    assert not is_drawable(formula)


@pytest.mark.parametrize(
    "formula", [r"\href{https://a.example}{x}", r"\includegraphics{x}", r"\htmlStyle{color:red}{x}", "5%"]
)
def test_a_formula_reaches_for_nothing_and_hides_nothing(formula):
    assert not is_drawable(formula)


@pytest.mark.parametrize(
    "formula",
    [
        r"\begin{array}{c}a\\[4pt]b\\[0.5em]c\\ [x]\\d\end{array}", r"\genfrac{}{}{0pt}{}{n}{k}", r"\genfrac{(}{)}{}{1}{n}{k}",
        r"\begin{alignat*}{2}a&=b\\c&=d\end{alignat*}", r"\left(\frac{a}{b}\right)_{\lvert x\rvert}", r"\int_0^1 f\!\left(x\right)\,dx",
        r"\begin{cases}1&x\ge0\\0&x<0\end{cases}", r"50\,\%", r"\mathbb{E}[X]", r"\underbrace{a+b}_{\text{sum}}", r"\lim_{x\to 0}",
    ],
)  # fmt: skip
def test_an_ordinary_formula_is_drawn(formula):
    assert is_drawable(formula)
