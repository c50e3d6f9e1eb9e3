import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from parley.reply.defuse import LARGEST_MESSAGE, MOST_FORMULAS, MOST_LINKS, as_name, defuse, defuse_pieces, plain
from tests.browser.hostile import FETCHES, addressed, scripts

READER = MarkdownIt("commonmark", {"maxNesting": 200}).enable(["table", "strikethrough"])
READER.validateLink = lambda url: True
U = "https://evil.example/p.png"
EXFILTRATIONS = [
    *addressed(FETCHES, U),
    f"[![a]({U})](https://fine.example)",
    f"![r][]\n\n[r]: {U}",
    f"![r]\n\n[r]: {U}",
    f"![R]\n\n[ r ]: <{U}> 'title'",
    f"[r]: {U}\n\n> ![r]",
    f"![a][r]\n\n> [r]: {U}",
    f"![a][r]\n\n- [r]:\n  {U}\n  'title'",
    "![a](//evil.example/p.png)",
    "![a](/media/secret.png)",
    "![a](HTTPS://EVIL.EXAMPLE/p.png)",
    "![a](https:&#x2f;&#x2f;evil.example/p.png)",
    "![a](&#104;ttps://evil.example/p.png)",
    "![a](https:\\/\\/evil.example/p.png)",
    "![a](https://evil.example/?q=a%20b&c=d)",
    "![a](https://evil.example/(p).png)",
    "![a](https://user:pass@evil.example/p.png)",
    "![a](https://évil.example/p.png)",
    "![a](ftp://evil.example/p.png)",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "![a](blob:https://evil.example/1)",
    "!\\[a](https://evil.example/p.png) ![b](https://evil.example/p.png)",
    f"<picture><source srcset='{U}'></picture>",
    f'~~~ Mermaid x\n  A@{{ img: "{U}" }}\n~~~',
    f'```mer&#109;aid\nA@{{ img: "{U}" }}\n```',
    f'```mermaid{{x}}\nA@{{ img: "{U}" }}\n```',
    f'- ```mermaid\n  A@{{ img: "{U}" }}\n  ```',
]
PARTS = st.sampled_from(
    [
        *"![]()<>`*_~$|\\:#-+=.&; \n\n\t'\"ax1", U, "![a](", "](", "[r]: ", "```", "~~~", "$$", "\\[", "\\]", "\\(", ":red[",
        ":material/", "- ", "1. ", "> ", "    ", "<img src=", "<!--", "mermaid", "material_home:", "javascript:", "|---|",
        "&#91;", "&colon;", "| a |\n",
    ]
)  # fmt: skip
DOCUMENTS = st.lists(PARTS, max_size=40).map("".join)


def tokens(markdown):
    top = READER.parse(markdown)
    return [one for token in top for one in (token, *(token.children or ()))]


def links(markdown):
    return [str(token.attrs["href"]) for token in tokens(markdown) if token.type == "link_open"]


def shown(markdown):
    """What a reader sees of a text, spaces aside."""
    seen = (t.content for t in tokens(markdown) if t.type in ("text", "code_inline", "fence", "code_block"))
    return "".join("".join(seen).split())


def as_github_splits(markdown):
    """Each cell of each table alone: there, two backslashes before a bar are a backslash and the end of the cell, even in code."""
    rows = (
        line
        for one in READER.parse(markdown)
        if one.type == "table_open"
        for line in markdown.split("\n")[slice(*one.map)]
    )
    return [cell for row in rows for cell in re.findall(r"(?:\\[\\|]|[^|])+", row)]


_LINKED_BY_BROWSERS = re.compile(r"https?://|www\.|[-.\w+]+@[-\w]+\.", re.IGNORECASE)
"""What GitHub's Markdown, as Streamlit draws it, makes a link of once escapes are read."""


def assert_inert(markdown):
    for cell in as_github_splits(markdown):
        assert_inert(cell.replace("\\|", "/").lstrip(" >"))
    kinds = {token.type for token in tokens(markdown)}
    assert not kinds & {"image", "html_inline", "html_block"}
    assert all(link.startswith(("http://", "https://", "mailto:", "#")) for link in links(markdown))
    assert not any("mermaid" in token.info.lower() for token in tokens(markdown) if token.type == "fence")


