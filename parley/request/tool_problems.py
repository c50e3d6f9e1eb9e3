"""The functions of a request, held against what those who read them take: their names, and what their arguments are.

Sources: OpenAI's and Anthropic's references on tools, which take letters, digits, `_` and `-`, each name once; and JSON Schema,
whose object is what arguments are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import MISSING

from parley.request.chat import ChatRequest
from parley.request.kept import brief
from parley.request.problem import Problem, at
from parley.request.remedy import Remedy
from parley.request.schemas import is_object, lint, properties_of
from parley.request.tools import Function, FunctionTool

LONGEST = 64
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PROPERTY = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_ELSE = re.compile(r"[^A-Za-z0-9_-]+")
_TAKEN = "letters, digits, _ and -"


def tool_problems(request: ChatRequest) -> Iterator[Problem]:
    """What is wrong with names and arguments of functions. Where some providers do take it, that is advice."""
    tools = request.tools if isinstance(request.tools, list) else []
    functions = [
        (f"tools[{at}].function", tool.function) for at, tool in enumerate(tools) if isinstance(tool, FunctionTool)
    ]
    known: set[str] = set()
    for path, function in functions:
        if not isinstance(function, Function) or not isinstance(function.name, str):
            continue
        yield from _named(f"{path}.name", function.name, known)
        yield from _arguments(f"{path}.parameters", function)
        known.add(function.name)


def _named(path: str, name: str, known: set[str]) -> Iterator[Problem]:
    if name in known:
        fresh = _free(name, known)
        ways = (Remedy(label=f"Name it {fresh}", put={path: fresh}),)
        words = f"{path} is {brief(name)} once more; each function needs a name of its own, or no result finds its call"
        yield at(path, name, words, remedies=ways)
    elif name and len(name) <= LONGEST and not _NAME.fullmatch(name):
        fresh = _free(_ELSE.sub("_", name).strip("_") or "tool", known)
        ways = (Remedy(label=f"Name it {fresh}", put={path: fresh}),)
        words = f"{path} is {brief(name)}; most providers take only {_TAKEN}"
        yield at(path, name, words, blocks=False, remedies=ways)


def _arguments(path: str, function: Function) -> Iterator[Problem]:
    schema = function.parameters
    if schema is MISSING or not isinstance(schema, dict) or not schema or any(one.blocks for one in lint(schema)):
        return
    if not is_object(schema) and not {"$ref", "anyOf", "oneOf", "allOf"} & schema.keys():
        ways = (Remedy(label="Make it an object", put={f"{path}.type": "object"}),) if "type" not in schema else ()
        words = f"{path}: arguments are an object, but this schema is of another type; give it type object"
        yield at(path, schema, words, blocks=False, remedies=ways)
    odd = [name for name in properties_of(schema) if not _PROPERTY.fullmatch(name)]
    if odd:
        words = f"{path} has an argument named {brief(odd[0])}; some providers take only {_TAKEN}, at most {LONGEST} of them"
        yield at(path, schema, words, blocks=False)


def _free(name: str, known: set[str]) -> str:
    """The name, or one made from it that no function has."""
    number, fresh = 2, name[:LONGEST]
    while fresh in known:
        mark = f"_{number}"
        fresh, number = name[: LONGEST - len(mark)] + mark, number + 1
    return fresh
