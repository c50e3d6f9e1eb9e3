"""What is inside a field, as a tree of parts that an editor can walk; derived from the declarations.

There are few shapes: the leaves that one widget edits (see `Editor`), and five that have parts themselves. `object` has
known keys, `kinds` is an object that one of its keys tells apart, `list` and `map` repeat one part, `either` takes one
of several shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import MISSING
from pydantic.fields import FieldInfo

from parley.request.chat import ChatRequest
from parley.request.kept import Kept
from parley.request.kinds import Kinds, tags
from parley.request.knob import Bounds, Editor, Inner
from parley.request.misfits import fits
from parley.request.shapes import JsonType, choices, json_types, wanted

Shape = Editor | Literal["object", "kinds", "list", "map", "either"]
NESTING: frozenset[Shape] = frozenset(("object", "kinds", "list", "map", "either"))
"""The shapes that have parts."""
FREE = Bounds()


@dataclass(frozen=True)
class Part:
    """One value inside a field, or the field's own: what a widget and its label need to know of it."""

    key: str
    """Its key in JSON; the tag of a kind; empty for an item of a list and for one of several shapes."""
    label: str
    help: str
    shape: Shape
    accepts: tuple[JsonType, ...]
    wanted: str
    """The accepted types in words."""
    required: bool = False
    """Whether the object that it belongs to cannot be without it."""
    bounds: Bounds = FREE
    step: float | None = None
    choices: tuple[str, ...] = ()
    """Known values, of the items where it is a list of texts; others may be sent."""
    tag: str = ""
    """The key that tells kinds apart."""
    parts: tuple[Part, ...] = ()
    """The keys of an object, the known kinds, or the shapes of which it takes one."""
    item: Part | None = None
    """What a list or a map repeats."""
    noun: str = ""
    """What one entry of a list or a map is called, such as `a tool`."""
    names: str = ""
    """What the keys of a map are called."""
    ordered: bool = False
    """Whether the first entries of a list come first."""

    @property
    def nests(self) -> bool:
        return self.shape in NESTING

    def inner(self, key: str) -> Part | None:
        """The part under a key, or of a kind; None where it is not known."""
        return next((part for part in self.parts if part.key == key), None)

    def standing_for(self, whole: Part) -> Part:
        """One of several shapes, under the name of what may have them."""
        return replace(
            self,
            key=whole.key,
            label=whole.label,
            help=whole.help,
            required=whole.required,
            bounds=whole.bounds,
            step=whole.step,
            noun=whole.noun,
            names=whole.names,
        )

    def start(self) -> dict[str, Any]:
        """The keys that a new object has from the beginning: those it must have and that have one known value."""
        return {one.key: one.choices[0] for one in self.parts if one.required and len(one.choices) == 1}

    def kind_of(self, value: Any) -> Part | None:
        """The kind that an object says it is; None for one that is not known."""
        tag = value.get(self.tag) if isinstance(value, Mapping) else None
        return self.inner(tag) if isinstance(tag, str) else None

    def shape_of(self, value: Any) -> Part | None:
        """The shape that a value has, of those that it may have; the first one for a value that is not set."""
        if value is MISSING:
            return self.parts[0]
        return next((part for part in self.parts if fits(value, part.accepts)), None)


@cache
def outline(name: str) -> Part:
    """The parts of the field `name`."""
    return part_of(name, ChatRequest.model_fields[name])


def part_of(key: str, field: FieldInfo) -> Part:
    """Read one declaration, a field's or that of a key inside it."""
    inner = next((mark for mark in field.metadata if isinstance(mark, Inner)), Inner())
    part = shaped(field.annotation)
    return replace(
        part,
        key=key,
        label=inner.label or spoken(key),
        help=" ".join((field.description or "").split()) or part.help,
        shape=inner.editor or part.shape,
        required=field.is_required(),
        bounds=next((mark for mark in field.metadata if isinstance(mark, Bounds)), FREE),
        step=inner.step,
        noun=inner.noun,
        names=inner.names,
        ordered=inner.ordered,
    )


def spoken(key: str) -> str:
    """A key as words: `max_price` is Max price."""
    return key.replace("_", " ").replace("-", " ").strip().capitalize()


