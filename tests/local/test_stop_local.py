"""Stop on the language model: its one slot is free again, so whoever comes next is answered."""

from __future__ import annotations

from pathlib import Path

from parley import ChatRequest, OpenRouter, Runner, Store
from parley.local import LocalServer


def test_a_stopped_answer_ends_the_computing(language_model: LocalServer, tmp_path: Path) -> None:
    status = language_model.status
    assert status.base_url
    client = OpenRouter(base_url=status.base_url, api_key=status.api_key)
    ask = [{"role": "user", "content": "Count from one to ten thousand, in words."}]
    with Store(f"sqlite:///{tmp_path}/parley.db") as store:
        runner = Runner(store)
        try:
            stopped = []
            for _ in range(4):
                live = runner.start(ChatRequest(messages=ask, stream=True, max_tokens=1500), client=client)
                while not live.reply.text:
                    live.settled.wait(0.01)
                live.stop()
                stopped.append(live.wait(1).outcome)
            after = runner.start(ChatRequest(messages=ask, max_tokens=2), client=client).wait(10)
        finally:
            runner.close()
    assert (set(stopped), after.outcome) == ({"stopped"}, "complete")
