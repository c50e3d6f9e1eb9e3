"""Types that read what others list: everything is optional, and what cannot be read is None."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from parley.money import MOST_TOKENS, amount
from parley.value import Received

T = TypeVar("T", bound=Received)


def none_if_odd(raw: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(raw)
    except (ValidationError, ValueError, RecursionError):
        return None


def words_in(raw: Any) -> tuple[str, ...]:
    return tuple(word for word in raw if isinstance(word, str)) if isinstance(raw, list | tuple) else ()


def items_in(raw: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(item for item in raw if isinstance(item, Mapping)) if isinstance(raw, list | tuple) else ()


def share_of_one(raw: object) -> Decimal | None:
    share = amount(raw)
    return share if share is not None and share <= 1 else None


Text = Annotated[str | None, WrapValidator(none_if_odd)]
_Bounded = Annotated[int, Field(ge=-MOST_TOKENS, le=MOST_TOKENS)]
Count = Annotated[_Bounded | None, WrapValidator(none_if_odd)]
Number = Annotated[float | None, WrapValidator(none_if_odd)]
Flag = Annotated[bool | None, WrapValidator(none_if_odd)]
Words = Annotated[tuple[str, ...], BeforeValidator(words_in)]
Price = Annotated[Decimal | None, BeforeValidator(amount)]
Share = Annotated[Decimal | None, BeforeValidator(share_of_one)]


def read(kind: type[T], items: object) -> Iterable[T]:
    for item in items_in(items):
        try:
            yield kind.model_validate(item)
        except (ValidationError, RecursionError):
            continue
