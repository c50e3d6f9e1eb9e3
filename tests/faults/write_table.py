"""Plays every fault and writes README's table of them: python -m tests.faults.write_table"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import HOUSE
from tests.faults.cases import FAULTS
from tests.faults.playing import furnished
from tests.faults.proofs import Proof
from tests.faults.table import proof_row, row, written


def main() -> None:
    command = [sys.executable, "-m", "parley.local", "--port", "0", "--no-model"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as gateway,
    ):
        assert gateway.stdout is not None
        with furnished(Path(folder), gateway.stdout.readline().strip()) as house:
            written(
                [proof_row(one) if isinstance(one, Proof) else row(one, house.play(one, stream=True)) for one in FAULTS]
            )
        gateway.terminate()


if __name__ == "__main__":
    main()
