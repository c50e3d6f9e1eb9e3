"""Compressed answers: Parley asks for none, some servers send them all the same, and a few hundred bytes may hold gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from parley.errors import NotAModelApi, StreamBroken

_PIECE = 2**16
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class Inflater:
    """Undoes `Content-Encoding` in pieces of at most 64 KB, so that whoever reads can stop at a cap."""

    def __init__(self, encoding: str | None) -> None:
        name = (encoding or "identity").strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise NotAModelApi(
                "The server sent its answer in a compression that Parley did not ask for: check the base URL."
            )
        self._gzip = None if name in ("", "identity") else zlib.decompressobj(_GZIP_OR_ZLIB)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bytes that were compressed; raises NotAModelApi where they were not."""
        if self._gzip is None:
            yield data
            return
        while data and not self._gzip.eof:
            try:
                piece = self._gzip.decompress(data, _PIECE)
            except zlib.error:
                raise NotAModelApi(
                    "The server says that its answer is compressed, but it is not: check the base URL."
                ) from None
            data = self._gzip.unconsumed_tail
            if piece:
                yield piece

    def close(self) -> None:
        """Raises StreamBroken where the compressed data ended too soon."""
        if self._gzip is not None and not self._gzip.eof:
            raise StreamBroken("The compressed answer ended in the middle: what came is kept, the rest is missing.")
