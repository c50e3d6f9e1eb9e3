"""The doors of one process, built once and shared by every page; the only place that builds or caches anything."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import math
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from pydantic import SecretStr

from parley.catalog import Catalog
from parley.client import OpenRouter
from parley.connection import Connection, restored, stored
from parley.errors import EngineFailed, ParleyError, SettingsError
from parley.local import SMOLLM2, LocalServer, LocalStatus
from parley.notebook import Session
from parley.reply import StreamEvent
from parley.request import ChatRequest
from parley.runs import LiveRun, Runner
from parley.settings import Settings
from parley.store import Store
from parley.web import Keyring, owner_of

CATALOG_FRESH = 300.0
"""Seconds for which a list of models is fresh: what OpenRouter's own cache header says."""
CATALOG_MISSING = 10.0
"""Seconds before a list that could not be fetched is asked for again."""
LOCAL_START = 20.0
"""Seconds that a test of the connection waits for the local model."""
LOCAL_PATIENCE = 900.0
"""Seconds that a run waits for the local model, whose weights may still be on their way."""
CHOICE = "connection"
"""The name under which the store keeps which connection was chosen."""


class LocalUpstream:
    """The local model as a run sees it: a run that comes before the model is ready waits for it."""

    def __init__(self, local: LocalServer) -> None:
        self._local = local

    @asynccontextmanager
    async def stream(self, request: ChatRequest, tap: Any = None) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        status = await self._ready()
        model = str(request.payload().get("model", ""))
        if status.stage == "failed" and (not model or model.startswith("local/")):
            raise EngineFailed(status.sentence)
        async with local_client(status).stream(request, tap=tap) as events:
            yield events

    async def _ready(self) -> LocalStatus:
        patience = time.monotonic() + LOCAL_PATIENCE
        while self._local.status.base_url is None and self._local.status.stage != "failed":
            if time.monotonic() > patience:
                break
            await asyncio.sleep(0.05)
        return self._local.status


@dataclass
class Services:
    """The doors. What belongs to one person is never kept here but in the store or the keyring, under its owner."""

    settings: Settings
    store: Store
    runner: Runner
    local: LocalServer
    keyring: Keyring
    _catalogs: dict[str, tuple[float, Catalog]] = field(default_factory=dict)
    _fetching: set[str] = field(default_factory=set)
    _background: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "parley-catalog"))

    def connection(self) -> Connection:
        """The connection that this browser chose, else the deployment's first choice."""
        return restored(self.store.setting(self._choice()), self.settings)

    def choose(self, connection: Connection) -> None:
        self.store.set_setting(self._choice(), stored(connection))

    def own_key(self, connection: Connection) -> SecretStr | None:
        """The key that this browser gave for a connection."""
        return self.keyring.get(owner_of(st.context.cookies), connection=connection.ring)

    def key(self, connection: Connection) -> SecretStr | None:
        """The key for a connection: this browser's own, else the deployment's, which is used for its own server alone."""
        deployed = self.settings.api_key if connection.kind == "openrouter" else None
        return self.own_key(connection) or deployed

    def upstream(self, connection: Connection) -> OpenRouter | LocalUpstream:
        """What a run over this connection is sent through."""
        if connection.kind == "local":
            self.local.start()
            return LocalUpstream(self.local)
        return OpenRouter(base_url=connection.base_url, api_key=self.key(connection))

    def client(self, connection: Connection) -> OpenRouter:
        """The connection's client for questions beside runs; raises LocalModelError while the local model is not up."""
        return self._asker(connection)()

    def answering(self, connection: Connection) -> OpenRouter:
        """The same, after a little patience with a local model that is only starting."""
        if connection.kind == "local":
            self.local.start()
            self.local.wait(LOCAL_START)
        return self.client(connection)

    def catalog(self, connection: Connection) -> Catalog:
        """The connection's models as far as they are known, at once; a stale list is fetched anew in the background."""
        shelf = self._shelf(connection)
        fetched, catalog = self._catalogs.get(shelf, (-math.inf, Catalog()))
        if time.monotonic() - fetched > (CATALOG_FRESH if len(catalog) else CATALOG_MISSING) and not self.fetching(
            connection
        ):
            self._fetching.add(shelf)
            self._background.submit(self._fetch, shelf, self._asker(connection))
        return catalog

    def fetching(self, connection: Connection) -> bool:
        """Whether a list of models is on its way."""
        return self._shelf(connection) in self._fetching

    def model(self, connection: Connection) -> str:
        """The model that is asked where the person set none."""
        if connection.kind != "local":
            return connection.default_model
        return self.local.status.model or (SMOLLM2 if self.settings.model_path is None else "")

    def send(self, session: Session, cell_id: str, request: ChatRequest, connection: Connection) -> LiveRun:
        """Start a run of a cell; raises StoreError when it cannot be committed, and then nothing was sent."""
        return self.runner.start(
            request,
            client=self.upstream(connection),
            session_id=session.id,
            cell_id=cell_id,
            connection=connection.name,
            prices=self.catalog(connection),
        )

    def close(self) -> None:
        """Write what runs, then let go of everything; for a process that is told to end."""
        self._background.shutdown(wait=False, cancel_futures=True)
        self.runner.close()
        self.local.stop()
        self.store.close()

    def _asker(self, connection: Connection) -> Callable[[], OpenRouter]:
        """What makes the client later, on a thread that knows no browser; the key is looked up now."""
        if connection.kind == "local":
            return lambda: local_client(self.local.status)
        key = self.key(connection)
        return lambda: OpenRouter(base_url=connection.base_url, api_key=key)

    def _fetch(self, shelf: str, client: Callable[[], OpenRouter]) -> None:
        _, catalog = self._catalogs.get(shelf, (0.0, Catalog()))
        # An old list is better than none, and a run says by itself what is wrong with the connection.
        with contextlib.suppress(ParleyError):
            catalog = client().models()
        self._catalogs[shelf] = (time.monotonic(), catalog)
        self._fetching.discard(shelf)

    def _shelf(self, connection: Connection) -> str:
        """Where a list of models is kept: what one key may see is not shown to another's."""
        key = self.key(connection)
        return connection.ring + (_digest(key.get_secret_value()) if key else "")

    def _choice(self) -> str:
        """The name under which the store keeps this browser's choice."""
        owner = owner_of(st.context.cookies)
        return f"{CHOICE}-{_digest(owner)}" if owner else CHOICE


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:24]


def local_client(status: LocalStatus) -> OpenRouter:
    if status.base_url is None:
        raise EngineFailed(status.sentence)
    return OpenRouter(base_url=status.base_url, api_key=status.api_key)


_lock = threading.Lock()
on_open: list[Callable[[Services], object]] = []
"""What is to be told of doors that were opened, whoever opened them."""
_open: dict[Settings, Services] = {}


def open_services() -> Services:
    """The doors of this process, opened by whoever comes first: the server at its start, or a page under test.

    There is one set for one environment. Raises SettingsError or StoreError; nothing is left half open then.
    """
    settings = Settings.read(os.environ)
    with _lock:
        if settings not in _open:
            _open[settings] = _opened(settings)
            for told in on_open:
                told(_open[settings])
        return _open[settings]


def close_services() -> None:
    """Close the doors; the next `open_services()` opens new ones."""
    with _lock:
        while _open:
            _open.popitem()[1].close()


def _opened(settings: Settings) -> Services:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(
            f"PARLEY_HOME is {settings.home}, which cannot be made ({reason}). Name another folder."
        ) from None
    store = Store(settings.database_url)
    return Services(settings, store, Runner(store), LocalServer(settings.home, settings.model_path), Keyring())
