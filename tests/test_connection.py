"""Connections: where a key may go, what is kept of a choice, and what a choice that was kept means today."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from parley.client import OpenRouter
from parley.connection import LOCAL, Connection, checked_key, first_choice, known, openrouter, other, restored, stored
from parley.errors import SettingsError
from parley.settings import Settings

KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"
TODAY = Settings(base_url="https://today.example/api/v1")
WITH_KEY = Settings(base_url="https://today.example/api/v1", api_key=SecretStr(KEY))

GOOD = [
    "https://openrouter.ai/api/v1",
    "https://openrouter.ai:8443/api/v1/",
    " HTTPS://Models.example/v1\n",
    "http://localhost:8000/v1",
    "http://127.0.0.1:1",
    "http://127.0.0.2:11434/v1",
    "http://127.255.255.254",
    "http://[::1]:8",
    "http://app.localhost",
    "http://LOCALHOST:1",
]
BAD = [
    "x",
    "openrouter.ai/api/v1",
    "https://",
    "https:///v1",
    "https://x:99999",
    "https://x:port",
    "http://[::1",
    "ftp://x",
    "http://openrouter.ai/api/v1",
    "http://10.0.0.1",
    "http://128.0.0.1",
    "http://[::2]",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example/v1",
    "http://notlocalhost",
    "https://@x",
    f"https://me:{KEY}@x/v1",
    f"https://{KEY}@x/v1",
    f"https://{KEY}:@x/v1",
    f"{KEY}@x",
    f"https://x/v1?key={KEY}",
    f"https://x/v1#{KEY}",
    "https://x/v1?",
    "https://x/v1#",
    "https://x y/v1",
    "https://x\\y/v1",
    "https://x\n.evil.example/v1",
    "https://x\t/v1",
]


def from_the_environment(base_url: str) -> str:
    return Settings.read({"OPENROUTER_BASE_URL": base_url}).base_url


def in_the_form(base_url: str) -> str:
    return other(base_url).base_url


def of_the_client(base_url: str) -> str:
    return OpenRouter(base_url=base_url).base_url


DOORS = [from_the_environment, in_the_form, of_the_client]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("url", GOOD)
def test_an_address_that_is_good_is_good_wherever_it_is_given(door: Any, url: str) -> None:
    assert door(url) == url.strip().rstrip("/")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("url", BAD)
def test_an_address_that_is_not_is_refused_everywhere_and_shows_no_secret(door: Any, url: str) -> None:
    with pytest.raises(SettingsError, match="cannot be used") as refused:
        door(url)
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("door", [in_the_form, of_the_client])
@pytest.mark.parametrize("url", ["", "   "])
def test_no_address_is_none(door: Any, url: str) -> None:
    with pytest.raises(SettingsError):
        door(url)


def key_of_the_environment(key: str) -> SecretStr | None:
    return Settings.read({"OPENROUTER_API_KEY": key}).api_key


@pytest.mark.parametrize("door", [key_of_the_environment, checked_key])
def test_a_key_that_was_pasted_is_taken_without_the_blanks_around_it(door: Any) -> None:
    assert door(f"  {KEY}\r\n").get_secret_value() == KEY


@pytest.mark.parametrize("door", [key_of_the_environment, checked_key, lambda key: OpenRouter(api_key=key)])
@pytest.mark.parametrize("wrong", [" and more", "\n\n.", "\x00", "…", "é", "\u200b"])
def test_what_is_no_key_is_refused_everywhere_and_never_shown(door: Any, wrong: str) -> None:
    with pytest.raises(SettingsError, match="copy it again") as refused:
        door(f"{KEY}{wrong}.")
    assert KEY not in str(refused.value)


@pytest.mark.parametrize(
    ("connection", "name", "ring", "needs_key"),
    [
        (LOCAL, "Local model", "local", False),
        (openrouter(TODAY), "OpenRouter", "openrouter", True),
        (other("https://models.example:8/v1"), "models.example:8", "https://models.example:8/v1", False),
    ],
)
def test_every_connection_has_a_name_and_a_ring_of_its_own(
    connection: Connection, name: str, ring: str, needs_key: bool
) -> None:
    assert (connection.name, connection.ring, connection.needs_key) == (name, ring, needs_key)


def test_a_key_for_one_path_of_a_host_is_not_a_key_for_the_next() -> None:
    assert other("https://x.example/a").ring != other("https://x.example/b").ring


def test_the_first_choice_is_openrouter_where_the_deployment_has_a_key() -> None:
    assert first_choice(TODAY) == LOCAL == known("local", TODAY)
    assert first_choice(WITH_KEY) == openrouter(WITH_KEY) == known("openrouter", WITH_KEY)


@pytest.mark.parametrize("connection", [LOCAL, openrouter(TODAY), other("http://127.0.0.2:8/v1")])
def test_a_choice_that_is_kept_comes_back(connection: Connection) -> None:
    assert restored(stored(connection), TODAY) == connection


def test_only_an_address_that_the_person_gave_is_kept() -> None:
    assert (stored(LOCAL), stored(openrouter(TODAY))) == ({"kind": "local"}, {"kind": "openrouter"})
    assert stored(other("https://x.example/v1")) == {"kind": "other", "base_url": "https://x.example/v1"}


def test_the_deployments_key_never_goes_to_an_address_of_yesterday() -> None:
    yesterday = {"kind": "openrouter", "base_url": "https://yesterday.example/api/v1"}
    assert restored(yesterday, WITH_KEY).base_url == "https://today.example/api/v1"
    assert restored({"kind": "local", "base_url": "https://yesterday.example"}, TODAY) == LOCAL


@pytest.mark.parametrize(
    "kept",
    [
        None, [], "other", 7, {}, {"kind": "other"}, {"kind": "other", "base_url": None}, {"kind": ["other"]},
        {"kind": "other", "base_url": "http://in.the.clear"}, {"kind": "new", "base_url": "https://x"}, {"kind": None},
    ],
)  # fmt: skip
def test_what_cannot_be_a_choice_gives_the_first_one(kept: object) -> None:
    assert (restored(kept, TODAY), restored(kept, WITH_KEY)) == (LOCAL, openrouter(WITH_KEY))


JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda part: st.dictionaries(st.text(), part))


@given(kind=JSON | st.sampled_from(["local", "openrouter", "other"]), base_url=JSON)
def test_nothing_that_was_kept_stops_parley(kind: object, base_url: object) -> None:
    found = restored({"kind": kind, "base_url": base_url}, TODAY)
    assert found == LOCAL or found.kind in ("openrouter", "other")
