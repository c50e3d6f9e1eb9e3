"""A session as a page: everything is on it, nothing runs, nothing is fetched, and it stays small."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from parley.exporting import bundle, html_page
from parley.exporting.page import POLICY
from parley.exporting.page.code import LONGEST, code
from parley.exporting.page.formulas import formula
from parley.exporting.page.prose import prose
from parley.exporting.telling import sums
from parley.money import Money
from parley.notebook import Cell, Run, Session, Snapshot
from parley.notebook.samples import samples
from parley.reply import Reply, Usage
from parley.request import ChatRequest
from tests.browser.hostile import FETCHES, scripts
from tests.bundle.snapshots import MOMENT, PNG, full

_ELEMENTS = (
    "html head meta title style body header main footer article section div p span h1 h3 h4 h5 h6 a bdi em strong s code "
    "pre ul ol li blockquote hr br table thead tbody tr th td details summary img audio small template math mrow mi mn mo "
    "ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd mstyle mpadded mphantom "
    "menclose mmultiscripts"
)
ALLOWED = frozenset(_ELEMENTS.split())
_ATTRIBUTES = (
    "lang charset http-equiv content name class id href rel title start dir src alt controls preload open tabindex "
    "aria-label display displaystyle mathvariant stretchy fence form columnalign width height lspace rspace linethickness "
    "notation largeop movablelimits separator minsize maxsize accent columnspacing rowspacing scriptlevel symmetric depth "
    "mathsize"
)
ATTRIBUTES = frozenset(_ATTRIBUTES.split())


class Reader(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def said(text: str) -> Snapshot:
    return Snapshot(session=Session(id="s", cells=(Cell(id="a", message={"role": "user", "content": text}),)))


def answered(reply: Reply) -> str:
    request, moment = ChatRequest.parse({"model": "a/b", "messages": []}), datetime(2026, 1, 1, tzinfo=UTC)
    run = Run(id="r", session_id="s", cell_id="a", request=request, reply=reply, outcome="complete", created=moment)
    return html_page(Snapshot(session=said("Tides?").session, attempts={"a": (run,)}))


def test_the_text_of_an_answer_leads_to_its_sources() -> None:
    told = {"url": "https://a.example/tides", "title": "On tides", "start_index": 0, "end_index": 15}
    page = answered(
        Reply(text="The tide turns. Ropes do not.", annotations=({"type": "url_citation", "url_citation": told},))
    )
    assert re.search(r'The tide turns\.<a [^>]*href="https://a\.example/tides"[^>]*>\[1\]</a> Ropes', page)
    assert "<bdi>On tides</bdi>" in page


def test_sealed_reasoning_and_files_that_were_read_are_told() -> None:
    sealed = {"type": "reasoning.encrypted", "data": "A" * 400, "format": "openai-responses-v1"}
    file = {"type": "file", "file": {"name": "a.pdf", "content": [{"type": "text", "text": "Twice a day."}]}}
    text = " ".join(Reader(answered(Reply(text="So.", reasoning_details=(sealed,), annotations=(file,)))).text)
    assert "Reasoning · encrypted" in text
    assert "1 encrypted part of 300 bytes" in text
    assert "File read: a.pdf · 3 words" in text


HOSTILE = (*FETCHES, *scripts())


def test_the_corpus_is_large() -> None:
    assert len(HOSTILE) >= 200


@pytest.mark.parametrize("payload", HOSTILE)
def test_whatever_is_written_makes_no_other_element_attribute_or_address(payload: str) -> None:
    payload = payload.replace("URL", "https://x.example/p.png")
    read = Reader(html_page(said(payload), title=payload, embed=bundle(said(payload))))
    assert read.tags <= ALLOWED
    assert read.attributes <= ATTRIBUTES
    assert all(one.startswith(("https://", "http://", "mailto:")) for one in read.addresses)


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.session.title)
def test_a_page_is_small(sample: object) -> None:
    snapshot = sample.snapshot  # type: ignore[attr-defined]
    assert len(html_page(snapshot)) < 300_000 + len(bundle(snapshot))


def test_a_page_shows_all_there_is() -> None:
    page = html_page(full(), embed=bundle(full()))
    text = "".join(Reader(page).text)
    for part in (
        "All there is", "6 cells", "4 attempts", "What is {{this}}?", "Settings of this session", "Reasoning · 3 words", "tide",
        "Sources", "A page", "$0.00012 reported", "first token 120 ms", "total 1.9 s", "Too many.", '"status": 429', '"completion_tokens": 30', "other attempt", "kept",
        "Image not loaded", "pictures.example", "Attached: Audio · wav", "left out of what is sent", "Two events could not be read.",
        "Spoken.", "Sent 2026-11-22 09:30:00 UTC over OpenRouter", "Temperature 1.5",
    ):  # fmt: skip
        assert part in text
    assert f'<img src="data:image/png;base64,{PNG}"' in page
    assert '<audio controls preload="metadata" src="data:audio/wav;base64,' in page
    assert "<table>" in page
    assert "<math" in page
    assert '<span class="s1">' in page


def test_what_nobody_counted_is_unknown_and_never_zero() -> None:
    run = Run(id="r", request=ChatRequest(model="a/b"), connection="Test", outcome="complete", created=MOMENT)
    cells = (Cell(id="a", message={"role": "user", "content": "?"}),)
    told = "".join(Reader(html_page(Snapshot(session=Session(id="s", cells=cells), attempts={"a": (run,)}))).text)
    assert "a/b · tokens unknown · cost unknown · time unknown" in told.replace("\xa0", " ")
    sides = run.model_copy(update={"reply": Reply(usage=Usage(prompt_tokens=9, completion_tokens=20))})
    assert "29 tokens + 1 unknown" in sums(Snapshot(session=Session(id="s", cells=cells), attempts={"a": (run, sides)}))


def test_what_was_booked_counts_where_an_answer_counted_nothing() -> None:
    assert "42 tokens + 3 unknown" not in sums(full())
    assert "78 tokens" in sums(full())


def test_a_page_behind_a_link_is_no_file_yet() -> None:
    told = "".join(Reader(html_page(full(), link="/share/x/copy", embed=bundle(full()))).text)
    assert "drop this file" not in told
    assert "Saved as a file" in told


def test_the_policy_forbids_scripts_and_the_network_and_knows_its_own_style() -> None:
    page = html_page(full())
    assert f'http-equiv="Content-Security-Policy" content="{html.escape(POLICY)}"' in page or POLICY in html.unescape(
        page
    )
    assert POLICY.startswith("default-src 'none'; ")
    assert "script-src" not in POLICY
    assert "unsafe" not in POLICY
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert "style=" not in page


@pytest.mark.parametrize("link", ["/?copy=abc", "https://parley.example/x", "http://localhost:8501/"])
def test_a_page_may_lead_to_a_copy_of_ones_own(link: str) -> None:
    assert f'<a class="way" href="{link}">' in html_page(full(), link=link)


@pytest.mark.parametrize(
    "link", [None, "", "javascript:alert(1)", "data:text/html,x", "//other.example/x", "file:///etc/passwd"]
)
def test_a_page_leads_nowhere_else(link: str | None) -> None:
    assert 'class="way"' not in html_page(full(), link=link)


def test_a_session_without_anything_is_a_page() -> None:
    assert "Untitled session" in html_page(Snapshot(session=Session(id="s")))


def test_what_it_cost_says_who_says_so_and_no_line_begins_with_a_dot() -> None:
    cells = (Cell(id="a", message={"role": "user", "content": "?"}),)
    request = ChatRequest(model="a/b")
    moneys = (Money(reported=Decimal("0.01")), Money(reported=Decimal("0.01"), audited=Decimal("0.02")))
    runs = tuple(
        Run(id=str(n), request=request, connection="T", created=MOMENT, money=one) for n, one in enumerate(moneys)
    )
    shared = Snapshot(session=Session(id="s", cells=cells), attempts={"a": runs})
    assert "$0.03 audited and reported" in sums(shared)
    assert "<span><bdi>2 attempts</bdi>&nbsp;·</span> <span><bdi>a/b</bdi>&nbsp;·</span> " in html_page(shared)


def test_the_title_of_the_tab_is_one_line() -> None:
    assert "<title>a b &lt;c&gt;</title>" in html_page(full(), title="a\nb <c>")


def test_a_title_shows_its_letters_in_their_order() -> None:
    page = html_page(full(), title="\u202egpj.exe\u2066")
    assert "<title>gpj.exe</title>" in page
    assert "<bdi>gpj.exe</bdi>" in page


@pytest.mark.parametrize(
    ("markdown", "drawn"),
    [
        ("*a* **b** ~~c~~", "<p><em>a</em> <strong>b</strong> <s>c</s></p>"),
        ("# A", "<h3>A</h3>"),
        ("[a](https://b.example/c?d=1&e=2)", 'href="https://b.example/c?d=1&amp;e=2"'),
        ("[a](javascript:x)", "<p>a</p>"),
        ("<b>a</b>", "&lt;b&gt;a&lt;/b&gt;"),
        ("costs $5 and $6", "costs $5 and $6"),
        ("[x=1] and \\[sic\\]", "[x=1] and [sic]"),
        ("|a|b|\n|:-:|--:|\n|1|2|", '<td class="right">2</td>'),
        ("```js\nlet a = 1\n```", '<span class="language">js</span>'),
        ("![a](https://b.example/c.png)", "Image not loaded: a (b.example)"),
    ],
)
def test_markdown_reads_as_it_does_on_the_screen(markdown: str, drawn: str) -> None:
    assert drawn in prose(markdown)


@pytest.mark.parametrize(
    "latex", ["x^2", "\\frac{a}{b}", "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\sum_{i=1}^n i < 3"]
)
def test_a_formula_is_drawn_by_the_browser(latex: str) -> None:
    drawn = formula(latex, display=True)
    assert drawn.startswith("<math")
    assert Reader(drawn).tags <= ALLOWED
    assert Reader(drawn).attributes <= ATTRIBUTES


@pytest.mark.parametrize(
    "latex", ["\\href{javascript:x}{y}", "\\frac{", "\\def\\a{\\a\\a}\\a", "\\begin{pmatrix}", "\\text{<img src=x>}"]
)
def test_what_is_no_formula_shows_as_its_source(latex: str) -> None:
    assert formula(latex) == f"<code>{html.escape(latex)}</code>" or "<img" not in formula(latex)


@pytest.mark.parametrize("language", ["python", "json", "html", "nonsense", "", "mermaid", "PYTHON"])
def test_code_says_what_was_written_whatever_its_language(language: str) -> None:
    written = "<script>alert('x')</script>\n\n  # y\n"
    assert "".join(Reader(code(written, language)).text).removeprefix(language) == written.rstrip("\n")


def test_very_long_code_has_no_colours() -> None:
    assert "<span class=" not in re.sub(r'<span class="language">', "", code("x = 1\n" * LONGEST, "python"))


def test_a_page_has_so_much_colour_and_the_next_page_again() -> None:
    block = "```python\n" + "x = 1\n" * 1_500 + "```"
    for _ in range(2):
        page = html_page(said("\n\n".join([block] * 20)))
        drawn = page.count('<span class="language">python')
        assert 10 < page.count('<span class="mi">') / 1_500 < drawn == 20


def test_a_page_has_so_many_formulae() -> None:
    page = html_page(Snapshot(session=Session(id="s", cells=tuple(_formulae(n) for n in range(60)))))
    assert 20 < page.count("<math") < 60


def _formulae(number: int) -> Cell:
    return Cell(id=str(number), kind="note", message={"content": f"$${'a+' * 900}b$$"})
