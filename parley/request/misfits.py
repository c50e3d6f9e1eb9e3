"""Why a value could not be typed: the wrong type, or something it must have is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from parley.request.kept import Kept, brief
from parley.request.kinds import Kinds, Reader
from parley.request.problem import Problem, at
from parley.request.shapes import JsonType, json_types, leaves, wanted

SCALARS: dict[type, JsonType] = {bool: "boolean", str: "string", int: "integer", float: "number"}
SCALARS |= {list: "array", dict: "object", type(None): "null"}


def misfit(path: str, raw: Any, annotation: Any) -> Iterator[Problem]:
    """Name what keeps `raw` from being what the annotation wants, as deep inside as it can be said."""
    if not fits(raw, json_types(annotation)):
        yield at(path, raw, f"{path} must be {wanted(annotation)}, not {brief(raw)}")
        return
    inside = list(deeper(path, raw, annotation))
    yield from inside or [at(path, raw, f"{path} is {brief(raw)}, which is not {wanted(annotation)} that can be sent")]


def fits(raw: Any, kinds: tuple[JsonType, ...]) -> bool:
    if isinstance(raw, float) and raw - raw != 0:
        return False
    kind = SCALARS.get(type(raw))
    return kind in kinds or (kind == "integer" and "number" in kinds)


def deeper(path: str, raw: Any, annotation: Any) -> Iterator[Problem]:
    """The misfits of a list's items, of a map's values, or of an object's keys."""
    for leaf in leaves(annotation):
        origin = get_origin(leaf) or leaf
        if origin is list and isinstance(raw, list):
            yield from each(((f"{path}[{index}]", item) for index, item in enumerate(raw)), get_args(leaf)[0])
        elif origin is dict and isinstance(raw, dict):
            yield from each(((f"{path}.{key}", item) for key, item in raw.items()), get_args(leaf)[1])
    if isinstance(raw, dict) and (kind := kind_of(raw, annotation)) is not None:
        yield from lacking(path, raw, kind)


def each(entries: Iterator[tuple[str, Any]], annotation: Any) -> Iterator[Problem]:
    for path, item in entries:
        if not fits(item, json_types(annotation)):
            yield from misfit(path, item, annotation)
        else:
            yield from deeper(path, item, annotation)


def lacking(path: str, raw: dict[str, Any], kind: type[Kept]) -> Iterator[Problem]:
    """What an object must have to be of a kind, and has not."""
    for key, name in kind.wire.items():
        field = kind.model_fields[name]
        if key in raw and not fits(raw[key], json_types(field.annotation)):
            yield from misfit(f"{path}.{key}", raw[key], field.annotation)
        elif key in raw:
            yield from deeper(f"{path}.{key}", raw[key], field.annotation)
        elif field.is_required():
            yield at(f"{path}.{key}", None, f"{path} has no {key}; it must be {wanted(field.annotation)}")


def kind_of(raw: dict[str, Any], annotation: Any) -> type[Kept] | None:
    """The class that an object should have been of, by the key that names it, or because there is only one."""
    reader = reader_of(annotation)
    if reader is not None:
        return reader.kind_of(raw)
    return next((leaf for leaf in leaves(annotation) if isinstance(leaf, type) and issubclass(leaf, Kept)), None)


def reader_of(annotation: Any) -> Reader | None:
    """The reader of the first union of kinds in an annotation, or in the items of its list."""
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Annotated:
            found = next((mark.reader(get_args(part)[0]) for mark in get_args(part) if isinstance(mark, Kinds)), None)
            if found is not None:
                return found
    return next((found for part in get_args(annotation) if (found := reader_of(part)) is not None), None)
