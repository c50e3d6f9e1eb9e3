"""Regular expressions of strangers, in time that grows with the text alone.

Python's own engine can be made to think for years by twenty letters, and a schema may come with a file or a link. So patterns
are matched by the Rust engine that pydantic has. What it does not know, such as a look ahead, is not matched at all.
"""

from __future__ import annotations

from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema

LONGEST = 2_000
"""Characters of a pattern."""
MOST = 32
"""Patterns of one schema: each may take a tenth of a second, and megabytes, to be read."""


@lru_cache(maxsize=2 * MOST)
def _matcher(pattern: str) -> SchemaValidator | None:
    if len(pattern) > LONGEST:
        return None
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, strict=True))
    except SchemaError:
        return None


def knows(pattern: str) -> bool:
    """Whether texts can be held against it."""
    return _matcher(pattern) is not None


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text; always, where it is not known."""
    found = _matcher(pattern)
    return found is None or found.isinstance_python(text)
