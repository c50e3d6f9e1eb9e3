"""The tariff: whatever may answer is asked for, and what is on its way is waited for rather than guessed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from parley.budget import Caps, Standing, Tariff, held
from parley.catalog import Catalog, Endpoint, Model
from parley.request import ChatRequest

PRICES = {"prompt": "0.000001", "completion": "0.00001"}
ITEMS = [{"id": name, "context_length": 9_000, "pricing": PRICES} for name in ("a/b", "a/c")]
DEAR = Endpoint.model_validate({"tag": "dear", "pricing": {"prompt": "0.001", "completion": "0.01"}})


class Known(NamedTuple):
    content: Any
    awaited: bool = False


class Lists:
    """The other side: what has come, and what it was asked for."""

    def __init__(self) -> None:
        self.listed = Known(Catalog.parse(ITEMS))
        self.offers: dict[str, Known] = {}
        self.asked: list[str] = []
        self.coming: list[Callable[[], None]] = []
        """What comes while somebody waits, one after another."""

    def models(self) -> Known:
        return self.listed

    def endpoints(self, model: Model) -> Known:
        self.asked.append(model.id)
        found = self.offers.get(model.id, Known(()))
        self.listed = Known(self.listed.content.offering(model.id, found.content))
        return found

    def wait(self, patience: float) -> None:
        self.coming.pop(0)()


@pytest.fixture
def lists() -> Lists:
    return Lists()


def tariff(lists: Lists, **more: Any) -> Tariff:
    return Tariff("Somewhere", "a/b", lists.models, lists.endpoints, lists.wait, **more)


def asking(*models: str) -> ChatRequest:
    body = {"model": models[0], "models": list(models[1:]), "messages": [{"role": "user", "content": "Hello"}]}
    return ChatRequest.parse(body)


def test_every_model_that_may_answer_is_asked_for(lists: Lists) -> None:
    tariff(lists).forecast(asking("a/b", "a/c", "nobody/knows"))
    assert lists.asked == ["a/b", "a/c"]


def test_the_dearest_endpoint_counts_though_no_view_of_its_model_was_drawn(lists: Lists) -> None:
    cheap = tariff(lists).forecast(asking("a/c")).most()
    lists.offers["a/c"] = Known((DEAR,))
    dear = tariff(lists).forecast(asking("a/c")).most()
    assert cheap is not None
    assert dear is not None
    assert dear > 100 * cheap


def test_while_endpoints_are_on_their_way_no_bound_is_told(lists: Lists) -> None:
    lists.offers["a/c"] = Known((), awaited=True)
    told = tariff(lists).forecast(asking("a/b", "a/c"))
    over = held([told], Standing(caps=Caps(day=Decimal(100))))
    assert told.most() is None
    assert over is not None
    assert over.waits
    assert "what the providers of a/c charge is still on its way" in over.sentence


def test_while_the_list_of_models_is_on_its_way_that_is_said(lists: Lists) -> None:
    lists.listed = Known(Catalog(), awaited=True)
    over = held([tariff(lists).forecast(asking("a/b"))], Standing(caps=Caps(day=Decimal(100))))
    assert over is not None
    assert "the list of models is still on its way" in over.sentence
    assert "nobody lists" not in over.sentence


def test_who_must_know_waits_for_the_models_and_then_for_their_endpoints(lists: Lists) -> None:
    listed, lists.listed = lists.listed, Known(Catalog(), awaited=True)
    lists.offers["a/b"] = Known((), awaited=True)
    lists.coming = [lambda: setattr(lists, "listed", listed), lambda: lists.offers.update({"a/b": Known((DEAR,))})]
    where = tariff(lists)
    (told,) = where.known(lambda: [where.forecast(asking("a/b"))], 5)
    assert (told.waits, lists.coming) == ("", [])
    assert told.most() is not None


def test_the_local_model_is_free_before_it_is_listed(lists: Lists) -> None:
    lists.listed = Known(Catalog(), awaited=True)
    assert tariff(lists, free=True).forecast(asking("a/b")).free
    assert not lists.asked


def test_of_another_connection_nothing_is_known(lists: Lists) -> None:
    assert len(tariff(lists).prices_of("Somewhere")) == 2
    assert len(tariff(lists).prices_of("Elsewhere")) == 0
