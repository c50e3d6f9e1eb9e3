"""A session as a bundle: one JSON document, or a zip of it and its attachments, each under its hash."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from parley.bundle import BLOBS, DOCUMENT, carried, document_of, lifted
from parley.bundle.limits import LARGEST, beyond_files
from parley.errors import Unopenable
from parley.notebook import Snapshot

_MADE = (1980, 1, 1, 0, 0, 0)
"""The same session is the same file, whenever it is made."""


def bundle(snapshot: Snapshot) -> bytes:
    """The snapshot as a file that `parley.importing.opened` reads: JSON, or a zip where it has attachments.

    Its runs must be whole, with the messages that they were sent. Raises Unopenable for what would be refused there.
    """
    whole = document_of(snapshot)
    document, blobs = lifted(whole)
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if why := beyond_files(whole, text, blobs):
        raise Unopenable(f"A bundle of this session {why}.")
    return _zipped(text.encode(), blobs) if blobs else text.encode()


def enclosed(snapshot: Snapshot) -> bytes | None:
    """The bundle for a file that people read; None where it could not be opened from there, for it can still be read."""
    try:
        made = bundle(snapshot)
    except Unopenable:
        return None
    return made if is_zip(made) or len(carried(made)) <= LARGEST else None


def is_zip(data: bytes) -> bool:
    """Whether a bundle is a zip, which its name must say."""
    return data.startswith(b"PK")


def as_metadata(data: bytes) -> Any:
    """A bundle as a value that may stand within other JSON; what a zip holds is text there."""
    return carried(data) if is_zip(data) else json.loads(data)


def _zipped(document: bytes, blobs: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, body in ((DOCUMENT, document), *((f"{BLOBS}{hash_}", blobs[hash_]) for hash_ in sorted(blobs))):
            entry = zipfile.ZipInfo(name, _MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED if name == DOCUMENT else zipfile.ZIP_STORED
            file.writestr(entry, body)
    return held.getvalue()
