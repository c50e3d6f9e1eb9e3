"""Addresses in what a model wrote: where a link may lead, which host that is, and whether its label would have one believe another."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_WEB = ("http", "https")
_HOST = re.compile(r"[\w.-]+|[\da-f:.]+(?:%\w+)?")
_AFTER_AN_ADDRESS = "?!.,:;*_~'\""
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSEEN = ("Cf", "Cc", "Mn", "Me", "Zs")
_LIKE_A_DOT = ("Po", "So", "Sm", "Sk", "Lm", "Nd", "No")
_LIKE_A_HOST = re.compile(r"//|[^\W_]\.[^\W\d_]|[^\W\d_]\.[^\W_]|\.[^\W\d_]{2,}|\d+(?:\.\d+){3}|localhost|\[[\da-f]*:")
_TYPOGRAPHY = "‘’‚“”„‐‑…"


def target_of(address: str) -> str | None:
    """The address as a link may hold it: the web, mail, or a place in this text; None for everything else."""
    scheme, colon, rest = address.partition(":")
    scheme = scheme.lower()
    address = f"{scheme}{colon}{rest}" if scheme in _WEB else address
    if not (address.startswith("#") or (scheme in _WEB and host_of(address)) or scheme == "mailto"):
        return None
    quoted = re.sub(
        r"[\s<>\\|`\x00-\x1f\x7f]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address
    )
    return quoted.replace("&", "&amp;")


def host_of(address: str) -> str:
    """The host of an address of the web; empty for every other address."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return host if parts.scheme.lower() in _WEB and _HOST.fullmatch(host) else ""
    except ValueError:
        return ""


def as_url(text: str) -> str:
    return text if "://" in text else f"http://{text}"


def trimmed(url: str) -> str:
    """A bare address without the marks of the sentence around it; a bracket belongs to it where it was opened within."""
    opened, closed, end = url.count("("), url.count(")"), len(url)
    while end and (url[end - 1] in _AFTER_AN_ADDRESS or (url[end - 1] == ")" and closed > opened)):
        closed -= url[end - 1] == ")"
        end -= 1
    return url[:end]


def without_directions(text: str) -> str:
    """Text without the controls that turn the order of what stands around them."""
    return _DIRECTIONS.sub("", text)


def names_another(label: str, host: str) -> bool:
    """Whether a label looks at all like an address, by any dot-like sign in a word, and is not plainly one of this host."""
    if not _LIKE_A_HOST.search(_folded(label)):
        return False
    netloc = as_url(label.strip().rstrip(".")).partition("://")[2]
    named = re.split(r"[/?#\\\s]", netloc, maxsplit=1)[0].lower()
    return re.sub(r":\d{1,5}$", "", _bare(named)) != _bare(host) or not netloc.isprintable() or " " in netloc


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _folded(label: str) -> str:
    """The label as it looks at a glance: no sign that is not seen, every sign like a dot a dot."""
    seen = "".join(char for char in label if char == " " or unicodedata.category(char) not in _UNSEEN)
    return "".join("." if _is_dot(char) else char for char in unicodedata.normalize("NFKC", seen.casefold()))


def _is_dot(char: str) -> bool:
    return not char.isascii() and char not in _TYPOGRAPHY and unicodedata.category(char) in _LIKE_A_DOT
