"""A Parley that has something to show: an answer with everything in it, ended in every way."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from parley import Store
from parley.money import Money
from parley.notebook import OUTCOMES, Cell, Failure, Run, Session, Timings
from parley.notebook.session import Lane
from parley.reply import Reply, ToolCall, Usage
from parley.request import ChatRequest

ANSWER = """
### Head

Text with **strong**, *soft*, `code`, a [link](https://a.example) and $x^2$.

> Quoted

```python
def f(x: int) -> str:  # why
    return f"{x!r}" if x > 1 else None
```

| a | b |
|---|--:|
| 1 | 2 |

![a picture](https://a.example/p.png)
"""


def stored(home: Path) -> None:
    """One cell for each way in which a run ends."""
    reply = Reply(
        text=ANSWER, reasoning="Because.", finish_reason="stop", model="a/b", provider="P", usage=Usage(prompt_tokens=3, completion_tokens=4),
        tool_calls=(ToolCall(id="c", name="look", arguments='{"a": [1, null, "b", true]}'),), refusal="No.", notes=("A note.",),
    )  # fmt: skip
    request = ChatRequest.parse({"model": "a/b", "messages": [{"role": "user", "content": "Hello"}]})
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    ends = [one for one in OUTCOMES if one not in ("queued", "running")]
    cells = tuple(Cell(id=one, message={"role": "user", "content": "Hello"}) for one in ends)
    with Store(f"sqlite:///{home}/parley.db") as store:
        settings = ChatRequest.parse({"temperature": 3, "stream": True, "logprobs": False})
        store.save(Session(id="s1", title="Contrast", cells=cells, settings=settings))
        for one in ends:
            failure = Failure(kind="ProviderFailed", message="It broke.") if one == "failed" else None
            run = Run(id=f"r-{one}", session_id="s1", cell_id=one, request=request, created=moment, connection="Test")
            store.begin(run)
            store.finish(run.model_copy(update={"reply": reply, "outcome": one, "failure": failure}))
        beside(store)


SAID = (
    "Light slows down in water, because it is *absorbed and sent out again* by every molecule on its way.",
    "Light slows down in glass, because the field of every molecule on its way adds to its own.",
    "",
)


def beside(store: Store) -> None:
    """A session with three lanes and their answers, the last of which failed."""
    overrides = [{"model": "a/one"}, {"model": "b/two", "temperature": 0.2}, {"model": "c/three", "top_p": 7}]
    lanes = tuple(Lane(id=f"l{number}", overrides=ChatRequest.parse(own)) for number, own in enumerate(overrides))
    ids = tuple(f"lane-{number}" for number in range(3))
    prompt = {"role": "user", "content": "Why is light slower in a medium?"}
    cell = Cell(id="beside", message=prompt, chosen=ids[1], compared=ids)
    store.save(Session(id="s2", title="Side by side", cells=(cell,), lanes=lanes))
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    for number, (run_id, own, text) in enumerate(zip(ids, overrides, SAID, strict=True), 1):
        request = ChatRequest.parse({**own, "messages": [prompt]})
        run = Run(id=run_id, session_id="s2", cell_id="beside", request=request, created=moment, connection="Test")
        store.begin(run)
        known = {
            "reply": Reply(text=text, finish_reason="stop" if text else None, model=own["model"], usage=Usage(prompt_tokens=9, completion_tokens=20 * number)),
            "timings": Timings(first_token_ms=100.0 * number, total_ms=1700.0 / number),
            "money": Money(reported=Decimal(number) / 1000) if text else Money(),
            "outcome": "complete" if text else "failed",
            "failure": None if text else Failure(kind="RateLimited", message="Too many requests at this provider."),
        }  # fmt: skip
        store.finish(run.model_copy(update=known))
