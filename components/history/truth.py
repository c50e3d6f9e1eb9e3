"""Truth: what was set, what was sent, what a provider was sent in the end, with a verdict for each field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import streamlit as st
from pydantic import MISSING

from components.large_fold import large_fold
from components.panel.text import readable_json
from components.state import key
from parley.notebook import Run
from parley.reply.defuse import plain
from parley.request import ChatRequest
from parley.request.kept import brief
from parley.truth import Row, Verdict, echoes, truth

CELL = 44
"""Characters of a value that stand in a cell of the table."""
COLOURS: dict[Verdict, str] = {
    "sent": "green",
    "renamed": "blue",
    "reshaped": "blue",
    "changed": "orange",
    "kept by OpenRouter": "gray",
    "dropped upstream": "red",
    "added upstream": "orange",
    "not told": "gray",
}
MEANINGS: dict[Verdict, str] = {
    "renamed": "the provider got the same under the name that its API has for it.",
    "reshaped": "the provider got it in the form that its API wants.",
    "changed": "the provider got another value.",
    "kept by OpenRouter": "OpenRouter reads this itself, so no provider is sent it.",
    "dropped upstream": "the provider was not sent it under any name that is known; `provider.require_parameters` keeps "
    "requests away from endpoints that ignore a field.",
    "added upstream": "it was not in the request.",
    "not told": "this API takes it in the address of the request, which is not echoed.",
}


def with_echo(settings: ChatRequest) -> ChatRequest:
    """The settings, asking for the body that providers are sent; the echo comes in streams alone."""
    body = settings.payload()
    debug = body.get("debug")
    asking = {"debug": {**(debug if isinstance(debug, dict) else {}), "echo_upstream_body": True}}
    return ChatRequest.parse({**body, **asking, **({"stream": True} if "stream" in body else {})})


def paint_truth(run: Run, ask: Callable[[], None]) -> None:
    """Draw it; `ask` is called back where the next request is to say what is forwarded."""
    sent, bodies = run.request.payload(), echoes(run.reply)
    upstream = chosen_of(bodies, run.id) if bodies else None
    rows = truth(sent, upstream, run.added)
    st.markdown(table(rows, forwarded=upstream is not None))
    if upstream is None:
        paint_silence(run, ask)
    elif words := "  \n".join(meanings(rows)):
        st.caption(words)
    unset = [plain(row.field) for row in rows if row.verdict == "unset"]
    st.caption(f"Neither set nor sent ({len(unset)}): {', '.join(unset)}.")
    if upstream is not None:
        paint_body(upstream, run.id)


def chosen_of(bodies: Sequence[dict[str, Any]], name: str) -> dict[str, Any]:
    """The body of one attempt: the last one, where nobody asks for another."""
    if len(bodies) == 1:
        return bodies[0]
    numbers = range(1, len(bodies) + 1)
    number = st.segmented_control(
        "Attempt", numbers, default=len(bodies), required=True, key=key("truth", "attempt", name)
    )
    return bodies[(number or len(bodies)) - 1]


def paint_silence(run: Run, ask: Callable[[], None]) -> None:
    """Why nothing is known of what was forwarded, and how to learn it."""
    if run.request.payload().get("debug"):
        st.caption(
            "The answer came without an echo of the upstream body: only OpenRouter sends one, and only in streams."
        )
        return
    st.caption("What OpenRouter forwarded is only told where debug.echo_upstream_body was set.")
    st.button(
        "Set debug for the next run", key=key("truth", "ask", run.id), icon=":material/troubleshoot:", on_click=ask
    )


def paint_body(upstream: dict[str, Any], name: str) -> None:
    text = readable_json(upstream)
    with large_fold(
        "What the provider was sent", key("truth", "body", name), icon="data_object", size=len(text)
    ) as drawn:
        if drawn:
            st.code(text, language="json", wrap_lines=True, height=420 if text.count("\n") > 18 else "content")


def meanings(rows: Sequence[Row]) -> Iterator[str]:
    """What the verdicts in a table mean, each once."""
    told = dict.fromkeys(row.verdict for row in rows)
    return (f"**{verdict[0].upper()}{verdict[1:]}**: {MEANINGS[verdict]}" for verdict in told if verdict in MEANINGS)


def table(rows: Sequence[Row], *, forwarded: bool) -> str:
    """The fields that were sent or forwarded, as a Markdown table."""
    columns = ("Field", *(("Verdict",) if forwarded else ()), "Set", "Sent", *(("Forwarded",) if forwarded else ()))
    lines = [columns, ("---",) * len(columns), *(cells(row, columns) for row in rows if row.verdict != "unset")]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cells(row: Row, columns: Sequence[str]) -> tuple[str, ...]:
    """What stands in a row; the verdict comes early, because a phone shows no more than the first columns."""
    place = f"**{cell(row.place)}**: " if row.place and row.place != row.field and "," not in row.place else ""
    told = {
        "Field": cell(row.field),
        "Verdict": f":{COLOURS.get(row.verdict, 'gray')}-badge[{row.verdict}]",
        "Set": "by Parley" if row.set is MISSING and row.sent is not MISSING else written(row.set),
        "Sent": written(row.sent),
        "Forwarded": f"{place}{written(row.forwarded)}",
    }
    return tuple(told[column] for column in columns)


def written(value: Any) -> str:
    """A value as JSON where it is short, else what it is; a dash where there is none."""
    if value is MISSING:
        return "–"
    try:
        text = readable_json(value, indent=None)
    except (RecursionError, ValueError):
        return "nested deeply"
    return cell(text if len(text) <= CELL else brief(value, CELL))


def cell(text: str) -> str:
    return plain(text)
