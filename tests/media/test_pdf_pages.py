"""How many pages a PDF has: by its own tables, plain or packed, whatever stands in it besides; hostile ones give no number."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.media.pdf import cut_off, pages_of
from tests.media.pdfs_made import CATALOG, TREE, plain


def stream(number: int, facts: bytes, inside: bytes) -> bytes:
    packed = zlib.compress(inside)
    return b"%d 0 obj<<%s/Filter/FlateDecode/Length %d>>stream\r\n%s\nendstream endobj\n" % (number, facts, len(packed), packed)  # fmt: skip


def packed(pages: int, *, predicted: bool) -> bytes:
    """Catalogue and tree in a packed stream, and a packed table, as most makers write it today."""
    told = b"1 0 2 %d " % len(CATALOG)
    head = b"%PDF-1.5\n"
    holder = stream(5, b"/Type/ObjStm/N 2/First %d" % len(told), told + CATALOG + TREE % pages)
    rows = [b"\2\0\5\0", b"\2\0\5\1", b"\0\0\0\0", b"\0\0\0\0", b"\1\0%c\0" % len(head)]
    table = b"/Type/XRef/W[1 2 1]/Index[1 5]/Size 6/Root 1 0 R"
    if predicted:
        above = [bytes(4), *rows]
        rows = [bytes([2, *((a - b) & 255 for a, b in zip(row, up, strict=True))]) for up, row in zip(above, rows, strict=False)]  # fmt: skip
        table += b"/DecodeParms<</Columns 4/Predictor 12>>"
    at = len(head) + len(holder)
    return head + holder + stream(6, table, b"".join(rows)) + b"startxref\n%d\n%%%%EOF" % at


def test_the_tree_is_counted_and_not_what_looks_like_pages() -> None:
    assert pages_of(plain({1: CATALOG, 2: TREE % 7, 3: b"<</Type/Page>>", 4: b"(/Type/Page /Type/Page)"})) == 7


def test_the_newest_version_of_a_file_that_was_changed_counts() -> None:
    old = plain({1: CATALOG, 2: TREE % 7})
    assert pages_of(plain({2: TREE % 8}, old, prev=old.index(b"xref"))) == 8


@pytest.mark.parametrize("predicted", [False, True])
def test_packed_tables_are_read(predicted: bool) -> None:
    assert pages_of(packed(12, predicted=predicted)) == 12


def test_what_stands_before_the_file_does_not_move_it() -> None:
    assert pages_of(b"\n\n" + plain({1: CATALOG, 2: TREE % 3})) == 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.4 startxref\n9\n%%EOF",
        plain({1: CATALOG}),
        plain({1: CATALOG, 2: b"<</Count -3>>"}),
        plain({1: CATALOG, 2: TREE % 99_999_999}),
        plain({1: b"<</Pages 1 0 R>>"}),
        plain({1: b"<<" * 30_000}),
        packed(3, predicted=True).replace(b"/W[1 2 1]", b"/W[]"),
        b"%PDF-1.4\nxref\n" + b"0 0\n" * 99_999 + b"trailer<</Root 1 0 R>>startxref\n9\n%%EOF",
        b"%PDF-1.4\n" + stream(1, b"/W[1 1 1]/Size 99/Root 7 0 R", bytes(50_000_000)) + b"startxref\n9\n%%EOF",
    ],
)
def test_what_cannot_be_read_has_no_number(data: bytes) -> None:
    assert pages_of(data) is None


@given(st.sampled_from([plain({1: CATALOG, 2: TREE % 7}), packed(7, predicted=True)]), st.data())
def test_no_damage_breaks_the_reader(whole: bytes, drawn: st.DataObject) -> None:
    place, bits = drawn.draw(st.integers(0, len(whole) - 1)), drawn.draw(st.binary(max_size=4))
    found = pages_of(whole[:place] + bits + whole[place + len(bits) :])
    assert found is None or found >= 0


def test_a_file_made_for_the_web_says_that_its_end_is_missing() -> None:
    whole = b"%%PDF-1.4\n1 0 obj<</Linearized 1/L %d/N 3>>endobj" % 90
    assert cut_off(whole)
    assert not cut_off(whole.ljust(90))
