"""What a value breaks of its schema, and where."""

from __future__ import annotations

from parley.request.kept import brief
from parley.request.paths import Path
from parley.value import Value


def json_path(path: Path) -> str:
    """A place as JSONPath spells it: `$.items[0].name`; a key that is no plain word stands in brackets."""
    steps = (
        f"[{step}]" if isinstance(step, int) else f".{step}" if step.isidentifier() else f"[{brief(step)}]"
        for step in path
    )
    return "$" + "".join(steps)


class Fault(Value):
    """One thing in a value that its schema does not allow."""

    path: Path
    words: str
    """What is wrong, after the name of the place: `is missing`."""

    @property
    def place(self) -> str:
        """As JSONPath spells it: `$.items[0].name`."""
        return json_path(self.path)

    @property
    def sentence(self) -> str:
        return f"{self.place} {self.words}."


class Held(Value):
    """What came of holding a value against a schema."""

    faults: tuple[Fault, ...] = ()
    more: int = 0
    """Faults that are not told."""
    unchecked: str = ""
    """Why nothing can be said of the value at all: the schema is broken, or asks for too much."""
    left_out: tuple[str, ...] = ()
    """Rules of the schema that nobody looked at."""
    unknown_draft: str = ""
    """What the schema names as its draft, when nobody here knows it."""
