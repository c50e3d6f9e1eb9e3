"""A link is found by its whole token and by nothing that is near it, whoever guesses, and however often."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import sqlite3
import string
from datetime import timedelta
from urllib.parse import quote

import pytest

from parley.notebook import Session
from parley.store import Store

LETTERS = f"{string.ascii_letters}{string.digits}-_"
LOOKED_UP = 5_000
"""Guesses by the public look-up, which asks the database each time: half a millisecond, or ten minutes for a million."""
HASHED = 1_000_000
"""Guesses by what that look-up compares: the SHA-256 of a token, with all that are stored."""


@pytest.fixture
def tokens(store: Store) -> list[str]:
    """Links that are open, and some that have ended."""
    made = [store.share(Session(id=f"s{n}")) for n in range(20)]
    for _, share in made[15:]:
        store.revoke(share.id)
    return [*(token for token, _ in made), store.share(Session(id="old"), expires=timedelta(seconds=-1))[0]]


def test_nothing_that_is_near_a_token_leads_anywhere(store: Store, tokens: list[str]) -> None:
    good = tokens[0]
    assert store.is_shared(good)
    near = {f"{good[:at]}{letter}{good[at + 1 :]}" for at in range(len(good)) for letter in LETTERS}
    near |= {good[:end] for end in range(len(good))} | {good[start:] for start in range(1, len(good))}
    near |= {good.upper(), good.lower(), good.swapcase(), good[::-1], good + good, f" {good}", f"{good} ", f"{good}\n"}
    near |= {f"{good}=", f"{good}\0", f"%{good[1:]}", f"{good[:-1]}%", f"{good[:-1]}_", quote(good, safe="") + "%20"}
    near |= {hashlib.sha256(good.encode()).hexdigest(), f"{good}' OR '1'='1", f"{good}--"}
    assert [one for one in near - {good} if store.is_shared(one)] == []


def test_no_guess_of_many_leads_anywhere_whatever_it_looks_like(store: Store, tokens: list[str]) -> None:
    guesses = (secrets.token_urlsafe(32) for _ in range(LOOKED_UP))
    assert sum(map(store.is_shared, guesses)) == 0
    assert [store.is_shared(token) for token in tokens] == [True] * 15 + [False] * 6


def test_no_guess_of_a_million_has_the_hash_of_a_link(store: Store, tokens: list[str], url: str) -> None:
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
        stored = {bytes.fromhex(hash_) for (hash_,) in file.execute("SELECT token_hash FROM shares")}
    assert stored == {hashlib.sha256(token.encode()).digest() for token in tokens}
    hit = sum(hashlib.sha256(secrets.token_urlsafe(32).encode()).digest() in stored for _ in range(HASHED))
    assert hit == 0
