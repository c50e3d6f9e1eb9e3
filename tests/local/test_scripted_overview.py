from __future__ import annotations

import re

from parley.local.scripted.overview import markdown_table
from tests.conftest import HOUSE


def test_readmes_table_of_scripted_models_is_the_one_that_the_declarations_make() -> None:
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"<!-- scripted.*?-->\n(.*?)\n<!-- /scripted -->", readme, re.DOTALL)
    assert table == markdown_table()
