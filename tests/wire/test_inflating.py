from __future__ import annotations

import gzip
import random
import zlib

import pytest

from parley.errors import NotAModelApi, StreamBroken
from parley.wire.inflating import Inflater

SAID = b"data: a\n\n" * 9_000 + random.Random(7).randbytes(5_000) + b"b" * 200_000


def inflated(encoding: str, compressed: bytes, size: int = 10_000) -> bytes:
    inflater = Inflater(encoding)
    pieces = [piece for at in range(0, len(compressed), size) for piece in inflater.feed(compressed[at : at + size])]
    inflater.close()
    assert max(map(len, pieces)) <= 2**16
    return b"".join(pieces)


def raw(said: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(said) + packer.flush()


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
@pytest.mark.parametrize(("encoding", "compressed"), [
    ("gzip", gzip.compress(SAID)), ("deflate", zlib.compress(SAID)), ("deflate", raw(SAID)), ("deflate", gzip.compress(SAID)),
    ("gzip", gzip.compress(SAID[:50]) + gzip.compress(SAID[50:])),
    ("gzip", gzip.compress(SAID) + gzip.compress(b"") * 3 + b"\0\0" + gzip.compress(b"")),
    ("gzip", gzip.compress(SAID) + b"\0\0\0"), ("gzip", gzip.compress(SAID) + b"garbage"), ("", SAID), ("identity", SAID),
])  # fmt: skip
def test_whatever_was_compressed_comes_out_in_bounded_pieces(encoding: str, compressed: bytes, size: int) -> None:
    assert inflated(encoding, compressed, size) == SAID


@pytest.mark.parametrize("compressed", [
    b"", gzip.compress(SAID)[:-3], gzip.compress(b"a") + gzip.compress(b"b")[:-3], b"\x1f",
])  # fmt: skip
def test_a_compressed_answer_that_ends_too_soon_is_broken(compressed: bytes) -> None:
    inflater = Inflater("gzip")
    list(inflater.feed(compressed))
    with pytest.raises(StreamBroken):
        inflater.close()


@pytest.mark.parametrize(("encoding", "lie"), [("gzip", b"data: a"), ("gzip", raw(SAID)), ("deflate", b"data: a\n\n")])
def test_what_is_not_compressed_is_no_answer(encoding: str, lie: bytes) -> None:
    with pytest.raises(NotAModelApi):
        list(Inflater(encoding).feed(lie))
