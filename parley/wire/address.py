"""Where a key may be sent, and what may be a key."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from parley.errors import SettingsError


def checked_key(key: str | None) -> str | None:
    """The key as it can stand in a header, None for none; raises SettingsError, which never shows it."""
    if not key:
        return None
    if not all("!" <= char <= "~" for char in key):
        what = "blanks or line breaks" if any(char.isspace() for char in key) else "characters that no key has"
        raise SettingsError(f"The API key contains {what}: copy it again, from its first to its last character.")
    return key


def checked_header(name: str, value: str) -> str:
    """The value as it can stand in a header; raises SettingsError where it cannot."""
    if not value.isascii() or not value.isprintable():
        raise SettingsError(f"{name} must be one line of plain ASCII text.")
    return value


def checked_base_url(base_url: str) -> str:
    """The base URL without a slash at its end; raises SettingsError where a key must not be sent there."""
    shown = re.sub(r"//[^/@]*@", "//…@", base_url.strip())
    try:
        parts = urlsplit(base_url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(
            f"The base URL {shown!r} is no URL: it should look like https://openrouter.ai/api/v1."
        ) from None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or not shown.isprintable():
        raise SettingsError(f"The base URL {shown!r} should look like https://openrouter.ai/api/v1.")
    if parts.username is not None or parts.password is not None:
        raise SettingsError(f"The base URL {shown!r} holds a login: use the API key for that.")
    if parts.scheme == "http" and not loopback(host):
        raise SettingsError(f"The base URL {shown!r} must begin with https: the key would travel in clear.")
    return base_url.strip().rstrip("/")


def loopback(host: str) -> bool:
    """The name stands for this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
