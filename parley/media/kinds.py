"""What a file is, by its first bytes and our own table: neither its name nor what a browser says of it is believed.

Sources: the published signatures of each format; which of them the API takes stands in OpenRouter's guides on multimodal input.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, Literal

from parley.value import Value

Way = Literal["image", "audio", "video", "file"]
"""The modality a file is sent as; the words are those of a model's `input_modalities`."""


class Kind(Value):
    """One kind of file."""

    name: str
    """What a person calls it."""
    media_type: str
    way: Way
    suffix: str
    """The usual ending of its name, without the dot."""
    refused: str = ""
    """Why no model takes it, and what to do; empty where models do."""

    @property
    def with_article(self) -> str:
        """As it stands in a sentence: `an MP4 video`, `a PNG image`."""
        return f"{'an' if _SPOKEN_OPEN.match(self.name) else 'a'} {self.name}"

    @property
    def is_text(self) -> bool:
        return self.suffix == "txt"

    @property
    def is_pdf(self) -> bool:
        return self.media_type == "application/pdf"


_SPOKEN_OPEN: Final = re.compile("[AEIO]|M[P4]")
"""Names that begin with a vowel when they are spoken."""


def _kind(name: str, media_type: str, way: Way, suffix: str, refused: str = "") -> Kind:
    return Kind(name=name, media_type=media_type, way=way, suffix=suffix, refused=refused)


_AS_PICTURE = "Models take PNG, JPEG, WebP and GIF: save it as one of these."
_AS_FILM = "Models take MP4, MOV, MPEG and WebM: convert it to one of these."
_AS_DOCUMENT = "Save it as PDF, or as .docx, .xlsx or .pptx."
_NO_MODEL = "No model reads it. Attach what is in it, file by file."
PNG: Final = _kind("PNG image", "image/png", "image", "png")
JPEG: Final = _kind("JPEG image", "image/jpeg", "image", "jpg")
GIF: Final = _kind("GIF image", "image/gif", "image", "gif")
WEBP: Final = _kind("WebP image", "image/webp", "image", "webp")
WAV: Final = _kind("WAV recording", "audio/wav", "audio", "wav")
MP3: Final = _kind("MP3 recording", "audio/mpeg", "audio", "mp3")
M4A: Final = _kind("M4A recording", "audio/mp4", "audio", "m4a")
OGG: Final = _kind("Ogg recording", "audio/ogg", "audio", "ogg")
FLAC: Final = _kind("FLAC recording", "audio/flac", "audio", "flac")
AIFF: Final = _kind("AIFF recording", "audio/aiff", "audio", "aiff")
AAC: Final = _kind("AAC recording", "audio/aac", "audio", "aac")
MP4: Final = _kind("MP4 video", "video/mp4", "video", "mp4")
MOV: Final = _kind("QuickTime video", "video/quicktime", "video", "mov")
WEBM: Final = _kind("WebM video", "video/webm", "video", "webm")
MPEG: Final = _kind("MPEG video", "video/mpeg", "video", "mpeg")
PDF: Final = _kind("PDF", "application/pdf", "file", "pdf")
TEXT: Final = _kind("Text file", "text/plain", "file", "txt")
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX: Final = _kind("Word document", f"{_OFFICE}wordprocessingml.document", "file", "docx")
XLSX: Final = _kind("Excel workbook", f"{_OFFICE}spreadsheetml.sheet", "file", "xlsx")
PPTX: Final = _kind("PowerPoint presentation", f"{_OFFICE}presentationml.presentation", "file", "pptx")
EPUB: Final = _kind("EPUB book", "application/epub+zip", "file", "epub")
TAKEN: Final = (
    *(PNG, JPEG, GIF, WEBP),
    *(WAV, MP3, M4A, OGG, FLAC, AIFF, AAC),
    *(MP4, MOV, WEBM, MPEG),
    *(PDF, TEXT, DOCX, XLSX, PPTX, EPUB),
)
"""What models take."""
_HEIC = _kind("HEIC image", "image/heic", "image", "heic", _AS_PICTURE)
_AVIF = _kind("AVIF image", "image/avif", "image", "avif", _AS_PICTURE)
_MATROSKA = _kind("Matroska video", "video/x-matroska", "video", "mkv", _AS_FILM)
_AVI = _kind("AVI video", "video/x-msvideo", "video", "avi", _AS_FILM)
_THEORA = _kind("Ogg video", "video/ogg", "video", "ogv", _AS_FILM)
_WEBM_SOUND = _kind(
    "WebM recording", "audio/webm", "audio", "weba", "Models take WAV, MP3, M4A, Ogg, FLAC, AIFF and AAC."
)
_RAW = _kind("Camera file", "image/x-canon-cr3", "image", "cr3", _AS_PICTURE)
_BMP = _kind("BMP image", "image/bmp", "image", "bmp", _AS_PICTURE)
_ZIP = _kind("ZIP archive", "application/zip", "file", "zip", _NO_MODEL)
_OLE = _kind("Office file of the old kind", "application/x-ole-storage", "file", "doc", _AS_DOCUMENT)

