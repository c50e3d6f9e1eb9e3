"""The models that somebody looks for: words, filters, an order. Pure, and quick enough to run at every keystroke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Literal

from parley.catalog.models import Model
from parley.value import Value

MILLION = 1_000_000
Order = Literal["newest", "name", "cheapest", "dearest", "context"]


class Wanted(Value):
    """What a model must be to be found; an empty wish lets every model through. An unknown price is within no bound."""

    words: str = ""
    """Each of them must stand in the id, the name or the description."""
    free: bool = False
    context: int | None = None
    """The least tokens that the context must hold."""
    inputs: tuple[str, ...] = ()
    """All of these must go in."""
    outputs: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    """All of these must be among the supported parameters."""
    authors: tuple[str, ...] = ()
    """One of these must stand before the slash of the id."""
    price: float | None = None
    """The most dollars for a million tokens, of the prompt and of the answer alike."""
    order: Order = "newest"


class Choices(Value):
    """What there is to choose from in a list of models, the commonest first."""

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    """In the order of the alphabet."""


def found(models: Iterable[Model], wanted: Wanted) -> tuple[Model, ...]:
    """The models that are as wanted, in the wanted order; equals keep the order of the list, in which the newest come first.

    With words, models that have all of them in their id or name stand before those that only describe themselves so.
    """
    words = wanted.words.lower().split()
    fitting = [model for model in models if _fits(model, wanted) and _said(model, words, in_name=False)]
    fitting.sort(key=ORDERS[wanted.order])
    if words:
        fitting.sort(key=lambda model: not _said(model, words, in_name=True))
    return tuple(fitting)


def choices(models: Iterable[Model]) -> Choices:
    """The modalities, parameters and authors of a list."""
    listed = tuple(models)
    return Choices(
        inputs=_commonest(word for model in listed for word in inputs_of(model)),
        outputs=_commonest(word for model in listed for word in outputs_of(model)),
        parameters=_commonest(word for model in listed for word in model.supported_parameters),
        authors=tuple(sorted({author_of(model) for model in listed})),
    )


def author_of(model: Model) -> str:
    """Who made it: what stands before the slash, without the `~` of an alias."""
    return model.id.partition("/")[0].lstrip("~")


def inputs_of(model: Model) -> tuple[str, ...]:
    return model.architecture.input_modalities if model.architecture else ()


def outputs_of(model: Model) -> tuple[str, ...]:
    return model.architecture.output_modalities if model.architecture else ()


def _fits(model: Model, wanted: Wanted) -> bool:
    return (
        (not wanted.free or model.free)
        and (wanted.context is None or (model.context_length or 0) >= wanted.context)
        and set(wanted.inputs) <= set(inputs_of(model))
        and set(wanted.outputs) <= set(outputs_of(model))
        and set(wanted.parameters) <= set(model.supported_parameters)
        and (not wanted.authors or author_of(model) in wanted.authors)
        and (wanted.price is None or _within(model, wanted.price))
    )


def _within(model: Model, dollars: float) -> bool:
    prices = model.pricing
    if prices is None or prices.prompt is None or prices.completion is None:
        return False
    return max(prices.prompt, prices.completion) * MILLION <= Decimal(repr(dollars))


def _said(model: Model, words: list[str], *, in_name: bool) -> bool:
    text = f"{model.id} {model.name or ''} {'' if in_name else model.description or ''}".lower()
    return all(word in text for word in words)


def _sum(model: Model) -> Decimal | None:
    prices = model.pricing
    return None if prices is None or prices.prompt is None else prices.prompt + (prices.completion or 0)


def _by_price(sign: int) -> Callable[[Model], tuple[bool, Decimal]]:
    """Prompt and answer together; what is unknown stands last either way."""
    return lambda model: ((price := _sum(model)) is None, sign * (price or Decimal(0)))


ORDERS: dict[Order, Callable[[Model], Any]] = {
    "newest": lambda model: -(model.created or 0),
    "name": lambda model: model.label.lower(),
    "cheapest": _by_price(1),
    "dearest": _by_price(-1),
    "context": lambda model: -(model.context_length or 0),
}


def _commonest(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word, _ in Counter(words).most_common())
