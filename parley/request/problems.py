"""What is wrong with a request, before it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import MISSING

from parley.request.chat import ChatRequest
from parley.request.fields import BY_NAME
from parley.request.kept import Kept, brief
from parley.request.kinds import Reader
from parley.request.knob import Bounds
from parley.request.limits import outside
from parley.request.misfits import lacking, misfit, reader_of
from parley.request.problem import Problem, at
from parley.request.remedy import Remedy
from parley.request.routing import ProviderPreferences
from parley.request.rules import conflicts
from parley.request.schema_problems import schema_problems
from parley.request.tool_problems import tool_problems

PARTITIONS = {"fallback": "model", "sort": "none"}
"""What `route` said, in the words of `provider.sort.partition`."""
NO_MESSAGES = at("messages", None, "messages is missing; there must be 1 or more")


def problems(request: ChatRequest, *, settings_only: bool = False) -> tuple[Problem, ...]:
    """Ranges, limits, wrong types and conflicts, in the order of the request's keys, conflicts last.

    `settings_only` looks at a sidebar, which has no messages. Unknown keys are no problem, for the API grows; only in
    `provider`, where the API refuses them, they are worth a word.
    """
    absent = () if settings_only or "messages" in request.sent_keys() else (NO_MESSAGES,)
    looks = (
        inside("", request),
        tool_problems(request),
        schema_problems(request),
        deprecations(request),
        conflicts("", request),
    )
    return (*absent, *(problem for look in looks for problem in look))


@dataclass(frozen=True)
class Declared:
    """What is looked up about a field for every value of it."""

    annotation: Any
    bounds: Bounds | None
    reader: Reader | None


@cache
def declared(kind: type[Kept], key: str) -> Declared:
    field = kind.model_fields[kind.wire[key]]
    bounds = next((mark for mark in field.metadata if isinstance(mark, Bounds)), None)
    return Declared(field.annotation, bounds, reader_of(field.annotation))


def inside(path: str, value: Kept) -> Iterator[Problem]:
    """The problems of one object and of everything in it."""
    yield from conflicts(path, value) if path else ()
    for key, held in value.held():
        here = f"{path}.{key}" if path else key
        if key not in value.wire:
            yield from unknown_key(here, held, value)
            continue
        field = declared(type(value), key)
        if value.is_raw(key):
            yield from misfit(here, held, field.annotation)
        else:
            yield from outside(here, held, field.bounds) if field.bounds else ()
            yield from members(here, held, field.reader)


def members(path: str, held: Any, reader: Reader | None) -> Iterator[Problem]:
    """The problems of the objects in a value: the value itself, or the items of a list."""
    if isinstance(held, Kept):
        yield from untyped(path, held, reader)
        yield from inside(path, held)
    elif isinstance(held, list):
        for index, item in enumerate(held):
            if isinstance(item, Kept):
                yield from members(f"{path}[{index}]", item, reader)


def untyped(path: str, value: Kept, reader: Reader | None) -> Iterator[Problem]:
    """What an object lacks to be of the kind it says it is."""
    if reader is None or not isinstance(value, reader.classes[-1]):
        return
    raw = dict(value.held())
    if reader.key not in raw:
        yield at(f"{path}.{reader.key}", None, f"{path} has no {reader.key}; it must be text")
    elif (kind := reader.kind_of(raw)) is not reader.classes[-1]:
        yield from lacking(path, raw, kind)


def unknown_key(path: str, held: Any, parent: Kept) -> Iterator[Problem]:
    if isinstance(parent, ProviderPreferences):
        words = f"{path} is {brief(held)}, a key that is not known; the API refuses those in provider"
        yield at(path, held, words, blocks=False, remedies=(Remedy(label=f"Drop {path}", drop=(path,)),))


def deprecations(request: ChatRequest) -> Iterator[Problem]:
    for key, held in request.held():
        spec = BY_NAME.get(key)
        if spec is not None and spec.deprecated:
            words = f"{key} is {brief(held)}, but deprecated: {spec.deprecated}"
            yield at(key, held, words, blocks=False, remedies=replacements(request, key, held))


def replacements(request: ChatRequest, key: str, held: Any) -> tuple[Remedy, ...]:
    """What says the same as a deprecated field today, where that is not said already; and to leave it out."""
    put: dict[str, Any] = {}
    if key == "max_tokens" and request.max_completion_tokens is MISSING:
        put = {"max_completion_tokens": held}
    elif key == "route" and isinstance(held, str) and held in PARTITIONS and request.provider is MISSING:
        put = {"provider.sort.partition": PARTITIONS[held]}
    instead = tuple(Remedy(label=f"Use {path}", put={path: value}, drop=(key,)) for path, value in put.items())
    return (*instead, Remedy(label=f"Drop {key}", drop=(key,)))
