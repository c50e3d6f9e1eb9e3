"""The base of every value in a request: typed where it can be, and never losing what it was given.

A request is written by people and by programs that know more, or less, than we do. So reading refuses nothing: a key we
do not know, and a value of the wrong type, stay as they came in `.extra`, and `payload()` gives back the very JSON.
Building a value in code is strict about types instead, because there a wrong one is our own mistake.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from pydantic import (
    MISSING,
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_serializer,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

STRICT = {"strict": True}


class Kept(BaseModel):
    """A JSON object with typed fields, unknown keys in `.extra`, and the order of its keys.

    Equal when it would be sent as the same JSON, whatever the order of keys: 1, 1.0 and true are three values, and so
    are null and an absent key.
    """

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        use_attribute_docstrings=True,
        protected_namespaces=(),
        hide_input_in_errors=True,
    )

    wire: ClassVar[dict[str, str]] = {}
    """JSON key to attribute name; they only differ where a key is taken by pydantic itself."""

    _keys: tuple[str, ...] = PrivateAttr(())

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        super().__pydantic_init_subclass__(**options)
        cls.wire = {field.alias or name: name for name, field in cls.model_fields.items()}

    if not TYPE_CHECKING:

        def __init__(self, /, **fields: Any) -> None:
            self.__pydantic_validator__.validate_python(fields, self_instance=self, context=STRICT)

        # Else pydantic would run this strict constructor for values it reads, too.
        __init__.__pydantic_base_init__ = True

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, given: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        if isinstance(given, cls):
            return given
        if not isinstance(given, dict):
            raise PydanticCustomError("not_an_object", "an object is wanted here")
        set_ones = {key: value for key, value in given.items() if value is not MISSING}
        known = {key: value for key, value in set_ones.items() if key in cls.wire}
        rest = {key: value for key, value in set_ones.items() if key not in cls.wire}
        if info.context is STRICT:
            refuse_unknown(cls, given)
            return handler(known)._keeping(rest, given)
        try:
            return handler(known)._keeping(rest, given)
        except ValidationError as error:
            wrong = {detail["loc"][0] for detail in error.errors(include_url=False, include_context=False)}
        typed = {key: value for key, value in known.items() if key not in wrong}
        rest |= {key: value for key, value in known.items() if key in wrong}
        return handler(typed)._keeping(rest, given)

    def _keeping(self, rest: Mapping[str, Any], order: Iterable[str]) -> Self:
        object.__setattr__(self, "__pydantic_extra__", copied(rest) if rest else None)
        self._keys = tuple(key for key in order if key in rest or self._typed(key))
        return self

    def _typed(self, key: str) -> bool:
        return self.wire.get(key) in self.__pydantic_fields_set__

    @property
    def extra(self) -> dict[str, Any]:
        """Unknown keys, and known ones whose value has a type we do not know, as they came."""
        return cast("dict[str, Any]", copied(self._raw))

    @property
    def _raw(self) -> dict[str, Any]:
        return self.__pydantic_extra__ or {}

    def is_raw(self, key: str) -> bool:
        """Whether a key is unknown, or its value has a type that its field does not take."""
        return key in self._raw

    def sent_keys(self) -> tuple[str, ...]:
        """Every key that will be sent, typed or raw, in the order in which it was given."""
        return self._keys

    def held(self) -> Iterator[tuple[str, Any]]:
        """Every key that will be sent with its value, typed or raw, in the order in which it was given."""
        extra, values, wire = self._raw, self.__dict__, self.wire
        return ((key, extra[key] if key in extra else values[wire[key]]) for key in self._keys)

    def told(self, key: str) -> Any:
        """What will be sent under a key, as JSON; None where nothing will. The rest, messages for instance, is not spelled for it."""
        return copied(dict(self.held()).get(key))

    def payload(self) -> dict[str, Any]:
        """The JSON to send, sharing nothing with this value."""
        return cast("dict[str, Any]", copied(self))

    def with_fields(self, **changes: Any) -> Self:
        """The same with some fields changed; MISSING unsets one. A changed value replaces a raw one of the same name.

        Raises ValidationError for a value of the wrong type, and for a name that a request does not have.
        """
        typed = {key: value for key, value in self.held() if not self.is_raw(key)}
        raw = {key: value for key, value in self._raw.items() if key not in changes}
        said = {key: value for key, value in changes.items() if value is not MISSING or key not in self._raw}
        fresh = type(self)(**(typed | said))
        return fresh._keeping(raw | fresh._raw, dict.fromkeys((*self._keys, *changes)))

    def without(self, *names: str) -> Self:
        """The same with these keys unset, typed and raw alike; names that are not set do no harm."""
        return self.with_fields(**{name: MISSING for name in names if name in self._keys})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As `with_fields`, under pydantic's name; the value never changes, so a copy without changes is itself."""
        return self.with_fields(**update) if update else self

    @model_serializer
    def _plain(self) -> dict[str, Any]:
        return self.payload()

    def __eq__(self, other: object) -> bool:
        return same(self, other)

    def __repr__(self) -> str:
        shown = [f"{key}={'…' if self.is_raw(key) else brief(value)}" for key, value in self.held()]
        return f"{type(self).__name__}({', '.join(shown)})"

    __str__ = __repr__

    @classmethod
    def unknown_name(cls, name: str) -> str | None:
        """Why a name that is no field may not be given in code; None where it may."""
        return None


