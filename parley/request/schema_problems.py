"""The schemas of a request, held against what a schema must be: of the answer's format, and of the functions' arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import MISSING

from parley.request.chat import ChatRequest
from parley.request.formats import JsonSchemaFormat
from parley.request.problem import Problem, at
from parley.request.remedy import Remedy
from parley.request.schemas import Lapse, lint, made_strict, strict_lapses
from parley.request.tools import FunctionTool

MOST_NAMED = 3


def schema_problems(request: ChatRequest) -> Iterator[Problem]:
    """What is wrong with each schema, and what strict mode asks of those that are marked as strict."""
    for path, schema, strict in schemas_of(request):
        yield from faulty(path, schema)
        if strict is True:
            yield from unfit(path, schema)


def schemas_of(request: ChatRequest) -> Iterator[tuple[str, Any, Any]]:
    """Each schema with its place, and whether the answer must keep to it."""
    answer = request.response_format
    if isinstance(answer, JsonSchemaFormat) and answer.json_schema.schema_ is not MISSING:
        yield "response_format.json_schema.schema", answer.json_schema.schema_, answer.json_schema.strict
    tools = request.tools if isinstance(request.tools, list) else []
    for index, tool in enumerate(tools):
        if isinstance(tool, FunctionTool) and tool.function.parameters is not MISSING:
            yield f"tools[{index}].function.parameters", tool.function.parameters, tool.function.strict


def faulty(path: str, schema: Any) -> Iterator[Problem]:
    """The first lapses of a schema, and how many more there are."""
    lapses = sorted(lint(schema), key=lambda lapse: not lapse.blocks)
    for lapse in lapses[:MOST_NAMED]:
        yield at(path, schema, told(path, lapse), blocks=lapse.blocks)
    if len(lapses) > MOST_NAMED:
        yield at(path, schema, f"{path}: {len(lapses) - MOST_NAMED:,} more things are wrong with it", blocks=False)


def told(path: str, lapse: Lapse) -> str:
    inside = lapse.sentence if lapse.path else f"it {lapse.words}"
    return f"{path}: {inside}"


def unfit(path: str, schema: Any) -> Iterator[Problem]:
    """All lapses from strict mode in one sentence, for they are mended in one go."""
    lapses = strict_lapses(schema)
    if not lapses:
        return
    named = "; ".join(lapse.sentence if lapse.path else f"it {lapse.words}" for lapse in lapses[:MOST_NAMED])
    more = f"; and {len(lapses) - MOST_NAMED} more" if len(lapses) > MOST_NAMED else ""
    strict = made_strict(schema)
    ways = (Remedy(label="Make it strict", put={path: strict}),) if strict_lapses(strict) != lapses else ()
    yield at(path, schema, f"{path} is marked strict, but {named}{more}", blocks=False, remedies=ways)
