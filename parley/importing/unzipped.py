"""A bundle with attachments: a zip of one document and blobs by their hash. It is looked at before anything is unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import NamedTuple

from parley.bundle import BLOBS, DOCUMENT, LARGEST_MB, named
from parley.bundle.limits import LARGEST, MOST_FILES
from parley.errors import NotASession

MOST_BYTES = LARGEST_MB * 10**6
"""Of everything, unpacked."""
_LARGEST_DOCUMENT = 4 * LARGEST
"""Bytes: what the characters of a document may have in UTF-8."""
_RECORD = b"PK\x01\x02"
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Those of which Python unpacks no more than it is asked for."""
_LOCKED = 1
"""The flag of a file that is encrypted."""
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, OverflowError, IndexError,
)  # fmt: skip


class Unzipped(NamedTuple):
    """What a bundle holds; the names in it are hashes, and no path is ever made of one."""

    document: bytes
    blobs: dict[str, bytes]


def unzipped(data: bytes) -> Unzipped:
    """What stands in a zip. Raises NotASession."""
    if data.count(_RECORD) > MOST_FILES:
        raise NotASession(f"This zip holds more than {MOST_FILES:,} files.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return _read(file)
    except _BROKEN:
        raise NotASession("This zip is broken.") from None


def _read(file: zipfile.ZipFile) -> Unzipped:
    infos = file.infolist()
    _looked_at(infos)
    blobs = {}
    for info in infos:
        if info.filename != DOCUMENT:
            hash_, body = info.filename.removeprefix(BLOBS), _unpacked(file, info)
            if named(body) != hash_:
                raise NotASession("An attachment in this zip is not the one that its name says.")
            blobs[hash_] = body
    return Unzipped(_unpacked(file, file.getinfo(DOCUMENT)), blobs)


def _looked_at(infos: list[zipfile.ZipInfo]) -> None:
    names = [info.filename for info in infos]
    if DOCUMENT not in names:
        raise NotASession(f"This zip is no session of Parley: it holds no {DOCUMENT}.")
    if len(names) != len(set(names)) or not all(name == DOCUMENT or _is_blob(name) for name in names):
        raise NotASession("This zip holds files that are not part of a session.")
    if any(info.compress_type not in _METHODS or info.flag_bits & _LOCKED for info in infos):
        raise NotASession("This zip is packed or locked in a way that is not read; plain and deflated files are.")
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise NotASession(f"This zip unpacks to more than {LARGEST_MB} MB.")
    if next(info.file_size for info in infos if info.filename == DOCUMENT) > _LARGEST_DOCUMENT:
        raise NotASession(f"The {DOCUMENT} in this zip is larger than {_LARGEST_DOCUMENT // 10**6} MB.")


def _is_blob(name: str) -> bool:
    hash_ = name.removeprefix(BLOBS)
    return name.startswith(BLOBS) and len(hash_) == 64 and not hash_.strip("0123456789abcdef")


def _unpacked(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of one file, and never more of them than it said it has."""
    with file.open(info) as one:
        body = one.read(info.file_size + 1)
    if len(body) != info.file_size:
        raise zipfile.BadZipFile
    return body
