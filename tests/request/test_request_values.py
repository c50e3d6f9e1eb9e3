"""Building requests in code: strict about names and types, and every change a new value."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import MISSING, ValidationError

from parley.request import ChatRequest
from parley.request.content import OtherPart, TextPart
from parley.request.messages import AssistantMessage, OtherMessage, ToolMessage, UserMessage
from parley.request.plugins import OtherPlugin, WebPlugin
from parley.request.routing import MaxPrice, Percentiles, ProviderPreferences
from parley.request.tools import FunctionTool, OtherTool, ServerChoice, SubagentTool
from parley.value import Value


def test_an_empty_request_sends_nothing() -> None:
    assert ChatRequest().payload() == {}
    assert ChatRequest().temperature is MISSING


def test_what_is_given_is_sent_in_the_order_given() -> None:
    request = ChatRequest(temperature=0, model="a/b", stop=None, logprobs=False)
    assert list(request.payload().items()) == [
        ("temperature", 0),
        ("model", "a/b"),
        ("stop", None),
        ("logprobs", False),
    ]
    assert request.sent_keys() == ("temperature", "model", "stop", "logprobs")


def test_a_misspelt_name_is_refused_and_the_right_one_offered() -> None:
    with pytest.raises(ValidationError, match="no field 'temprature'; did you mean 'temperature'"):
        ChatRequest(temprature=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", True),
        ("temperature", "1"),
        ("temperature", float("nan")),
        ("top_k", 1.0),
        ("seed", "7"),
        ("logprobs", 1),
        ("stream", None),
        ("model", 3),
        ("models", "a"),
        ("stop", 4),
        ("logit_bias", {"1": True}),
        ("metadata", {"a": 1}),
        ("messages", [{"role": "user", "content": 5}]),
        ("tools", ["search"]),
        ("provider", {"order": "openai"}),
        ("response_format", {"type": "json_schema"}),
    ],
)
def test_a_wrong_type_is_refused_in_code_and_kept_raw_when_read(name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=name):
        ChatRequest(**{name: value})
    assert repr(ChatRequest.parse({name: value}).payload()) == repr({name: value})


def test_the_schema_of_a_tool_is_our_own_copy() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    request = ChatRequest(tools=[{"type": "function", "function": {"name": "f", "parameters": schema}}])
    schema["properties"]["a"]["type"] = "number"
    assert request.payload()["tools"][0]["function"]["parameters"]["properties"] == {"a": {"type": "string"}}


def test_numbers_keep_the_form_they_were_given() -> None:
    given = {"temperature": 1, "top_p": 1.0, "logit_bias": {"5": -100, "6": 2.5}, "seed": 10**30}
    assert repr(ChatRequest(**given).payload()) == repr(given)


def test_what_cannot_be_typed_is_found_in_extra_at_its_depth() -> None:
    request = ChatRequest.parse({"temperature": "hot", "new": 1, "provider": {"order": 3, "zdr": True}})
    assert request.extra == {"temperature": "hot", "new": 1}
    assert request.temperature is MISSING
    assert isinstance(request.provider, ProviderPreferences)
    assert request.provider.extra == {"order": 3}
    assert request.provider.zdr is True


def test_nested_values_take_keys_we_do_not_know() -> None:
    part = TextPart(type="text", text="hi", sparkle=1)
    assert part.extra == {"sparkle": 1}
    assert UserMessage(role="user", content=[part]).payload() == {"role": "user", "content": [part.payload()]}


def test_messages_and_their_parts_are_typed_by_what_names_them() -> None:
    request = ChatRequest.parse(
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "hologram", "beam": 1}]},
                {"role": "assistant", "content": None, "reasoning_details": [{"type": "reasoning.text", "index": 0}]},
                {"role": "tool", "tool_call_id": "1", "content": "42"},
                {"role": "oracle", "content": "?"},
                {"role": "tool", "content": "no id"},
            ]
        }
    )
    assert isinstance(request.messages, list)
    kinds = [UserMessage, AssistantMessage, ToolMessage, OtherMessage, OtherMessage]
    assert [type(message) for message in request.messages] == kinds
    assert isinstance(request.messages[0], UserMessage)
    assert [type(part) for part in request.messages[0].content] == [TextPart, OtherPart]


def test_tools_and_plugins_of_tomorrow_are_kept_beside_those_of_today() -> None:
    tools = [
        {"type": "function", "function": {"name": "f"}},
        {"type": "openrouter:subagent", "parameters": {"max_tool_calls": 3}},
        {"type": "openrouter:telepathy", "parameters": {"range": 5}},
    ]
    request = ChatRequest.parse(
        {"tools": tools, "plugins": [{"id": "web"}, {"id": "mind"}], "tool_choice": {"type": "x"}}
    )
    assert isinstance(request.tools, list)
    assert isinstance(request.plugins, list)
    assert [type(tool) for tool in request.tools] == [FunctionTool, SubagentTool, OtherTool]
    assert [type(plugin) for plugin in request.plugins] == [WebPlugin, OtherPlugin]
    assert isinstance(request.tool_choice, ServerChoice)


def test_provider_prices_and_percentiles_are_typed() -> None:
    provider = ProviderPreferences.model_validate({"max_price": {"prompt": "1"}, "preferred_max_latency": {"p90": 2}})
    assert isinstance(provider.max_price, MaxPrice)
    assert isinstance(provider.preferred_max_latency, Percentiles)
    assert provider.preferred_max_latency.p90 == 2


def test_a_change_makes_a_new_request_and_missing_unsets() -> None:
    request = ChatRequest(model="a", temperature=1)
    changed = request.with_fields(temperature=MISSING, top_p=0.5)
    assert changed.payload() == {"model": "a", "top_p": 0.5}
    assert request.payload() == {"model": "a", "temperature": 1}
    assert request.model_copy(update={"seed": 1}).payload() == {"model": "a", "temperature": 1, "seed": 1}


def test_a_typed_change_replaces_what_was_raw_and_keeps_the_rest() -> None:
    request = ChatRequest.parse({"temperature": "hot", "new": 1, "top_k": "x"})
    assert request.with_fields(temperature=0.5).payload() == {"temperature": 0.5, "new": 1, "top_k": "x"}
    assert request.without("new", "top_k", "absent").payload() == {"temperature": "hot"}


def test_a_part_of_a_request_is_changed_in_the_same_way() -> None:
    message = UserMessage.model_validate({"role": "user", "content": "a", "mood": "calm", "name": 5})
    assert message.with_fields(content="b").payload() == {"role": "user", "content": "b", "mood": "calm", "name": 5}
    assert message.with_fields(name="n", mood=MISSING).payload() == {"role": "user", "content": "a", "name": "n"}
    assert message.without("mood", "name").payload() == {"role": "user", "content": "a"}


def test_what_a_part_must_have_cannot_be_taken_from_it() -> None:
    with pytest.raises(ValidationError, match="content"):
        UserMessage(role="user", content="a").without("content")


def test_a_field_given_as_missing_is_not_set_and_a_misspelt_one_is_still_refused() -> None:
    assert ChatRequest(temperature=MISSING).payload() == {}
    assert TextPart(type="text", text="", x=MISSING).payload() == {"type": "text", "text": ""}
    with pytest.raises(ValidationError, match="temprature"):
        ChatRequest(temprature=MISSING)


def test_a_change_is_as_strict_as_the_constructor() -> None:
    with pytest.raises(ValidationError, match="did you mean 'top_p'"):
        ChatRequest().with_fields(topp=1)


def test_a_request_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        ChatRequest(model="a").model = "b"  # type: ignore[misc]


def test_a_request_inside_another_value_is_read_without_loss() -> None:
    class Holder(Value):
        request: ChatRequest

    holder = Holder.model_validate({"request": {"temperature": "hot", "new": [1]}})
    assert Holder.model_validate_json(holder.model_dump_json()) == holder
    assert holder.request.payload() == {"temperature": "hot", "new": [1]}


def test_repr_stays_on_a_line_and_shows_no_message() -> None:
    request = ChatRequest.parse({"model": "m" * 500, "messages": [{"role": "user", "content": "secret"}] * 9})
    assert repr(request) == f'ChatRequest(model="{"m" * 60}…, messages=[9 items])'


def test_a_key_in_the_wrong_place_is_not_spelt_out_by_errors_or_repr() -> None:
    with pytest.raises(ValidationError) as unknown:
        ChatRequest(api_key="sk-or-v1-abc")
    with pytest.raises(ValidationError) as wrong:
        ChatRequest(top_k="sk-or-v1-abc", provider={"order": "sk-or-v1-abc"})
    read = ChatRequest.parse({"api_key": "sk-or-v1-abc"})
    assert "sk-or" not in f"{unknown.value} {wrong.value} {unknown.value!r} {read!r} {read}"
