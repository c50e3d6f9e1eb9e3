"""Settings: what the environment says, read once, checked, and never shown with its secrets.

| variable | meaning | when unset |
|---|---|---|
| `OPENROUTER_API_KEY` | the deployment's own key | none |
| `OPENROUTER_BASE_URL` | where that key is used | https://openrouter.ai/api/v1 |
| `PARLEY_DATABASE_URL` | `sqlite:///…` or `postgresql://…` | `parley.db` in the home folder |
| `PARLEY_HOME` | folder for the database and the model's weights | `~/.parley` |
| `PARLEY_MODEL` | a GGUF file for the local model | the one that Parley fetches |
| `PARLEY_MODE` | `local` (one person, this machine) or `shared` | `local` |
| `PARLEY_ALLOWED_HOSTS` | names that Parley is served under, comma-separated | loopback only |
| `PARLEY_PROXIES` | proxies before Parley, addresses or networks, comma-separated | loopback only |

An empty variable counts as unset.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal, NoReturn, cast, get_args
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr

from parley.errors import SettingsError
from parley.value import Value
from parley.wire.address import OPENROUTER_URL, checked_base_url, checked_key, without_password

__all__ = ["LOOPBACK", "OPENROUTER_URL", "Mode", "Settings", "without_password"]

Mode = Literal["local", "shared"]
Network = IPv4Network | IPv6Network
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names that Parley itself answers under without being told so."""
LOOPBACK_NETWORKS: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1"))

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?")


class Settings(Value):
    """What a process was told from outside; equal environments give equal settings."""

    api_key: SecretStr | None = None
    """The deployment's own key: used on behalf of everybody, shown to nobody."""
    base_url: str = OPENROUTER_URL
    """Where the deployment's key is used; no slash at the end."""
    home: Path = Field(default_factory=lambda: Path("~/.parley").expanduser())
    """Parley's own folder, absolute; it need not exist yet."""
    database_url: str = Field(default_factory=lambda known: f"sqlite:///{known['home'].as_posix()}/parley.db")
    """May hold a password, which `repr` leaves out."""
    model_path: Path | None = None
    """A GGUF file to run in place of the model that Parley fetches."""
    mode: Mode = "local"
    allowed_hosts: tuple[str, ...] = ()
    """Lower-case `name` (any port) or `name:port`, besides the loopback names."""
    proxies: tuple[Network, ...] = LOOPBACK_NETWORKS
    """Who may say on whose behalf a request comes."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """The settings that `environ` holds.

        Raises SettingsError, which names the variable, its value (never a key or a password) and what is allowed.
        """
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        readers = {
            "OPENROUTER_API_KEY": ("api_key", _key),
            "OPENROUTER_BASE_URL": ("base_url", _base_url),
            "PARLEY_DATABASE_URL": ("database_url", _database_url),
            "PARLEY_HOME": ("home", _folder),
            "PARLEY_MODEL": ("model_path", _model),
            "PARLEY_MODE": ("mode", _mode),
            "PARLEY_ALLOWED_HOSTS": ("allowed_hosts", _hosts),
            "PARLEY_PROXIES": ("proxies", _proxies),
        }
        known: dict[str, Any] = {
            field: reader(name, given[name]) for name, (field, reader) in readers.items() if name in given
        }
        settings = cls(**known)
        if settings.mode == "shared" and not settings.allowed_hosts:
            raise SettingsError(
                "PARLEY_MODE is 'shared', which needs PARLEY_ALLOWED_HOSTS: "
                "the names people reach Parley under, for instance 'parley.example.org'."
            )
        return settings

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, without_password(value) if name == "database_url" else value


def _refuse(name: str, shown: str, allowed: str) -> NoReturn:
    raise SettingsError(f"{name} is {shown!r}; allowed is {allowed}.")


def _key(name: str, value: str) -> SecretStr:
    return SecretStr(checked_key(value, name) or "")


def _base_url(name: str, value: str) -> str:
    return checked_base_url(value, name)


def _split(name: str, value: str, allowed: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        _refuse(name, without_password(value), allowed)
    return parts


def _database_url(name: str, value: str) -> str:
    allowed = "sqlite:///<path to a file> or postgresql://<user>:<password>@<host>/<database>"
    parts = _split(name, value, allowed)
    engine = parts.scheme.partition("+")[0]
    if engine != "postgresql" and not (engine == "sqlite" and not parts.netloc):
        _refuse(name, without_password(value), allowed)
    return value


def _path(name: str, value: str, allowed: str) -> Path:
    try:
        return Path(value).expanduser().absolute()
    except (RuntimeError, ValueError):
        _refuse(name, value, allowed)


def _folder(name: str, value: str) -> Path:
    allowed = "a folder, or a path where one can be made"
    path = _path(name, value, allowed)
    if path.exists() and not path.is_dir():
        _refuse(name, value, allowed)
    return path


def _model(name: str, value: str) -> Path:
    allowed = "the path of a .gguf file that exists"
    path = _path(name, value, allowed)
    if path.suffix.lower() != ".gguf" or not path.is_file():
        _refuse(name, value, allowed)
    return path


def _mode(name: str, value: str) -> Mode:
    if value.lower() not in get_args(Mode):
        _refuse(name, value, "'local' or 'shared'")
    return cast("Mode", value.lower())


def _hosts(name: str, value: str) -> tuple[str, ...]:
    hosts = tuple(host for part in value.lower().split(",") if (host := part.strip()))
    for host in hosts:
        if not _HOST.fullmatch(host):
            _refuse(
                name, without_password(host), "names like 'parley.example.org' or 'parley.example.org:8501', by comma"
            )
    return hosts


def _proxies(name: str, value: str) -> tuple[Network, ...]:
    try:
        named = tuple(ip_network(network) for part in value.split(",") if (network := part.strip()))
    except ValueError:
        _refuse(name, without_password(value), "addresses or networks like '10.0.0.2' or '172.18.0.0/16', by comma")
    return (*LOOPBACK_NETWORKS, *named)
