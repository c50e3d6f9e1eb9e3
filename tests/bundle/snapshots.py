"""Snapshots for the tests of everything that leaves: one that has all there can be, and any that hypothesis thinks of."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from parley.money import Booked, Money
from parley.notebook import Cell, Failure, Fixture, Lane, Mark, Run, Session, Snapshot, Template, Timings
from parley.notebook.pacing import Pace
from parley.reply import Audio, Reply, ToolCall, Usage
from parley.request import ChatRequest

MOMENT = datetime(2026, 11, 22, 9, 30, 0, 125_000, tzinfo=UTC)
PNG = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    + bytes(2_000)
).decode()
PICTURE = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}
REMOTE = {"type": "image_url", "image_url": {"url": "https://pictures.example/cat.png"}}
TEXT = (
    "## Answer\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nx = 'y'  # z\n```\n\n$$\n\\frac{1}{2}\n$$\n\nSee $x^2$."
)


def full() -> Snapshot:
    """A snapshot with every kind of cell, message, attempt and figure."""
    system = {"role": "system", "content": "Be brief."}
    prompt = {"role": "user", "content": [{"type": "text", "text": "What is {{this}}?"}, PICTURE, REMOTE]}
    sound = {"type": "input_audio", "input_audio": {"data": base64.b64encode(bytes(3_000)).decode(), "format": "wav"}}
    result = {"role": "tool", "tool_call_id": "call-1", "content": '{"metres": 2.1}'}
    cells = (
        Cell(id="a", kind="message", message=system),
        Cell(id="b", message=prompt, chosen="r2"),
        Cell(id="c", kind="note", message={"content": "A *note*."}),
        Cell(
            id="d",
            message={"role": "user", "content": [{"type": "text", "text": "And?"}, sound]},
            compared=("r3", "r4"),
        ),
        Cell(id="e", kind="message", message=result, excluded=True),
        Cell(id="f", message={"role": "user", "content": "Not sent yet"}),
    )
    settings = ChatRequest.parse({"model": "maker/model", "temperature": 0.5, "unknown": {"deep": [1, 1.0, None]}})
    lanes = (Lane(id="l1", overrides=ChatRequest.parse({"temperature": 0})), Lane(id="l2"))
    session = Session(
        id="s", title="All there is", cells=cells, settings=settings, variables={"this": "that"}, lanes=lanes, draft="typed",
        parent="p", parent_cell="pc", version=7,
        fixtures=(Fixture(tool="tide", arguments={"harbour": "first"}, result='{"metres": 2.1}'), Fixture(tool="now")),
    )  # fmt: skip
    first = run(
        "r1",
        "b",
        [system, prompt],
        outcome="failed",
        failure=Failure(kind="RateLimited", message="Too many.", status=429),
    )
    second = run(
        "r2", "b", [system, prompt], reply=answer(), template=Template(messages={1: prompt}, values={"this": "that"})
    )
    beside = [
        run(
            name,
            "d",
            [system, prompt, {"role": "assistant", "content": TEXT}],
            temperature=warmth,
            reply=Reply(text="Yes."),
        )
        for name, warmth in (("r3", 0), ("r4", 1.5))
    ]
    return Snapshot(session=session, attempts={"b": (first, second), "d": tuple(beside)})


def looped() -> Snapshot:
    """The same with an attempt of two steps: its answer called a tool, and it went on with the result."""
    whole, prompt = full(), {"role": "user", "content": "How high is the tide?"}
    cells = (*whole.session.cells, Cell(id="g", message=prompt))
    session = whole.session.model_copy(update={"cells": cells, "loop_steps": 3})
    call = ToolCall(id="call-2", name="tide", arguments='{"harbour": "first"}')
    calling = Reply(
        tool_calls=(call,), finish_reason="tool_calls", reasoning_details=({"type": "reasoning.text", "text": "Hm."},)
    )
    first = run("r5", "g", [prompt], reply=calling)
    said = [calling.message(), {"role": "tool", "tool_call_id": "call-2", "content": '{"metres": 2.1}'}]
    second = run("r6", "g", [prompt, *said], reply=Reply(text="2.1 metres."), follows="r5", between=2)
    return Snapshot(session=session, attempts={**whole.attempts, "g": (first, second)})


def run(run_id: str, cell_id: str, messages: list[Any], temperature: float = 1, **facts: Any) -> Run:
    body = {"stream": True, "messages": messages, "model": "maker/model", "temperature": temperature}
    told = {
        "outcome": "complete",
        "connection": "OpenRouter",
        "timings": Timings(first_token_ms=120.5, total_ms=1_900),
        "money": Money(reported=Decimal("0.00012"), estimate=Decimal("0.0001")),
        "booked": Booked(cost=Decimal("0.00012"), prompt_tokens=12),
        "timeline": (Mark(ms=0, what="queued"), Mark(ms=12.5, what="sent", note="HTTP 200")),
        "owner": "somebody",
    }
    return Run.model_validate(
        {
            "id": run_id,
            "session_id": "s",
            "cell_id": cell_id,
            "request": ChatRequest.parse(body),
            "created": MOMENT,
            **told,
            **facts,
        }
    )


def answer() -> Reply:
    return Reply(
        text=TEXT,
        reasoning="Let me think.",
        reasoning_details=({"type": "reasoning.text", "text": "Let me think."},),
        tool_calls=(ToolCall(id="call-1", name="tide", arguments='{"harbour": "first"}'),),
        images=(PICTURE,),
        audio=Audio(data=base64.b64encode(bytes(2_400)).decode(), transcript="Spoken."),
        annotations=({"type": "url_citation", "url_citation": {"url": "https://a.example/x", "title": "A page"}},),
        logprobs=({"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": []},),
        finish_reason="stop",
        usage=Usage(prompt_tokens=12, completion_tokens=30, total_tokens=42, cost=Decimal("0.00012"), is_byok=False),
        model="maker/model-2026",
        provider="Maker",
        generation_id="gen-1",
        notes=("Two events could not be read.",),
    )


TEXTS = st.text(max_size=30) | st.sampled_from(
    ["parley-blob:", "parley-blob:text:x", "</template>", "-->", "{{x}}", "\ud800", "\0", PNG]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(1 - 10**18, 10**18 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
MESSAGES = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "system", "assistant", "tool", "odd"]), "content": JSON}
)
REQUESTS = st.fixed_dictionaries(
    {"model": TEXTS}, optional={"messages": st.lists(MESSAGES, max_size=4) | JSON, "temperature": JSON, "zzz": JSON}
)


BEATS = st.lists(st.tuples(st.floats(0, 10**6), st.integers(0, 99)), max_size=3).map(tuple)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Any session: a few cells of any kind, each with some attempts."""
    kinds = draw(st.lists(st.sampled_from(["prompt", "message", "note"]), max_size=4))
    cells, attempts = [], {}
    for n, kind in enumerate(kinds):
        runs = draw(st.integers(0, 2)) if kind == "prompt" else 0
        chosen = draw(st.sampled_from([None, f"r{n}0", "gone"]))
        cells.append(Cell(id=f"c{n}", kind=kind, message=draw(MESSAGES), excluded=draw(st.booleans()), chosen=chosen))
        attempts[f"c{n}"] = tuple(
            Run(
                id=f"r{n}{m}",
                request=ChatRequest.parse(draw(REQUESTS)),
                reply=Reply(
                    text=draw(TEXTS), images=tuple(draw(st.lists(st.dictionaries(TEXTS, JSON, max_size=2), max_size=1)))
                ),
                outcome=draw(st.sampled_from(["complete", "failed", "stopped", "truncated", "interrupted"])),
                created=MOMENT,
                money=Money(reported=draw(st.none() | st.decimals(0, 100, places=8))),
                pace=draw(st.none() | st.builds(Pace, text=BEATS, rest=BEATS)),
            )
            for m in range(runs)
        )
    settings = ChatRequest.parse(draw(REQUESTS)).without("messages")
    session = Session(id="s", title=draw(TEXTS.filter(lambda one: one != PNG)), cells=tuple(cells), settings=settings)
    return Snapshot(session=session, attempts=attempts)


def same_but_for_ids_and_time(first: bytes | str, second: bytes | str) -> bool:
    """Ids are places in what is exported, so that only the moment of the import is left to differ."""
    return json.loads(first) == without_times(json.loads(second))


def without_times(document: dict[str, Any]) -> dict[str, Any]:
    for runs in document["attempts"].values():
        for one in runs:
            one.pop("imported", None)
    return document
