"""An answer that has ended and says nothing: why, in a sentence."""

from __future__ import annotations

from parley.reply.reply import Reply
from parley.reply.thoughts import thoughts_of

_WHAT_TO_DO = "Run it again, or choose another model."
EMPTY = f"The answer is empty: the model ended it without a word. {_WHAT_TO_DO}"
BLANK = f"The answer is nothing but blanks. {_WHAT_TO_DO}"
REASONED = f"The model reasoned and ended without an answer. {_WHAT_TO_DO}"
SPENT = "The model spent its whole limit on reasoning, and wrote no answer: raise the limit, or ask for less effort."
FILTERED = (
    "The answer is empty: the provider's content filter kept it back. Change the prompt, or choose another model."
)
CUT = "The answer is empty: its limit on output tokens ended it before a word."


def silence_of(reply: Reply, *, complete: bool = False) -> str:
    """The sentence; empty where there is something to see, or the answer did not end of itself.

    `complete` says that it did, for answers whose server gave no reason.
    """
    ended = complete or reply.finish_reason is not None
    if not ended or _is_seen(reply):
        return ""
    if reply.finish_reason == "content_filter":
        return FILTERED
    told = thoughts_of(reply)
    if told.any or told.tokens:
        return SPENT if reply.cut_short else REASONED
    if reply.cut_short:
        return CUT
    return BLANK if reply.text else EMPTY


def _is_seen(reply: Reply) -> bool:
    heard = reply.audio is not None and bool(reply.audio.data or reply.audio.transcript.strip())
    return bool(reply.text.strip() or reply.tool_calls or reply.images or reply.refusal or heard)
