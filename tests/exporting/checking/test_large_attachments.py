"""An attachment of many megabytes is gone through for keys at hand, and what cannot stand in it is not looked for."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

from parley.exporting.checking import leaving, without
from parley.exporting.checking.patterns import before_file
from parley.notebook import Snapshot


def test_no_letters_of_a_file_are_masked_whatever_they_happen_to_spell(a_snapshot: Callable[..., Snapshot]) -> None:
    noise = random.Random(5)
    data = base64.b64encode(noise.randbytes(3_000)).decode() + "/AKIAIOSFODNN7EXAMPLE/+x" + "AAAA" * 300
    file = {"type": "file", "file": {"filename": "a.bin", "file_data": f"data:application/x;base64,{data}"}}
    whole = a_snapshot([file, {"type": "text", "text": "AKIAIOSFODNN7EXAMPLE"}])
    left = without(whole, {one.id: "mask" for one in leaving(whole) if one.kind == "key"})
    first, second = left.session.cells[0].message["content"]
    assert first == file
    assert second["text"] == "[key removed]"


def test_what_is_said_before_a_file_is_read(a_snapshot: Callable[..., Snapshot]) -> None:
    head = "data:text/x;name=alice@firm.example;base64,"
    assert before_file(head + "A" * 2_000) == len(head)
    assert before_file("A" * 2_000) == 0
    assert before_file("A" * 20) is None
    file = {"type": "file", "file": {"file_data": head + "\u0041\u002f" * 1_000}}
    assert "e-mail" in {one.kind for one in leaving(a_snapshot([file]))}
