"""What every value of Parley is: frozen, compared by content, without I/O or a clock."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Base of the values we make ourselves; unknown names are our own mistakes and fail at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Received(BaseModel):
    """Base of the values we read from others: every field optional, every addition kept."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)
