"""To go on with an answer: its text is sent along as the last message, by the assistant, and what comes is put after it.

Source: OpenRouter's guide on assistant prefill. Models that do not go on with such a message answer anew; what they say is
put after it all the same, because nothing in an answer tells the two apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parley.notebook.edits import cell_of
from parley.notebook.messages import messages_for
from parley.notebook.reasoned import as_sent_to
from parley.notebook.run import Run
from parley.notebook.session import Session


def prefill_of(run: Run | None) -> str:
    """The text of an answer that can be gone on with; empty where there is none, or it is on its way.

    Blanks at its end are left out: Anthropic refuses a last message that ends with some.
    """
    return "" if run is None or run.live else run.whole.text.rstrip()


def continued(
    session: Session, cell_id: str, replies: Mapping[str, Run], model: object = None
) -> tuple[list[dict[str, Any]], str]:
    """The messages with which this model goes on with the cell's chosen answer, and the prefill among them, which is to be kept with the run.

    Without an answer the prefill is empty, and the messages are those of `messages_for`. The last answer of several steps is gone on
    with after those before it.
    """
    run = replies.get(cell_id)
    prefill = prefill_of(run)
    said = messages_for(session, cell_id, replies)
    if run is not None and not run.live:
        said += as_sent_to(model, cell_of(session, cell_id), run, run.steps_said)
    return (with_prefill(said, prefill), prefill) if prefill else (said, "")


def with_prefill(said: Sequence[dict[str, Any]], prefill: str) -> list[dict[str, Any]]:
    return [*said, {"role": "assistant", "content": prefill}]


def without_prefill(run: Run) -> Sequence[Mapping[str, Any]]:
    """The messages that a run was sent, but for its prefill and the steps before it; none where it comes without its messages."""
    sent = run.request.payload().get("messages")
    if not isinstance(sent, list):
        return ()
    return sent[: max(0, len(sent) - bool(run.prefill) - run.between)]
