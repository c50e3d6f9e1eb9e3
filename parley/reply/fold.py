"""The fold: events in, a Reply out. The merge rules live here and in `merging`, once for live answers, replay and tests."""

from __future__ import annotations

from typing import Any, assert_never

from parley.reply.events import (
    AnnotationDelta,
    AudioDelta,
    DebugEcho,
    Finished,
    ImageDelta,
    LogprobsDelta,
    Metadata,
    Noticed,
    ReasoningDelta,
    RefusalDelta,
    Started,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    UsageReport,
)
from parley.reply.merging import Calls, Details, Pieces, Sound
from parley.reply.reply import Reply

_NOTHING = Reply()


class ReplyFold:
    """Takes events in constant time each; `reply` is a snapshot, made anew only when something was added since the last."""

    def __init__(self, start: Reply = _NOTHING) -> None:
        self._text, self._reasoning = Pieces(start.text), Pieces(start.reasoning)
        self._refusal = None if start.refusal is None else Pieces(start.refusal)
        self._details, self._details_received = Details(start.reasoning_details), start.details_received
        self._calls, self._sound = Calls(start.tool_calls), Sound(start.audio)
        self._lists: dict[str, list[Any]] = {name: list(getattr(start, name)) for name in _LISTS}
        self._known: dict[str, Any] = {name: getattr(start, name) for name in _KNOWN}
        self._reply: Reply | None = start

    def add(self, event: StreamEvent) -> None:
        """Fold one event in; the order of the events is the order in which they came."""
        self._reply = None
        match event:
            case TextDelta():
                self._text.add(event.text)
            case ReasoningDelta():
                self._add_reasoning(event)
            case ToolCallDelta():
                self._calls.add(event)
            case RefusalDelta():
                self._refusal = self._refusal or Pieces()
                self._refusal.add(event.text)
            case AudioDelta():
                self._sound.add(event)
            case LogprobsDelta():
                self._lists["logprobs"] += event.content
                self._lists["refusal_logprobs"] += event.refusal
            case ImageDelta():
                self._lists["images"].append(event.image)
            case AnnotationDelta():
                self._lists["annotations"].append(event.annotation)
            case DebugEcho():
                self._lists["debug"].append(event.debug)
            case Noticed():
                self._lists["notes"].append(event.note)
            case UsageReport():
                self._known["usage"] = event.usage
            case Metadata():
                self._known["metadata"] = event.metadata
            case Started() | Finished():
                self._learn(event)
            case _:
                assert_never(event)

    def _add_reasoning(self, event: ReasoningDelta) -> None:
        self._reasoning.add(event.text)
        self._details_received |= event.details is not None
        for item in event.details or ():
            self._details.add(item, whole=event.whole)

    def _learn(self, event: Started | Finished) -> None:
        told = {name: getattr(event, name) for name in type(event).model_fields if name != "kind"}
        self._known |= {name: value for name, value in told.items() if value is not None}

    @property
    def reply(self) -> Reply:
        """Everything added so far; costs a copy of the text, so ask when you paint or store, not for each event."""
        if self._reply is None:
            grown: dict[str, Any] = {
                "text": self._text.text,
                "reasoning": self._reasoning.text,
                "reasoning_details": self._details.values,
                "details_received": self._details_received,
                "tool_calls": self._calls.values,
                "audio": self._sound.value,
                "refusal": None if self._refusal is None else self._refusal.text,
            }
            grown |= {name: tuple(items) for name, items in self._lists.items()}
            self._reply = Reply.model_construct(None, **grown, **self._known)
        return self._reply


_LISTS = ("images", "annotations", "logprobs", "refusal_logprobs", "debug", "notes")
_KNOWN = (
    "finish_reason",
    "native_finish_reason",
    "usage",
    "model",
    "provider",
    "generation_id",
    "created",
    "service_tier",
    "system_fingerprint",
    "metadata",
)
