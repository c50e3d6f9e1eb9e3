"""The doors of one process, built once and shared by every page; the only place that builds or caches anything."""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Unpack

import streamlit as st
from pydantic import SecretStr

from components.owning import seen_by
from components.services.local_upstream import LocalUpstream, local_client
from parley.budget import Account, Caps, Forecast, Purse, Standing, Tariff
from parley.budget.caps import restored_caps, stored_caps
from parley.catalog import Catalog, Model
from parley.catalog.view import ModelView
from parley.client import OpenRouter
from parley.connection import Connection, openrouter, restored, stored
from parley.errors import ParleyError, SettingsError, StoreError
from parley.listings import Endpoints, Listed, Listings, Shelf
from parley.local import SMOLLM2, LocalServer
from parley.notebook import Session
from parley.notebook.run import Besides
from parley.request import ChatRequest
from parley.runs import LiveRun, Runner, Unsettled
from parley.settings import Settings
from parley.store import Store
from parley.tokens import warm
from parley.web import Download, Downloads, Keyring, Tickets, owner_of
from parley.wire.exchange import Clocks
from parley.wire.patience import restored as restored_clocks
from parley.wire.patience import stored as stored_clocks

LOCAL_START = 20.0
"""Seconds that a test of the connection waits for the local model."""
CHOICE = "connection"
"""The name under which the store keeps which connection was chosen."""
CLOCKS = "clocks"
"""The name under which it keeps how long runs wait."""
CAPS = "caps"
"""The name under which it keeps how much may be spent."""
MOST_OWNERS = 1000
"""Of whom a deployment remembers what they may spend at this moment."""
ASKED_AGAIN = timedelta(days=1)
"""How old a run may be whose cost is asked for again at the next start."""


class Sender(Protocol):
    """Starts a run of a cell. Raises StoreError when it cannot be committed; nothing is sent then."""

    def __call__(
        self,
        request: ChatRequest,
        *,
        session_id: str,
        cell_id: str,
        run_id: str | None = None,
        **besides: Unpack[Besides],
    ) -> LiveRun: ...


