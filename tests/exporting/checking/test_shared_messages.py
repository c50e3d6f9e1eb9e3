"""Messages that many requests share are looked at once, and what is found, and what leaves, is as if each were looked at anew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parley.exporting.checking import DECISIONS, Decision, leaving, without
from parley.notebook import Cell, Run, Session, Snapshot
from parley.notebook.template import Template
from parley.reply import Reply
from parley.request import ChatRequest

MAIL, KEY = "anna@example.org", "sk-or-v1-" + "0123456789abcdef" * 4
SAID: list[dict[str, Any]] = [
    {"role": "system", "content": "You know anna@example.org."},
    {"role": "user", "content": f"My key is {KEY}, my mail {MAIL}", "trace": {"token": "hunter2hunter2"}},
    {"role": "assistant", "content": "Noted", "reasoning": "A key!", "tool_calls": []},
    {"role": "tool", "tool_call_id": "1", "content": f"Sent to {MAIL}"},
    {"role": "user", "content": [{"type": "text", "text": f"Again {MAIL}"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}]},
    {"role": "user", "content": "Said no more"},
]  # fmt: skip


def asked(messages: list[Any], *, shared: bool) -> Snapshot:
    """Three cells, each sent all that came before; with shared messages, or with messages of its own each."""
    known = [ChatRequest.message(one) for one in messages]
    cells = tuple(Cell(id=f"c{at}", message=one) for at, one in enumerate(messages[:-1]) if isinstance(one, dict))
    attempts = {}
    for at, cell in enumerate(cells):
        sent = (known if shared else messages)[: at + 1]
        request = ChatRequest.parse(
            {"model": "m", "user": "u", "messages": [*sent, (known if shared else messages)[-1]]}
        )
        template = (
            Template(messages={at: {"role": "user", "content": "{{x}}"}}, values={"x": MAIL}) if at == 3 else None
        )
        reply = Reply(text=f"Hello {MAIL}")
        run = Run(
            id=f"r{at}", request=request, created=datetime(2026, 1, 1, tzinfo=UTC), reply=reply, template=template
        )
        attempts[cell.id] = (run.model_copy(update={"cell_id": cell.id, "outcome": "complete"}),)
    return Snapshot(session=Session(id="s", cells=cells), attempts=attempts)


@pytest.mark.parametrize("messages", [SAID, [*SAID[:3], "no object", *SAID[3:]], SAID[::-1]])
@pytest.mark.parametrize("secrets", [(), (KEY,)])
def test_sharing_changes_nothing_of_what_is_found_and_where(messages: list[Any], secrets: tuple[str, ...]) -> None:
    found = leaving(asked(messages, shared=True), secrets=secrets)
    assert found == leaving(asked(messages, shared=False), secrets=secrets)
    places = {place.words for one in found if one.kind == "e-mail" for place in one.places}
    assert {f"Cell {n}, attempt 1, sent request" for n in range(1, 5)} <= places


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("messages", [SAID, [*SAID[:3], "no object", *SAID[3:]], SAID[::-1]])
def test_sharing_changes_nothing_of_what_leaves(messages: list[Any], decision: Decision) -> None:
    several, alone = asked(messages, shared=True), asked(messages, shared=False)
    decided = {one.id: decision for one in leaving(alone)}
    left = without(several, decided)
    assert left == without(alone, decided)
    assert decision == "keep" or MAIL not in left.model_dump_json()


def test_what_is_masked_in_a_shared_message_is_one_value_again() -> None:
    left = without(asked(SAID, shared=True), {})
    sent = [runs[0].request.messages for runs in left.attempts.values()]
    assert sent[1][1] is sent[2][1]
    assert KEY not in left.model_dump_json()