_HEADS: Final = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"fLaC", FLAC),
    (b"ID3", MP3),
    (b"\x00\x00\x01\xba", MPEG),
    (b"\x00\x00\x01\xb3", MPEG),
    (b"II*\x00", _kind("TIFF image", "image/tiff", "image", "tiff", _AS_PICTURE)),
    (b"MM\x00*", _kind("TIFF image", "image/tiff", "image", "tiff", _AS_PICTURE)),
    (b"\x00\x00\x01\x00", _kind("Icon", "image/x-icon", "image", "ico", _AS_PICTURE)),
    (b"8BPS", _kind("Photoshop file", "image/vnd.adobe.photoshop", "image", "psd", _AS_PICTURE)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"\x1f\x8b", _kind("gzip archive", "application/gzip", "file", "gz", _NO_MODEL)),
    (b"7z\xbc\xaf\x27\x1c", _kind("7-Zip archive", "application/x-7z-compressed", "file", "7z", _NO_MODEL)),
    (b"Rar!\x1a\x07", _kind("RAR archive", "application/vnd.rar", "file", "rar", _NO_MODEL)),
    (b"\x7fELF", _kind("Program", "application/x-elf", "file", "elf", "No model runs programs.")),
    (b"SQLite format 3\x00", _kind("SQLite database", "application/vnd.sqlite3", "file", "db", "No model reads it.")),
)
_MPEG_FRAMES: Final = {0xFB: MP3, 0xFA: MP3, 0xF3: MP3, 0xF2: MP3, 0xF1: AAC, 0xF9: AAC}
_RIFF: Final = {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": _AVI}
_BRANDS: Final = {
    b"M4A ": M4A,
    b"M4B ": M4A,
    b"qt  ": MOV,
    b"crx ": _RAW,
    b"avif": _AVIF,
    b"avis": _AVIF,
} | dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), _HEIC)
_SOUND, _PICTURES = (re.compile(rb"hdlr.{8}" + word, re.DOTALL) for word in (b"soun", b"vide"))
_ZIPPED: Final = ((b"word/", DOCX), (b"xl/", XLSX), (b"ppt/", PPTX), (b"application/epub+zip", EPUB))
_TEXTS: Final = {
    "csv": "text/csv",
    "md": "text/markdown",
    "markdown": "text/markdown",
    "json": "application/json",
    "xml": "application/xml",
}
"""Media types of texts that do not run anywhere, by the ending of a name; any other text is plain, HTML above all."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BLANK: Final = b"\xef\xbb\xbf \t\r\n\x00"
_HEAD: Final = 4096


def kind_of(data: bytes, name: str = "") -> Kind | None:
    """What the file is; None for a kind that is not known. The name tells texts apart, and nothing else."""
    head = data[:_HEAD]
    return (
        next((kind for start, kind in _HEADS if head.startswith(start)), None)
        or (_of_tracks(data) if head[4:8] == b"ftyp" else _in_a_container(head))
        or (PDF if head[:1024].lstrip(_BLANK).startswith(b"%PDF-") else None)
        or (_zipped(data) if head.startswith(b"PK\x03\x04") else None)
        or (_MPEG_FRAMES.get(head[1]) if len(head) > 1 and head[0] == 0xFF else None)
        or (_text(name) if text_of(data) is not None else None)
    )


def text_of(data: bytes) -> str | None:
    """The text that the bytes spell in UTF-8, or in UTF-16 with a mark that says so; None where they spell none.

    They may be the head of a text, cut off within its last sign.
    """
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        return None
    return None if not text or _CONTROL.search(text) else text


def may_be_text(data: bytes) -> bool:
    """Whether the bytes may spell a text in an encoding that does not tell itself, such as that of an older Windows."""
    return not _CONTROL.search(data[:_HEAD].decode("latin-1"))


def _in_a_container(head: bytes) -> Kind | None:
    """Of formats that share their first bytes: what stands a little further in."""
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return AIFF
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return _BMP
    if head.startswith(b"OggS"):
        return _THEORA if b"theora" in head[:512] else OGG
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return (_WEBM_SOUND if b"A_" in head and b"V_" not in head else WEBM) if b"webm" in head[:64] else _MATROSKA
    return None


def _of_tracks(data: bytes) -> Kind:
    """Telephones write recordings under the brands of films: what has a track of sound and none of pictures is sound."""
    known = _BRANDS.get(data[8:12])
    return known or (M4A if _SOUND.search(data) and not _PICTURES.search(data) else MP4)


def _zipped(data: bytes) -> Kind:
    """The names of what is in a ZIP stand at its end, too, whatever comes first in it."""
    names = data[:_HEAD] + data[-16 * _HEAD :]
    return next((kind for mark, kind in _ZIPPED if mark in names), _ZIP)


def _text(name: str) -> Kind:
    ending = name.rpartition(".")[2].lower()
    return TEXT.model_copy(update={"media_type": _TEXTS.get(ending, TEXT.media_type)})
