"""What every fault is played in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.playing import House, furnished


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, gateway: str) -> Iterator[House]:
    """One store and one runner for all faults: none of them may hurt what comes after it."""
    with furnished(tmp_path_factory.mktemp("faults"), gateway) as house:
        yield house
