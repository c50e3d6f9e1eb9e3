"""The lists of models and endpoints of every connection: fetched in the background, kept in memory and on disk, each with its age.

Nobody waits for a list: what is known is given at once, and a stale one is fetched anew beside the page. A list on disk serves
where no server can be reached; it is a cache, so a disk that is full or a file that is broken costs nothing but time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from parley.budget import Account
from parley.catalog import Catalog, Endpoint, Model
from parley.catalog.tolerant import read
from parley.errors import AnswerTimeout, ConnectionFailed, ParleyError

T = TypeVar("T")

FRESH = 300.0
"""Seconds for which a list is fresh: what OpenRouter's own cache header says."""
AGAIN = 10.0
"""Seconds before a list that could not be fetched is asked for again."""
MOST = 300
"""Lists in memory, and as many on disk: the least recently used go first."""

Endpoints = tuple[Endpoint, ...]


class Lister(Protocol):
    """Who has the lists: the client of a connection, in its blocking forms."""

    def models(self) -> Catalog: ...
    def endpoints(self, slug: str) -> dict[str, Any]: ...
    def account(self) -> Account: ...


@dataclass(frozen=True)
class Listed(Generic[T]):
    """A list as it was last fetched."""

    content: T
    fetched: float | None = None
    """Seconds since 1970; None where it never was."""
    failure: str = ""
    """Why it could not be fetched anew the last time, as a sentence; empty where it could."""
    offline: bool = False
    """Whether that was because nobody was reached."""
    tried: float = float("-inf")
    busy: bool = False
    """Whether a newer one is on its way."""

    @property
    def awaited(self) -> bool:
        """Whether it is the first one that is on its way, and nobody has tried in vain to fetch it."""
        return self.busy and self.fetched is None and not self.failure


@dataclass(frozen=True)
class Shelf:
    """Where the lists of one connection stand, and who has them. What one key may see is not shown to another's, so it has a name
    for each key; and it is `on_disk` but for servers that come and go with Parley."""

    name: str
    lister: Callable[[], Lister]
    on_disk: bool = True


