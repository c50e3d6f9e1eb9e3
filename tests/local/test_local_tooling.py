from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.local.parts import Refusal
from parley.local.tooling import TAIL, CallReader, as_text, opening, toolbox

WEATHER = {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
TIME = {"name": "time"}
TOOLS = [{"type": "function", "function": WEATHER}, {"type": "function", "function": TIME}]


def read(text: str, size: int) -> list[dict[str, Any]]:
    reader = CallReader([WEATHER, TIME])
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return [fields for piece in pieces for fields in reader.read(piece)] + list(reader.rest())


def called(fields: list[dict[str, Any]]) -> tuple[str, str]:
    functions = [call["function"] for entry in fields for call in entry["tool_calls"]]
    return functions[0]["name"], "".join(function["arguments"] for function in functions)


@given(city=st.text(), size=st.integers(1, 60))
def test_a_call_is_read_back_however_it_is_cut(city: str, size: int) -> None:
    arguments = '{"city": "' + city + '"}'
    assert called(read(opening(WEATHER) + arguments + TAIL, size)) == ("weather", arguments)


@given(text=st.text().filter(lambda text: not text.startswith("<")), size=st.integers(1, 60))
def test_text_passes_through(text: str, size: int) -> None:
    assert "".join(fields["content"] for fields in read(text, size)) == text


def test_only_the_first_delta_of_a_call_has_an_id() -> None:
    first, *others = read(opening(TIME) + "{}" + TAIL, 3)
    assert first["tool_calls"][0]["id"].startswith("call_")
    assert not any("id" in entry["tool_calls"][0] for entry in others)


def test_a_call_cut_short_keeps_what_came() -> None:
    assert called(read(opening(WEATHER) + '{"city": "Par', 5)) == ("weather", '{"city": "Par')
    assert read("<tool_ca", 3) == [{"content": "<tool_ca"}]


def test_an_earlier_call_is_written_as_the_model_writes_it() -> None:
    earlier = {"id": "call_1", "type": "function", "function": {"name": "time", "arguments": '{"zone": "UTC"}'}}
    assert called(read(as_text(earlier), 7)) == ("time", '{"zone": "UTC"}')


@pytest.mark.parametrize(
    ("choice", "names", "forced"),
    [
        (None, ["weather", "time"], False),
        ("auto", ["weather", "time"], False),
        ("required", ["weather", "time"], True),
        ({"type": "function", "function": {"name": "time"}}, ["time"], True),
    ],
)
def test_tool_choice_says_which_and_whether(choice: Any, names: list[str], forced: bool) -> None:
    box = toolbox({"tools": TOOLS, "tool_choice": choice})
    assert box
    assert ([function["name"] for function in box.functions], box.forced) == (names, forced)
    assert ("text" in box.grammar().splitlines()[1]) is not forced


@pytest.mark.parametrize("body", [{}, {"tools": []}, {"tools": TOOLS, "tool_choice": "none"}])
def test_without_tools_there_is_no_toolbox(body: dict[str, Any]) -> None:
    assert toolbox(body) is None


@pytest.mark.parametrize(
    "body",
    [
        {"tools": [{"type": "openrouter:web_search"}]},
        {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "nobody"}}},
    ],
)
def test_what_cannot_run_here_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        toolbox(body)
