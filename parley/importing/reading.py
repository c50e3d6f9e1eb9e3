"""From a pasted text to a request: which form it has, what it sends, and what there is to say about it."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from parley.errors import NotARequest
from parley.importing.naming import unknown
from parley.importing.pasted import DEEP, EXPECTED, TOO_MANY, Budget, Found, Pasted, base_of, listed, read_json
from parley.importing.python import read_python
from parley.importing.script import is_script, read_object, read_script
from parley.importing.secrets import KEY, masking, without_keys
from parley.importing.shell import is_curl, read_curl
from parley.request import BY_NAME, ChatRequest
from parley.request.fields import camel

LARGEST = 20_000_000
"""Characters; what is longer is refused unread."""
DEEPEST = 200
FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n`]*\n(.*?)^[ \t]*\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
MOST_MARKS = 200_000
"""Commas, brackets and signs outside of quoted texts that source text may have."""
QUOTED = re.compile(
    r"""\"{3}(?:[^"\\]|\\.|"(?!""))*+(?:\"{3})?|'{3}(?:[^'\\]|\\.|'(?!''))*+(?:'{3})?"""
    r"""|"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|`(?:[^`\\]|\\.)*+`?""",
    re.DOTALL,
)
SNAKE = {camel(name): name for name in BY_NAME if "_" in name}
STREAM = re.compile(r"(?:: ?OPENROUTER PROCESSING\s+|event: ?\S+\n)*data: ?(?:\{|\[DONE\])")
ANSWER = "This is an answer, not a request. Paste what was sent: for what Parley sent, History has it."
ERROR = "This is an error that was answered, not a request. Paste the request that led to it."
MOST_TRIES = 20
"""Braces in a text at which a body is looked for."""
OTHERS = frozenset({"prompt", "preset", "verbosity", "audio", "input", "usage", "transforms", "web_search_options"})
"""Names that no field of ours has and that a request may be made of all the same."""


def read_request(text: str) -> Pasted:
    """Read a JSON body, a curl command, a Python or a TypeScript call. Nothing of the text is executed.

    A key is never part of what comes back. Raises NotARequest, with line and column where there is one, and nothing else.
    """
    if len(text) > LARGEST:
        raise NotARequest(f"This text has {len(text):,} characters; at most {LARGEST:,} can be pasted.")
    text = unfenced(text.replace("\r\n", "\n").lstrip("\ufeff").strip("\0 \t\n\r"))
    if not text:
        raise NotARequest(EXPECTED)
    try:
        found = read_form(text)
        measured(found.body)
    except RecursionError:
        raise NotARequest(DEEP) from None
    return finished(found)


def unfenced(text: str) -> str:
    """What stands inside the first Markdown fence, where there is one around or amid the text."""
    if not (text.startswith(("```", "~~~")) or "\n```" in text or "\n~~~" in text):
        return text
    if text[0] in "{[" or is_curl(text[:2_000]):
        return text
    found = FENCE.search(text)
    return found[2].strip() if found else text


def read_form(text: str) -> Found:
    """Recognise the form of a text and read it."""
    if STREAM.match(text):
        raise NotARequest(ANSWER)
    if text[0] in "{[":
        return read_braces(text)
    if FRAGMENT.match(text):
        return read_braces(f"{{{text}\n}}")
    if is_curl(text) and not text.startswith(("import ", "from ", "const ")):
        return read_curl(text)
    return read_code(text)


FRAGMENT = re.compile(r"([\"']?)[A-Za-z_]\w*+\1\s*+:\s*+[{\[\"'`\d]")
"""How the inside of an object begins, where it stands alone."""


def read_braces(text: str) -> Found:
    """JSON, else an object of JavaScript, else one of Python; what is wrong is said of JSON where it is nearly that."""
    notes: list[str] = []
    try:
        value = read_json(text, notes=notes)
    except NotARequest as error:
        return read_nearly_json(text, error)
    if isinstance(value, list) and value and all(isinstance(one, dict) and "role" in one for one in value):
        return Found({"messages": value}, "JSON body", None, [*notes, "This was a list of messages alone."])
    if not isinstance(value, dict):
        raise NotARequest(f"This is JSON, but not an object. {EXPECTED}")
    return Found(value, "JSON body", None, notes)