@dataclass
class Services:
    """The doors. What belongs to one person is never kept here but in the store or the keyring, under its owner."""

    settings: Settings
    store: Store
    runner: Runner
    local: LocalServer
    keyring: Keyring
    listings: Listings
    downloads: Downloads = field(default_factory=Downloads)
    tickets: Tickets = field(default_factory=Tickets)
    purse: Purse = field(init=False)
    _of: dict[str, Services] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.purse = Purse(self.store, self.runner)

    def of(self, owner: str) -> Services:
        """The same doors as one owner sees them, with a purse of their own."""
        if not owner:
            return self
        while len(self._of) >= MOST_OWNERS and owner not in self._of:
            self._of.pop(next(iter(self._of)), None)
        seen = replace(self, store=seen_by(owner, self.store), runner=seen_by(owner, self.runner))
        return self._of.setdefault(owner, seen)

    def connection(self) -> Connection:
        """The connection that this browser chose, else the deployment's first choice."""
        return restored(self.store.setting(self._mine(CHOICE)), self.settings)

    def choose(self, connection: Connection) -> None:
        self.store.set_setting(self._mine(CHOICE), stored(connection))

    def own_key(self, connection: Connection) -> SecretStr | None:
        """The key that this browser gave for a connection."""
        return self.keyring.get(owner_of(st.context.cookies), connection=connection.ring)

    def key(self, connection: Connection) -> SecretStr | None:
        """The key for a connection: this browser's own, else the deployment's, which is used for its own server alone."""
        deployed = self.settings.api_key if connection.kind == "openrouter" else None
        return self.own_key(connection) or deployed

    def keys_at_hand(self) -> Callable[[], list[str]]:
        """What tells, on a thread that knows no browser, the keys that this one gave for any connection, and the deployment's:
        none of them may be in a file of its own.
        """
        owner = owner_of(st.context.cookies)

        def told() -> list[str]:
            held = (*self.keyring.all_of(owner), self.settings.api_key)
            return [one.get_secret_value() for one in held if one is not None]

        return told

    def upstream(self, connection: Connection) -> OpenRouter | LocalUpstream:
        """What a run over this connection is sent through."""
        if connection.kind == "local":
            self.local.start()
            return LocalUpstream(self.local, self.clocks())
        return OpenRouter(base_url=connection.base_url, api_key=self.key(connection), clocks=self.clocks())

    def clocks(self) -> Clocks:
        """How long this browser's runs wait."""
        return restored_clocks(self.store.setting(self._mine(CLOCKS)))

    def keep_clocks(self, clocks: Clocks) -> None:
        self.store.set_setting(self._mine(CLOCKS), stored_clocks(clocks))

    def caps(self) -> Caps:
        """How much this browser may spend."""
        return self.capping()()

    def capping(self) -> Callable[[], Caps]:
        """What tells that later, on a thread that knows no browser."""
        mine = self._mine(CAPS)
        return lambda: restored_caps(self.store.setting(mine))

    def keep_caps(self, caps: Caps) -> None:
        self.store.set_setting(self._mine(CAPS), stored_caps(caps))

    def standing(self, session_id: str, tariff: Tariff, caps: Caps | None = None) -> Standing:
        """What is left of each cap, by default of this browser's; runs of unknown cost are set aside by the tariff."""
        return self.purse.standing(self.caps() if caps is None else caps, session_id, tariff.prices_of)

    def tariff(self, connection: Connection) -> Tariff:
        """What requests over a connection may cost; to be asked on any thread."""
        local = connection.kind == "local"
        shelf = None if local and self.local.status.base_url is None else self.shelf(connection)

        def models() -> Listed[Catalog]:
            return Listed(Catalog()) if shelf is None else self.listings.models(shelf)

        def endpoints(model: Model) -> Listed[Endpoints]:
            return Listed(()) if shelf is None else self.listings.endpoints(shelf, model)

        def wait(patience: float) -> object:
            return shelf is None or self.listings.wait(shelf, patience)

        return Tariff(connection.name, self.model(connection), models, endpoints, wait, free=local)

    def forecast(
        self, request: ChatRequest, connection: Connection, said: Sequence[Mapping[str, Any]] | None = None
    ) -> Forecast:
        """What a request, with the messages that are `said`, may cost over a connection, by what is known now."""
        return self.tariff(connection).forecast(request, said)

    def account(self, connection: Connection) -> Listed[Account]:
        """What the server says of the key, as far as it is known, at once; asked for in the background."""
        if connection.kind == "local" or (connection.needs_key and self.key(connection) is None):
            return Listed(Account())
        return self.listings.account(self.shelf(connection))

    def ask_account(self, connection: Connection) -> Account:
        """The same, asked for now; raises ParleyError."""
        return Asking(self.answering(connection)).account()

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
        return self.listed(connection).content

    def listed(self, connection: Connection) -> Listed[Catalog]:
        """The same, with when it was fetched and why it is no newer; the local model is not asked before it is up."""
        if connection.kind == "local" and self.local.status.base_url is None:
            return Listed(Catalog())
        return self.listings.models(self.shelf(connection))

    def endpoints(self, connection: Connection, model: Model) -> Listed[Endpoints]:
        """The endpoints of a listed model as far as they are known, at once, as with the models."""
        return self.listings.endpoints(self.shelf(connection), model)

    def view(self, connection: Connection, slug: str) -> ModelView:
        """What the connection's lists know of a model, by any spelling of its name."""
        listed = self.listed(connection)
        model = listed.content.find(slug)
        offers = self.endpoints(connection, model) if model else None
        return ModelView(
            slug=slug,
            model=model,
            endpoints=offers.content if offers else (),
            among=len(listed.content),
            busy=listed.busy or bool(offers and offers.busy),
        )

    def fetching(self, connection: Connection, model: Model | None = None) -> bool:
        """Whether the list of models, or the endpoints of one of them, are on their way."""
        return self.listings.fetching(self.shelf(connection), model)

    def busy(self, connection: Connection) -> bool:
        """Whether any list of the connection is on its way."""
        return self.listings.busy(self.shelf(connection))

    def model(self, connection: Connection) -> str:
        """The model that is asked where the person set none."""
        if connection.kind != "local":
            return connection.default_model
        return self.local.status.model or (SMOLLM2 if self.settings.model_path is None else "")

    def send(
        self,
        session: Session,
        cell_id: str,
        request: ChatRequest,
        connection: Connection,
        run_id: str | None = None,
        **besides: Unpack[Besides],
    ) -> LiveRun:
        """Start a run of a cell; raises StoreError when it cannot be committed, and then nothing was sent."""
        return self.sender(connection)(request, session_id=session.id, cell_id=cell_id, run_id=run_id, **besides)

    def sender(self, connection: Connection) -> Sender:
        """What starts runs over a connection, on whichever thread: with the key that this browser has now, at the prices of then."""
        client, tariff, runner = self.upstream(connection), self.tariff(connection), self.runner

        def send(
            request: ChatRequest,
            *,
            session_id: str,
            cell_id: str,
            run_id: str | None = None,
            **besides: Unpack[Besides],
        ) -> LiveRun:
            return runner.start(
                request,
                client=client,
                session_id=session_id,
                cell_id=cell_id,
                connection=connection.name,
                prices=tariff.prices(),
                run_id=run_id,
                **besides,
            )

        return send

    def settle_what_is_left(self) -> None:
        """Ask once more, with the deployment's key, what the last day's runs cost whose cost no process lived to learn.

        A browser's key is forgotten when a process ends: what was run with one stays as its answer told.
        """
        if self.settings.api_key is None:
            return
        connection = openrouter(self.settings)
        client = OpenRouter(base_url=connection.base_url, api_key=self.settings.api_key, clocks=Clocks(generation=0))
        with suppress(StoreError):
            left = self.store.unsettled(connection.name, datetime.now(UTC) - ASKED_AGAIN)
            self.runner.settle((Unsettled(*one) for one in left), client)

    def on_offer(self, what: str, name: str, media_type: str, make: Callable[[], Iterator[bytes]]) -> str:
        """The address, beside a page, at which this browser fetches a file; `what` says what is in it."""
        return self.downloads.offer(what, Download(owner_of(st.context.cookies), name, media_type, make))

    def close(self) -> None:
        """Write what runs, then let go of everything; for a process that is told to end."""
        self.listings.close()
        self.runner.close()
        self.local.stop()
        self.store.close()

    def _asker(self, connection: Connection) -> Callable[[], OpenRouter]:
        """What makes the client later, on a thread that knows no browser; the key is looked up now."""
        if connection.kind == "local":
            return lambda: local_client(self.local.status)
        key = self.key(connection)
        return lambda: OpenRouter(base_url=connection.base_url, api_key=key)

    def shelf(self, connection: Connection) -> Shelf:
        """Where the lists of a connection stand; the local server's are gone with it."""
        key, ask = self.key(connection), self._asker(connection)
        base_url = self.local.status.base_url if connection.kind == "local" else connection.base_url
        name = " ".join((connection.ring, base_url or "", _digest(key.get_secret_value()) if key else ""))
        return Shelf(name, lambda: Asking(ask()), on_disk=connection.kind != "local")

    def _mine(self, setting: str) -> str:
        """The name under which the store keeps a setting of this browser."""
        owner = owner_of(st.context.cookies)
        return f"{setting}-{_digest(owner)}" if owner else setting


class Asking:
    """A client's lists, for a thread that may wait for them."""

    def __init__(self, client: OpenRouter) -> None:
        self._client = client

    def models(self) -> Catalog:
        return self._client.models()

    def endpoints(self, slug: str) -> dict[str, Any]:
        return asyncio.run(self._client.endpoints(slug))

    def account(self) -> Account:
        """What the server tells of the key; credits only where it may ask for them. Raises ParleyError."""
        key, credits = self._client.check(), None
        with suppress(ParleyError):
            credits = asyncio.run(self._client.credits())
        return Account.of(key, credits)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:24]


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
            _open[settings].settle_what_is_left()
            threading.Thread(target=warm, name="parley-vocabulary", daemon=True).start()
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
    return Services(
        settings,
        store,
        Runner(store),
        LocalServer(settings.home, settings.model_path),
        Keyring(),
        Listings(settings.home / "catalogues"),
    )
