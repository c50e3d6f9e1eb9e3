"""A file on its way into a message: the part that it becomes, and what a person is shown of it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from parley.errors import NotAttachable
from parley.media.kinds import TAKEN, Kind, Way, kind_of, may_be_text
from parley.media.limits import LARGEST, LARGEST_MB, size_words
from parley.media.parts import Held, as_part, bytes_of, data_url, held_in
from parley.media.pdf import cut_off, pages_of
from parley.media.scaling import Measured, checked, measured, thumbnail, worth_scaling
from parley.value import Value

_LONGEST_NAME: Final = 120
_UNSAID: Final = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ALIKE: Final = {"jpeg": "jpg", "mpg": "mpeg", "m4v": "mp4", "oga": "ogg", "aif": "aiff", "md": "txt", "csv": "txt"}
_USUAL: Final = {one.suffix: one for one in TAKEN}
_ENDINGS: Final = _USUAL | {ending: _USUAL[usual] for ending, usual in _ALIKE.items()}
"""What an address is taken for by its end."""
_PROMISED: Final = {"svg", *(ending for ending, kind in _ENDINGS.items() if not kind.is_text)}
"""Endings of names that promise something: a text may be called anything."""
_UNKNOWN: Final = (
    "of no kind that Parley knows. Images, PDF, Office and text files, recordings and videos can be attached."
)
_ODD_TEXT: Final = "no text in UTF-8, and of no other kind that Parley knows. If it is a text, save it as UTF-8."
_SILENT: Final = 44
"""Bytes that the head of a recording has alone."""
_PAGE: Final = re.compile(rb"/Type\s{0,4}/Page(?![A-Za-z])")
_FILM_HOSTS: Final = ("youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be")


class Attachment(Value):
    """One file, recording or address."""

    id: str
    part: dict[str, Any]
    """As it is sent."""
    name: str = ""
    """As its owner calls it; for people only, and for the `filename` of a document."""
    thumb: str = ""
    """A small picture of it as a data: URL; empty where there is none to show."""
    note: str = ""
    """What was done to it, or is odd about it."""

    @cached_property
    def held(self) -> Held:
        return held_in(self.part) or Held("file", "", 0, b"", "")

    @property
    def way(self) -> Way:
        return self.held.way

    @property
    def kind(self) -> Kind | None:
        return self.held.kind

    @property
    def size(self) -> int:
        return self.held.size

    @property
    def address(self) -> str:
        return self.held.address

    @property
    def measured(self) -> Measured | None:
        """Of a picture that is held in the part."""
        if self.way != "image" or not self.held.head:
            return None
        return measured(self.held.head) or measured(bytes_of(self.part) or b"")

    @property
    def scalable(self) -> bool:
        return self.way == "image" and worth_scaling(self.size, self.measured)


def from_file(data: bytes, name: str, new_id: str) -> Attachment:
    """A file as it was chosen, dropped, pasted or recorded. Raises NotAttachable, with a sentence that names it."""
    name = said_name(name)
    if not data:
        raise NotAttachable(f"{name} is empty.")
    if len(data) > LARGEST:
        raise NotAttachable(too_large(name, len(data)))
    kind = kind_of(data, name)
    if kind is None:
        raise NotAttachable(f"{name} is {_ODD_TEXT if may_be_text(data) else _UNKNOWN}")
    if kind.refused:
        raise NotAttachable(f"{name} is {kind.with_article}. {kind.refused}")
    _whole(data, kind, name)
    small = ""
    if kind.way == "image":
        checked(data, name)
        small = _thumb(data)
    note = " ".join(filter(None, (_misnamed(name, kind), _about_pdf(data) if kind.is_pdf else "")))
    return Attachment(id=new_id, part=as_part(data, kind, name), name=name, thumb=small, note=note)


def too_large(name: str, size: int) -> str:
    """Why a file is not attached, and what to do."""
    return (
        f"{said_name(name)} has {size_words(size)}; one file may have {LARGEST_MB} MB. "
        "Make it smaller, or attach it by its address on the web."
    )


def at_address(address: str, new_id: str, way: Way | None = None) -> Attachment:
    """What stands at an address, which the model's provider fetches and Parley does not; a data: URL is read like a file.

    Without a `way` the end of the address tells what it is. Raises NotAttachable.
    """
    address = address.strip()
    if address[:5].lower() == "data:":
        return _from_data_url(address, new_id)
    parts = _split(address)
    if parts is None:
        raise NotAttachable("An address begins with https:// and names a host.")
    found = way or _way_at(parts[0], parts[1])
    if found is None:
        raise NotAttachable("The address does not tell what stands there: choose image, video or document beside it.")
    if found == "audio":
        raise NotAttachable("Recordings go by file only: the API takes no address of one.")
    name = _named_by(address)
    return Attachment(id=new_id, part=_pointing(address, found, name), name=name)


def of_part(part: dict[str, Any], new_id: str) -> Attachment:
    """A part of a message as an attachment, to be looked at and changed."""
    held = held_in(part)
    name = held.name or _named_by(held.address) if held is not None else ""
    kind = held.kind if held is not None else None
    is_image, is_pdf = held is not None and held.way == "image" and bool(held.head), kind is not None and kind.is_pdf
    whole = (bytes_of(part) if is_image or is_pdf else None) or b""
    return Attachment(
        id=new_id,
        part=part,
        name=name or (kind.name if kind else ""),
        thumb=_thumb(whole) if whole and is_image else "",
        note=_about_pdf(whole) if is_pdf else "",
    )


def said_name(name: str) -> str:
    """A name as it can stand in a sentence: no folder, no sign that is not seen, not endless."""
    shown = _UNSAID.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()
    if len(shown) > _LONGEST_NAME:
        shown = f"{shown[: _LONGEST_NAME - 21]}…{shown[-20:]}"
    return shown or "This file"


def _from_data_url(address: str, new_id: str) -> Attachment:
    held = bytes_of({"type": "image_url", "image_url": {"url": address}})
    if held is None:
        raise NotAttachable("This data: address holds no base64 that can be read.")
    kind = kind_of(held)
    return from_file(held, f"{kind.way}.{kind.suffix}" if kind else "What this address holds", new_id)


def _split(address: str) -> tuple[str, str] | None:
    """Host and path."""
    try:
        parts = urlsplit(address)
        if parts.scheme.lower() not in ("https", "http") or not parts.hostname or re.search(r"\s", address):
            return None
        return parts.hostname.lower(), parts.path
    except ValueError:
        return None


def _named_by(address: str) -> str:
    """What an address ends with, as a name; its host where it ends with nothing."""
    parts = _split(address)
    return said_name(unquote(parts[1].rpartition("/")[2]) or parts[0]) if parts else ""


def _way_at(host: str, path: str) -> Way | None:
    kind = _ENDINGS.get(path.rpartition(".")[2].lower())
    return "video" if host in _FILM_HOSTS else kind.way if kind is not None else None


def _pointing(address: str, way: Way, name: str) -> dict[str, Any]:
    if way == "image":
        return {"type": "image_url", "image_url": {"url": address}}
    if way == "video":
        return {"type": "video_url", "video_url": {"url": address}}
    return {"type": "file", "file": {"filename": name, "file_data": address}}


def _whole(data: bytes, kind: Kind, name: str) -> None:
    """Raises NotAttachable for a document or a recording that visibly ends too early."""
    if kind.is_pdf and (cut_off(data) or (b"%%EOF" not in data[-4096:] and b"startxref" not in data)):
        raise NotAttachable(f"{name} is damaged: the PDF is cut off before its end. Save it anew.")
    if kind.is_pdf and b"obj" not in data:
        raise NotAttachable(f"{name} is damaged: there is nothing in the PDF. Save it anew.")
    if kind.is_pdf and pages_of(data) == 0:
        raise NotAttachable(f"{name} is a PDF without pages.")
    if kind.way == "audio" and len(data) <= _SILENT:
        raise NotAttachable(f"{name} has no sound in it.")


def _about_pdf(data: bytes) -> str:
    """How many pages it has, for some readers are paid by the page, and whether it is locked. Where its tables cannot be read, pages that
    stand in it openly are counted."""
    pages = pages_of(data) or len(_PAGE.findall(data))
    told = f"{pages:,} {'page' if pages == 1 else 'pages'}" if pages else ""
    return f"{told}; locked, so some readers may fail".lstrip("; ") if b"/Encrypt" in data else told


def _misnamed(name: str, kind: Kind) -> str:
    """A word where the name says something else than the bytes."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    same = _ALIKE.get(ending, ending) == kind.suffix
    return (
        "" if same or ending not in _PROMISED else f"Named .{ending}, but it is {kind.with_article}, and goes as one."
    )


def _thumb(data: bytes) -> str:
    small = thumbnail(data)
    return data_url(small, "image/png") if small else ""
