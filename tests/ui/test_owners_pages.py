"""In a deployment every browser is an owner of its own, on every page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.services import close_services, open_services
from parley.notebook import Cell, Session
from tests.conftest import HOUSE


@pytest.fixture
def deployed(home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PARLEY_MODE", "shared")
    monkeypatch.setenv("PARLEY_ALLOWED_HOSTS", "parley.example")
    yield
    close_services()


def visit(page: str = "pages/1_Notebook.py") -> AppTest:
    """A tab of a browser that has no cookie of anybody's."""
    return AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20).switch_page(page)


def test_a_session_of_nobody_in_particular_is_nobodys(deployed) -> None:
    cell = Cell(id="c", message={"role": "user", "content": "secret plan"})
    open_services().store.save(Session(id="s", title="Not yours", cells=(cell,)))
    told = visit().run()
    assert not told.exception
    assert "Not yours" not in str(told.title)


def test_an_address_leads_to_no_session_of_somebody_else(deployed) -> None:
    open_services().of("somebody").store.save(Session(id="s", title="Not yours"))
    app = visit()
    app.query_params["c"] = "s"
    app.run()
    assert "The session in this address is not here" in " ".join(one.value for one in app.warning)


def test_two_tabs_without_a_cookie_do_not_share_what_they_make(deployed) -> None:
    one, two = visit().run(), visit().run()
    one.text_area(key=next(box.key for box in one.text_area if (box.key or "").startswith("system-prompt"))).set_value(
        "Be brief."
    ).run()
    two.run()
    assert "Be brief." not in [box.value for box in two.text_area]
    assert open_services().store.library().rows == ()
