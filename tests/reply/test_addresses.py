import re

import pytest

from parley.reply.addresses import host_of, names_another, trimmed
from parley.reply.defuse import defuse

EVIL = "evil.example"


@pytest.mark.parametrize(
    "label",
    [
        "google.com", "paypal.de", "www.sparkasse.de", "https://bank.com/login", "`google.com`", "**google**.com", "`google`.`com`",
        "google.com\u200b", "goo\u00adgle.com", "google.\u200acom", "google .com", "google\u2024com", "google\uff0ecom", "google\u3002com",
        "google\u00b7com", "google\u0660com", "\u202emoc.elgoog", "\u2067moc.elgoog", "GOOGLE.COM", "https://google.com@evil.example",
        "google.com/evil.example", "evil.example of google.com", "https://google.com\\@evil.example", "10.0.0.1", "localhost:80", "//bank",
        "$\\text{google.com}$", "google.com.", "мойбанк.рф",
    ],
)  # fmt: skip
def test_a_label_that_looks_like_another_host_has_the_real_one_beside_it(label):
    assert defuse(f"[{label}](https://{EVIL}/x)").endswith(f'](<https://{EVIL}/x> "{EVIL}") ({EVIL})')


@pytest.mark.parametrize(
    "label",
    ["evil.example", "www.evil.example", "https://evil.example/a.com?b.de", "Evil.Example.", "evil.example:443", "the docs", "v1.2, 3.5",
     "Don’t stop… now", "and/or: 50 %", "3–4"],
)  # fmt: skip
def test_a_label_that_names_its_own_host_or_none_stands_alone(label):
    assert not names_another(label, EVIL)


def test_a_bare_address_with_a_name_before_its_host_says_where_it_leads():
    assert defuse("https://google.com@evil.example/x").endswith('"evil.example") (evil.example)')
    assert defuse("https://evil.example/x").endswith('"evil.example")')


def test_a_label_cannot_turn_the_words_beside_it():
    assert defuse(f"[a\u2067b `c\u202bd`](https://{EVIL})") == f'[ab `cd`](<https://{EVIL}> "{EVIL}")'
    assert defuse(f"https://{EVIL}/\u2067x").startswith(f"[https\\://{EVIL}/x](")


@pytest.mark.parametrize(
    ("url", "left"),
    [
        ("http://a).", "http://a"),
        ("http://a/(b)", "http://a/(b)"),
        ("http://a/(b)).'", "http://a/(b)"),
        ("http://a.)?)", "http://a"),
    ],
)
def test_an_address_ends_before_the_marks_of_its_sentence(url, left):
    assert trimmed(url) == left


def test_an_address_with_a_million_brackets_is_trimmed_in_one_walk():
    assert trimmed("http://a" + ")" * 1_000_000) == "http://a"


@pytest.mark.parametrize(
    "text", ["ahttp://b.example/`c`", "HTTPS://[b`c`", "www.b.example]`c`", "WWW.b.example]`c`", "_www._`c`"]
)
def test_no_reader_finds_an_address_that_is_not_written_as_a_link(text):
    assert not re.search(r"https?://\w|www\.", defuse(text).partition("](")[0], re.IGNORECASE)


@pytest.mark.parametrize("host", ['b.example"', "b.example(", "b]c", "b'c", "a b", "b`c", "b|c", "b!c", ""])
def test_what_cannot_be_a_host_is_none(host):
    assert host_of(f"https://{host}/x") == ""
