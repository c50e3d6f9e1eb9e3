"""/healthz: 200 while the store answers, 503 when it does not or takes too long, and never a reason for strangers."""

from __future__ import annotations

import threading
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.testclient import TestClient

from parley.web.health import healthz


def client(check: Callable[[], object], patience: float = 3.0) -> TestClient:
    return TestClient(Starlette(routes=[healthz(check, patience=patience)]))


def test_a_store_that_answers_is_health() -> None:
    response = client(lambda: None).get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "store": True})
    assert response.headers["cache-control"] == "no-store"
    assert client(lambda: None).head("/healthz").status_code == 200


def test_a_store_that_fails_is_not_and_says_nothing_of_itself() -> None:
    def fail() -> None:
        raise OSError("postgresql://parley:secret@db is down")

    response = client(fail).get("/healthz")
    assert (response.status_code, response.json()) == (503, {"status": "unavailable", "store": False})


def test_a_store_that_hangs_is_not_and_holds_nobody_up() -> None:
    stuck = threading.Event()
    try:
        assert [client(stuck.wait, patience=0.01).get("/healthz").status_code for _ in range(4)] == [503] * 4
    finally:
        stuck.set()
