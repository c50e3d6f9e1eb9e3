from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from parley.notebook import Run
from parley.request import ChatRequest
from parley.store import Store

MakeRun = Callable[..., Run]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/home/parley.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store(url) as opened:
        yield opened


@pytest.fixture(scope="session")
def a_run() -> MakeRun:
    def make(id: str = "r1", body: dict[str, Any] | None = None, **facts: Any) -> Run:
        asked = body or {"model": "local/smollm2", "messages": [{"role": "user", "content": "Hello"}]}
        moment = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
        return Run(**({"id": id, "request": ChatRequest.parse(asked), "created": moment} | facts))

    return make
