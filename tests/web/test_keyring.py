"""The keyring: a key is there for the browser that gave it, for a while, and nowhere to be seen."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from parley.errors import ParleyError
from parley.web.keyring import Keyring

KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def shown(key: SecretStr | None) -> str | None:
    return key.get_secret_value() if key else None


def test_all_keys_of_an_owner_are_told_and_nobody_elses() -> None:
    ring = Keyring()
    for owner, server in (("a", "openrouter"), ("a", "http://other"), ("b", "openrouter")):
        ring.put(owner, f"key of {owner} for {server}", connection=server)
    assert {shown(key) for key in ring.all_of("a")} == {"key of a for openrouter", "key of a for http://other"}
    assert ring.all_of(None) == ()
    ring.forget("b")
    assert ring.all_of("b") == ()


def test_a_key_is_there_for_its_owner_alone() -> None:
    ring = Keyring()
    ring.put("alice", KEY)
    ring.put("bob", SecretStr("sk-of-bob"))
    assert shown(ring.get("alice")) == KEY
    assert shown(ring.get("bob")) == "sk-of-bob"
    assert ring.get("carol") is None


def test_a_key_for_one_connection_is_never_handed_to_another() -> None:
    ring = Keyring()
    ring.put("alice", KEY, connection="openrouter")
    assert ring.get("alice", connection="https://elsewhere.example/v1") is None
    assert ring.get("aliceopenrouter", connection="") is None


def test_a_new_key_takes_the_place_of_the_old_and_forget_means_forget() -> None:
    ring = Keyring()
    ring.put("alice", "sk-old")
    ring.put("alice", KEY)
    assert (shown(ring.get("alice")), len(ring)) == (KEY, 1)
    ring.forget("alice")
    ring.forget("alice")
    assert (ring.get("alice"), len(ring)) == (None, 0)


def test_a_key_lives_as_long_as_it_is_used() -> None:
    clock = Clock()
    ring = Keyring(kept=60, clock=clock)
    ring.put("alice", KEY)
    for _ in range(3):
        clock.now += 59
        assert shown(ring.get("alice")) == KEY
    clock.now += 60
    assert (ring.get("alice"), len(ring)) == (None, 0)


def test_keys_that_ran_out_leave_the_memory_when_others_come() -> None:
    clock = Clock()
    ring = Keyring(kept=60, clock=clock)
    ring.put("alice", KEY)
    clock.now += 61
    ring.put("bob", KEY)
    assert len(ring) == 1


def test_a_flood_pushes_out_the_longest_unused() -> None:
    ring = Keyring(most=3)
    for owner in ("a", "b", "c"):
        ring.put(owner, KEY)
    ring.get("a")
    ring.put("d", KEY)
    assert [bool(ring.get(owner)) for owner in "abcd"] == [True, False, True, True]


@pytest.mark.parametrize("nobody", [None, ""])
def test_a_browser_without_a_cookie_owns_nothing(nobody: str | None) -> None:
    ring = Keyring()
    with pytest.raises(ParleyError, match="cookie"):
        ring.put(nobody, KEY)
    ring.forget(nobody)
    assert ring.get(nobody) is None


def test_nothing_of_it_can_be_printed_or_written_down() -> None:
    ring = Keyring()
    ring.put("alice-token", KEY)
    assert repr(ring) == str(ring) == "<Keyring of 1>"
    assert KEY not in repr(vars(ring))
    assert "alice" not in repr(vars(ring))
    for write in (pickle.dumps, copy.deepcopy, copy.copy):
        with pytest.raises(TypeError):
            write(ring)


def test_a_log_line_loses_every_key_that_is_held() -> None:
    ring = Keyring()
    ring.put("alice", "gsk_unusual.shape")
    assert ring.redact("asked with gsk_unusual.shape today") == "asked with [key] today"


def test_threads_do_not_disturb_one_another() -> None:
    ring = Keyring()

    def live(owner: int) -> bool:
        for turn in range(200):
            ring.put(str(owner), f"key-{owner}-{turn}")
            if shown(ring.get(str(owner))) != f"key-{owner}-{turn}":
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(live, range(8)))
