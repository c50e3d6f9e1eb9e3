"""All faults of the other side, in the order of their numbers."""

from __future__ import annotations

import re

from tests.faults import answers_that_break, answers_that_lie, refusals
from tests.faults.case import Case
from tests.faults.proofs import ELSEWHERE, UPSTREAM, Proof


def number(id: str) -> tuple[int, str]:
    found = re.fullmatch(r"U(\d+)([a-z]?)", id)
    assert found, id
    return int(found[1]), found[2]


CASES: tuple[Case, ...] = tuple(
    sorted((*answers_that_break.CASES, *answers_that_lie.CASES, *refusals.CASES), key=lambda case: number(case.id))
)
UPSTREAM_FAULTS: tuple[Case | Proof, ...] = tuple(sorted((*CASES, *UPSTREAM), key=lambda one: number(one.id)))
FAULTS: tuple[Case | Proof, ...] = (*UPSTREAM_FAULTS, *ELSEWHERE)
