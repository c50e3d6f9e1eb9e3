"""The fields of a request as a person sees them, derived from their declarations."""

from __future__ import annotations

from typing import Any, get_args

from pydantic.fields import FieldInfo

from parley.request.chat import ChatRequest
from parley.request.knob import Bounds, Editor, Group, Knob
from parley.request.shapes import JsonType, choices, items, json_types, parts, wanted
from parley.value import Value

GROUPS: tuple[Group, ...] = get_args(Group)
DOCUMENTATION = "https://openrouter.ai/docs/"


class FieldSpec(Value):
    """One field: what a widget, a tooltip, a check and a table of the documentation need to know of it."""

    name: str
    """Its name in JSON."""
    group: Group
    label: str
    help: str
    """Meaning, units, range and usual default, for the person at the control; Markdown."""
    source: str
    """Address of the page of OpenRouter's documentation that explains it."""
    editor: Editor
    accepts: tuple[JsonType, ...]
    """The JSON types it takes, null among them where null means something."""
    wanted: str
    """The same in words: `a number or null`."""
    low: int | float | None = None
    """Smallest number allowed, itself included; for a map the smallest of its values. A float where fractions are."""
    high: int | float | None = None
    step: int | float | None = None
    """What one press of an arrow adds."""
    usual: str = ""
    """What providers take when the field is absent, in words; never sent for it."""
    choices: tuple[str, ...] = ()
    """Known values, of the items where it is a list. Others may be sent, for the API grows."""
    least: int | None = None
    """Fewest items of a list."""
    most: int | None = None
    """Most items of a list, or pairs of a map."""
    longest: int | None = None
    """Most characters of a text, or of each text of a map."""
    parts: tuple[str, ...] = ()
    """Keys and known words inside its value, at any depth, as in `max_price` of provider."""
    aliases: tuple[str, ...] = ()
    """Former and foreign spellings, and words by which people look for it."""
    deprecated: str = ""
    """What to use instead; empty where it is not deprecated."""
    advanced: bool = False
    """Rarely needed: stands below the others of its group."""

    @property
    def nullable(self) -> bool:
        """Whether null may be sent, which differs from not sending the field."""
        return "null" in self.accepts

    @property
    def shape(self) -> JsonType | None:
        """`object` or `array` where an editor for JSON has to start with one; None where it takes text or a number."""
        shapes = [kind for kind in self.accepts if kind in ("object", "array")]
        return shapes[0] if shapes else None


def spec_of(name: str, field: FieldInfo) -> FieldSpec:
    """Read one declaration. Raises StopIteration for a field without a Knob: every field must have one."""
    knob = next(part for part in field.metadata if isinstance(part, Knob))
    bounds = next((part for part in field.metadata if isinstance(part, Bounds)), Bounds())
    shape = field.annotation
    number = float if "number" in json_types(shape) else int
    return FieldSpec(
        name=name,
        group=knob.group,
        label=knob.label or name.replace("_", " ").capitalize(),
        help=" ".join((field.description or "").split()),
        source=DOCUMENTATION + knob.source,
        editor=knob.editor or editor_for(shape),
        accepts=json_types(shape),
        wanted=wanted(shape),
        low=None if bounds.low is None else number(bounds.low),
        high=None if bounds.high is None else number(bounds.high),
        step=None if knob.step is None else number(knob.step),
        usual=knob.usual,
        choices=choices(shape),
        least=bounds.least,
        most=bounds.most,
        longest=bounds.longest,
        parts=parts(shape),
        aliases=tuple(dict.fromkeys((camel(name), *knob.aliases))) if "_" in name else knob.aliases,
        deprecated=knob.deprecated,
        advanced=knob.advanced,
    )


def editor_for(annotation: Any) -> Editor:
    """The editor that a type asks for when its knob names none."""
    kinds = set(json_types(annotation)) - {"null"}
    if kinds == {"string"}:
        return "choice" if choices(annotation) else "text"
    if "array" in kinds and items(annotation) == ("string",) and "object" not in kinds:
        return "text_list"
    simple: dict[str, Editor] = {"boolean": "switch", "integer": "integer", "number": "number"}
    return simple.get(next(iter(kinds)), "json") if len(kinds) == 1 else "json"


def camel(name: str) -> str:
    """The spelling of the TypeScript clients: max_tokens is maxTokens there."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def in_order(spec: FieldSpec) -> tuple[int, bool, bool]:
    return GROUPS.index(spec.group), spec.advanced, bool(spec.deprecated)


FIELDS: tuple[FieldSpec, ...] = tuple(
    sorted((spec_of(name, field) for name, field in ChatRequest.model_fields.items()), key=in_order)
)
BY_NAME: dict[str, FieldSpec] = {spec.name: spec for spec in FIELDS}
