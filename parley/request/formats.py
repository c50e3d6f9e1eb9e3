"""What form an answer takes: text, JSON, JSON by a schema, a grammar, Python."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING, Field

from parley.request.kept import Kept
from parley.request.kinds import Kinds
from parley.request.knob import Bounds, Inner, JsonObject, Switch


class TextFormat(Kept):
    """Plain text, as without a format."""

    type: Literal["text"]


class JsonObjectFormat(Kept):
    """Any JSON object; say in the prompt which."""

    type: Literal["json_object"]


class JsonSchema(Kept):
    """A named JSON schema."""

    name: Annotated[
        str, Bounds(shortest=1, longest=64, pattern="[A-Za-z0-9_-]*", alphabet="letters, digits, dash and underscore")
    ]
    """What the schema is called: up to 64 letters, digits, dashes and underscores."""
    description: Annotated[str | MISSING, Inner(editor="long_text")] = MISSING
    """Tells the model what the answer is for."""
    schema_: Annotated[JsonObject | MISSING, Inner("Schema", "schema")] = Field(default=MISSING, alias="schema")
    """The JSON schema itself."""
    strict: Switch | MISSING | None = MISSING
    """Whether the answer must keep to the schema; an endpoint that cannot promise it is not used."""


class JsonSchemaFormat(Kept):
    """JSON that keeps to a schema. With `provider.require_parameters` only endpoints that honour it are used."""

    type: Literal["json_schema"]
    json_schema: Annotated[JsonSchema, Inner("JSON schema")]
    """The schema and its name."""


class GrammarFormat(Kept):
    """Text that keeps to a grammar."""

    type: Literal["grammar"]
    grammar: Annotated[str, Inner(editor="long_text")]
    """The grammar that the answer must follow."""


class PythonFormat(Kept):
    """Python source."""

    type: Literal["python"]


class OtherFormat(Kept):
    """A format that is not known yet, or one without something it must have."""

    type: str | MISSING = MISSING


ResponseFormat = Annotated[
    TextFormat | JsonObjectFormat | JsonSchemaFormat | GrammarFormat | PythonFormat | OtherFormat, Kinds("type")
]
