"""Lists of models and endpoints: at once, in the background, with an age, and offline."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from parley.catalog import Catalog, Model
from parley.errors import ConnectionFailed, NotFound, UpstreamError
from parley.listings import AGAIN, FRESH, Listed, Listings, Shelf

QUILL = Model(id="acme/quill")
TRAFFIC = Path(__file__).resolve().parents[1] / "../shared/traffic"


class Server:
    """The other side: what it lists, how often it was asked, and a gate that keeps its answers back."""

    def __init__(self) -> None:
        self.listed: list[dict[str, Any]] = [{"id": "acme/quill", "pricing": {"prompt": "0.000002"}, "odd": {"a": 1}}]
        self.asked = 0
        self.failure: UpstreamError | None = None
        self.gate = threading.Event()
        self.gate.set()

    def models(self) -> Catalog:
        return Catalog.parse({"data": self.answer(self.listed)})

    def endpoints(self, slug: str) -> dict[str, Any]:
        return self.answer({"id": slug, "endpoints": [{"tag": "north", "provider_name": "North"}]})

    def answer(self, content: Any) -> Any:
        assert self.gate.wait(10)
        self.asked += 1
        if self.failure:
            raise self.failure
        return content


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def listings(tmp_path: Path, clock: Clock) -> Iterator[Listings]:
    opened = Listings(tmp_path, clock)
    yield opened
    opened.close()


def shelf(server: Server, name: str = "openrouter", *, on_disk: bool = True) -> Shelf:
    return Shelf(name, lambda: server, on_disk)


def settled(ask: Callable[[], Listed[Any]], fetching: Callable[[], bool]) -> Listed[Any]:
    ask()
    while fetching():
        threading.Event().wait(0.001)
    return ask()


def models(listings: Listings, server: Server, name: str = "openrouter") -> Listed[Catalog]:
    here = shelf(server, name)
    return settled(lambda: listings.models(here), lambda: listings.fetching(here))


def test_nobody_waits_for_a_list(listings: Listings, server: Server) -> None:
    server.gate.clear()
    assert len(listings.models(shelf(server)).content) == 0
    assert listings.fetching(shelf(server))
    server.gate.set()
    assert len(models(listings, server).content) == 1
    assert server.asked == 1


def test_a_list_is_fetched_anew_when_it_is_stale(listings: Listings, server: Server, clock: Clock) -> None:
    models(listings, server)
    clock.now += FRESH - 1
    assert listings.age(models(listings, server)) == FRESH - 1
    assert server.asked == 1
    clock.now += 2
    assert listings.age(models(listings, server)) == 0
    assert server.asked == 2


def test_a_list_survives_the_process_and_the_network(
    listings: Listings, server: Server, clock: Clock, tmp_path: Path
) -> None:
    before = models(listings, server).content
    clock.now += 3 * 3600
    server.failure = ConnectionFailed("Nobody was reached.")
    later = Listings(tmp_path, clock)
    kept = models(later, server)
    assert kept.content == before
    assert (later.age(kept), kept.offline, kept.failure) == (3 * 3600, True, "Nobody was reached.")
    later.close()


def test_a_refusal_is_no_lack_of_network(listings: Listings, server: Server) -> None:
    server.failure = NotFound("No such list.", status=404)
    kept = models(listings, server)
    assert (kept.fetched, kept.offline, kept.failure) == (None, False, "No such list.")


def test_a_list_that_failed_is_asked_for_again_after_a_while(listings: Listings, server: Server, clock: Clock) -> None:
    server.failure = ConnectionFailed("Nobody was reached.")
    models(listings, server)
    models(listings, server)
    assert server.asked == 1
    clock.now += AGAIN + 1
    server.failure = None
    assert models(listings, server).failure == ""
    assert server.asked == 2


def test_what_one_key_may_see_is_not_shown_to_another(listings: Listings, server: Server) -> None:
    models(listings, server, "openrouter one")
    assert len(listings.models(shelf(server, "openrouter two")).content) == 0


def test_endpoints_are_kept_like_models_and_known_to_the_catalogue(
    listings: Listings, server: Server, clock: Clock, tmp_path: Path
) -> None:
    models(listings, server)
    here = shelf(server)
    kept = settled(lambda: listings.endpoints(here, QUILL), lambda: listings.fetching(here, QUILL))
    assert [one.tag for one in kept.content] == ["north"]
    assert listings.models(here).content.endpoints == {"acme/quill": kept.content}
    clock.now += FRESH + 1
    assert models(listings, server).content.endpoints == {"acme/quill": kept.content}
    later = Listings(tmp_path, clock)
    server.gate.clear()
    assert [one.tag for one in later.endpoints(here, QUILL).content] == ["north"]
    server.gate.set()
    later.close()


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"data": 3}', '{"fetched": "x", "data": []}', "\x00"])
def test_a_broken_file_is_no_list(
    broken: str, listings: Listings, server: Server, tmp_path: Path, clock: Clock
) -> None:
    models(listings, server)
    for file in tmp_path.iterdir():
        file.write_text(broken)
    later = Listings(tmp_path, clock)
    assert len(models(later, server).content) == 1
    later.close()


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path, server: Server, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    nowhere = Listings(tmp_path / "file" / "folder", clock)
    assert len(models(nowhere, server).content) == 1
    nowhere.close()


def test_no_key_and_no_passing_list_reaches_the_disk(listings: Listings, server: Server, tmp_path: Path) -> None:
    models(listings, server, "openrouter 0123456789abcdef")
    (file,) = tmp_path.iterdir()
    assert "0123456789abcdef" not in file.name + file.read_text()
    assert file.suffix == ".json"
    local = shelf(server, "local", on_disk=False)
    settled(lambda: listings.models(local), lambda: listings.fetching(local))
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(not TRAFFIC.exists(), reason="the recorded traffic is not here")
def test_the_recorded_catalogue_comes_back_from_disk_as_it_was(
    listings: Listings, server: Server, tmp_path: Path, clock: Clock
) -> None:
    (path,) = TRAFFIC.glob("models_2026*")
    server.listed = json.loads(json.loads(path.read_text(encoding="utf-8"))["body"])["data"]
    before = models(listings, server).content
    later = Listings(tmp_path, clock)
    assert later.models(shelf(server)).content == before
    later.close()


def test_whoever_must_know_a_list_can_wait_for_it(listings: Listings, server: Server) -> None:
    server.gate.clear()
    assert listings.models(shelf(server)).awaited
    assert not listings.wait(shelf(server), 0.01)
    server.gate.set()
    assert listings.wait(shelf(server), 10)
    kept = listings.models(shelf(server))
    assert (len(kept.content), kept.awaited) == (1, False)


def test_what_was_asked_for_in_vain_is_not_awaited(listings: Listings, server: Server, clock: Clock) -> None:
    server.failure = NotFound("There is no such route.", status=404)
    listings.endpoints(shelf(server), QUILL)
    assert listings.wait(shelf(server), 10)
    server.gate.clear()
    clock.now += AGAIN + 1
    again = listings.endpoints(shelf(server), QUILL)
    server.gate.set()
    assert (again.busy, again.awaited) == (True, False)
