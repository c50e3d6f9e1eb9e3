"""A connection: where requests go, by name. Its key stands in the keyring or in the environment, never here."""

from __future__ import annotations

import contextlib
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from parley.errors import SettingsError
from parley.settings import Settings
from parley.value import Value
from parley.wire import address

Kind = Literal["local", "openrouter", "other"]


class Connection(Value):
    """One of the model servers that a person can choose between."""

    kind: Kind
    base_url: str = ""
    """Where requests go, without a slash at the end; empty for the local model, whose port is known once it runs."""

    @property
    def name(self) -> str:
        """What people read, and what a run keeps."""
        names = {"local": "Local model", "openrouter": "OpenRouter"}
        return names.get(self.kind) or (urlsplit(self.base_url).netloc or self.base_url)

    @property
    def ring(self) -> str:
        """The name under which the keyring holds this connection's key: a key given to one server goes to no other."""
        return self.kind if self.kind != "other" else self.base_url

    @property
    def needs_key(self) -> bool:
        return self.kind == "openrouter"

    @property
    def default_model(self) -> str:
        """What `model` is sent where the person set none; the local server names its own."""
        return "openrouter/auto" if self.kind == "openrouter" else ""


LOCAL = Connection(kind="local")


def openrouter(settings: Settings) -> Connection:
    """OpenRouter, where the deployment says it is."""
    return Connection(kind="openrouter", base_url=settings.base_url)


def known(kind: Kind, settings: Settings) -> Connection:
    """A connection that needs no address from the person."""
    return openrouter(settings) if kind == "openrouter" else LOCAL


def checked_key(key: str) -> SecretStr:
    """The key as it was pasted, without the blanks around it.

    Raises SettingsError, without showing it, for one that holds what no key holds: it was copied wrongly.
    """
    return SecretStr(address.checked_key(key.strip(), "This key") or "")


def other(base_url: str) -> Connection:
    """Any server that speaks the chat completions API.

    Raises SettingsError for an address over which a key would travel in clear, or which is no address.
    """
    return Connection(kind="other", base_url=address.checked_base_url(base_url))


def first_choice(settings: Settings) -> Connection:
    """Where requests go until the person chooses: OpenRouter with the deployment's key, else the local model."""
    return openrouter(settings) if settings.api_key else LOCAL


def stored(connection: Connection) -> dict[str, str]:
    """The choice as it is kept: an address only where the person gave it. OpenRouter's is the deployment's to say."""
    return connection.model_dump(include={"kind", "base_url"} if connection.kind == "other" else {"kind"})


def restored(kept: object, settings: Settings) -> Connection:
    """The choice that was kept, at the address that holds today; whatever else was kept gives the first choice."""
    match kept:
        case {"kind": "local" | "openrouter" as kind}:
            return known(kind, settings)
        case {"kind": "other", "base_url": str(base_url)}:
            with contextlib.suppress(SettingsError):
                return other(base_url)
    return first_choice(settings)