class Listings:
    """The lists of all connections; safe to call from any thread."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._kept: dict[str, Listed[Any]] = {}
        self._fetching: set[str] = set()
        self._lock = threading.RLock()
        self._come = threading.Condition(self._lock)
        self._background = ThreadPoolExecutor(2, "parley-catalog")

    def models(self, shelf: Shelf) -> Listed[Catalog]:
        """The models as far as they are known, with the endpoints that were asked for."""
        return self._known(shelf, shelf.name, Catalog(), _catalog_in, lambda: self._renewed(shelf))

    def endpoints(self, shelf: Shelf, model: Model) -> Listed[Endpoints]:
        """The endpoints of a listed model as far as they are known."""
        nothing: Endpoints = ()
        fetch = partial(_asked, shelf.lister, model.id)
        listed = self._known(shelf, _name(shelf, model.id), nothing, _endpoints_in, fetch)
        self._tell(shelf, model.id, listed.content)
        return listed

    def account(self, shelf: Shelf) -> Listed[Account]:
        """What is known of the key, in memory alone."""
        in_memory = replace(shelf, on_disk=False)
        return self._known(in_memory, _name(shelf, ""), Account(), Account.of, lambda: shelf.lister().account())

    def fetching(self, shelf: Shelf, model: Model | None = None) -> bool:
        """Whether the models, or the endpoints of a model, are on their way."""
        return (_name(shelf, model.id) if model else shelf.name) in self._fetching

    def busy(self, shelf: Shelf) -> bool:
        """Whether anything of this shelf is on its way."""
        return any(name == shelf.name or name.startswith(_name(shelf, "")) for name in tuple(self._fetching))

    def wait(self, shelf: Shelf, patience: float) -> bool:
        """Wait until nothing of this shelf is on its way, or so many seconds have passed; says whether nothing is."""
        with self._come:
            return self._come.wait_for(lambda: not self.busy(shelf), patience)

    def age(self, listed: Listed[Any]) -> float | None:
        """Seconds since a list was fetched."""
        return None if listed.fetched is None else max(self._clock() - listed.fetched, 0.0)

    def close(self) -> None:
        self._background.shutdown(wait=False, cancel_futures=True)

    def _known(
        self, shelf: Shelf, name: str, nothing: T, parse: Callable[[Any], T], fetch: Callable[[], T]
    ) -> Listed[T]:
        with self._lock:
            listed: Listed[T] = self._kept.get(name) or self._restored(shelf, name, nothing, parse)
            self._kept.pop(name, None)
            self._kept[name] = listed
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
            stale = listed.fetched is None or self._clock() - listed.fetched > FRESH
            if stale and name not in self._fetching and self._clock() - listed.tried > AGAIN:
                self._fetching.add(name)
                self._background.submit(self._fetch, shelf, name, listed, fetch)
            return replace(listed, busy=name in self._fetching)

    def _fetch(self, shelf: Shelf, name: str, before: Listed[T], fetch: Callable[[], T]) -> None:
        """A list that cannot be fetched stays as it was: a run says by itself what is wrong with the connection."""
        now, after = self._clock(), before
        try:
            after = Listed(fetch(), now, tried=now)
        except ParleyError as error:
            offline = isinstance(error, ConnectionFailed | AnswerTimeout)
            after = replace(before, failure=str(error), offline=offline, tried=now)
        else:
            if shelf.on_disk:
                self._store(name, after)
        finally:
            with self._lock:
                self._kept[name] = after
                self._fetching.discard(name)
                self._come.notify_all()

    def _renewed(self, shelf: Shelf) -> Catalog:
        """The models anew; of their endpoints, which a list of models does not hold, what was known."""
        fresh, known = shelf.lister().models(), self._kept.get(shelf.name)
        return fresh.model_copy(update={"endpoints": known.content.endpoints}) if known else fresh

    def _tell(self, shelf: Shelf, model_id: str, endpoints: Endpoints) -> None:
        """Let the catalogue hold the endpoints, too: a run's cost is estimated by who answered it."""
        with self._lock:
            known: Listed[Catalog] | None = self._kept.get(shelf.name)
            if known and endpoints and known.content.endpoints.get(model_id) is not endpoints:
                self._kept[shelf.name] = replace(known, content=known.content.offering(model_id, endpoints))

    def _restored(self, shelf: Shelf, name: str, nothing: T, parse: Callable[[Any], T]) -> Listed[T]:
        if shelf.on_disk:
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
                kept = json.loads(self._file(name).read_text(encoding="utf-8"))
                return Listed(parse(kept["data"]), min(float(kept["fetched"]), self._clock()))
        return Listed(nothing)

    def _store(self, name: str, listed: Listed[Any]) -> None:
        """Written beside its place and then moved there, so that a list is whole or not there."""
        data = [item.model_dump(mode="json", exclude_unset=True) for item in listed.content]
        fresh = self._folder / f"{_digest(name)}.{os.getpid()}-{threading.get_ident()}.new"
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps({"fetched": listed.fetched, "data": data}), encoding="utf-8")
            fresh.replace(self._file(name))
            _thin_out(self._folder.glob("*.json"))

    def _file(self, name: str) -> Path:
        return self._folder / f"{_digest(name)}.json"


def _asked(lister: Callable[[], Lister], model_id: str) -> Endpoints:
    return _endpoints_in(lister().endpoints(model_id).get("endpoints"))


def _catalog_in(data: Any) -> Catalog:
    return Catalog.parse({"data": data})


def _endpoints_in(data: Any) -> Endpoints:
    return tuple(read(Endpoint, data))


def _name(shelf: Shelf, model_id: str) -> str:
    return f"{shelf.name} {model_id}"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:32]


def _thin_out(files: Iterable[Path]) -> None:
    """Leave the newest."""
    for old in sorted(files, key=lambda file: file.stat().st_mtime)[:-MOST]:
        old.unlink(missing_ok=True)