def read_nearly_json(text: str, error: NotARequest) -> Found:
    """What is no JSON: a dictionary of Python, else an object of JavaScript; else the error of JSON stands."""
    try:
        uncrowded(text)
        if PYTHON_WORDS.search(QUOTED.sub("", text)):
            return read_python(text)
        found, plain = read_object(text)
    except NotARequest as mistake:
        farther = (mistake.line or 0, mistake.column or 0) > (error.line or 0, error.column or 0)
        raise (mistake if farther else error) from None
    if plain:
        raise error
    return found


PYTHON_WORDS = re.compile(r"\b(?:True|False|None)\b")


def uncrowded(text: str) -> None:
    """Raises NotARequest for source text of so many values that only reading it would take long."""
    outside = QUOTED.sub("", text)
    if sum(map(outside.count, ",([{+-=.")) > MOST_MARKS:
        raise NotARequest(TOO_MANY)


def read_code(text: str) -> Found:
    """A text of statements: TypeScript where it looks like it and sends something, else Python."""
    script, python = is_script(text), looks_like_python(text)
    if not script and not python:
        return read_amid(text)
    uncrowded(text)
    mistake: NotARequest | None = None
    if script:
        try:
            if (found := read_script(text)) is not None:
                return found
        except NotARequest as error:
            mistake = error
    if not python:
        raise mistake or NotARequest(EXPECTED)
    try:
        return read_python(text)
    except NotARequest as error:
        raise (mistake if mistake is not None and not PYTHON_ONLY.search(text) else error) from None


def read_amid(text: str) -> Found:
    """A JSON body amid other words. Raises NotARequest where there is none."""
    decoder, place = json.JSONDecoder(), -1
    for _ in range(MOST_TRIES):
        if (place := text.find("{", place + 1)) < 0:
            break
        with suppress(ValueError):
            value, end = decoder.raw_decode(text, place)
            if isinstance(value, dict) and value.keys() & BY_NAME.keys():
                found = read_braces(text[place:end])
                found.notes.append("Only the JSON body in this text was read.")
                return found
    raise NotARequest(EXPECTED)


PYTHON_ONLY = re.compile(
    r"^[ \t]*+(?:import \w+|from \w[\w.]* import|def |with |async def )|\b(?:True|None)\b|os\.environ", re.MULTILINE
)


def looks_like_python(text: str) -> bool:
    """Whether it is worth telling what Python would say of it."""
    return (
        PYTHON_ONLY.search(text) is not None
        or ASSIGNED.match(text) is not None
        or (("=" in text or "(**" in text) and CALLED.search(text) is not None)
    )


ASSIGNED = re.compile(r"\w++\s*+=\s*+[\[{(\"']")
CALLED = re.compile(r"\w\(")


def measured(body: dict[str, Any]) -> None:
    """Raises NotARequest for a body of too many values, or one that is nested too deeply."""
    budget, levels, here = Budget(), 0, [body]
    while here:
        levels += 1
        budget.spend(len(here))
        if levels > DEEPEST:
            raise NotARequest(DEEP)
        here = [
            inner
            for one in here
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]


def finished(found: Found) -> Pasted:
    """The request without keys, and all there is to say about it."""
    notes = list(found.notes)
    body = without_keys(found.body, notes)
    if "messages" not in body and (body.keys() >= {"choices", "id"} or isinstance(body.get("error"), dict)):
        raise NotARequest(ANSWER if "choices" in body else ERROR)
    if not body.keys() & (BY_NAME.keys() | OTHERS):
        raise NotARequest(" ".join((f"None of the keys in this {found.source} is one of a request.", *notes, EXPECTED)))
    request = ChatRequest.parse(body)
    base, is_chat = base_of(found.address) if found.address else (None, True)
    if base is not None and KEY.search(base):
        base = None
    if found.address and not is_chat and found.source == "curl command":
        notes.append("It was not sent to /chat/completions; it will be sent there.")
    if paths := list(unknown(request)):
        notes.append(f"Not known to Parley and kept as they are: {listed(paths)}.")
    if meant := [f"{SNAKE[key]} for {key}" for key in request.extra if key in SNAKE]:
        notes.append(f"The API has other names: {listed(meant)}.")
    notes = [masking(note)[0] for note in dict.fromkeys(notes)]
    return Pasted(request=request, source=found.source, base_url=base, notes=tuple(notes))
