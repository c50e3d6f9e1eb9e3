"""The address names the open session: what a browser asks for, and what it only has not heard of yet."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from components.services import open_services
from parley.notebook import Session


@pytest.fixture
def two(app: AppTest) -> AppTest:
    """Two sessions, of which the former is open."""
    app.run()
    for name in ("former", "other"):
        open_services().store.save(Session(id=name, title=name, draft=name))
    app.query_params["c"] = "former"
    return app.run()


def opened(app: AppTest, named: str | None = None) -> str:
    """What is open after a run in which the browser names this session."""
    if named:
        app.query_params["c"] = named
    else:
        app.query_params.clear()
    return str(app.run().session_state["ui"].session.id)


def test_a_browser_that_has_not_heard_yet_does_not_bring_the_former_session_back(two: AppTest) -> None:
    two.button(key="session-new").click().run()
    new = two.session_state["ui"].session.id
    assert [opened(two, "former"), opened(two, "former")] == [new, new]


def test_the_way_back_opens_the_former_session_once_the_browser_has_heard(two: AppTest) -> None:
    two.button(key="session-new").click().run()
    opened(two)
    assert opened(two, "former") == "former"


def test_the_way_back_opens_the_former_session_when_there_was_time_to_hear(two: AppTest) -> None:
    two.button(key="session-new").click().run()
    tab = two.session_state["ui"]
    tab.left = tab.left._replace(until=time.monotonic())
    assert opened(two, "former") == "former"


def test_another_session_opens_from_the_list_and_by_its_address(two: AppTest) -> None:
    two.session_state["sessions-menu"] = True
    two.run().button(key="open-other").click().run()
    assert two.query_params["c"] in ("other", ["other"])
    assert opened(two, "former") == "other"
    assert opened(two, "other") == "other"
    assert opened(two, "former") == "former"
