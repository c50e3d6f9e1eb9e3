"""The request as the chosen model sees it: what of it will be ignored, what is too much, what would be refused.

Everything here is held against lists that may be minutes old, so all of it is advice, but for the little that the API is known
to refuse whatever the list says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from parley.catalog.models import Endpoint, Model, Reasoning
from parley.catalog.preferring import eligible, preferences
from parley.catalog.words import tokens
from parley.request.chat import ChatRequest
from parley.request.kept import Kept
from parley.request.parameters import needs
from parley.value import Value

Kind = Literal["ignored", "partly", "limit", "refused"]
_NAMED = 3
"""The most providers that a sentence names."""
LENGTHS = ("max_completion_tokens", "max_tokens")
LIMITED = (*LENGTHS, "reasoning", "reasoning_effort", "modalities")
"""Fields of which a model may take less than the API."""


class FieldMark(Value):
    """A set field that the model, or some of its endpoints, will not honour as it stands."""

    field: str
    """The request's field, or a raw key."""
    kind: Kind
    """`ignored` by all endpoints; `partly`: by some that may serve; `limit`: more than the model can; `refused` by the API."""
    message: str
    require: bool = False
    """Whether `provider.require_parameters` would keep the request from the endpoints that ignore it."""
    instead: int | None = None
    """The nearest value that the model takes, where it is a number."""

    @property
    def blocks(self) -> bool:
        return self.kind == "refused"


class ModelView(Value):
    """What the sidebar knows of the chosen model."""

    slug: str = ""
    """As it was chosen, variant, preset and all; empty where none is."""
    model: Model | None = None
    """The listed model behind the slug; None where it is not listed."""
    endpoints: tuple[Endpoint, ...] = ()
    """Those that are known; none is known until they were fetched."""
    among: int = 0
    """How many models are listed; 0 where no list is known."""
    busy: bool = False
    """Whether newer lists were on their way when this was seen."""

    def marks(self, request: ChatRequest) -> tuple[FieldMark, ...]:
        return marks(request, self.model, self.endpoints) if self.model else ()

    @property
    def providers(self) -> tuple[str, ...]:
        """What `provider.only`, `order` and `ignore` may name: the tags of the endpoints, and their providers."""
        tags = [one.tag for one in self.endpoints if one.tag]
        return tuple(dict.fromkeys((*tags, *(tag.partition("/")[0] for tag in tags))))

    @property
    def options(self) -> Mapping[str, tuple[str, ...]]:
        """Fields that the model takes fewer values of than the API knows."""
        efforts = self.model.reasoning.supported_efforts if self.model and self.model.reasoning else None
        return {"reasoning_effort": efforts} if efforts else {}

    @property
    def placeholders(self) -> Mapping[str, str]:
        """What an empty widget says: the model's own default or limit, in words."""
        if self.model is None:
            return {}
        defaults = self.model.default_parameters or {}
        known = {name: f"unset ({value:g})" for name, value in defaults.items() if type(value) in (int, float)}
        most = longest_answer(self.model, self.endpoints)
        return known | (dict.fromkeys(LENGTHS, f"unset (≤ {tokens(most)})") if most else {})


def marks(request: ChatRequest, model: Model, endpoints: Sequence[Endpoint] = ()) -> tuple[FieldMark, ...]:
    """What of a request the model will not honour, in the order of its keys.

    Without endpoints the model's own list counts, which is the union over them. A model that lists no parameters at all says
    nothing about them.
    """
    left = eligible(request, endpoints)
    found = [*unsupported(request, model, left or endpoints), *limits(request, model, left or endpoints)]
    if endpoints and not left:
        found.append(FieldMark(field="provider", kind="limit", message=_nobody_left(model, endpoints)))
    order = {name: place for place, name in enumerate(request.sent_keys())}
    return tuple(sorted(found, key=lambda mark: order.get(mark.field, len(order))))


def lacking(request: ChatRequest, endpoint: Endpoint) -> tuple[str, ...]:
    """The set fields that an endpoint ignores, by name; one that lists no parameters is taken to honour all."""
    return _unmet(needs(request), endpoint)


def _unmet(asked: Mapping[str, Sequence[str]], endpoint: Endpoint) -> tuple[str, ...]:
    listed = set(endpoint.supported_parameters)
    return tuple(name for name, words in asked.items() if listed and listed.isdisjoint(words))


def unsupported(request: ChatRequest, model: Model, endpoints: Sequence[Endpoint]) -> Iterator[FieldMark]:
    """Fields that no endpoint, or not every endpoint that may serve, honours."""
    required = preferences(request).get("require_parameters") is True
    asked = needs(request)
    lacks = [set(_unmet(asked, one)) for one in endpoints]
    for name, words in asked.items():
        deaf = [one for one, lacked in zip(endpoints, lacks, strict=True) if name in lacked]
        if len(deaf) == len(endpoints) and (deaf or not _listed(model, words)):
            yield FieldMark(field=name, kind="ignored", message=_ignored(name, model, words, required))
        elif deaf and not required:
            yield FieldMark(field=name, kind="partly", message=_partly(deaf, endpoints), require=True)
    if required and lacks and len(asked) > 1 and all(lacks) and not set.intersection(*lacks):
        message = f"No endpoint of {model.label} honours {_and(asked)} together, and only such may serve."
        yield FieldMark(field="provider", kind="limit", message=message)


