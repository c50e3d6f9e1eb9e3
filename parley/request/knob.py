"""What is declared with a field besides its type: its bounds, and how a person gets at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from parley.request.kept import copied

Integer = StrictInt
Number = StrictInt | Annotated[float, Field(strict=True, allow_inf_nan=False)]
Switch = StrictBool
JsonObject = Annotated[dict[str, Any], AfterValidator(copied)]
"""Any object, and our own copy of it, so that nobody can change it under us."""
JsonList = Annotated[list[Any], AfterValidator(copied)]

Editor = Literal[
    "number",
    "integer",
    "choice",
    "switch",
    "text",
    "long_text",
    "text_list",
    "model",
    "json",
    "price",
    "loose",
    "schema",
]
"""`price` is a number that is sent as text, `loose` a word or any JSON on one line, `schema` a JSON schema."""

Group = Literal[
    "Model and routing",
    "Sampling",
    "Length and stop",
    "Reasoning",
    "Output format",
    "Tools",
    "Plugins",
    "Caching",
    "Streaming and debug",
    "Metadata and tracing",
]


@dataclass(frozen=True)
class Bounds:
    """What the API allows. `problems()` holds values against it; building a value does not.

    `low` and `high` bound a number, or each number of a list or map, and are allowed themselves. `least` and `most`
    count the items of a list or map. `shortest` and `longest` count characters of a text, or of each text of a list or
    map; `key` those of a map's keys. `pattern` is a regular expression for the whole text, `alphabet` says it in words.
    """

    low: float | None = None
    high: float | None = None
    least: int | None = None
    most: int | None = None
    shortest: int | None = None
    longest: int | None = None
    key: int | None = None
    pattern: str | None = None
    alphabet: str = ""


@dataclass(frozen=True)
class Knob:
    """How a person finds and turns a field.

    `group` is its fold in the sidebar and `source` the page of OpenRouter's documentation that explains it. `label` and
    `editor` are only needed where the field's name and type do not give them away. `step` is what one press of a number's
    arrow adds, `usual` what providers take where the field is absent (nothing is sent for it). `aliases` are spellings of
    other times and other libraries, and words by which people look for it. `deprecated` says what to use instead,
    `advanced` moves the field below the others of its group.
    """

    group: Group
    source: str
    label: str = ""
    editor: Editor | None = None
    step: float | None = None
    usual: str = ""
    aliases: tuple[str, ...] = ()
    deprecated: str = ""
    advanced: bool = False


@dataclass(frozen=True)
class Inner:
    """How a person finds and turns a key inside a field, where its name and type do not give that away; as in Knob.

    `noun` is what one entry of a list or a map is called. `names` is what its keys are called where it is a map. `ordered`
    says that the first entries of a list come first.
    """

    label: str = ""
    editor: Editor | None = None
    step: float | None = None
    noun: str = "an entry"
    names: str = "Name"
    ordered: bool = False
