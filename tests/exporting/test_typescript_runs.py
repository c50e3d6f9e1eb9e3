"""The TypeScript form runs on Node with the official SDK; the package is looked for in a folder of its own.

`PARLEY_NODE` names a folder with `node_modules` in it; without it the top folder is looked at.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from parley.exporting import code
from parley.exporting.carrier import Carrier, table
from parley.request import ChatRequest
from tests.exporting.capturing import KEY, Capture, as_sent, equal, output, written
from tests.exporting.samples import ODD, documented, fields, recorded, whole

HERE = Path(__file__).resolve().parent
MODULES = Path(os.environ.get("PARLEY_NODE", HERE.parents[1])) / "node_modules"
TABLE = table("typescript")
PACKAGE = MODULES / "@openrouter/sdk/package.json"
FOUND = json.loads(PACKAGE.read_text(encoding="utf-8"))["version"] if PACKAGE.exists() else "none"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        TABLE.version != FOUND, reason=f"npm install @openrouter/sdk@{TABLE.version} runs this; {FOUND} is here"
    ),
]


def run(sources: list[str], folder: Path) -> str:
    """Run the modules one after the other in one process."""
    (folder / "node_modules").symlink_to(MODULES)
    for index, source in enumerate(sources):
        written(folder / f"{index}.mjs", source)
    lines = [f'await import("./{index}.mjs");' for index in range(len(sources))]
    return output(["node", str(written(folder / "all.mjs", "\n".join(lines)))], cwd=folder)


def test_every_body_arrives_as_it_was_exported(capture: Capture, tmp_path: Path) -> None:
    bodies = [*fields().values(), *documented(), *ODD, *recorded()]
    run([code("typescript", ChatRequest.parse(body), capture.base_url) for body in bodies], tmp_path)
    arrived = capture.bodies()
    expected = [{"stream": False, **as_sent(Carrier(TABLE.kinds, script=True).request(body).kept)} for body in bodies]
    assert [pair for pair in zip(expected, arrived, strict=True) if not equal(*pair)] == []


@pytest.mark.parametrize("stream", [True, False])
def test_it_prints_the_answer_and_takes_the_key_from_the_environment(
    stream: bool, capture: Capture, tmp_path: Path
) -> None:
    source = code("typescript", ChatRequest.parse(whole({"stream": stream})), capture.base_url)
    assert "i!" in run([source], tmp_path)
    ((_, path, headers),) = capture.taken()
    assert (path, headers["authorization"]) == ("/api/v1/chat/completions", f"Bearer {KEY}")


def test_the_table_is_that_of_the_installed_sdk(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(MODULES)
    derived: Any = json.loads(output(["node", str(HERE / "typescript_table.mjs")], cwd=tmp_path))
    assert derived == json.loads((HERE.parents[1] / "parley/exporting/carried_typescript.json").read_text("utf-8"))
