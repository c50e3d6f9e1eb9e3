"""Attachments, changed: pure functions over a row of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from components.attaching.taking import Brought, Left
from parley.errors import Missing, NotAttachable
from parley.media import MOST, Attachment, as_text, from_file, kind_of, scaled, size_words
from parley.media.attachment import said_name, too_large
from parley.media.limits import TOGETHER, TOGETHER_MB
from parley.media.parts import bytes_of
from parley.notebook import Session

Row = tuple[Attachment, ...]


def added(attached: Row, files: Sequence[Brought], new_ids: Iterable[str]) -> tuple[Row, list[str]]:
    """The row with these files at its end, and a sentence for each that is left out."""
    said: list[str] = []
    for file, new_id in zip(files, new_ids, strict=False):
        try:
            attached = joined(attached, from_file(file.data, file.name, new_id))
        except NotAttachable as error:
            said.append(str(error))
    return attached, said


def joined(attached: Row, one: Attachment) -> Row:
    """Raises NotAttachable where there is no room for another one, or it is there already."""
    if len(attached) >= MOST:
        raise NotAttachable(f"{one.name or 'This file'} is left out: a message may have {MOST} files.")
    if sum(other.size for other in attached) + one.size > TOGETHER:
        raise NotAttachable(
            f"{one.name or 'This file'} is left out: the files of a message may have {TOGETHER_MB} MB together. "
            "Send it with another message, or make them smaller."
        )
    if any(other.part == one.part for other in attached):
        raise NotAttachable(f"{one.name or 'This file'} is attached already.")
    return (*attached, one)


def lost(files: Iterable[Left]) -> list[str]:
    """Why files never came."""
    return [
        too_large(file.name, file.size)
        if file.size
        else f"{said_name(file.name)} did not arrive: the line was cut, or Parley holds as many files as it may. Try again in a minute."
        for file in files
    ]


def without(attached: Row, one: Attachment) -> Row:
    return tuple(other for other in attached if other.id != one.id)


def kept_bytes(read: Callable[[str], Session], session_id: str, attachment_id: str) -> Iterator[bytes]:
    """What is attached to a session's prompt box, as it is stored. Raises Missing where it was sent or taken away."""
    one = next((one for one in read(session_id).attached if one.id == attachment_id), None)
    data = bytes_of(one.part) if one is not None else None
    if data is None:
        raise Missing("What was attached is not there any more.")
    yield data


def with_detail(attached: Row, one: Attachment, detail: str) -> Row:
    """How closely a picture is looked at; nothing is the model's own way."""
    inside = {name: value for name, value in dict(one.part.get("image_url") or {}).items() if name != "detail"}
    part = {**one.part, "image_url": {**inside, **({"detail": detail} if detail else {})}}
    return _replaced(attached, one.model_copy(update={"part": part}))


def made_smaller(attached: Row, one: Attachment) -> Row:
    """Raises NotAttachable for a picture that cannot be decoded."""
    data = bytes_of(one.part)
    if data is None:
        return attached
    small = scaled(data)
    again = from_file(small, _renamed(one.name, small), one.id)
    note = f"scaled down from {one.measured.words}, {size_words(one.size)}" if one.measured else "scaled down"
    detail = dict(one.part.get("image_url") or {}).get("detail")
    row = _replaced(attached, again.model_copy(update={"note": note}))
    return with_detail(row, again.model_copy(update={"note": note}), detail) if detail else row


def turned_to_text(attached: Row, one: Attachment) -> Row:
    """A text file as text in the prompt."""
    part = as_text(one.part)
    return _replaced(attached, one.model_copy(update={"part": part})) if part is not None else attached


def _replaced(attached: Row, one: Attachment) -> Row:
    return tuple(one if other.id == one.id else other for other in attached)


def _renamed(name: str, data: bytes) -> str:
    """A name whose end is that of the picture as it is now."""
    kind = kind_of(data)
    stem = name.rpartition(".")[0] or name
    return f"{stem}.{kind.suffix}" if kind is not None else name
