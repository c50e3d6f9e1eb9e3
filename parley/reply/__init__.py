"""What comes back: the events of an answer, the Reply they fold into, and what it used."""

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
from parley.reply.fold import ReplyFold
from parley.reply.reply import Audio, Reply, ToolCall
from parley.reply.usage import (
    CompletionTokensDetails,
    CostDetails,
    PromptTokensDetails,
    ServerToolUseDetails,
    Usage,
)

__all__ = [
    "AnnotationDelta",
    "Audio",
    "AudioDelta",
    "CompletionTokensDetails",
    "CostDetails",
    "DebugEcho",
    "Finished",
    "ImageDelta",
    "LogprobsDelta",
    "Metadata",
    "Noticed",
    "PromptTokensDetails",
    "ReasoningDelta",
    "RefusalDelta",
    "Reply",
    "ReplyFold",
    "ServerToolUseDetails",
    "Started",
    "StreamEvent",
    "TextDelta",
    "ToolCall",
    "ToolCallDelta",
    "Usage",
    "UsageReport",
]
