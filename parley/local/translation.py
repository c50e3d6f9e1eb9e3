"""A request in OpenRouter's words as one in llama.cpp's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parley.local.parts import Refusal
from parley.local.tooling import ANYTHING, Toolbox, as_text, toolbox

UNASKED = 2048
SAME = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "frequency_penalty",
    "presence_penalty",
    "stop",
    "logit_bias",
)
SUPPORTED = (
    *SAME,
    "repetition_penalty",
    "seed",
    "max_tokens",
    "max_completion_tokens",
    "logprobs",
    "top_logprobs",
    "response_format",
    "structured_outputs",
    "tools",
    "tool_choice",
)


def llama_request(body: Mapping[str, Any], limit: int, native_tools: bool) -> tuple[dict[str, Any], Toolbox | None]:
    """What llama.cpp is asked, and the toolbox whose calls must be read back out of its text.

    `limit` caps the tokens of the answer, which has 2,048 when none are asked for: small models like to go on for ever. With `native_tools` the model's own template takes the tools. A seed turns the
    reuse of the prompt's computation off, because reuse changes rounding and with it, sooner or later, a token.
    """
    tools = toolbox(body)
    asked = {name: body[name] for name in SAME if body.get(name) is not None}
    if body.get("repetition_penalty") is not None:
        asked["repeat_penalty"] = body["repetition_penalty"]
    if body.get("seed") is not None:
        asked |= {"seed": int(body["seed"]) % (2**32 - 1), "cache_prompt": False}
    if body.get("logprobs"):
        asked |= {"logprobs": True, "top_logprobs": max(1, body.get("top_logprobs") or 0)}
    asked |= {"max_tokens": wanted(body, limit), "stream": True, "return_progress": True}
    asked["stream_options"] = {"include_usage": True}
    if tools and native_tools:
        asked |= {name: body[name] for name in ("tools", "tool_choice", "parallel_tool_calls") if name in body}
        return asked | shaped(body) | {"messages": body["messages"]}, None
    asked |= {"grammar": tools.grammar(schema_of(shaped(body)))} if tools else shaped(body)
    return asked | {"messages": plain_messages(body["messages"], tools.guide if tools else None)}, tools


def wanted(body: Mapping[str, Any], limit: int) -> int:
    given = body.get("max_completion_tokens") or body.get("max_tokens") or UNASKED
    return min(int(given), limit)


def shaped(body: Mapping[str, Any]) -> dict[str, Any]:
    """What `response_format` asks for."""
    wanted_format: Mapping[str, Any] = body.get("response_format") or {"type": "text"}
    match wanted_format.get("type"):
        case "text":
            return {}
        case "json_object":
            return {"response_format": {"type": "json_object"}}
        case "json_schema":
            schema = wanted_format.get("json_schema", {}).get("schema") or {}
            return {"response_format": {"type": "json_schema", "json_schema": {"schema": schema}}}
        case "grammar" if str(wanted_format.get("grammar") or "").strip():
            return {"grammar": wanted_format["grammar"]}
        case other:
            raise Refusal(400, f"This model cannot take the response_format {other}")


def schema_of(shape: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What an answer beside tools is to be; None is any text. Raises Refusal for a grammar, which cannot stand beside another."""
    if "grammar" in shape:
        raise Refusal(400, "This model takes a grammar or tools, not both in one request")
    wanted: Mapping[str, Any] = shape.get("response_format") or {}
    if not wanted:
        return None
    schema: Mapping[str, Any] = wanted.get("json_schema", {}).get("schema") or ANYTHING
    return schema


def plain_messages(messages: Sequence[Mapping[str, Any]], guide: str | None) -> list[dict[str, str]]:
    """The messages as role and text, which every template can render; the guide joins the system message."""
    told = [spoken(message) for message in messages]
    if guide is None:
        return told
    if told[0]["role"] == "system":
        return [{"role": "system", "content": f"{told[0]['content']}\n\n{guide}"}, *told[1:]]
    return [{"role": "system", "content": guide}, *told]


def spoken(message: Mapping[str, Any]) -> dict[str, str]:
    role, text = str(message.get("role")), words(message.get("content"))
    if role == "tool":
        return {"role": "user", "content": f"<tool_response>{text}</tool_response>"}
    calls = "".join(as_text(call) for call in message.get("tool_calls") or ())
    return {"role": "system" if role == "developer" else role, "content": text + calls}


def words(content: Any) -> str:
    """The text of a message's content, as a string or in parts."""
    if isinstance(content, str):
        return content
    return "\n".join(str(part.get("text", "")) for part in content or ())