def limits(request: ChatRequest, model: Model, endpoints: Sequence[Endpoint]) -> Iterator[FieldMark]:
    """Values that are more than the model can, and those that the API refuses for it."""
    body: dict[str, Any] = {
        name: value.payload() if isinstance(value, Kept) else value for name, value in request.held() if name in LIMITED
    }
    for name in LENGTHS:
        if type(body.get(name)) is int:
            yield from too_long(name, body[name], model, endpoints)
    if model.reasoning is not None:
        yield from reasoning_limits(body, model.label, model.reasoning)
    yield from cannot_make(body.get("modalities"), model)


def too_long(name: str, value: int, model: Model, endpoints: Sequence[Endpoint]) -> Iterator[FieldMark]:
    """An answer that fills the whole context leaves no room for a prompt, so it is refused; see error 400 in the guides."""
    context = max(
        (size for size in (model.context_length, *(one.context_length for one in endpoints)) if size), default=0
    )
    most = longest_answer(model, endpoints)
    if context and value >= context:
        message = (
            f"{model.label} has a context of {context:,} tokens for prompt and answer together; {value:,} is too much."
        )
        yield FieldMark(field=name, kind="refused", message=message, instead=most if most and most < context else None)
    elif most and value > most:
        message = f"{model.label} writes at most {most:,} tokens."
        yield FieldMark(field=name, kind="limit", message=message, instead=most)


def longest_answer(model: Model, endpoints: Sequence[Endpoint] = ()) -> int | None:
    """The most tokens that one of the endpoints writes; where not all of them say it, what the model's first provider says."""
    sizes = [one.max_completion_tokens for one in endpoints]
    if sizes and all(sizes):
        return max(size for size in sizes if size)
    return model.top_provider.max_completion_tokens if model.top_provider else None


def reasoning_limits(body: Mapping[str, Any], label: str, can: Reasoning) -> Iterator[FieldMark]:
    """Efforts that the model does not know, a budget that it does not count, and reasoning that cannot be switched off."""
    inner = body.get("reasoning")
    asked: dict[str, Any] = inner if isinstance(inner, dict) else {}
    for field, effort in (("reasoning", asked.get("effort")), ("reasoning_effort", body.get("reasoning_effort"))):
        off = effort == "none" or (field == "reasoning" and asked.get("enabled") is False)
        if off and can.mandatory:
            message = f"{label} always reasons; switched off, the request is refused."
            yield FieldMark(field=field, kind="refused", message=message)
        elif not off and can.supported_efforts and isinstance(effort, str) and effort not in can.supported_efforts:
            message = f"{label} does not know the effort {effort}; it knows {_and(can.supported_efforts)}."
            yield FieldMark(field=field, kind="limit", message=message)
    if can.supports_max_tokens is False and asked.get("max_tokens") is not None:
        message = f"{label} counts no tokens of reasoning; max_tokens is turned into an effort."
        yield FieldMark(field="reasoning", kind="limit", message=message)


def cannot_make(modalities: Any, model: Model) -> Iterator[FieldMark]:
    """Kinds of output that the model does not list."""
    makes = model.architecture.output_modalities if model.architecture else ()
    if makes and isinstance(modalities, list):
        foreign = [word for word in modalities if isinstance(word, str) and word not in makes]
        if foreign:
            message = f"{model.label} does not answer in {_and(foreign)}; it answers in {_and(makes)}."
            yield FieldMark(field="modalities", kind="limit", message=message)


def _listed(model: Model, words: Sequence[str]) -> bool:
    return not model.supported_parameters or bool(set(words) & set(model.supported_parameters))


def _ignored(name: str, model: Model, words: Sequence[str], required: bool) -> str:
    if name == "response_format" and "response_format" in model.supported_parameters and "response_format" not in words:
        return f"{model.label} answers in JSON, but holds to no schema."
    then = ", and as parameters are required, nobody will answer" if required else "; it will be ignored"
    return f"{model.label} does not support this{then}."


def _partly(deaf: Sequence[Endpoint], endpoints: Sequence[Endpoint]) -> str:
    names = list(dict.fromkeys(one.tag or one.provider_name or "an endpoint" for one in deaf))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED + 1 else ""
    shown = names if not more else names[:_NAMED]
    who = ", ".join(shown) + more
    return f"{len(endpoints) - len(deaf)} of {len(endpoints)} endpoints honour this; ignored by {who}."


def _nobody_left(model: Model, endpoints: Sequence[Endpoint]) -> str:
    tags = [one.tag or one.provider_name or "" for one in endpoints]
    has = ", ".join((*tags[:6], "and more")) if len(tags) > 6 else _and(tags)
    return f"These preferences leave {model.label} no endpoint; it has {has}."


def _and(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
