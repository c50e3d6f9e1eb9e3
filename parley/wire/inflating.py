"""Compressed answers: Parley asks for none, some servers send them all the same, and a few hundred bytes may hold gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator

from parley.errors import NotAModelApi, StreamBroken

_SLICE = 2**12
_PIECE = 2**16
_GZIP = b"\x1f\x8b"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS


class Inflater:
    """Undoes `Content-Encoding` in pieces of at most 64 KB, so that whoever reads can stop at a cap, or let others have a turn.

    `deflate` is read with zlib's header, as the standard wants it, and without, as some servers send it; gzip may have several
    members, and what follows the last one is dropped.
    """

    def __init__(self, encoding: str | None) -> None:
        name = (encoding or "identity").strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise NotAModelApi(
                "The server sent its answer in a compression that Parley did not ask for: check the base URL."
            )
        self._compressed = name not in ("", "identity")
        self._may_be_raw = name == "deflate"
        self._start = b""
        self._member: zlib._Decompress | None = None
        self._ended = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bytes that were compressed; a piece may be empty. Raises NotAModelApi where they were not."""
        size = _SLICE if self._compressed else _PIECE
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            if self._compressed:
                yield from self._inflated(piece)
            else:
                yield piece

    def _inflated(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._member is None:
                data = self._begin(data)
            else:
                data = yield from self._take(self._member, data)

    def _begin(self, data: bytes) -> bytes:
        """What is left for the member that these bytes begin; two bytes say of which kind it is."""
        self._start += data.lstrip(b"\0") if self._ended and not self._start else data
        if len(self._start) < len(_GZIP) or (self._ended and not self._start.startswith(_GZIP)):
            self._start = self._start[: len(_GZIP)]
            return b""
        raw = self._may_be_raw and not self._start.startswith(_GZIP) and not _headed(self._start)
        self._member = zlib.decompressobj(_RAW if raw else _GZIP_OR_ZLIB)
        data, self._start = self._start, b""
        return data

    def _take(self, member: zlib._Decompress, data: bytes) -> Generator[bytes, None, bytes]:
        """Gives out what the bytes hold, and returns those that lie behind the member."""
        piece = b""
        while not member.eof and (data or len(piece) == _PIECE):
            try:
                piece = member.decompress(data, _PIECE)
            except zlib.error:
                raise NotAModelApi(
                    "The server says that its answer is compressed, but it is not: check the base URL."
                ) from None
            data = member.unconsumed_tail
            yield piece
        if member.eof:
            self._member, self._ended = None, True
        return member.unused_data

    def close(self) -> None:
        """Raises StreamBroken where the compressed data ended too soon."""
        if self._compressed and (self._member is not None or not self._ended):
            raise StreamBroken("The compressed answer ended in the middle: what came is kept, the rest is missing.")


def _headed(start: bytes) -> bool:
    """The two bytes with which zlib begins: method 8, and a multiple of 31."""
    return start[0] & 15 == 8 and int.from_bytes(start[:2]) % 31 == 0
