"""A session as Markdown: to be read anywhere, and to be opened again, because it carries itself in a comment at its end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from parley.bundle import COMMENT, carried
from parley.bundle.limits import too_large
from parley.exporting.bundling import enclosed
from parley.exporting.telling import label_of, lane_titles, sums
from parley.judging.telling import shaped, verdict_line
from parley.money import part
from parley.notebook import Cell, Run, Snapshot, chosen
from parley.notebook.attached import attached_words
from parley.notebook.comparing import side_by_side
from parley.notebook.looping import steps_before
from parley.notebook.receipt import receipt
from parley.notebook.steps import last_steps
from parley.pictures import picture_of
from parley.reply import Reply
from parley.reply.blocks import standalone
from parley.reply.defuse import defuse, defuse_pieces, plain
from parley.reply.writing import fenced

_HEADING = 3
_NO_ADDRESS = str.maketrans(dict.fromkeys("<> \t\r\n", ""))


def markdown(snapshot: Snapshot) -> str:
    """The snapshot as a document; what a model or a stranger wrote is defused, as it is on the screen.

    The comment at its end holds the whole session: what is changed above it is not read when the file is opened again.
    """
    session = snapshot.session
    cells = (
        part_
        for number, cell in enumerate(session.cells, 1)
        for part_ in _cell(number, cell, snapshot.attempts.get(cell.id, ()))
    )
    settings = session.settings.payload()
    parts = [
        f"# {plain(session.title) or 'Untitled session'}",
        " · ".join(map(plain, sums(snapshot))),
        *(["**Settings**", _json(settings)] if settings else []),
        *(["**Variables**", _json(session.variables)] if session.variables else []),
        *cells,
        "---",
    ]
    whole = _written([*parts, *_foot(enclosed(snapshot))])
    return _written([*parts, *_foot(None)]) if too_large(whole) else whole


def _written(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


def prose(text: str, *, breaks: bool = False) -> str:
    """A text as harmless Markdown, under the document's own headings."""
    pieces = standalone(text, live=False)
    return "\n\n".join(defuse_pieces(pieces, largest_heading=_HEADING, breaks=breaks, generous=True).pieces)


def said(message: Mapping[str, Any]) -> Iterator[str]:
    """A message's parts as Markdown: its text, its attachments by name, its tool calls."""
    content = message.get("content")
    verbatim = message.get("role") == "tool"
    if message.get("tool_call_id"):
        yield f"Result of {plain(str(message['tool_call_id']))}"
    for one in content if isinstance(content, list) else [content]:
        text, kind = one if isinstance(one, str) else part(one, "text"), part(one, "type")
        if isinstance(text, str) and text.strip():
            yield fenced(text, "text") if verbatim else prose(text, breaks=True)
        elif kind == "image_url":
            yield picture(part(one, "image_url", "url"))
        elif isinstance(kind, str) and kind != "text":
            yield f"Attached: {plain(attached_words(one))}"
    for key in ("refusal", "tool_calls"):
        if message.get(key):
            yield _json(message[key])


def picture(address: object) -> str:
    """A picture by its kind and size, or by where it is; it is not fetched, and one that is held here stands in the session itself."""
    held = picture_of(address) if isinstance(address, str) else None
    if held is not None:
        return f"Image: {held.media_type or 'of no known kind'}, {held.size / 1000:,.0f} kB"
    return defuse(f"![image](<{str(address)[:2_000].translate(_NO_ADDRESS)}>)")


def _cell(number: int, cell: Cell, runs: tuple[Run, ...]) -> Iterator[str]:
    apart = " (left out of what is sent)" if cell.excluded else ""
    yield f"## {number} · {plain(label_of(cell))}{apart}"
    yield from [prose(cell.text)] if cell.kind == "note" else said(cell.message)
    picked = chosen(cell, runs)
    if picked is None:
        return
    shown = side_by_side(cell, runs) or (picked,)
    others = [run for run in last_steps(runs) if run not in shown]
    titles = lane_titles(shown) if len(shown) > 1 else ("",)
    for title, run in zip(titles, shown, strict=True):
        yield from _attempt(run, runs, f"Answer {title}{', kept' if title and run is picked else ''}".strip())
    for place, run in enumerate(others, 1):
        yield from _attempt(run, runs, f"Other attempt {place}")


def _attempt(run: Run, runs: tuple[Run, ...], label: str) -> Iterator[str]:
    for number, step in enumerate(steps_before(run, runs), 1):
        yield f"### Step {number}"
        yield from _reply(step.reply) if step.reply else said(step.answer)
        for text in step.results:
            yield "**Result**"
            yield fenced(text, "text")
        if step.run:
            yield " · ".join(map(plain, receipt(step.run)))
    yield f"### {plain(label)}"
    yield from _reply(shaped(run))
    if verdict := verdict_line(run):
        yield plain(verdict)
    if run.failure:
        yield f"**Failed:** {plain(run.failure.message)}"
    yield " · ".join(map(plain, receipt(run)))
    settings = run.settings.payload()
    if settings:
        yield f"<details><summary>Request</summary>\n\n{_json(settings)}\n\n</details>"


def _reply(reply: Reply) -> Iterator[str]:
    if reply.reasoning:
        yield f"<details><summary>Reasoning</summary>\n\n{prose(reply.reasoning)}\n\n</details>"
    if reply.text:
        yield prose(reply.text)
    if reply.refusal:
        yield f"**Refused:** {prose(reply.refusal)}"
    for call in reply.tool_calls:
        yield f"**Tool call** {plain(call.name or 'without a name')} {plain(call.id or '')}".rstrip()
        yield fenced(call.arguments or "{}", "json")
    for image in reply.images:
        yield picture(part(image, "image_url", "url"))
    if reply.audio:
        yield f"Audio, {len(reply.audio.bytes) / 1000:,.0f} kB"
        yield prose(reply.audio.transcript)
    pages = dict.fromkeys(str(part(one, "url_citation", "url") or "") for one in reply.annotations)
    listed = [f"{n}. <{url.translate(_NO_ADDRESS)}>" for n, url in enumerate(filter(None, pages), 1)]
    if listed:
        yield "**Sources**\n\n" + defuse("\n".join(listed))
    for note in reply.notes:
        yield plain(note)


def _json(value: Any) -> str:
    return fenced(json.dumps(value, indent=2, ensure_ascii=False, default=str), "json")


def _foot(made: bytes | None) -> tuple[str, ...]:
    if made is None:
        return ("Made with Parley, to be read: the session is too large to be opened from this file.",)
    opening, closing = COMMENT
    told = "Made with Parley. To go on with this session, drop this file on the Sessions page of Parley."
    return told, f"{opening}{carried(_compact(made))}{closing}"


def _compact(made: bytes) -> bytes:
    """A bundle on one line: a blank line within would end nothing, but it would be read as text by simple readers."""
    return (
        json.dumps(json.loads(made), ensure_ascii=False, separators=(",", ":")).encode() if made[:1] == b"{" else made
    )
