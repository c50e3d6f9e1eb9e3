from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.exporting.capturing import Capture, capturing


@pytest.fixture(scope="session")
def capture() -> Iterator[Capture]:
    """A server that keeps what arrives."""
    with capturing() as server:
        yield server
