"""Where a key may be sent, and what may be a key: the one place where both are told, for settings, connections and client."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from parley.errors import SettingsError

OPENROUTER_URL = "https://openrouter.ai/api/v1"

_LOGIN_END = re.compile(r"[:/?#]")
_QUERY = re.compile(r"[?#]")


def checked_key(key: str | None, what: str = "The API key") -> str | None:
    """The key as it can stand in a header, None for none.

    Raises SettingsError, which names `what` holds it and never shows it, for one that was copied wrongly.
    """
    if not key:
        return None
    if not all("!" <= char <= "~" for char in key):
        held = "blanks or line breaks" if any(char.isspace() for char in key) else "characters that no key has"
        raise SettingsError(f"{what} contains {held}: copy it again, from its first to its last character.")
    return key


def checked_header(name: str, value: str) -> str:
    """The value as it can stand in a header; raises SettingsError where it cannot."""
    if not value.isascii() or not value.isprintable():
        raise SettingsError(f"{name} must be one line of plain ASCII text.")
    return value


def checked_base_url(base_url: str, what: str = "The address") -> str:
    """The base URL without a slash at its end.

    Raises SettingsError, which names `what` holds it and shows no login, where it is none, or where a key would travel in clear.
    """
    url = base_url.strip()
    reason = _objection(url)
    if reason:
        raise SettingsError(f"{what} is {_without_login(url)!r}, which cannot be used: {reason}")
    return url.rstrip("/")


def without_password(url: str) -> str:
    """The URL as it may be shown: an ellipsis for its password, nothing of its query."""
    scheme, login, place = _parts(url)
    return f"{scheme}{_LOGIN_END.split(login)[0]}:…@{place}" if login else f"{scheme}{place}"


def loopback(host: str) -> bool:
    """The name stands for this machine: 127.0.0.0/8, ::1, localhost or a name under it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _objection(url: str) -> str:
    """Why a key must not be sent there; empty where it may."""
    strange = f"it should look like {OPENROUTER_URL}."
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return strange
    if "@" in parts.netloc:
        return "it must hold no login, because the key takes the place of one."
    if parts.scheme not in ("http", "https") or not host or _QUERY.search(url) or not _is_plain(url):
        return strange
    if parts.scheme == "http" and not loopback(host):
        return "it must begin with https://, or the key would travel in clear (http:// only for this machine)."
    return ""


def _is_plain(url: str) -> bool:
    """Without the characters that one reader of addresses skips and the next one splits at."""
    return url.isprintable() and not any(char in " \\" for char in url)


def _without_login(url: str) -> str:
    """For addresses that need none: a key may have been pasted in the place of the user, too."""
    scheme, login, place = _parts(url)
    return f"{scheme}…@{place}" if login else f"{scheme}{place}"


def _parts(url: str) -> tuple[str, str, str]:
    """Scheme, login and the rest without a query, told apart for showing, whatever else is wrong with the URL."""
    scheme, mark, rest = url.partition("://") if "://" in url else ("", "", url)
    login, _, place = rest.rpartition("@")
    return scheme + mark, login, _QUERY.split(place)[0]