@pytest.mark.parametrize("spelling", EXFILTRATIONS)
@pytest.mark.parametrize("around", ["{}", "before\n\n{}\n\nafter", "{} $x$ :smile:"])
def test_no_spelling_of_an_image_survives(spelling, around):
    assert_inert(defuse(around.format(spelling)))


@pytest.mark.parametrize("spelling", [*EXFILTRATIONS, *scripts()])
def test_no_spelling_that_fetches_or_runs_survives_in_a_text_or_in_a_name(spelling):
    assert_inert(defuse(spelling))
    assert_inert(plain(spelling))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(["\\", "|", "`", "``", "$", f"![x]({U})", "[x](javascript:x)", "a", " "]), max_size=14
    ).map("".join)
)
def test_no_cell_of_a_table_ends_within_code_or_a_formula(cell):
    assert_inert(defuse(f"| a | b | c |\n|---|---|---|\n| {cell} | y | z |"))


@pytest.mark.parametrize(
    ("code", "written"),
    [("a|b", "`a\\|b`"), ("a\\|b", "`a\\`\\|`b`"), ("a\\\\|b", "`a\\\\\\|b`"), ("\\|", "`\\`\\|"), ("|", "`\\|`")],
)
def test_code_with_bars_keeps_its_characters_in_a_table(code, written):
    cell = code.replace("|", "\\|")
    assert defuse(f"| a |\n|---|\n| `{cell}` |").splitlines()[-1] == f"| {written} |"


@settings(max_examples=1000, deadline=None)
@given(DOCUMENTS)
def test_nothing_made_of_markup_survives_either(document):
    assert_inert(defuse(document))


@settings(max_examples=500, deadline=None)
@given(DOCUMENTS)
def test_what_is_harmless_stays_harmless_and_the_same(document):
    once = defuse(document)
    assert_inert(defuse(once))


def test_an_image_names_its_host_and_leads_there():
    assert defuse(f"![a cat]({U})") == f'[Image not loaded: a cat (evil.example)](<{U}> "evil.example")'


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScRiPt:x", "vbscript:x", "data:text/html,x", "file:///etc/passwd"]
)
@pytest.mark.parametrize("form", ["[read me](<{}>)", "[read me][r]\n\n[r]: <{}>", "[read *me*](<{}> 'title')"])
def test_a_link_that_runs_or_reads_keeps_only_its_label(address, form):
    assert links(defuse(form.format(address))) == []
    assert "read" in shown(defuse(form.format(address)))


@pytest.mark.parametrize(
    "address", ["blob:https://a.example/1", "/settings", "settings", "//evil.example", "?c=1", "http:///x", ""]
)
def test_links_into_our_own_origin_keep_only_their_label(address):
    assert defuse(f"[label](<{address}>)") == "label"


def test_a_link_tells_its_host_and_says_so_when_its_label_names_another():
    assert defuse("[the docs](https://a.example/x)") == '[the docs](<https://a.example/x> "a.example")'
    assert shown(defuse("[https://bank.com/login](https://evil.example)")).endswith("(evil.example)")
    assert "evil" not in shown(defuse("[https://fine.example](https://fine.example/evil)"))


def test_bare_addresses_become_links_without_the_full_stop():
    assert links(defuse("See https://a.example/b_c_d (or www.b.example).")) == [
        "https://a.example/b_c_d",
        "http://www.b.example",
    ]


@pytest.mark.parametrize(
    "text", [":material/home:", ":material_home:", ":streamlit:", ":mat[e](javascript:x)rial_home:"]
)
def test_an_icon_is_not_drawn(text):
    assert not any(icon in defuse(text) for icon in (":material/", ":material_", ":streamlit:"))


@pytest.mark.parametrize(
    "text",
    [
        "port :1234: and :100:",
        ":smile: :+1: :-1:",
        "a:b:c",
        ":1st_place_medal:",
        "[x :8ball:](https://a.example)",
        ":a:b:",
    ],
)
def test_no_name_of_an_emoji_stands_between_colons(text):
    assert not re.search(r":[\w+-]+:", defuse(text).replace("\\", ""), re.ASCII)
    assert re.search(r":[\w+-]+:", defuse(f"`{text}`"), re.ASCII)


def test_the_hour_is_copied_as_it_was_written():
    assert defuse("at 10:30:45") == "at 10:30:45"


