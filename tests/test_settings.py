"""Settings: every variable is read, every bad value is named, no secret is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import SettingsError
from parley.settings import Settings, without_password

KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"


def test_an_empty_environment_is_a_local_install(tmp_path: Path) -> None:
    settings = Settings.read({"PARLEY_HOME": str(tmp_path), "OPENROUTER_API_KEY": "  ", "PARLEY_MODE": ""})
    assert settings.api_key is None
    assert settings.base_url == "https://openrouter.ai/api/v1"
    assert settings.database_url == f"sqlite:///{tmp_path}/parley.db"
    assert (settings.mode, settings.allowed_hosts, settings.model_path) == ("local", (), None)


def test_home_is_a_folder_of_the_person_by_default() -> None:
    assert Settings.read({}).home == Path("~/.parley").expanduser()
    assert Settings.read({"PARLEY_HOME": "~/elsewhere"}).home == Path("~/elsewhere").expanduser()
    assert Settings.read({"PARLEY_HOME": "near"}).home.is_absolute()


def test_every_variable_is_read(tmp_path: Path) -> None:
    model = tmp_path / "small.gguf"
    model.touch()
    settings = Settings.read(
        {
            "OPENROUTER_API_KEY": f" {KEY}\n",
            "OPENROUTER_BASE_URL": "http://127.0.0.1:9000/api/v1/",
            "PARLEY_DATABASE_URL": "postgresql+psycopg://parley:pw@db/parley",
            "PARLEY_MODEL": str(model),
            "PARLEY_MODE": "Shared",
            "PARLEY_ALLOWED_HOSTS": " Parley.example.org, [::2]:80 ,",
        }
    )
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == KEY
    assert settings.base_url == "http://127.0.0.1:9000/api/v1"
    assert settings.database_url == "postgresql+psycopg://parley:pw@db/parley"
    assert (settings.model_path, settings.mode) == (model, "shared")
    assert settings.allowed_hosts == ("parley.example.org", "[::2]:80")


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("OPENROUTER_BASE_URL", "openrouter.ai/api/v1", "https://"),
        ("OPENROUTER_BASE_URL", "http://openrouter.ai/api/v1", "https://"),
        ("OPENROUTER_BASE_URL", "http://127.0.0.1.evil.example/v1", "https://"),
        ("OPENROUTER_BASE_URL", "https://", "https://"),
        ("OPENROUTER_BASE_URL", "https://host:port/v1", "https://"),
        ("PARLEY_DATABASE_URL", "mysql://db/parley", "postgresql://"),
        ("PARLEY_DATABASE_URL", "parley.db", "sqlite:///"),
        ("PARLEY_DATABASE_URL", "sqlite://parley.db", "sqlite:///"),
        ("PARLEY_MODEL", "/nowhere/model.gguf", ".gguf"),
        ("PARLEY_MODEL", __file__, ".gguf"),
        ("PARLEY_HOME", __file__, "folder"),
        ("PARLEY_MODE", "public", "'local' or 'shared'"),
        ("PARLEY_ALLOWED_HOSTS", "*", "parley.example.org"),
        ("PARLEY_PROXIES", "proxy.example.org", "172.18.0.0/16"),
        ("PARLEY_PROXIES", "10.0.0.1/8", "172.18.0.0/16"),
        ("PARLEY_ALLOWED_HOSTS", "https://parley.example.org", "parley.example.org"),
        ("PARLEY_ALLOWED_HOSTS", "parley.example.org/x", "parley.example.org"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(name: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read({name: value})
    assert name in str(refused.value)
    assert repr(value) in str(refused.value)
    assert allowed in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENROUTER_API_KEY", f"{KEY} and more"),
        ("OPENROUTER_API_KEY", f"{KEY}\x00"),
        ("OPENROUTER_BASE_URL", f"https://me:{KEY}@host/v1"),
        ("OPENROUTER_BASE_URL", f"https://host/v1?key={KEY}"),
        ("PARLEY_DATABASE_URL", f"mysql://me:{KEY}@host/db"),
        ("PARLEY_DATABASE_URL", f"mysql://me:{KEY}/half@host/db"),
        ("PARLEY_DATABASE_URL", f"postgresql://me:{KEY}@host:x/db"),
        ("PARLEY_ALLOWED_HOSTS", f"me:{KEY}@host"),
    ],
)
def test_a_refusal_never_shows_a_secret(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read({name: value})
    assert name in str(refused.value)
    assert KEY not in str(refused.value)


def test_shared_mode_names_the_variable_it_waits_for() -> None:
    with pytest.raises(SettingsError, match="PARLEY_ALLOWED_HOSTS"):
        Settings.read({"PARLEY_MODE": "shared", "PARLEY_ALLOWED_HOSTS": " , "})


def test_nothing_printed_holds_a_secret() -> None:
    url = f"postgresql://parley:{KEY}@db/parley?password={KEY}"
    settings = Settings.read({"OPENROUTER_API_KEY": KEY, "PARLEY_DATABASE_URL": url})
    for shown in (repr(settings), str(settings), f"{settings}", settings.model_dump_json(exclude={"database_url"})):
        assert KEY not in shown
    assert "postgresql://parley:…@db/parley" in repr(settings)


@given(user=st.from_regex(r"[a-z]{1,8}", fullmatch=True), password=st.from_regex(r"[!-~]{12,20}", fullmatch=True))
def test_no_password_survives_being_shown(user: str, password: str) -> None:
    assert password not in without_password(f"postgresql://{user}:{password}@db/parley")
