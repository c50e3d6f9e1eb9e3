"""What of an answer's reasoning can be told: its text, whether that is a summary, and what only its provider can read.

The details themselves are kept and sent back as they came (`Reply.message`); this only looks at them.
Source: OpenRouter's guide on reasoning tokens.
"""

from __future__ import annotations

from typing import NamedTuple

from parley.media.limits import size_words
from parley.money import part
from parley.reply.events import Json
from parley.reply.reply import Reply

_TEXT, _SUMMARY, _SEALED = "reasoning.text", "reasoning.summary", "reasoning.encrypted"
_SERVER_TOOL = "reasoning.server_tool_call"


class ServerCall(NamedTuple):
    """A tool that the server used while the model reasoned."""

    name: str
    arguments: object
    result: object


class Thoughts(NamedTuple):
    """The reasoning of one answer."""

    text: str = ""
    """What can be read of it."""
    summarised: bool = False
    """The text is a summary; the reasoning itself was not handed out."""
    sealed: int = 0
    """Parts that are encrypted."""
    sealed_bytes: int = 0
    """Their size."""
    signed: int = 0
    """Parts with a signature, which is void once their text is changed."""
    formats: tuple[str, ...] = ()
    """As their makers name them, for instance `anthropic-claude-v1`."""
    calls: tuple[ServerCall, ...] = ()
    tokens: int | None = None
    """As the provider counted them; they may be more than those of the whole answer."""

    @property
    def any(self) -> bool:
        """There is something to be shown."""
        return bool(self.text or self.sealed or self.signed or self.calls)

    @property
    def label(self) -> str:
        """What it is and how much. Words, because they are settled when the answer begins; tokens come with its end."""
        words = len(self.text.split())
        much = f"{words:,} {'word' if words == 1 else 'words'}" if words else "encrypted" if self.sealed else ""
        return " · ".join(
            filter(None, ("Summary of the reasoning" if self.summarised and words else "Reasoning", much))
        )

    @property
    def facts(self) -> tuple[str, ...]:
        """What is known of it besides; the names of formats are as their makers gave them."""
        parts = "1 encrypted part" if self.sealed == 1 else f"{self.sealed} encrypted parts"
        back = self.sealed or self.signed or self.formats
        return (
            *([f"{tokens_in_words(self.tokens)}, as the provider counted"] if self.tokens else []),
            *([f"{parts} of {size_words(self.sealed_bytes)}, for the provider alone"] if self.sealed else []),
            *(["signed"] if self.signed else []),
            *self.formats,
            *(["goes back as it came on the next turn"] if back else []),
        )


def tokens_in_words(count: int) -> str:
    return "1 token" if count == 1 else f"{count:,} tokens"


def thoughts_of(reply: Reply) -> Thoughts:
    """The reasoning of an answer, alive or ended."""
    details = reply.reasoning_details
    kinds = [str(one.get("type")) for one in details]
    sealed = [str(one.get("data") or "") for one in details if one.get("type") == _SEALED]
    tokens = part(reply.usage, "completion_tokens_details", "reasoning_tokens")
    return Thoughts(
        text=reply.reasoning or "\n\n".join(filter(None, map(_readable, details))),
        summarised=_SUMMARY in kinds and _TEXT not in kinds,
        sealed=len(sealed),
        sealed_bytes=sum(len(data) * 3 // 4 for data in sealed),
        signed=sum(bool(one.get("signature")) for one in details),
        formats=tuple(dict.fromkeys(str(one["format"]) for one in details if _is_named(one))),
        calls=tuple(_call(one) for one in details if one.get("type") == _SERVER_TOOL),
        tokens=tokens if isinstance(tokens, int) else None,
    )


def _readable(detail: Json) -> str:
    told = detail.get("text") if detail.get("type") == _TEXT else detail.get("summary")
    return told if isinstance(told, str) else ""


def _is_named(detail: Json) -> bool:
    return isinstance(detail.get("format"), str) and detail["format"] not in ("", "unknown")


def _call(detail: Json) -> ServerCall:
    name = detail.get("tool_name")
    return ServerCall(name if isinstance(name, str) else "", detail.get("arguments"), detail.get("result"))
