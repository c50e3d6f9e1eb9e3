"""The tariff: what requests over one connection may cost, by what is listed at the moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from parley.budget.forecast import Forecast, asked_models, forecast
from parley.catalog import Catalog, Endpoint, Model
from parley.request import ChatRequest

T_co = TypeVar("T_co", covariant=True)


class Known(Protocol[T_co]):
    """A list as far as it is known."""

    @property
    def content(self) -> T_co: ...
    @property
    def awaited(self) -> bool: ...


class Tariff:
    """Safe to ask from any thread; it fetches nothing itself, but whoever has the lists may, in the background, once they were asked for."""

    def __init__(
        self,
        connection: str,
        model: str,
        models: Callable[[], Known[Catalog]],
        endpoints: Callable[[Model], Known[tuple[Endpoint, ...]]],
        wait: Callable[[float], object],
        *,
        free: bool = False,
    ) -> None:
        """`model` is asked where a request names none; with `free` it costs nothing, also before it is listed. `wait` comes back when
        nothing is on its way any more, or after so many seconds."""
        self.connection, self.model = connection, model
        self._models, self._endpoints, self._wait, self._free = models, endpoints, wait, free

    def prices(self) -> Catalog:
        """What is listed, with the endpoints that were asked for."""
        catalog = self._models().content
        if not self._free or catalog.find(self.model) is not None:
            return catalog
        own = Catalog.parse([{"id": self.model, "pricing": {"prompt": "0", "completion": "0"}}])
        return Catalog(models=(*catalog.models, *own.models), endpoints=catalog.endpoints)

    def prices_of(self, connection: str) -> Catalog:
        """The same, for a run that went over a connection of this name; of others nothing is known."""
        return self.prices() if connection == self.connection else Catalog()

    def forecast(self, request: ChatRequest, said: Sequence[Mapping[str, Any]] | None = None) -> Forecast:
        """What a request, with the messages that are `said`, may cost: whatever may answer it is asked for."""
        waits = self._on_its_way(asked_models(request.payload(), self.model))
        return forecast(request, self.prices(), said=said, model=self.model, at=datetime.now(UTC), waits=waits)

    def known(self, told: Callable[[], Sequence[Forecast]], patience: float) -> Sequence[Forecast]:
        """What is told, once the prices that are on their way have come: first those of models, and then those of their endpoints, each
        within so many seconds."""
        forecasts = told()
        for _ in range(2):
            if any(one.waits for one in forecasts):
                self._wait(patience)
                forecasts = told()
        return forecasts

    def _on_its_way(self, asked: Sequence[str]) -> str:
        """What is awaited that would tell their price, in words. A free model has no dearer endpoints."""
        listed, prices, waits = self._models(), self.prices(), ""
        for slug in asked:
            model = prices.find(slug)
            if model is None and listed.awaited:
                return "the list of models"
            if model is None or (model.pricing is not None and model.pricing.free):
                continue
            if self._endpoints(model).awaited:
                waits = waits or f"what the providers of {slug} charge"
        return waits
