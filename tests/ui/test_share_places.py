"""Where a link points, what a file is called, and how a link is listed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from components.sharing.at_desk import file_name
from components.sharing.check import as_code
from components.sharing.leaving import Link, qr, standing
from components.sharing.place import place_of


@pytest.mark.parametrize(
    ("url", "base", "link", "only_here"),
    [
        ("http://localhost:8501/sessions", "", "http://localhost:8501/share/T", True),
        ("http://127.0.0.1:8501/", "", "http://127.0.0.1:8501/share/T", True),
        ("http://127.8.9.1:8501/", "", "http://127.8.9.1:8501/share/T", True),
        ("http://[::1]:8501/", "", "http://[::1]:8501/share/T", True),
        ("https://parley.example/sessions?x=1", "", "https://parley.example/share/T", False),
        ("https://tools.example/parley/sessions", "parley", "https://tools.example/parley/share/T", False),
        ("https://tools.example/a/b/", "/a/b/", "https://tools.example/a/b/share/T", False),
        ("http://192.168.1.7:8501/", "", "http://192.168.1.7:8501/share/T", False),
        (None, "", "http://localhost:8501/share/T", True),
    ],
)
def test_a_link_begins_where_the_app_is(url: str | None, base: str, link: str, only_here: bool) -> None:
    place = place_of(url, base)
    assert (place.link("T"), place.only_here) == (link, only_here)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Tides of May", "parley-tides-of-may"),
        ("../../etc/passwd", "parley-etc-passwd"),
        ("CON", "parley-con"),
        ("Ärger & Öl", "parley-arger-ol"),
        ("日本語", "parley-session"),
        ("\u202egnp.exe\0", "parley-gnp-exe"),
        ("", "parley-session"),
        ("x" * 4000, f"parley-{'x' * 60}"),
    ],
)
def test_a_title_makes_a_name_that_any_disk_takes(title: str, name: str) -> None:
    assert file_name(title) == name


def test_a_link_says_when_it_was_made_and_until_when_it_leads_somewhere() -> None:
    made, later = datetime(2026, 5, 1, 9, 30, tzinfo=UTC), datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
    link = Link("i", "T", made, later, None, True)
    assert standing(link) == "made 1 May 2026, 09:30 · expires 1 Jun 2026, 09:30"
    assert standing(link._replace(is_open=False)).endswith("expired 1 Jun 2026, 09:30")
    assert standing(link._replace(revoked=later, is_open=False)).endswith("revoked 1 Jun 2026, 09:30")
    assert standing(link._replace(expires=None)).endswith("until it is revoked")


def test_a_qr_code_is_a_picture() -> None:
    assert qr("https://parley.example/share/" + "x" * 43).startswith(b"\x89PNG")


@pytest.mark.parametrize(("text", "code"), [("a", "` a `"), ("a`b", "`` a`b ``"), ("``", "``` `` ```")])
def test_what_was_found_is_code_whatever_is_in_it(text: str, code: str) -> None:
    assert as_code(text) == code
