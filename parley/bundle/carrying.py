"""A bundle within another text: in a page, behind a document, in a notebook's metadata.

What is carried is data and looks like nothing else: it has no `<`, `>` or `&`, so it opens no element, ends no comment and needs
no script element to stand in.
"""

from __future__ import annotations

import base64
import binascii

TEMPLATE = ('<template id="parley-session">', "</template>")
"""Around it in a page: an element that browsers neither draw nor run, and that survives being saved from one."""
COMMENT = ("<!-- parley-session ", " -->")
"""Around it in Markdown."""
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029", "\x7f": "\\u007f"}
_INERT = str.maketrans(_ESCAPES)


def carried(bundle: bytes) -> str:
    """The bundle as a text: JSON stays JSON, with a few characters spelled by their number; a zip becomes base64."""
    if bundle[:1] == b"{":
        return bundle.decode().strip().translate(_INERT)
    return base64.b64encode(bundle).decode()


def uncarried(text: str) -> bytes:
    """The bundle again. Raises ValueError for what is neither JSON nor base64."""
    text = text.strip()
    if text.startswith("{"):
        return text.encode()
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise ValueError("it is no base64") from None


def between(text: str, around: tuple[str, str]) -> str | None:
    """What a text carries between the last such opening and the closing behind it; None where it carries nothing."""
    opening, closing = around
    start = text.rfind(opening)
    end = text.find(closing, start + len(opening))
    return text[start + len(opening) : end] if start >= 0 and end >= 0 else None
