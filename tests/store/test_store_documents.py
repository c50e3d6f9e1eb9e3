"""Whatever JSON goes into a document comes out again, type for type."""

import base64
import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.notebook import Cell
from parley.store.documents import (
    Apart,
    Document,
    PackedLists,
    clean,
    pack,
    pack_list,
    squeezed,
    unpack,
    unsqueezed,
)

keys = st.sampled_from(["$blob", "$$blob", "$$$blob", "blob", "$", "a", ""]) | st.text(max_size=5)
long_ones = st.builds(
    lambda head, raw, tail: head + base64.b64encode(raw).decode() + tail,
    st.sampled_from(["", "data:image/png;base64,", "data:;base64,", "data:"]),
    st.binary(min_size=900, max_size=1200),
    st.sampled_from(["", "=", "\n", " ", "é"]),
)
texts = st.text(st.characters(exclude_categories=["Cs"]))
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts | long_ones
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)


def unpacked(document: Document) -> object:
    bodies = {blob.hash: blob.body for blob in document.blobs}

    def fetch(hashes: set[str]) -> Mapping[str, bytes]:
        return {hash_: bodies[hash_] for hash_ in hashes}

    return unpack(document.body, fetch)


@settings(max_examples=200, deadline=None)
@given(values)
def test_a_value_comes_back_type_for_type(value):
    clean_value = json.loads(clean(json.dumps(value, ensure_ascii=False)))
    assert repr(unpacked(pack(value))) == repr(clean_value)
    assert repr(unpacked(pack({"whole": Apart(value)}))) == repr({"whole": clean_value})
    assert repr(unpacked(pack_list([value, value]))) == repr([clean_value, clean_value])


@given(st.binary(max_size=3000))
def test_bytes_come_back_from_being_squeezed(body):
    assert unsqueezed(squeezed(body)) == body
    assert len(squeezed(body)) <= len(body) + 1


def test_a_picture_is_kept_as_bytes_once():
    url = "data:image/png;base64," + base64.b64encode(b"picture" * 500).decode()
    document = pack([url, {"again": url}])
    assert [blob.body for blob in document.blobs] == [b"picture" * 500]
    assert unpacked(document) == [url, {"again": url}]


def test_a_sound_that_still_grows_is_not_kept_at_every_length():
    assert pack({"data": "QUJD" * 1000}, only_data_urls=True).blobs == ()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("ü\ud800ü", "ü\ufffdü"),
        ("\udc00\ud800", "\ufffd\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("\0", "\0"),
    ],
)
def test_lone_surrogates_become_replacement_characters(text, cleaned):
    assert clean(text) == cleaned
    assert unpacked(pack({text: text})) == {cleaned: cleaned}


@given(st.lists(st.builds(Cell, id=texts, message=st.dictionaries(keys, leaves, max_size=3)), max_size=4))
def test_a_list_packed_element_by_element_is_byte_for_byte_the_same(cells: list[Cell]) -> None:
    packed = PackedLists(Cell.model_dump)
    for _ in range(2):
        body, blobs = packed.pack(cells)
        expected = pack_list(cell.model_dump() for cell in cells)
        assert (body, set(blobs)) == (expected.body, set(expected.blobs))


def test_an_element_is_packed_once_for_as_long_as_it_lives() -> None:
    spelt: list[str] = []
    packed = PackedLists(lambda cell: spelt.append(cell.id) or cell.model_dump())
    one, other = Cell(id="one"), Cell(id="other")
    packed.pack([one])
    packed.pack([one, other])
    del other
    packed.pack([one, Cell(id="third")])
    assert spelt == ["one", "other", "third"]
