"""Small PDF files, with a plain table of their objects."""

from __future__ import annotations

from collections.abc import Mapping

CATALOG, TREE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count %d>>"


def plain(objects: Mapping[int, bytes], before: bytes = b"%PDF-1.4\n", prev: int | None = None) -> bytes:
    """Objects, and a table of them, behind what was there before."""
    table = b"xref\n"
    for number, inside in objects.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(before))
        before += b"%d 0 obj%sendobj\n" % (number, inside)
    more = b"" if prev is None else b"/Prev %d" % prev
    return before + table + b"trailer<</Size 9/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (more, len(before))
