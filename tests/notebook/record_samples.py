"""Records the sessions that come with Parley anew: PARLEY_MODEL=/path.gguf python -m tests.notebook.record_samples

Every answer is really asked for, over a real connection; nothing of it is edited afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from parley import ChatRequest, OpenRouter, Runner, Session, Store
from parley.notebook import Cell, Run, chosen_runs, edits, messages_for
from parley.notebook.lanes import add_lane, lane_settings
from parley.notebook.samples import Sample
from tests.conftest import HOUSE, KEY

FOLDER = HOUSE / "parley" / "notebook" / "samples"
LOCAL = {"model": "local/smollm2-135m-instruct", "stream": True}
TIDE = {
    "type": "function",
    "function": {
        "name": "tide_at",
        "description": "The height of the tide in a harbour, in metres.",
        "parameters": {"type": "object", "properties": {"harbour": {"type": "string"}}, "required": ["harbour"]},
    },
}
SCRIPTED = """\
## No model runs here

The answers below come from *scripted* models: they show what a small text model cannot, the same every time. Each is labelled.

1. thoughts, then text
2. two calls of a tool at once, and their results
3. a picture
"""


class Recorder:
    """A session that grows cell by cell, each answered by the server before the next is asked."""

    def __init__(self, name: str, url: str, folder: Path, settings: Mapping[str, Any], title: str) -> None:
        self.store = Store(f"sqlite:///{folder}/{name}.db")
        self.runner, self.client = Runner(self.store), OpenRouter(base_url=url, api_key=KEY)
        self.session = Session(id=f"sample-{name}", title=title, settings=ChatRequest.parse(dict(settings)))
        self.runs: dict[str, tuple[Run, ...]] = {}
        self._numbers = count(1)

    def puts(self, role: str, content: str, kind: str = "prompt", **more: str) -> Cell:
        message = {"content": content} if kind == "note" else {"role": role, "content": content, **more}
        cell = Cell(id=f"{self.session.id}-{next(self._numbers)}", kind=kind, message=message)
        self.session = edits.insert(self.session, cell)
        return cell

    def asks(self, content: str, role: str = "user", say: Mapping[str, str] | None = None, **fields: Any) -> Run:
        return self.runs_of(self.puts(role, content, **(say or {})), [fields])[0]

    def compares(self, content: str, *several: Mapping[str, Any]) -> None:
        cell = self.puts("user", content)
        for number, overrides in enumerate(several, 1):
            self.session = add_lane(self.session, f"lane-{number}", ChatRequest.parse(dict(overrides)))
        runs = self.runs_of(cell, [lane_settings(ChatRequest(), lane).payload() for lane in self.session.lanes])
        self.session = edits.compare(self.session, cell.id, [run.id for run in runs])

    def runs_of(self, cell: Cell, several: Sequence[Mapping[str, Any]]) -> tuple[Run, ...]:
        said = messages_for(self.session, cell.id, chosen_runs(self.session, self.runs))
        body = {**self.session.settings.payload(), "messages": said}
        lives = [
            self.runner.start(
                ChatRequest.parse({**body, **fields}),
                client=self.client,
                session_id=self.session.id,
                cell_id=cell.id,
                connection="Local model",
                run_id=f"{cell.id}-{number}",
            )
            for number, fields in enumerate(several, 1)
        ]
        self.runs[cell.id] = tuple(live.wait(120) for live in lives)
        return self.runs[cell.id]

    def keep(self, note: str, file: str) -> None:
        runs = [run for cell in self.session.cells for run in self.runs.get(cell.id, ())]
        events = {run.id: self.store.events(run.id) for run in runs}
        sample = Sample(note=note, session=self.session, runs=tuple(map(small, runs)), events=events)
        (FOLDER / file).write_text(sample.model_dump_json(indent=1, exclude_defaults=True) + "\n", encoding="utf-8")
        self.runner.close()
        self.store.close()


def small(run: Run) -> Run:
    """Without what the raw events say as well."""
    return run.model_copy(update={"booked": None, "money": run.money.model_copy(update={"audited": None})})


def alone(url: str, folder: Path) -> None:
    at = Recorder("sea", url, folder, {**LOCAL, "temperature": 1.2, "seed": 3}, "The sea at night, in two lines")
    at.asks("Write two lines about the sea at night.")
    at.asks("Now write two lines about the sea in the morning.")
    at.keep("SmolLM2-135M-Instruct in llama.cpp on two cores, November 2026", "1_the_sea_at_night.json")


def beside(url: str, folder: Path) -> None:
    at = Recorder("lanes", url, folder, {**LOCAL, "seed": 7}, "One prompt, three temperatures")
    prompt = "Name three things to pack for a walk in the mountains, as a numbered list, one short reason each."
    at.compares(prompt, *({"temperature": one} for one in (0, 0.7, 1.1)))
    at.keep("SmolLM2-135M-Instruct, asked three times at once on two cores, November 2026", "2_three_temperatures.json")


def scripted(url: str, folder: Path) -> None:
    settings = {"model": "scripted/reasoning", "stream": True}
    at = Recorder("scripted", url, folder, settings, "Reasoning, tools and a picture (scripted, no model runs)")
    at.puts("", SCRIPTED, "note")
    at.asks("223 tokens at 45/s after 800 ms: which of the two clocks is right?")
    tools = {"model": "scripted/tools-thinking", "tools": [TIDE]}
    called = at.asks("How high is the tide in both harbours? At 6/s.", **tools)
    first, second = (str(call.id) for call in called.reply.tool_calls)
    at.puts("tool", '{"harbour": "first", "metres": 2.1}', "message", tool_call_id=first)
    at.asks('{"harbour": "second", "metres": 0.4}', "tool", {"tool_call_id": second}, **tools)
    at.asks("Draw it, after 500 ms.", model="scripted/image")
    at.keep("Scripted models, no model runs, November 2026", "3_reasoning_tools_and_a_picture.json")


@contextmanager
def gateway(*options: str) -> Iterator[str]:
    command = [sys.executable, "-m", "parley.local", "--port", "0", *options]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def main() -> None:
    if not os.environ.get("PARLEY_MODEL"):
        raise SystemExit("PARLEY_MODEL names no model: the samples are recorded with the one that Parley brings.")
    with tempfile.TemporaryDirectory() as folder, gateway() as url:
        for record in (alone, beside, scripted):
            record(url, Path(folder))


if __name__ == "__main__":
    main()
