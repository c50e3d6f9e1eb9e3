from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from parley.errors import WeightsUnavailable
from parley.local import LocalServer, scripted
from parley.local.gateway import gateway
from parley.local.parts import LocalModel
from parley.local.weights import ensure_weights


@dataclass
class Served:
    """A gateway on a real socket, in this process."""

    base_url: str
    app: Any

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.base_url, headers=headers, timeout=20)


@contextmanager
def serving(*models: LocalModel, key: str | None = None, **options: float) -> Iterator[Served]:
    app = gateway(models, key, **options)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1))
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}/api/v1", app)
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def serve() -> Callable[..., Any]:
    return serving


@pytest.fixture(scope="session")
def scripted_server() -> Iterator[Served]:
    with serving(*scripted.models()) as served:
        yield served


@pytest.fixture
def client(scripted_server: Served) -> Iterator[httpx.Client]:
    with scripted_server.client() as client:
        yield client


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The language model's file: the one at hand, or else fetched for this session."""
    if os.environ.get("PARLEY_MODEL"):
        return Path(os.environ["PARLEY_MODEL"])
    home = Path(os.environ.get("PARLEY_HOME") or "~/.parley").expanduser()
    kept = home / "models"
    try:
        return ensure_weights(home if kept.is_dir() else tmp_path_factory.mktemp("home"), lambda fraction: None)
    except WeightsUnavailable as error:
        pytest.skip(f"no weights: {error}")


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def language_model(weights: Path, model_home: Path) -> Iterator[LocalServer]:
    """The language model behind the gateway, as the app runs it: in a child process."""
    server = LocalServer(model_home, weights)
    server.start()
    assert server.wait(60).stage == "ready"
    yield server
    server.stop()


@pytest.fixture
def model(language_model: LocalServer) -> Iterator[httpx.Client]:
    status = language_model.status
    assert status.base_url
    assert status.api_key
    bearer = {"Authorization": f"Bearer {status.api_key.get_secret_value()}"}
    with httpx.Client(base_url=status.base_url, headers=bearer, timeout=60) as client:
        yield client
