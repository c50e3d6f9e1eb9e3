"""The table of fields in README, made from their declarations: python -m parley.request.table"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from parley.request.fields import FIELDS, FieldSpec


def markdown_table(fields: Iterable[FieldSpec] = FIELDS) -> str:
    """One line a field, in the sidebar's order."""
    lines = (f"| `{one.name}` | {one.group} | {one.wanted} | {_range(one)} | {_usual(one)} |" for one in fields)
    return "\n".join(["| field | group | takes | allowed | usual |", "|---|---|---|---|---|", *lines])


def _range(field: FieldSpec) -> str:
    bounds = {
        "": field.low is not None and field.high is not None and f"{field.low:g} to {field.high:g}",
        "from ": field.high is None and field.low is not None and f"{field.low:g}",
        "at most ": field.most is not None and f"{field.most} items",
        "up to ": field.longest is not None and f"{field.longest} characters",
    }
    known = [f"{word}{bound}" for word, bound in bounds.items() if bound]
    return ", ".join([*known, *(f"`{choice}`" for choice in field.choices)])


def _usual(field: FieldSpec) -> str:
    return f"deprecated: {field.deprecated}" if field.deprecated else field.usual


if __name__ == "__main__":
    sys.stdout.write(markdown_table() + "\n")
