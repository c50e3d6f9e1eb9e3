"""Pages as a person meets them, without a browser: the real app on the real gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from components.services import close_services, open_services
from tests.conftest import HOUSE, KEY


@pytest.fixture(scope="session", autouse=True)
def _looked_for_once() -> Iterator[None]:
    """Streamlit reads the papers of every installed package for each app, in the hope of components: half of a test's time."""
    with pytest.MonkeyPatch.context() as known:
        known.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def connected(home: Path, gateway: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Parley whose deployment has a key for the gateway in OpenRouter's place."""
    monkeypatch.setenv("OPENROUTER_BASE_URL", gateway)
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)
    yield home
    close_services()


@pytest.fixture
def app(connected: Path) -> AppTest:
    """The app, at its first page."""
    return AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20)


@pytest.fixture
def settled(app: AppTest) -> Callable[[], AppTest]:
    """Wait until no run is alive, then draw the page as it is."""

    def wait() -> AppTest:
        doors = open_services()
        for row in doors.store.runs().rows:
            live = doors.runner.live(row.id)
            if live is not None:
                live.wait(20)
        return app.run()

    return wait


@pytest.fixture
def history(home: Path) -> Iterator[AppTest]:
    """The app of an empty Parley, at its second page."""
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=20)
    yield app.switch_page("pages/2_History.py")
    close_services()