@pytest.mark.parametrize(
    "text", [":red[hi]", ":small[hi]", "::leaf[hi]", ":::note\nhi\n:::", "color:red;", ":help[x]", "a:b{c=d}"]
)
def test_a_directive_is_plain_text(text):
    painted = defuse(text).replace("\\:", "")
    assert ":" not in painted
    assert shown(defuse(text)) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "it costs $5 and $6",
        "$5-$6",
        "US$5 = A$6 or more$",
        "$5 and you have 6$",
        "from $ 5 to 6 $",
        "a $ b $ c",
        "$HOME and $PATH",
        "it is $5",
        "$$ and $$",
        "\\$x\\$",
        "\\[sic\\]",
        "\\(see there\\)",
    ],
)
def test_money_is_no_formula(text):
    painted = defuse(text).replace("\\$", "")
    assert "$" not in painted


@pytest.mark.parametrize(
    ("text", "painted"),
    [
        ("so $x^2$ is", "so $x^2$ is"),
        ("$42$", "$42$"),
        ("$2 + n$ items", "$2 + n$ items"),
        ("\\(a_1\\)", "$a_1$"),
        ("\\[ a = b \\]", "$$\na = b\n$$"),
        ("\\(a\\)\\(b\\)", "$a$\u2060$b$"),
        ("\\(|a_1|\\)", "$\\vert a_1\\vert$"),
        ("\\(a_1\\)2", "$a_1$\u20602"),
        ("\\(a_1\\\\)", "`a_1\\`"),
        ("$$a = b$$", "$$\na = b\n$$"),
        ("$$\na\n\nb\n$$", "$$\na\n\nb\n$$"),
        ("- $$\n  a\n  $$", "- $$\n  a\n  $$"),
        ("`$x$`", "`$x$`"),
        ("$\\rule{9em}{9em}$", "`\\rule{9em}{9em}`"),
    ],
)
def test_a_formula_is_one(text, painted):
    assert defuse(text) == painted


@pytest.mark.parametrize(
    "text",
    [
        "# One\n\nTwo *three* **four** ~~five~~ `six`.",
        "- a\n- b\n  - c\n\n    d\n- e",
        "3. a\n4. b",
        "- [ ] a\n- [x] b",
        "> a\n>\n> > b",
        "| a | b |\n| :--- | ---: |\n| 1 | `x\\|y` |",
        "```python\nx = '```'\n```",
        "````\n```\n````",
        "***",
        "a\\\nb",
        "2 \\* 3 \\_ \\# 1. \\`",
        "100% of R&D at 10:30, a < b > c",
    ],
)
def test_ordinary_markdown_reads_as_before(text):
    before, after = ([(t.type, t.tag, t.content) for t in tokens(one)] for one in (text, defuse(text)))
    assert shown(defuse(text)) == shown(text)
    assert [one[:2] for one in before if one[1]] == [one[:2] for one in after if one[1]]


@given(st.text(alphabet="*_`#+-=>.)|~&;:!1a \n\\", max_size=60).filter(lambda text: "\\" not in text))
@settings(deadline=None)
def test_no_character_of_a_text_is_lost(text):
    assert shown(defuse(text)).replace("\u2060", "") == shown(text)


def test_headings_begin_where_the_screen_wants_them():
    assert defuse("# a\n\n## b #\n\n###### c", largest_heading=3) == "### a\n\n#### b\n\n###### c"


def test_a_definition_is_used_or_shown():
    assert defuse("[a][1]\n\n[1]: https://a.example") == '[a](<https://a.example> "a.example")'
    assert links(defuse("[1]: https://a.example")) == ["https://a.example"]


@pytest.mark.parametrize(
    "bomb",
    [
        "a" * (LARGEST_MESSAGE + 1),
        "$x$ " * (MOST_FORMULAS + 1),
        "[a](https://a.example) " * (MOST_LINKS + 1),
        "[a](b" * 20_000,
        ">" * 2_000,
        "- " * 2_000,
        "[" * 40_000,
        "*a _b " * 8_000,
        "`" * 10 + "``" * 20_000,
        "|a" * 300 + "|\n" + "|-" * 300 + "|\n" + "|b\n" * 300,
        "> " + "|a" * 90 + "|\n> " + "|-" * 90 + "|\n" + "> |b\n" * 90,
        ("$\\begin{matrix}" + "&" * 400 + "\\end{matrix}$ ") * 13,
        ("$" + "x_{1}" * 700 + "$ ") * 8,
        "[r]: https://a.example/" + "x" * 10_000 + "\n\n" + "[r] " * 1_900,
        "> " * 45 + "a\n" + "b\n" * 20_000,
    ],
)
def test_what_would_choke_a_browser_is_plain_text(bomb):
    for behind in ("", "```\n```\n", "``` `a`\n\n"):
        assert [token.type for token in tokens(defuse(behind + bomb))] == ["fence"]


