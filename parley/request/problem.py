"""One thing that is wrong with a request, or that had better be otherwise."""

from __future__ import annotations

from typing import Any

from parley.request.remedy import Remedy
from parley.value import Value


class Problem(Value):
    """A sentence that names field, value and what is allowed, to stand beside the field."""

    field: str
    """Name of the request's field, which is where a person mends it."""
    value: Any = None
    """What stands there now; None also where something is missing."""
    message: str
    path: str = ""
    """Where inside the field, such as `provider.max_price.prompt`; the field's name where it is the field itself."""
    blocks: bool = True
    """Whether the API would refuse the request for it; False is advice."""
    remedies: tuple[Remedy, ...] = ()
    """The ways out, any one of which is enough; none where only the person can know."""


def at(path: str, value: Any, message: str, *, blocks: bool = True, remedies: tuple[Remedy, ...] = ()) -> Problem:
    """A problem at a path, whose first name is the field."""
    field = path.partition(".")[0].partition("[")[0]
    return Problem(field=field, path=path, value=value, message=message, blocks=blocks, remedies=remedies)
