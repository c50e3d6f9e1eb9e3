"""Tool calls for models whose template knows none: a grammar over the declared tools, and its way back into calls.

What the model may write is fixed by `tool_choice`: "required" or a named function leaves it nothing but a call; "auto" leaves
it the choice, made with its first token, between a call and text; "none" leaves it text. Where the answer is to be JSON, the text
is that. One call an answer.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parley.local.parts import Refusal

OPEN, CLOSE = "<tool_call>", "</tool_call>"
TAIL = "}" + CLOSE
ANYTHING = {"type": "object"}
ANY_TEXT = r"text: /[^<](.|\n)*/"
GUIDE = (
    "These functions are at hand, one to a line:\n{tools}\n"
    'To call one of them, write only {open}{{"name": "the function", "arguments": {{...}}}}{close} and nothing else. '
    "If no function helps, answer in plain words."
)


@dataclass(frozen=True)
class Toolbox:
    """The functions an answer may call, and whether it must call one."""

    functions: tuple[Mapping[str, Any], ...]
    forced: bool

    @property
    def guide(self) -> str:
        """What the model is told."""
        listed = "\n".join(json.dumps(function, ensure_ascii=False) for function in self.functions)
        return GUIDE.format(tools=listed, open=OPEN, close=CLOSE)

    def grammar(self, answer: Mapping[str, Any] | None = None) -> str:
        """A Lark grammar for llguidance, which is what llama.cpp compiles JSON Schema with. `answer` is the schema of what is no call;
        without it that is any text."""
        rules = ["%llguidance {}", "start: call" if self.forced else "start: call | text"]
        rules += [] if self.forced else [ANY_TEXT if answer is None else f"text: %json {json.dumps(answer)}"]
        rules.append("call: " + " | ".join(f"call{number}" for number in range(len(self.functions))))
        for number, function in enumerate(self.functions):
            rules.append(f"call{number}: {json.dumps(opening(function))} args{number} {json.dumps(TAIL)}")
            rules.append(f"args{number}: %json {json.dumps(function.get('parameters') or ANYTHING)}")
        return "\n".join(rules) + "\n"


def toolbox(body: Mapping[str, Any]) -> Toolbox | None:
    """The tools of a request as far as its `tool_choice` allows them. Raises Refusal for what cannot run here."""
    choice = body.get("tool_choice") or "auto"
    tools = body.get("tools") or ()
    if not tools or choice == "none":
        return None
    for tool in tools:
        if tool.get("type") != "function":
            raise Refusal(400, f"This model takes function tools only, not {tool.get('type')}")
    functions = tuple(tool["function"] for tool in tools)
    if isinstance(choice, Mapping):
        named = choice.get("function", {}).get("name")
        functions = tuple(function for function in functions if function["name"] == named)
        if not functions:
            raise Refusal(400, f"tool_choice names {named}, which is not among the tools")
    return Toolbox(functions, forced=choice != "auto")


def opening(function: Mapping[str, Any]) -> str:
    return f'{OPEN}{{"name": {json.dumps(function["name"])}, "arguments": '


def as_text(call: Mapping[str, Any]) -> str:
    """An earlier call as the model would have written it."""
    return opening(call["function"]) + (call["function"].get("arguments") or "{}") + TAIL


class CallReader:
    """Turns text written under the grammar into deltas of one tool call, or lets it through when it is no call."""

    def __init__(self, functions: Sequence[Mapping[str, Any]]) -> None:
        self._openings = {opening(function): str(function["name"]) for function in functions}
        self._held = ""
        self._mode = "undecided"

    @property
    def called(self) -> bool:
        return self._mode == "call"

    def read(self, text: str) -> Iterator[dict[str, Any]]:
        """The fields of the deltas that `text` completes."""
        self._held += text
        if self._mode == "undecided":
            yield from self._decide()
        if self._mode == "text":
            held, self._held = self._held, ""
            if held:
                yield {"content": held}
        elif self._mode == "call":
            yield from self._arguments()

    def rest(self) -> Iterator[dict[str, Any]]:
        """What is still held back when the answer ends early."""
        if self._mode == "undecided" and self._held:
            yield {"content": self._held}

    def _decide(self) -> Iterator[dict[str, Any]]:
        for start, name in self._openings.items():
            if self._held.startswith(start):
                self._mode, self._held = "call", self._held[len(start) :]
                yield delta({"name": name, "arguments": ""}, id=f"call_{secrets.token_hex(12)}")
                return
        if not any(start.startswith(self._held) for start in self._openings):
            self._mode = "text"

    def _arguments(self) -> Iterator[dict[str, Any]]:
        keep = next(size for size in range(len(TAIL), -1, -1) if self._held.endswith(TAIL[:size]))
        ready, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        if ready:
            yield delta({"arguments": ready})


def delta(function: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"tool_calls": [{"index": 0, **more, "type": "function", "function": dict(function)}]}
