"""What README says must be so."""

from __future__ import annotations

import re

from parley.request.table import markdown_table
from tests.conftest import HOUSE

README = (HOUSE / "README.md").read_text(encoding="utf-8")


def test_the_table_of_fields_is_the_one_that_the_declarations_make() -> None:
    (table,) = re.findall(r"<!-- fields.*?-->\n(.*?)\n<!-- /fields -->", README, re.DOTALL)
    assert table == markdown_table()


def test_every_variable_it_names_is_read() -> None:
    settings = (HOUSE / "parley/settings.py").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:PARLEY|OPENROUTER)_[A-Z_]+)`", README))
    assert named <= set(re.findall(r"[A-Z]+_[A-Z_]+", settings))


def test_every_library_that_is_installed_is_explained() -> None:
    project = (HOUSE / "pyproject.toml").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^dependencies = \[(.*?)\]", project, re.DOTALL | re.MULTILINE)
    assert {name for name in re.findall(r'"([a-z0-9-]+)', listed) if f"| {name} " not in README} == set()
