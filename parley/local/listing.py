"""The filters, the order and the pages of GET /models.

Source: OpenRouter's API description. Filters on what nobody measured here (benchmarks, data regions) let every model pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from parley.local.card import Card
from parley.local.offer import Offer
from parley.local.parts import Refusal
from parley.local.routing import by_latency, by_price, by_throughput, million

MOST = 1000
Test = Callable[[Card, str], bool]


def listing(cards: Iterable[Card], asked: Mapping[str, str]) -> tuple[list[dict[str, Any]], int]:
    """The page of models that is asked for, and how many there are on all pages."""
    wanted = {"output_modalities": "text"} | {name: asked[name] for name in FILTERS if asked.get(name)}
    found = [card for card in cards if all(FILTERS[name](card, value) for name, value in wanted.items())]
    if asked.get("sort"):
        found.sort(key=SORTS.get(asked["sort"], lambda card: 0.0))
    start = int(number("offset", asked.get("offset") or "0"))
    size = int(number("limit", asked.get("limit") or str(MOST)))
    if size > MOST:
        raise Refusal(400, f"limit: at most {MOST}", metadata={"error_type": "invalid_request"})
    return [card.item() for card in found[start : start + size]], len(found)


def named(card: Card, value: str) -> bool:
    return all(word in f"{card.id} {card.name}".lower() for word in value.lower().split())


def takes(card: Card, value: str) -> bool:
    return words(value) <= {*card.supported_parameters}


def reads(card: Card, value: str) -> bool:
    return words(value) <= {*card.input_modalities}


def makes(card: Card, value: str) -> bool:
    return value == "all" or words(value) <= {*card.output_modalities}


def holds(card: Card, value: str) -> bool:
    return card.context_length >= number("context", value)


def by_author(card: Card, value: str) -> bool:
    return card.id.partition("/")[0] in words(value)


def served(card: Card, value: str) -> bool:
    return any(offer.goes_by(name.strip()) for offer in card.offers for name in value.split(","))


def costs(side: str, least: bool, card: Card, value: str) -> bool:
    """Whether the price a million tokens is within the bound; an unknown price is within none."""
    price, bound = million(card.offers[0], side), number("price", value)
    known = card.offers[0].pricing.get(side) != "-1"
    return known and (float(price) >= bound if least else float(price) <= bound)


FILTERS: Mapping[str, Test] = {
    "q": named,
    "supported_parameters": takes,
    "input_modalities": reads,
    "output_modalities": makes,
    "context": holds,
    "model_authors": by_author,
    "providers": served,
    "min_price": partial(costs, "prompt", True),
    "max_price": partial(costs, "prompt", False),
    "min_output_price": partial(costs, "completion", True),
    "max_output_price": partial(costs, "completion", False),
}


def first(rank: Callable[[Offer], float], sign: int = 1) -> Callable[[Card], float]:
    return lambda card: sign * rank(card.offers[0])


SORTS: Mapping[str, Callable[[Card], float]] = {
    "pricing-low-to-high": first(by_price),
    "pricing-high-to-low": first(by_price, -1),
    "context-high-to-low": lambda card: -card.context_length,
    "throughput-high-to-low": first(by_throughput),
    "latency-low-to-high": first(by_latency),
    "newest": lambda card: -card.created,
}


def words(value: str) -> set[str]:
    return {word.strip() for word in value.split(",") if word.strip()}


def number(name: str, value: str) -> float:
    try:
        read = float(value)
    except ValueError:
        read = -1.0
    if not 0 <= read < float("inf"):
        raise Refusal(400, f"{name}: {value} is no number from 0", metadata={"error_type": "invalid_request"})
    return read
