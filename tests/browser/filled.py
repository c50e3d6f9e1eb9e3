"""A Parley that has something to show: an answer with everything in it, ended in every way."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from parley import Store
from parley.notebook import OUTCOMES, Cell, Failure, Run, Session
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
