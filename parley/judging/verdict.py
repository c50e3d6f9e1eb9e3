"""The verdict on an answer that was to be JSON: whether it is what the request asked for, and where it is not."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from pydantic import MISSING

from parley.judging.faults import Fault, Held
from parley.judging.reading import fenced, read
from parley.notebook.run import Run
from parley.request import ChatRequest
from parley.request.formats import JsonObjectFormat, JsonSchemaFormat
from parley.request.kept import brief
from parley.value import Value

Kind = Literal["valid", "invalid", "not json", "unchecked", "refused"]
_SMALL = 50_000
"""Characters of a text and its schema of which many are at hand."""


class Form(NamedTuple):
    """The form that an answer was to have."""

    schema: Any = MISSING
    """The JSON schema; MISSING where none was given, and any JSON will do."""
    an_object: bool = False
    """Whether it must be a JSON object."""


class Verdict(Value):
    """What is to be said of an answer that was to be JSON."""

    kind: Kind
    sentence: str = ""
    """What is wrong, or why nothing can be said; empty for a valid answer."""
    faults: tuple[Fault, ...] = ()
    more: int = 0
    """Faults that are not told."""
    remarks: tuple[str, ...] = ()
    """What is to be known besides, each a sentence."""
    value: Any = None
    """The JSON of the answer, also where it stands in a fence and so is not what was asked for."""
    readable: bool = False
    """Whether there is a value."""

    @property
    def passes(self) -> bool:
        return self.kind == "valid"

    @property
    def place(self) -> str:
        """Where the first fault is, as JSONPath spells it; empty where there is none."""
        return self.faults[0].place if self.faults else ""


def form_of(request: ChatRequest) -> Form | None:
    """The form that a request asks for, as far as an answer can be judged by it; None where it may be any text."""
    asked = request.response_format
    if isinstance(asked, JsonObjectFormat):
        return Form(an_object=True)
    return Form(asked.json_schema.schema_) if isinstance(asked, JsonSchemaFormat) else None


def verdict_of(run: Run) -> Verdict | None:
    """The verdict on a run that has ended; None where no JSON was asked for, or nothing came that could be judged.

    A call of a tool is no answer yet. What was stopped or broke off is judged as far as it came, for that is what later cells see.
    """
    form = None if run.live else form_of(run.request)
    if form is None:
        return None
    said = run.whole
    if said.refusal and not said.text.strip():
        return Verdict(kind="refused", sentence="The model refused, so there is no JSON to judge.")
    if said.tool_calls or not (said.text.strip() or run.outcome == "complete"):
        return None
    return judged(said.text, form, cut_short=said.cut_short)


def judged(text: str, form: Form, *, cut_short: bool = False) -> Verdict:
    """The verdict on a text; the same text is judged once. `cut_short` says that the limit on output tokens ended it."""
    try:
        schema = None if form.schema is MISSING else json.dumps(form.schema)
    except RecursionError:
        return Verdict(kind="unchecked", sentence="The schema is nested too deep to be checked.")
    judge = _judged if len(text) + len(schema or "") <= _SMALL else _judged_large
    return judge(text, schema, form.an_object, cut_short)


@lru_cache(maxsize=128)
def _judged(text: str, schema: str | None, an_object: bool, cut_short: bool) -> Verdict:
    return _verdict(text, schema, an_object, cut_short)


@lru_cache(maxsize=12)
def _judged_large(text: str, schema: str | None, an_object: bool, cut_short: bool) -> Verdict:
    """Few of these are at hand: what is read takes many times its letters, and outlives the session that it is from."""
    return _verdict(text, schema, an_object, cut_short)


def _verdict(text: str, schema: str | None, an_object: bool, cut_short: bool) -> Verdict:
    found = read(text)
    inner = fenced(text) if found.why else None
    if inner is not None:
        return _in_a_fence(_verdict(inner, schema, an_object, cut_short))
    if found.why:
        because = ", because the limit on output tokens was reached" if found.cut and cut_short else ""
        return Verdict(kind="not json", sentence=f"The answer {found.why}{because}.")
    remarks = tuple(f"The key “{name}” stands twice in one object; the last one counts." for name in found.repeated[:3])
    if an_object and not isinstance(found.value, dict):
        fault = Fault(path=(), words="is no object, and json_object asks for one")
        return Verdict(
            kind="invalid", sentence=fault.sentence, faults=(fault,), remarks=remarks, value=found.value, readable=True
        )
    return _told(Held() if schema is None else _held(schema, found.value), remarks, found.value)


def _held(schema: str, value: Any) -> Held:
    """The library is loaded when the first schema asks for it: most sessions have none."""
    from parley.judging.schemas import held_against

    return held_against(json.loads(schema), value)


def _told(held: Held, remarks: tuple[str, ...], value: Any) -> Verdict:
    kind: Kind = "unchecked" if held.unchecked else "invalid" if held.faults else "valid"
    left_out = tuple(f"The schema has {rule}, which cannot be matched here and was left out." for rule in held.left_out)
    if held.unknown_draft:
        draft = brief(held.unknown_draft)
        left_out = (
            f"The schema calls itself {draft}, a draft that is not known here; it is read as 2020-12.",
            *left_out,
        )
    return Verdict(
        kind=kind,
        sentence=held.unchecked or (held.faults[0].sentence if held.faults else ""),
        faults=held.faults,
        more=held.more,
        remarks=(*remarks, *left_out),
        value=value,
        readable=True,
    )


def _in_a_fence(inside: Verdict) -> Verdict:
    """JSON in Markdown is what nobody asked for; what it says is told all the same."""
    if not inside.readable:
        return inside
    told = {
        "valid": "what is in it keeps to what was asked for",
        "invalid": f"in it, {inside.sentence.rstrip('.')}",
    }.get(inside.kind, "what is in it is JSON")
    sentence = f"The JSON stands in a Markdown fence, so the answer itself is no JSON; {told}."
    return inside.model_copy(update={"kind": "not json", "sentence": sentence})