def refuse_unknown(kind: type[Kept], given: Mapping[str, Any]) -> None:
    """Raise ValidationError for names that `kind` does not have, where it is closed to them."""
    refused: list[InitErrorDetails] = [
        {
            "type": PydanticCustomError("unknown_field", "{words}", {"words": words}),
            "loc": (name,),
            "input": given[name],
        }
        for name in given
        if name not in kind.wire and (words := kind.unknown_name(name)) is not None
    ]
    if refused:
        raise ValidationError.from_exception_data(kind.__name__, refused, hide_input=True)


def copied(value: Any) -> Any:
    """The JSON of a value, sharing nothing with it; without recursion, so that no depth is too deep."""
    top: list[Any] = [None]
    todo: list[tuple[Any, Any, Any]] = [(top, 0, value)]
    while todo:
        target, key, source = todo.pop()
        if isinstance(source, (dict, Kept)):
            entries = dict(source.held() if isinstance(source, Kept) else source)
            target[key] = dict.fromkeys(entries)
            todo.extend((target[key], name, inner) for name, inner in entries.items())
        elif isinstance(source, (list, tuple)):
            target[key] = [None] * len(source)
            todo.extend((target[key], index, inner) for index, inner in enumerate(source))
        else:
            target[key] = source
    return top[0]


def same(one: Any, other: Any) -> bool:
    """Whether two values would be sent as the same JSON, types and all; the order of keys does not matter."""
    todo = [(one, other)]
    while todo:
        left, right = todo.pop()
        if left is right:
            continue
        if type(left) is not type(right):
            return False
        if isinstance(left, (dict, Kept)):
            lefts, rights = (dict(side.held()) if isinstance(side, Kept) else side for side in (left, right))
            if lefts.keys() != rights.keys():
                return False
            todo.extend((lefts[key], rights[key]) for key in lefts)
        elif isinstance(left, list):
            if len(left) != len(right):
                return False
            todo.extend(zip(left, right, strict=True))
        elif left != right:
            return False
    return True


def brief(value: Any, length: int = 60) -> str:
    """A value as JSON on part of a line, for people who look at a repr or at what is wrong."""
    if isinstance(value, (list, tuple)):
        return f"[{counted(len(value), 'item')}]"
    if isinstance(value, (dict, Kept)):
        size = len(value.sent_keys()) if isinstance(value, Kept) else len(value)
        return f"{{{counted(size, 'key')}}}"
    if isinstance(value, str):
        text = json.dumps(value[:length], ensure_ascii=False).encode(errors="backslashreplace").decode()
        return text if len(value) <= length else f"{text[:-1]}…"
    words = {None: "null", True: "true", False: "false"}
    text = words[value] if value is None or isinstance(value, bool) else repr(value)
    return text if len(text) <= length else f"{text[: length - 1]}…"


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 item, 2 items."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
