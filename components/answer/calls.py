"""Tool calls as they are shown: by name, with readable arguments from their first character on, and with their results."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from components.one_line import one_line
from parley.reply import ToolCall
from parley.reply.arguments import arguments_of, spread
from parley.reply.defuse import plain
from parley.reply.writing import fenced

MOST_CALLS = 20
LONGEST = 50_000
"""Characters of one call's arguments, or of one result, that are shown."""
LONGEST_TOGETHER = 100_000
_LONGEST_NAME = 200
"""Characters of a call's name, or of its id; providers allow 64."""
CUT = "The output limit cut this call off, so its arguments may lack their end, and it is not answered."
BROKEN = "The arguments are no valid JSON object."


def paint_calls(
    calls: Sequence[ToolCall], *, live: bool, whole: str, cut: bool = False, results: Sequence[str] = ()
) -> None:
    """Draw them as one text. `whole` says where all of them stand, `cut` that the output limit ended them; `results` come in the
    order of the calls."""
    shown, left = [], LONGEST_TOGETHER
    for place, call in enumerate(calls[:MOST_CALLS]):
        shown.append(shown_call(call, live=live, cut=cut, longest=min(left, LONGEST)))
        if place < len(results):
            shown.append(f"Result\n\n{shown_result(results[place][: min(left, LONGEST)])}")
        left = max(0, left - len(call.arguments))
    if shown:
        st.markdown("\n\n".join(shown), anchors=False)
    if len(calls) > MOST_CALLS:
        more = len(calls) - MOST_CALLS
        st.caption(f"And {more:,} more tool call{'' if more == 1 else 's'}. {whole}")


def shown_call(call: ToolCall, *, live: bool, cut: bool = False, longest: int = LONGEST) -> str:
    """One call as Markdown."""
    head = ":orange-badge[Cut off]" if cut and not live else ":blue-badge[Tool call]"
    name, call_id = one_line(call.name or "without a name", _LONGEST_NAME), one_line(call.id or "", _LONGEST_NAME)
    head += f" **{plain(name)}**" + (f" · {plain(call_id)}" if call_id else "")
    told = "" if live else CUT if cut else BROKEN if arguments_of(call.arguments) is None else ""
    if not call.arguments.strip():
        return head if live else "\n\n".join(filter(None, (f"{head} · no arguments", told)))
    readable = spread(call.arguments[:longest])
    some = fenced(readable[:longest], "json") if longest else ""
    partly = len(call.arguments) > longest or len(readable) > longest
    more = f"Of {len(call.arguments):,} characters, the first are shown." if partly else ""
    return "\n\n".join(filter(None, (head, some, more, told)))


def shown_result(text: str) -> str:
    """What a tool gave back, as Markdown: JSON spread over several lines, anything else as it is."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return fenced(text[:LONGEST], "text")
    return fenced(spread(text[:LONGEST])[:LONGEST], "json")
