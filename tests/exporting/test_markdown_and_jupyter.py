"""A session as Markdown and as a notebook for Jupyter: harmless to read, complete, and the latter really asks again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from parley.exporting import markdown, notebook
from parley.importing import opened
from parley.notebook import Cell, Run, Session, Snapshot
from parley.reply import Reply, ToolCall
from parley.request import ChatRequest
from tests.browser.hostile import FETCHES, scripts
from tests.bundle.snapshots import MOMENT, full, snapshots
from tests.conftest import KEY
from tests.exporting.test_page import Reader

CREDULOUS = MarkdownIt("commonmark", {"html": True})
"""A reader that draws whatever HTML it is given, as some do."""
OURS = {"details", "summary"}


def asked(model: str, said: str, reply: Reply, **body: object) -> Snapshot:
    message = {"role": "user", "content": said}
    request = ChatRequest.parse({"model": model, "messages": [message], **body})
    run = Run(id="r", cell_id="c", request=request, reply=reply, outcome="complete", created=MOMENT)
    return Snapshot(session=Session(id="s", cells=(Cell(id="c", message=message),)), attempts={"c": (run,)})


@pytest.mark.parametrize("payload", [*FETCHES, *scripts()])
def test_a_credulous_reader_of_either_fetches_and_runs_nothing(payload: str) -> None:
    payload = payload.replace("URL", "https://x.example/p.png")
    snapshot = asked(payload.replace("\n", " "), payload, Reply(text=payload, reasoning=payload))
    words = [cell["source"] for cell in json.loads(notebook(snapshot))["cells"] if cell["cell_type"] == "markdown"]
    drawn = CREDULOUS.render(markdown(snapshot)) + "".join(CREDULOUS.render("".join(one)) for one in words)
    read = Reader(drawn)
    assert not read.tags & {
        "img",
        "script",
        "iframe",
        "video",
        "audio",
        "svg",
        "object",
        "embed",
        "link",
        "style",
        "form",
        "input",
        "base",
    }
    assert not {one for one in read.attributes if one.startswith("on") or one in ("src", "srcset", "style")}
    assert all(one.startswith(("https://", "http://", "mailto:")) for one in read.addresses)


@settings(max_examples=60)
@given(snapshots())
def test_every_session_makes_a_notebook_that_jupyter_reads(snapshot: Snapshot) -> None:
    nbformat.validate(nbformat.reads(notebook(snapshot), as_version=4))


def test_markdown_says_all_there_is() -> None:
    text = markdown(full())
    for part in ("# All there is", "What is {{this}}?", "Reasoning", "tide", "first token 120 ms", "**Failed:** Too many.",
                 "Image: image/png", "pictures.example", "Attached: Audio", "Other attempt 1", "Answer 2 · Temperature 1.5"):  # fmt: skip
        assert part in text, part


def test_a_turn_of_the_notebook_is_a_cell_with_its_request_and_its_recorded_answer() -> None:
    cells = json.loads(notebook(full()))["cells"]
    turn = next(cell for cell in cells if cell["id"] == "parley-2-ask")
    told = {"said": [], "ask": lambda request: None}
    exec("".join(turn["source"]), told)
    assert told["request"] == full().attempts["b"][1].request.payload()
    printed = "".join("".join(one["text"]) for one in turn["outputs"] if one["output_type"] == "stream")
    assert "## Answer" in printed
    assert 'tide({"harbour": "first"})' in printed
    assert "Recorded: Complete · maker/model-2026" in printed
    assert [one["data"].keys() for one in turn["outputs"] if one["output_type"] == "display_data"] == [
        {"image/png", "text/plain"}
    ]


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    turn = json.loads(notebook(asked("m", "x", Reply(text="\x1b]8;;https://x.example\x07click\x1b[0m"))))["cells"][-1]
    assert "\x1b" not in "".join(turn["outputs"][0]["text"])


@pytest.mark.parametrize("text", ['"""', "\\", "'\n'", "{{x}}", "\u2028", "é\U0001f30a", "${x}", "# x"])
def test_no_text_leaves_its_quotes(text: str) -> None:
    turn = json.loads(notebook(asked("m", text, Reply())))["cells"][-1]
    told = {"said": [], "ask": lambda request: None}
    exec("".join(turn["source"]), told)
    assert told["request"]["messages"] == [{"role": "user", "content": text}]


def test_a_cell_that_runs_twice_asks_the_same() -> None:
    told = {"said": [], "ask": lambda request: None}
    for cell in json.loads(notebook(full()))["cells"]:
        if cell["id"].endswith("-ask"):
            for _ in range(2):
                exec("".join(cell["source"]), told)
            sent = json.dumps(told["request"])
    assert json.loads(sent)["messages"][-1] == {"role": "user", "content": "Not sent yet"}


@pytest.mark.parametrize("stream", [True, False])
def test_a_notebook_runs_against_the_gateway(gateway: str, tmp_path: Path, stream: bool) -> None:
    reply = Reply(text="recorded", tool_calls=(ToolCall(name="f", arguments="{}"),))
    path = tmp_path / "session.ipynb"
    path.write_text(notebook(asked("scripted/text", "Say hello", reply, stream=stream)), encoding="utf-8")
    environ = {**os.environ, "OPENROUTER_BASE_URL": gateway, "OPENROUTER_API_KEY": KEY, "JUPYTER_PLATFORM_DIRS": "1"}
    command = [sys.executable, "-m", "jupyter", "execute", "--inplace", "--timeout=60", str(path)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    made = nbformat.read(path, as_version=4)
    printed = "".join(one["text"] for one in made.cells[-1].outputs)
    assert "recorded" not in printed
    assert len(printed) > 20
    assert KEY not in path.read_text(encoding="utf-8")
    assert opened(path.read_bytes()).session.cells[0].text == "Say hello"
