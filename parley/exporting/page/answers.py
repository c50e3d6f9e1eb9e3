"""Messages and answers as a page shows them: all of it, folded where it is long."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from parley.exporting.page.code import code, json_code
from parley.exporting.page.prose import line, prose
from parley.exporting.telling import attachment
from parley.figures import milliseconds
from parley.money import part
from parley.notebook import Run
from parley.notebook.receipt import receipt
from parley.pictures import MOST_PIXELS, PICTURE, pixels, playable
from parley.reply import Audio, Reply, ToolCall
from parley.request.kept import counted

EMPTY = Markup("")
_LONG_CALL = 600
_NO_ADDRESS = str.maketrans(dict.fromkeys("<> \t\r\n", ""))


def together(parts: Sequence[Markup]) -> Markup:
    return Markup("\n").join(one for one in parts if one)


def fold(label: str, inside: Markup, *, kind: str = "", opened: bool = False) -> Markup:
    """Something that is looked at on request; on paper it stands open."""
    form = Markup('<details class="{}"{}><summary>{}</summary><div class="inside">{}</div></details>')
    return form.format(kind, Markup(" open") if opened else "", label, inside)


def message(told: Mapping[str, Any]) -> Markup:
    """A message of any role: its text, its attachments, its tool calls."""
    content = told.get("content")
    verbatim = told.get("role") == "tool"
    named = told.get("tool_call_id") or told.get("name")
    calls = told.get("tool_calls")
    return together(
        [
            Markup('<p class="small">{}</p>').format(line(str(named))) if named else EMPTY,
            *(_part(one, verbatim) for one in (content if isinstance(content, list) else [content])),
            _refused(told.get("refusal")),
            *(_call(ToolCall.told(one)) for one in (calls if isinstance(calls, list) else [])),
        ]
    )


def attempt(run: Run) -> Markup:
    """An answer with everything that is known of it."""
    whole = run.whole
    return together(
        [
            reply(whole),
            Markup('<p class="failure">{}</p>').format(line(run.failure.message)) if run.failure else EMPTY,
            Markup('<p class="receipt">{}</p>').format(Markup(" · ").join(line(fact) for fact in receipt(run))),
            fold("Request, usage and timeline", together([_request(run), _told(run), _timeline(run)]), kind="request"),
        ]
    )


def reply(told: Reply) -> Markup:
    words = len(told.reasoning.split())
    empty = "" if told.has_output else "No answer came."
    return together(
        [
            fold(f"Reasoning · {words:,} {'word' if words == 1 else 'words'}", prose(told.reasoning), kind="reasoning")
            if told.reasoning
            else EMPTY,
            prose(told.text),
            _refused(told.refusal),
            *(_call(one) for one in told.tool_calls),
            *(picture(part(one, "image_url", "url")) for one in told.images),
            _audio(told.audio) if told.audio else EMPTY,
            _sources(told.annotations),
            *(Markup('<p class="small">{}</p>').format(line(note)) for note in (*told.notes, empty) if note),
        ]
    )


def picture(address: object) -> Markup:
    """A picture that the text itself holds; any other is named, with a link, and left alone."""
    if not isinstance(address, str) or not address:
        return Markup('<p class="small">An image without an address.</p>')
    if not PICTURE.match(address):
        return prose(f"![image](<{address[:2_000].translate(_NO_ADDRESS)}>)")
    size = pixels(address)
    if size is None or size > MOST_PIXELS:
        return Markup('<p class="small">An image that is too large to show, or broken.</p>')
    return Markup('<p class="picture"><img src="{}" alt="Image in this message"></p>').format(address)


def _part(one: object, verbatim: bool) -> Markup:
    text = one if isinstance(one, str) else part(one, "text")
    kind = part(one, "type")
    if isinstance(text, str) and text.strip():
        return _result(text) if verbatim else prose(text, breaks=True)
    if kind == "image_url":
        return picture(part(one, "image_url", "url"))
    if not isinstance(kind, str) or kind == "text":
        return EMPTY
    return Markup('<p class="small">Attached: {}</p>').format(line(attachment(kind, one)))


def _refused(refusal: object) -> Markup:
    form = Markup('<div class="refusal"><p class="badge">Refused</p>{}</div>')
    return form.format(prose(str(refusal))) if refusal else EMPTY


def _result(text: str) -> Markup:
    try:
        return json_code(json.loads(text))
    except (ValueError, RecursionError):
        return code(text)


def _call(call: ToolCall) -> Markup:
    head = Markup('<p class="call"><span class="badge">Tool call</span> <strong>{}</strong> <small>{}</small></p>')
    told = head.format(line(call.name or "without a name"), line(call.id or ""))
    if not call.arguments.strip():
        return told + Markup('<p class="small">No arguments.</p>')
    arguments = _result(call.arguments)
    return told + (fold("Arguments", arguments) if len(call.arguments) > _LONG_CALL else arguments)


def _audio(audio: Audio) -> Markup:
    player = EMPTY
    if audio.bytes:
        sound, kind = playable(audio.bytes)
        held = f"data:{kind};base64,{b64encode(sound).decode()}"
        player = Markup('<audio controls preload="metadata" src="{}"></audio>').format(held)
    return together([player, prose(audio.transcript)])


def _sources(annotations: Sequence[Mapping[str, Any]]) -> Markup:
    """The cited pages as a numbered list of links, each page once."""
    pages: dict[str, str] = {}
    for one in annotations:
        url = part(one, "url_citation", "url")
        if isinstance(url, str) and url:
            pages.setdefault(url, str(part(one, "url_citation", "title") or url))
    if not pages:
        return EMPTY
    listed = [Markup("<li>{} {}</li>").format(line(title), prose(f"<{url}>")) for url, title in pages.items()]
    return Markup('<div class="sources"><p><strong>Sources</strong></p><ol>{}</ol></div>').format(EMPTY.join(listed))


def _request(run: Run) -> Markup:
    body = run.request.payload()
    sent = body.get("messages")
    told = (
        {
            **body,
            "messages": f"{counted(len(sent), 'message')}, as {'it stands' if len(sent) == 1 else 'they stand'} above",
        }
        if isinstance(sent, list)
        else body
    )
    when = f"Sent {run.created:%Y-%m-%d %H:%M:%S} UTC" + (f" over {run.connection}" if run.connection else "")
    return Markup('<p class="small">{}</p>{}').format(line(when), json_code(told))


def _told(run: Run) -> Markup:
    """What the server counted, and what it said where it failed."""
    usage = run.reply.usage.model_dump(mode="json", exclude_none=True) if run.reply.usage else {}
    failure = run.failure.model_dump(mode="json", exclude_defaults=True) if run.failure else {}
    return together(
        [
            Markup('<p class="small">{}</p>{}').format(label, json_code(told))
            for label, told in (("Usage", usage), ("Failure", failure))
            if told
        ]
    )


def _timeline(run: Run) -> Markup:
    if not run.timeline:
        return EMPTY
    form = Markup('<tr><td class="right">{}</td><td>{}</td><td>{}</td></tr>')
    rows = [form.format(milliseconds(one.ms), line(one.what), line(one.note)) for one in run.timeline]
    return Markup('<div class="table" tabindex="0"><table class="timeline">{}</table></div>').format(EMPTY.join(rows))
