"""The table of scripted models in README, made from their declarations: python -m parley.local.scripted.overview"""

from __future__ import annotations

import sys

from parley.local.scripted import models


def markdown_table() -> str:
    """One line a model, in the order of the list: what it does, in its own words."""
    lines = (f"| `{model.card.id}` | {model.said} |" for model in models())
    return "\n".join(["| model | what it does |", "|---|---|", *lines])


if __name__ == "__main__":
    sys.stdout.write(markdown_table() + "\n")
