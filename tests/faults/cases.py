"""All faults of the other side, in the order of their numbers."""

from __future__ import annotations

import re

from tests.faults import answers_that_break, answers_that_lie, refusals
from tests.faults.case import Case


def _number(case: Case) -> tuple[int, str]:
    found = re.fullmatch(r"U(\d+)([a-z]?)", case.id)
    assert found, case.id
    return int(found[1]), found[2]


CASES: tuple[Case, ...] = tuple(
    sorted((*answers_that_break.CASES, *answers_that_lie.CASES, *refusals.CASES), key=_number)
)
