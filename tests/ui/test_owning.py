"""A door that one owner looks through shows nothing of another's, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from pathlib import Path

import pytest

from components.owning import seen_by
from parley.errors import Missing
from parley.notebook import Session
from parley.runs import Runner
from parley.store import Store


@pytest.fixture
def store(tmp_path: Path):
    with Store(f"sqlite:///{tmp_path}/parley.db") as opened:
        yield opened


def test_what_one_saves_the_other_does_not_see(store: Store):
    mine, yours = seen_by("me", store), seen_by("you", store)
    mine.save(Session(id="s", title="Mine"))
    assert [row.title for row in mine.library().rows] == ["Mine"]
    assert yours.library().rows == store.library().rows == ()
    with pytest.raises(Missing):
        yours.session("s")
    with pytest.raises(Missing):
        yours.delete_session("s")


def test_nobody_gets_around_it_by_naming_no_owner(store: Store):
    seen_by("me", store).set_setting("caps", 1)
    assert seen_by("you", store).setting("caps") is None
    assert store.setting("caps") is None


def test_the_only_owner_of_a_local_install_sees_the_door_itself(store: Store):
    assert seen_by("", store) is store


@pytest.mark.parametrize("door", [Store, Runner])
def test_every_call_about_what_is_somebodys_takes_an_owner(door: type):
    """What takes none tells of the process or the disk; one that is added must be thought about."""
    calls = {name: getattr(door, name) for name in dir(door) if not name.startswith("_")}
    open_to_all = {name for name, call in calls.items() if isinstance(call, Callable) and not _owned(call)}
    expected = {
        Store: {"size", "free", "short_of_space", "backup", "close", "interrupt_orphans", "unsettled", "is_shared"},
        Runner: {"settle", "close"},
    }
    assert open_to_all == expected[door]


def _owned(call: Callable[..., object]) -> bool:
    return "owner" in signature(call).parameters
