"""A file from anywhere as a session of one's own: recognised by what is in it, read whole or refused with a reason."""

from __future__ import annotations

import quopri
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from parley.bundle import COMMENT, FORMAT, LARGEST_MB, TEMPLATE, VERSION, between, restored, snapshot_of, uncarried
from parley.errors import NotASession
from parley.importing.conversation import conversation, is_conversation
from parley.importing.strict import read_json
from parley.importing.unzipped import unzipped
from parley.notebook import Snapshot
from parley.notebook.copying import from_elsewhere

LARGEST = LARGEST_MB * 10**6
"""Bytes of a file; what is larger is refused unread."""
EXPECTED = (
    "Expected a session that Parley exported (.json, .zip, .html, .md or .ipynb), or a list of messages such as "
    '[{"role": "user", "content": "…"}].'
)
_ZIP = b"PK"
_SINGLE_FILE, _HEAD = "multipart/related", 2_000
"""What the head of a page says, within so many characters, that a browser saved as a single file (.mhtml)."""
NAMED = 60
"""Characters of a file's name that are shown."""


def new_id() -> str:
    return uuid.uuid4().hex


def opened(data: bytes, name: str = "", *, new_id: Callable[[], str] = new_id, now: datetime | None = None) -> Snapshot:
    """The session that a file holds, under new ids, nobody's yet, its attempts marked as imported at `now` (UTC).

    The name says nothing about what is read, and is no path. Raises NotASession, and nothing else; a file is read whole or not at all.
    """
    if len(data) > LARGEST:
        raise NotASession(
            f"This file has {len(data) / 10**6:,.0f} MB; at most {LARGEST_MB} MB are read. Nothing was imported."
        )
    try:
        snapshot = _read(data)
    except NotASession as error:
        shown = " ".join(name.split())[:NAMED]
        raise NotASession(f"{shown}: {error}" if shown else str(error)) from None
    return from_elsewhere(snapshot, new_id, now or datetime.now(UTC))


def _read(data: bytes) -> Snapshot:
    if data.startswith(_ZIP):
        return _bundled(data)
    text = _text(data)
    if text.startswith(("{", "[")):
        return _of_json(read_json(text))
    return _carried(text)


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig").strip(" \t\r\n")
    except UnicodeDecodeError:
        raise NotASession(f"This file is no text. {EXPECTED}") from None
    if not text:
        raise NotASession(f"This file is empty. {EXPECTED}")
    return text


def _carried(text: str) -> Snapshot:
    """What a page or a Markdown document carries."""
    if text.startswith("From: ") and _SINGLE_FILE in text[:_HEAD]:
        text = f"<{quopri.decodestring(text.encode()).decode(errors='replace')}"
    is_page = text.startswith("<") and not text.startswith("<!-- parley")
    found = between(text, TEMPLATE if is_page else COMMENT)
    if found is None:
        raise NotASession(f"This file carries no session of Parley. {EXPECTED}")
    return _out_of(found)


def _out_of(found: str) -> Snapshot:
    try:
        return _bundled(uncarried(found))
    except ValueError:
        raise NotASession("The session that this file carries is broken.") from None


def _bundled(bundle: bytes) -> Snapshot:
    if not bundle.startswith(_ZIP):
        return _of_json(read_json(_text(bundle)))
    document, blobs = unzipped(bundle)
    return _of_json(read_json(_text(document), "The session in this zip"), blobs)


def _of_json(value: Any, blobs: dict[str, bytes] | None = None) -> Snapshot:
    if isinstance(value, dict) and "format" in value:
        return _of_document(value, blobs or {})
    if blobs is None and isinstance(value, dict) and "nbformat" in value:
        return _of_notebook(value)
    if blobs is None and is_conversation(value):
        return conversation(value)
    raise NotASession(f"This is JSON, but no session. {EXPECTED}")


def _of_notebook(value: dict[str, Any]) -> Snapshot:
    metadata = value.get("metadata")
    told = metadata.get("parley") if isinstance(metadata, dict) else None
    if isinstance(told, dict):
        return _of_json(told)
    if isinstance(told, str):
        return _out_of(told)
    raise NotASession(f"This notebook carries no session of Parley. {EXPECTED}")


def _of_document(value: dict[str, Any], blobs: dict[str, bytes]) -> Snapshot:
    version = value.get("version")
    if value["format"] != FORMAT:
        raise NotASession(f"This file is of another program. {EXPECTED}")
    if type(version) is not int:
        raise NotASession("This session does not fit the format: its version is no whole number.")
    if version > VERSION:
        raise NotASession(f"This session is of version {version}, made by a newer Parley: update Parley to open it.")
    try:
        return snapshot_of(restored(value, blobs))
    except KeyError:
        raise NotASession("An attachment of this session is missing from the file.") from None
    except ValidationError as error:
        raise NotASession(f"This session does not fit the format: {_first(error)}.") from None
    except ValueError as error:
        raise NotASession(f"This session does not fit the format: {error}.") from None


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, and where; never what stands there."""
    told = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(step)[:NAMED] for step in told["loc"][:8])
    return f"{place}: {told['msg'][:120]}" if place else str(told["msg"][:120])