def shaped(annotation: Any) -> Part:
    """The part that an annotation makes, without what its declaration says besides."""
    members = list(alternatives(annotation))
    boxes = [member for member in members if is_box(member)]
    plain = [member for member in members if not is_box(member)]
    if not boxes or all(is_free(box) for box in boxes) or is_texts(boxes[0]):
        return leaf(annotation, free=bool(boxes), texts=bool(boxes) and is_texts(boxes[0]))
    if len(boxes) == 1 and not plain:
        return boxed(boxes[0])
    parts = [leaf(Union[tuple(plain)])] if plain else []  # noqa: UP007
    return bare("either", annotation, parts=(*parts, *map(boxed, boxes)))


def alternatives(annotation: Any) -> Iterator[Any]:
    """The members of a union without null and MISSING; a union of kinds is one of them."""
    origin = get_origin(annotation)
    if origin is Annotated and not kinds_mark(annotation):
        yield from alternatives(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from alternatives(member)
    elif annotation is not MISSING and annotation is not type(None):
        yield annotation


def kinds_mark(annotation: Any) -> Kinds | None:
    if get_origin(annotation) is not Annotated:
        return None
    return next((mark for mark in get_args(annotation) if isinstance(mark, Kinds)), None)


def is_box(member: Any) -> bool:
    """Whether it holds other values."""
    return bool(kinds_mark(member)) or get_origin(member) in (list, dict) or is_kept(member)


def is_kept(member: Any) -> bool:
    return isinstance(member, type) and issubclass(member, Kept)


def is_free(box: Any) -> bool:
    """Whether it holds whatever one likes."""
    return get_origin(box) in (list, dict) and get_args(box)[-1] is Any


def is_texts(box: Any) -> bool:
    return get_origin(box) is list and json_types(get_args(box)[0]) == ("string",)


def leaf(annotation: Any, *, free: bool = False, texts: bool = False) -> Part:
    """A part that one widget edits."""
    accepts = tuple(kind for kind in json_types(annotation) if kind != "null")
    if texts:
        shape: Editor = "text_list"
    elif free:
        shape = "loose" if "string" in accepts else "json"
    else:
        shape = scalar(frozenset(accepts), bool(choices(annotation)))
    return bare(shape, annotation)


def scalar(accepts: frozenset[JsonType], choosable: bool) -> Editor:
    if accepts == {"string"}:
        return "choice" if choosable else "text"
    known: dict[frozenset[JsonType], Editor] = {
        frozenset(("boolean",)): "switch",
        frozenset(("integer",)): "integer",
        frozenset(("number",)): "number",
        frozenset(("string", "number")): "price",
    }
    return known.get(accepts, "json")


def boxed(box: Any) -> Part:
    """A part that has parts."""
    mark = kinds_mark(box)
    if mark is not None:
        known = (kind for kind in get_args(get_args(box)[0]) if tags(kind, mark.key))
        parts = tuple(tagged(kind, mark.key, tag) for kind in known for tag in tags(kind, mark.key))
        return bare("kinds", box, tag=mark.key, parts=parts)
    if is_kept(box):
        return replace(bare("object", box, parts=keys_of(box)), help=meaning(box))
    item = replace(shaped(get_args(box)[-1]), required=True)
    return bare("list" if get_origin(box) is list else "map", box, item=item)


def tagged(kind: type[Kept], key: str, tag: str) -> Part:
    """One kind of several, under the word that names it, without the key that says so."""
    parts = tuple(part for part in keys_of(kind) if part.key != key)
    return replace(bare("object", kind, parts=parts), key=tag, label=tag_label(tag), help=meaning(kind))


def tag_label(tag: str) -> str:
    """`openrouter:web_search` is Web search."""
    words = spoken(tag.rpartition(":")[2].replace("experimental__", ""))
    return words.replace("Json", "JSON").replace("Pdf", "PDF")


def keys_of(kind: type[Kept]) -> tuple[Part, ...]:
    return tuple(part_of(key, kind.model_fields[name]) for key, name in kind.wire.items())


def meaning(kind: type[Kept]) -> str:
    return " ".join((kind.__doc__ or "").split())


def bare(shape: Shape, annotation: Any, tag: str = "", parts: tuple[Part, ...] = (), item: Part | None = None) -> Part:
    return Part(
        key="",
        label="",
        help="",
        shape=shape,
        accepts=json_types(annotation),
        wanted=wanted(annotation),
        choices=choices(annotation) if shape in ("choice", "text_list") else (),
        tag=tag,
        parts=parts,
        item=item,
    )
