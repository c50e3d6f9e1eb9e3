"""The settings page: where requests go, and whose key it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.services import close_services, open_services
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
