"""What ends a run before its answer is whole, as the run keeps it; and faults of our own, told without a person's words."""

from __future__ import annotations

import logging
import traceback

from pydantic import ValidationError

from parley.errors import AnswerTimeout, AnswerTooLarge, ParleyError, StreamBroken
from parley.notebook import Failure, Outcome
from parley.reply import Reply

FAULT_OF_OURS = "Parley itself failed while reading this answer."

_log = logging.getLogger("parley.runs")


def failure_of(error: ParleyError) -> Failure:
    """The error as it is kept with the run."""
    kind, message = type(error).__name__, str(error)
    known = {name: getattr(error, name, None) for name in ("status", "code", "provider", "retry_after")}
    try:
        return Failure(kind=kind, message=message, metadata=getattr(error, "metadata", {}), **known)
    except ValidationError:
        return Failure(kind=kind, message=message)


def outcome_of(error: ParleyError, reply: Reply) -> Outcome:
    """An answer that broke off is *truncated* when some of it arrived; what never began has *failed*."""
    broke_off = isinstance(error, AnswerTimeout | StreamBroken | AnswerTooLarge)
    return "truncated" if broke_off and reply.has_output else "failed"


def log_where(run_id: str, error: Exception) -> None:
    """A fault of ours: the log has where, the screen has a sentence, neither has a text of the request or the answer."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("run %s: %s\n%s", run_id, type(error).__name__, where)


def fault_of_ours(error: Exception) -> Failure:
    return Failure(kind=type(error).__name__, message=FAULT_OF_OURS)
