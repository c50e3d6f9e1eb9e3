"""What many tests share: the gateway with its scripted models, and a home of one's own."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile("same")

HOUSE = Path(__file__).resolve().parents[1]
KEY = "sk-or-v1-" + "c0ffee" * 10
"""A key as it looks, for the gateway, which takes any; no test may find it anywhere it does not belong."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="run the long counts as well, which others do a few times")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("nightly"):
        long = [item for item in items if item.get_closest_marker("nightly")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_collection_finish() -> None:
    """Thousands of tests stay in memory to the end: no collection has to walk through all of them again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def gateway() -> Iterator[str]:
    """The base URL of a gateway with scripted models only."""
    command = [sys.executable, "-m", "parley.local", "--port", "0", "--no-model"]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh Parley: an empty home folder, and nothing else in the environment."""
    for name in ("OPENROUTER_API_KEY", "OPENROUTER_BASE_URL", "PARLEY_DATABASE_URL", "PARLEY_MODEL", "PARLEY_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PARLEY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
