"""Functions that are declared: their names, and what their arguments are."""

from __future__ import annotations

from typing import Any

import pytest

from parley.request import ChatRequest, problems


def tool(name: Any, **function: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, **function}}


def found(*tools: dict[str, Any]) -> list[tuple[str, bool, str]]:
    request = ChatRequest.parse({"tools": list(tools)})
    return [(one.path, one.blocks, one.message) for one in problems(request, settings_only=True)]


@pytest.mark.parametrize("name", ["get_weather", "a-b", "X" * 64, "1"])
def test_names_that_everybody_takes_are_left_in_peace(name):
    assert found(tool(name, parameters={"type": "object", "properties": {"city": {"type": "string"}}})) == []


@pytest.mark.parametrize("name", ["get weather", "météo", "a.b", "🌡"])
def test_a_name_that_few_take_is_advice(name):
    ((path, blocks, words),) = found(tool(name))
    assert (path, blocks) == ("tools[0].function.name", False)
    assert "letters, digits" in words


def test_a_name_that_comes_twice_holds_back_the_run():
    ((path, blocks, words),) = found(tool("f"), tool("f"))
    assert (path, blocks) == ("tools[1].function.name", True)
    assert "once more" in words


@pytest.mark.parametrize(
    ("names", "mended"),
    [(["f", "f"], "f_2"), (["f", "f_2", "f"], "f_3"), (["get weather"], "get_weather"), (["…"], "tool")],
)
def test_one_click_gives_a_name_that_is_free(names, mended):
    body = {"tools": [tool(name) for name in names]}
    (problem,) = problems(ChatRequest.parse(body), settings_only=True)
    (way,) = problem.remedies
    after = way.applied(body)
    assert after["tools"][-1]["function"]["name"] == mended
    assert problems(ChatRequest.parse(after), settings_only=True) == ()


def test_arguments_are_an_object():
    ((path, blocks, words),) = found(tool("f", parameters={"type": "string"}))
    assert (path, blocks) == ("tools[0].function.parameters", False)
    assert "an object" in words
    assert found(tool("f", parameters={}), tool("g", parameters={"$ref": "#/$defs/a", "$defs": {"a": {}}})) == []


def test_an_argument_with_an_odd_name_is_told():
    ((_, blocks, words),) = found(tool("f", parameters={"type": "object", "properties": {"the city": {}}}))
    assert (blocks, "the city" in words) == (False, True)


@pytest.mark.parametrize("broken", [{"type": "function"}, {"type": "function", "function": 1}, tool(7), tool(None), 3])
def test_what_is_no_function_at_all_is_somebody_elses_to_tell(broken):
    assert all("once more" not in words for _, _, words in found(broken, broken))
