"""README's table of faults is what the runs came to; the lines of what is proved elsewhere name a test that exists.

That each line of a case is the one that its run makes is checked where the case is played.
"""

from __future__ import annotations

import ast

import pytest

from tests.conftest import HOUSE
from tests.faults.cases import FAULTS, UPSTREAM_FAULTS, number
from tests.faults.proofs import PROOFS, Proof
from tests.faults.table import HEADER, lines, proof_row

AGAIN = "run: python -m tests.faults.write_table"


def test_the_table_has_a_line_for_every_fault_and_no_other() -> None:
    head, rows = lines()[:2], lines()[2:]
    assert tuple(head) == HEADER
    assert [row.split("|")[1].strip() for row in rows] == [one.id for one in FAULTS], AGAIN


def test_every_fault_has_a_number_of_its_own() -> None:
    ids = [one.id for one in FAULTS]
    assert len(set(ids)) == len(ids)


def test_no_upstream_fault_is_left_out() -> None:
    assert {number(one.id)[0] for one in UPSTREAM_FAULTS} == set(range(1, 31))


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.id)
def test_what_is_proved_elsewhere_is_proved_by_a_test_that_exists(proof: Proof) -> None:
    path, name = proof.test.split("::")
    tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert proof_row(proof) in lines(), AGAIN
