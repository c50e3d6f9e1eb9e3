from __future__ import annotations

import pytest

from parley.errors import RateLimited, SettingsError
from parley.wire.exchange import Clocks
from parley.wire.patience import ADJUSTABLE, Clock, restored, stored, told_instead, typed

FIRST = next(clock for clock in ADJUSTABLE if clock.name == "first_event")


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), (" 90 s ", 90), ("1.5 min", 90), ("1,5 minutes", 90), ("1 h", 3600)]
)
def test_a_time_may_be_typed_as_people_write_it(text: str, seconds: float) -> None:
    assert typed(FIRST, text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-5", "4", "3601", "1e3", "nan", "90 parsecs"])
def test_what_is_not_allowed_is_told_with_what_is(text: str) -> None:
    with pytest.raises(SettingsError, match=r"First event should be 5 to 3,600 seconds"):
        typed(FIRST, text)


@pytest.mark.parametrize("clock", ADJUSTABLE, ids=lambda clock: clock.name)
def test_the_usual_time_is_allowed_and_a_changed_one_comes_back(clock: Clock) -> None:
    assert clock.least <= getattr(Clocks(), clock.name) <= clock.most
    changed = Clocks(**{clock.name: float(clock.most)})
    assert restored(stored(changed)) == changed


def test_usual_clocks_need_not_be_kept() -> None:
    assert stored(Clocks()) is None


@pytest.mark.parametrize("kept", [None, [], "x", {"idle": "long"}, {"idle": 0}, {"idle": None}, {"linger": 1}])
def test_what_cannot_be_a_clock_counts_as_not_set(kept: object) -> None:
    assert restored(kept) == Clocks()


def test_a_server_that_asks_for_more_patience_is_told_and_not_waited_for() -> None:
    told = str(told_instead(RateLimited("Busy.", status=429, retry_after=90), Clocks()))
    assert told.startswith("Busy. Parley waits 60 s at most. The limit is “Wait for another try” on the Settings page")
    assert str(told_instead(RateLimited("Busy.", status=429, retry_after=30), Clocks())) == "Busy."
