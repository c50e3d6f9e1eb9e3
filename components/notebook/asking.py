"""The request that a session makes, with the sidebar's settings and the model that is asked where none is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parley.notebook import Run, Session, edits, messages, messages_for
from parley.notebook.continuing import continued, with_prefill
from parley.request import ChatRequest

MOST_TOLD = 3
DRAFT = "draft"
"""Id of the cell that the draft would be in; those of cells that were made are drawn by lot."""


def hindered(by: Sequence[str]) -> str:
    """Why nothing is sent: the first of what hinders it, and where the others are told; empty where nothing does."""
    if not by:
        return ""
    told = [f"{words.rstrip('.')}." for words in by[:MOST_TOLD]]
    more = len(by) - MOST_TOLD
    rest = f"{more} more {'stands' if more == 1 else 'stand'} beside the fields in the sidebar."
    return " ".join(("Not sent:", *told, *([rest] if more > 0 else [])))


def request_for(
    session: Session, cell_id: str, settings: ChatRequest, replies: Mapping[str, Run], model: str
) -> ChatRequest:
    """What running this cell sends."""
    return _body(settings, messages_for(session, cell_id, replies), model)


def continuing(
    session: Session, cell_id: str, settings: ChatRequest, replies: Mapping[str, Run], model: str, beginning: str = ""
) -> tuple[ChatRequest, str]:
    """What going on with the cell's answer sends, and the beginning of the answer in it; empty where there is none to go on with.

    Another `beginning` takes the place of what the answer says.
    """
    said, prefill = continued(session, cell_id, replies, settings.payload().get("model", model))
    if beginning:
        said, prefill = with_prefill(said[:-1] if prefill else said, beginning), beginning
    return _body(settings, said, model), prefill


def answering_body(settings: ChatRequest, said: list[dict[str, Any]], model: str) -> ChatRequest:
    """What going on with results of tools sends."""
    return _body(settings, said, model)


def now_set(settings: ChatRequest, model: str) -> ChatRequest:
    """What would be sent now, messages apart: an attempt's request is compared with that, whoever set what in either."""
    return _body(settings, [], model).without("messages")


def next_request(session: Session, settings: ChatRequest, replies: Mapping[str, Run], model: str) -> ChatRequest:
    """What Send would send now: the draft, as far as it is known, in the cell that Send would make of it."""
    return _body(settings, next_said(session, replies), model)


def next_said(session: Session, replies: Mapping[str, Run]) -> list[dict[str, Any]]:
    """The messages of that."""
    if not session.draft and not session.attached:
        return messages(session, replies)
    sent = edits.add_prompt(session, edits.drafted(session, session.draft), DRAFT)
    return messages_for(sent, DRAFT, replies)


def added_to(request: ChatRequest, settings: ChatRequest) -> tuple[str, ...]:
    """The fields of a request that nobody set; the messages are said, not set."""
    was_set = {"messages", *settings.sent_keys()}
    return tuple(name for name in request.sent_keys() if name not in was_set)


def _body(settings: ChatRequest, said: list[dict[str, Any]], model: str) -> ChatRequest:
    """The body as it will be sent, streaming unless that was turned off.

    It is read as tolerantly as what others wrote: a message that the API may refuse is shown and sent as it is.
    """
    body = {"model": model, "messages": said, "stream": True, **settings.payload()}
    return ChatRequest.parse({name: value for name, value in body.items() if name != "model" or value != ""})
