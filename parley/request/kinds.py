"""Unions that are told apart by one key, and that have room for kinds nobody has told us of yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import GetCoreSchemaHandler, ValidationError
from pydantic_core import PydanticCustomError, core_schema

from parley.request.kept import STRICT, Kept


@dataclass(frozen=True)
class Kinds:
    """Metadata of a union of Kept classes: `key` names the class, the last one takes what fits no other.

    What names a known kind and lacks something it must have lands in the last class too, whole; `problems()` then says
    what is missing.
    """

    key: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(self.reader(source))

    def reader(self, union: Any) -> Reader:
        """What reads one object as a member of the union."""
        classes: tuple[type[Kept], ...] = get_args(union)
        return Reader(self.key, classes, {tag: kind for kind in classes for tag in tags(kind, self.key)})


@dataclass(frozen=True, repr=False)
class Reader:
    """Reads one object as the class that its key names."""

    key: str
    classes: tuple[type[Kept], ...]
    table: dict[str, type[Kept]]

    def __repr__(self) -> str:
        return f"object by {self.key}"

    def __call__(self, given: Any, info: core_schema.ValidationInfo) -> Kept:
        if isinstance(given, self.classes):
            return given
        if not isinstance(given, dict):
            raise PydanticCustomError("not_an_object", "an object is wanted here")
        kind, other = self.kind_of(given), self.classes[-1]
        try:
            return kind.__pydantic_validator__.validate_python(given, context=info.context)  # type: ignore[no-any-return]
        except ValidationError:
            if info.context is STRICT or kind is other:
                raise
        return other.__pydantic_validator__.validate_python(given, context=info.context)  # type: ignore[no-any-return]

    def kind_of(self, given: dict[str, Any]) -> type[Kept]:
        """The class named by an object's key; the last one for a name that is not known, or none at all."""
        tag = given.get(self.key)
        return self.table.get(tag, self.classes[-1]) if isinstance(tag, str) else self.classes[-1]


def tags(kind: type[Kept], key: str) -> tuple[str, ...]:
    """The words that name this class under `key`; none for the class that takes the rest."""
    annotation = kind.model_fields[key].annotation
    return get_args(annotation) if get_origin(annotation) is Literal else ()