def test_a_large_block_of_code_stays_one():
    code = "```python\n" + "x = ['*_`']\n\n" * 4_000 + "```"
    assert defuse(code) == code


@pytest.mark.parametrize("rows", ["|b\n" * 100, "| b | c |\n" * 400])
def test_a_table_within_the_budget_is_drawn(rows):
    assert "td_open" in [token.type for token in tokens(defuse(f"| a | b |\n|---|---|\n{rows}"))]


def test_the_cells_of_all_pieces_are_counted_as_they_are_drawn():
    table = "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|b\n" * 40
    pieces, over = defuse_pieces([table] * 3)
    assert over
    assert [piece.startswith("```text") for piece in pieces] == [False, False, True]


def test_directives_by_the_thousand_are_mere_colons():
    assert ":::" not in defuse(":::a\n" * 2_000)


def test_the_pieces_of_a_message_share_one_budget():
    pieces, over = defuse_pieces(["$x$ " * (MOST_FORMULAS // 2 + 1)] * 3 + ["end"])
    assert over
    assert [piece.startswith("```text") for piece in pieces] == [False, True, True, True]


@pytest.mark.parametrize(("budget", "over"), [({}, True), ({"generous": True}, False)])
@pytest.mark.parametrize(
    "piece", ["$x$ " * (MOST_FORMULAS + 1), "[a](https://a.example) " * (MOST_LINKS + 1), "a " * 120_000]
)
def test_a_person_may_ask_for_more_than_the_budget(piece, budget, over):
    (shown,), told = defuse_pieces([piece], **budget)
    assert (told, shown.startswith("```text")) == (over, over)
    assert_inert(shown)


def test_what_no_reader_survives_stays_plain_whoever_asks():
    (shown,), over = defuse_pieces(["- " * 2_000], generous=True)
    assert over
    assert shown.startswith("```text")


def test_a_name_is_shown_as_it_is_spelt():
    assert shown(plain("![a](b) :red[x] # *y*\n$z$")) == "![a](b):red[x]#*y*$z$"
    assert_inert(plain(f"![a]({U})"))


@pytest.mark.parametrize("name", ["- a", "# a", "1. a", "> a", "=== a", "+ a"])
def test_a_name_begins_no_block(name):
    assert shown(plain(name)) == "".join(name.split())


def test_lines_end_where_the_writer_ended_them_on_demand():
    assert [token.type for token in tokens(defuse("a\nb", breaks=True))][2:5] == ["text", "hardbreak", "text"]


@pytest.mark.parametrize("text", ["a\x00b", "a\ud83d b", "```\n\udc00\n```", "$x\ud800$"])
def test_what_cannot_be_sent_is_replaced(text):
    for painted in (defuse(text), plain(text), defuse(text * 100_000)):
        assert "\x00" not in painted
        assert painted.encode()


@pytest.mark.parametrize("control", "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
def test_a_name_does_not_turn_the_words_beside_it(control):
    assert plain(f"a/{control}b") == "a/b"


@pytest.mark.parametrize("address", ["http://e.x/login", "HTTPS://e.x", "www.e.x", "alice@e.x"])
@pytest.mark.parametrize("around", ["{}", "See ({})", "[a]({})", "a {} b"])
def test_no_address_in_a_strangers_title_is_a_link(address, around):
    written = as_name(around.format(address))
    assert not _LINKED_BY_BROWSERS.search(written.replace("\\", ""))
    assert written.replace("\u2060", "").replace("\\", "") == around.format(address)


def test_a_strangers_title_has_no_control_signs():
    assert as_name("a\x07\x1b[31m\x00b") == as_name("a  [31m b")


def test_a_name_from_right_to_left_stands_isolated():
    assert plain("שלום 12") == "\u2068שלום 12\u2069"


@pytest.mark.parametrize("text", ["a \u202e b", "`a\u202eb`", "```\na\u202e\n```", "# \u202da", "| \u202ea |\n|---|"])
def test_no_text_shows_its_letters_in_another_order(text):
    assert not re.search("[\u202d\u202e]", defuse(text))
