"""The settings page: where requests go, and whose key it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.budget.caps_form import account_words
from components.services import close_services, open_services
from parley.budget import Account
from parley.connection import other
from parley.wire.exchange import Clocks
from tests.conftest import HOUSE, KEY


@pytest.fixture
def settings(app: AppTest) -> AppTest:
    app.run()
    return app.switch_page("pages/6_Settings.py").run()


def words(app: AppTest) -> str:
    kinds = ("markdown", "caption", "info", "success", "error", "warning")
    return "\n".join(str(one.value) for kind in kinds for one in app.get(kind))


def said_below(app: AppTest, button: str) -> str:
    """The first word of an outcome that stands below a button; nothing else may say it on top of the page."""
    drawn = list(app.main)
    below = drawn[[getattr(one, "key", None) for one in drawn].index(button) :]
    told = [one for one in drawn if one.type in ("success", "error", "warning")]
    assert told == [one for one in below if one.type in ("success", "error")][:1]
    return str(told[0].value)


def test_the_deployments_key_is_used_and_never_shown(settings: AppTest) -> None:
    assert "A key comes from the deployment" in words(settings)
    assert KEY not in str(settings)


def test_the_test_says_who_the_key_is(settings: AppTest) -> None:
    settings.button(key="connection-save").click().run()
    assert "answers" in words(settings)


def test_choosing_another_server_is_kept(settings: AppTest, gateway: str) -> None:
    settings.radio(key="connection-kind").set_value("other").run()
    settings.text_input(key="connection-url").set_value(gateway).run()
    settings.button(key="connection-save").click().run()
    assert open_services().connection() == other(gateway)


def test_an_address_over_which_a_key_would_travel_in_clear_is_refused(settings: AppTest) -> None:
    settings.radio(key="connection-kind").set_value("other").run()
    settings.text_input(key="connection-url").set_value("http://models.example.org/v1").run()
    settings.button(key="connection-save").click().run()
    assert "https://" in words(settings)
    assert open_services().connection().kind == "openrouter"


def test_a_server_that_is_not_there_is_named(settings: AppTest) -> None:
    settings.radio(key="connection-kind").set_value("other").run()
    settings.text_input(key="connection-url").set_value("http://127.0.0.1:9/v1").run()
    settings.button(key="connection-save").click().run()
    assert "127.0.0.1:9" in words(settings)


def test_a_home_that_cannot_be_made_is_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_HOME", "/proc/nowhere/parley")
    app = AppTest.from_file(str(HOUSE / "app.py")).run()
    assert "PARLEY_HOME" in app.error[0].value
    close_services()


def test_a_clock_that_was_set_is_kept_and_given_to_runs(settings: AppTest) -> None:
    settings.text_input(key="patience-first_event").set_value("5 min")
    settings.button(key="patience-save").click().run()
    assert open_services().clocks().first_event == 300
    assert settings.text_input(key="patience-first_event").value == "300 s"
    doors = open_services()
    assert doors.upstream(doors.connection()).clocks.first_event == 300


def test_a_clock_out_of_bounds_is_told_and_nothing_is_taken(settings: AppTest) -> None:
    settings.text_input(key="patience-idle").set_value("60")
    settings.text_input(key="patience-connect").set_value("0")
    settings.button(key="patience-save").click().run()
    assert "Connect should be 1 to 300 seconds" in settings.error[0].value
    assert open_services().clocks() == Clocks()


def test_clocks_go_back_to_the_usual_times(settings: AppTest) -> None:
    settings.text_input(key="patience-idle").set_value("60")
    settings.button(key="patience-save").click().run()
    settings.button(key="patience-reset").click().run()
    assert open_services().clocks() == Clocks()
    assert settings.text_input(key="patience-idle").value == "180 s"


def test_what_was_saved_is_said_beside_its_button(settings: AppTest) -> None:
    for button, words in (("patience-save", "Saved: the next run waits"), ("budget-save", "Saved: every send")):
        settings.button(key=button).click().run()
        assert said_below(settings, button).startswith(words)


def test_what_came_of_a_back_up_is_said_beside_its_button_and_once(settings: AppTest, tmp_path: Path) -> None:
    for target, words in ((tmp_path / "mine.db", "Backed up"), (tmp_path / "nowhere" / "mine.db", "cannot be written")):
        settings.text_input(key="storage-backup-path").set_value(str(target))
        settings.button(key="storage-backup").click().run()
        assert words in said_below(settings, "storage-backup")
    settings.run()
    assert not settings.error


def test_what_the_server_said_of_the_key_wears_its_age() -> None:
    told = Account.of({"usage": 3, "usage_daily": 1})
    assert account_words(told, 400.0).startswith("The server says, 6 min ago: used $3.00 ($1.00 today, UTC)")
    assert account_words(Account(), 400.0) == ""
