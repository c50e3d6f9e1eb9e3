"""Messages and answers as a page shows them: all of it, folded where it is long."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from parley.exporting.page.code import code, json_code
from parley.exporting.page.prose import line, prose
from parley.figures import milliseconds
from parley.judging.telling import shaped, verdict_line
from parley.money import part
from parley.notebook import Run
from parley.notebook.attached import attached_words
from parley.notebook.looping import FormerStep, steps_before
from parley.notebook.receipt import receipt
from parley.pictures import picture_of
from parley.reply import Audio, Reply, ToolCall
from parley.reply.citing import Source, sources_of
from parley.reply.files import files_of
from parley.reply.silence import silence_of
from parley.reply.thoughts import Thoughts, thoughts_of
from parley.request.kept import copied, counted
from parley.sounds import playable

EMPTY = Markup("")
_LONG_CALL = 600
_NO_ADDRESS = str.maketrans(dict.fromkeys("<> \t\r\n", ""))


def facts(told: Sequence[str]) -> Markup:
    """Short texts one after another; a dot ends each but the last, so that no line begins with it."""
    return Markup(" ").join(
        [*(Markup("<span>{}&nbsp;·</span>").format(line(one)) for one in told[:-1]), *map(line, told[-1:])]
    )


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


def attempt(run: Run, runs: Sequence[Run] = ()) -> Markup:
    """An answer with everything that is known of it, below the steps before it, as far as these are among the `runs` of its cell."""
    verdict = verdict_line(run)
    return together(
        [
            *(_step(number, step) for number, step in enumerate(steps_before(run, runs), 1)),
            reply(shaped(run)),
            Markup('<p class="small">{}</p>').format(line(verdict)) if verdict else EMPTY,
            Markup('<p class="failure">{}</p>').format(line(run.failure.message)) if run.failure else EMPTY,
            Markup('<p class="receipt">{}</p>').format(facts(receipt(run))),
            fold("Request, usage and timeline", together([_request(run), _told(run), _timeline(run)]), kind="request"),
        ]
    )


def _step(number: int, step: FormerStep) -> Markup:
    """A step before an answer: what it said and called, and what its calls were answered with."""
    results = (Markup('<p class="small">Result</p>{}').format(_result(text)) for text in step.results)
    known = step.run
    receipt_line = Markup('<p class="receipt">{}</p>')
    told = receipt_line.format(Markup(" · ").join(line(fact) for fact in receipt(known))) if known else EMPTY
    said = reply(step.reply) if step.reply else message(step.answer)
    return fold(f"Step {number}", together([said, *results, told]), kind="step", opened=True)


def reply(told: Reply) -> Markup:
    sources = sources_of(told.annotations)
    empty = silence_of(told) or ("" if told.has_output else "No answer came.")
    return together(
        [
            _reasoning(thoughts_of(told)),
            prose(told.text, sources=sources),
            _refused(told.refusal),
            *(_call(one) for one in told.tool_calls),
            *(picture(part(one, "image_url", "url")) for one in told.images),
            _audio(told.audio) if told.audio else EMPTY,
            _sources(sources),
            *(fold(one.label, prose(one.text)) for one in files_of(told.annotations)),
            *(_small(note) for note in (*told.notes, empty) if note),
        ]
    )


def _reasoning(told: Thoughts) -> Markup:
    if not told.any:
        return EMPTY
    inside = [prose(told.text), _small(" · ".join(told.facts)) if told.facts else EMPTY]
    return fold(told.label, together(inside), kind="reasoning")


def _small(words: str) -> Markup:
    return Markup('<p class="small">{}</p>').format(line(words))


def picture(address: object) -> Markup:
    """A picture that the text itself holds; any other is named, with a link, and left alone."""
    if not isinstance(address, str) or not address:
        return Markup('<p class="small">An image without an address.</p>')
    held = picture_of(address)
    if held is None:
        return prose(f"![image](<{address[:2_000].translate(_NO_ADDRESS)}>)")
    if not held.shown:
        return Markup('<p class="small">{}</p>').format(held.why_not)
    return Markup('<p class="picture"><img src="{}" alt="Image in this message"></p>').format(held.shown)


def _part(one: object, verbatim: bool) -> Markup:
    text = one if isinstance(one, str) else part(one, "text")
    kind = part(one, "type")
    if isinstance(text, str) and text.strip():
        return _result(text) if verbatim else prose(text, breaks=True)
    if kind == "image_url":
        return picture(part(one, "image_url", "url"))
    if not isinstance(kind, str) or kind == "text":
        return EMPTY
    return Markup('<p class="small">Attached: {}</p>').format(line(attached_words(one)))


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
        held = f"data:{kind.media_type};base64,{b64encode(sound).decode()}"
        player = Markup('<audio controls preload="metadata" src="{}"></audio>').format(held)
    return together([player, prose(audio.transcript)])


def _sources(sources: Sequence[Source]) -> Markup:
    """The cited pages as a numbered list of links, each page once."""
    if not sources:
        return EMPTY
    listed = [Markup("<li>{} {}</li>").format(line(one.title or one.url), prose(f"<{one.url}>")) for one in sources]
    return Markup('<div class="sources"><p><strong>Sources</strong></p><ol>{}</ol></div>').format(EMPTY.join(listed))


def _request(run: Run) -> Markup:
    told = {key: _above(held) if key == "messages" else copied(held) for key, held in run.request.held()}
    when = f"Sent {run.created:%Y-%m-%d %H:%M:%S} UTC" + (f" over {run.connection}" if run.connection else "")
    return Markup('<p class="small">{}</p>{}').format(line(when), json_code(told))


def _above(sent: Any) -> Any:
    if not isinstance(sent, list):
        return copied(sent)
    return f"{counted(len(sent), 'message')}, as {'it stands' if len(sent) == 1 else 'they stand'} above"


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
