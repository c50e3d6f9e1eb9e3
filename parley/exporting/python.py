"""A request as Python: with the official SDK, with OpenAI's, and with httpx alone."""

from __future__ import annotations

from typing import Any

from parley.exporting.carrier import table
from parley.exporting.forms import fitted, no_messages, warning
from parley.exporting.literals import comment, python_quoted, python_text
from parley.request import ChatRequest
from parley.wire.address import OPENROUTER_URL

KEY = 'os.environ["OPENROUTER_API_KEY"]'

OPENAI_TYPES = frozenset(
    {
        *("messages", "model", "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs"),
        *("max_completion_tokens", "max_tokens", "metadata", "modalities", "moderation", "n", "parallel_tool_calls"),
        *("prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention"),
        *(
            "reasoning_effort",
            "response_format",
            "safety_identifier",
            "seed",
            "service_tier",
            "stop",
            "store",
            "stream",
        ),
        *("stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity"),
        *("web_search_options",),
    }
)
"""The keys that OpenAI's `chat.completions.create` takes as arguments, in its version 3.54; the rest goes into `extra_body`."""
LISTS = frozenset({"messages", "tools", "functions"})
"""Arguments of which it makes lists, whatever they are."""


def official(request: ChatRequest, base_url: str) -> str:
    """Python with the official `openrouter` SDK.

    What the SDK cannot send is left out, and named in a comment. Raises RequestError for a request that cannot be written
    down.
    """
    body, paths = fitted("python", request)
    streams = body.get("stream") is True
    server = f"\n    api_key={KEY},\n    server_url={python_quoted(base_url)},\n"
    given = f"api_key={KEY}" if base_url == OPENROUTER_URL else server
    # The SDK sends `stream: false` where nothing is said.
    arguments = body if "stream" in body else {**body, "stream": None}
    return (
        comment("#", warning(f"openrouter {table('python').version}", paths, no_messages(request)))
        + "import os\n\nfrom openrouter import OpenRouter\n\n"
        + f"with OpenRouter({given}) as client:\n"
        + f"    {'stream' if streams else 'answer'} = client.chat.send(\n{written(arguments, 8)}    )\n"
        + (STREAMED if streams else "    print(answer.choices[0].message.content)\n")
    )


STREAMED = """\
    with stream:
        for chunk in stream:
            for choice in chunk.choices:
                print(choice.delta.content or "", end="", flush=True)
    print()
"""


def openai(request: ChatRequest, base_url: str) -> str:
    """Python with OpenAI's SDK: what it does not type goes into `extra_body`.

    Raises RequestError for a request that cannot be written down.
    """
    body, paths = fitted("openai", request)
    streams = body.get("stream") is True
    typed = {key: value for key, value in body.items() if is_typed(key, value)}
    extra = {key: value for key, value in body.items() if key not in typed}
    absent = [key for key in ("model", "messages") if key not in typed]
    lines = written(typed, 4) + "".join(f"    {key}=omit,\n" for key in absent)
    lines += f"    extra_body={python_text(extra, 4)},\n" if extra else ""
    return (
        comment("#", warning("openai", paths))
        + f"import os\n\nfrom openai import OpenAI{', omit' if absent else ''}\n\n"
        + f"client = OpenAI(base_url={python_quoted(base_url)}, api_key={KEY})\n"
        + f"{'stream' if streams else 'answer'} = client.chat.completions.create(\n{lines})\n"
        + (OPENAI_STREAMED if streams else "print(answer.choices[0].message.content)\n")
    )


OPENAI_STREAMED = """\
for chunk in stream:
    for choice in chunk.choices:
        print(choice.delta.content or "", end="", flush=True)
print()
"""


def is_typed(key: str, value: Any) -> bool:
    """Whether a key goes as an argument: not where OpenAI's SDK would make something else of its value."""
    if key in LISTS:
        return isinstance(value, list)
    return key in OPENAI_TYPES and (key != "stream" or isinstance(value, bool))


def httpx(request: ChatRequest, base_url: str) -> str:
    """Python with httpx alone: the exact body. Raises RequestError for a request that cannot be written down."""
    body = fitted("httpx", request).kept
    template = HTTPX_STREAMED if body.get("stream") is True else HTTPX
    return template.format(
        url=python_quoted(f"{base_url}/chat/completions"),
        body=python_text(body),
        key=KEY,
    )


HTTPX = """\
import json
import os

import httpx

url = {url}
headers = {{"Authorization": "Bearer " + {key}, "Content-Type": "application/json"}}
body = {body}

response = httpx.post(url, headers=headers, content=json.dumps(body), timeout=600)
if response.is_error:
    raise SystemExit(response.text)
print(response.json()["choices"][0]["message"]["content"])
"""

HTTPX_STREAMED = """\
import json
import os

import httpx

url = {url}
headers = {{"Authorization": "Bearer " + {key}, "Content-Type": "application/json"}}
body = {body}

with httpx.stream("POST", url, headers=headers, content=json.dumps(body), timeout=600) as response:
    if response.is_error:
        raise SystemExit(response.read().decode())
    rest = ""
    for text in response.iter_text():
        *lines, rest = (rest + text).split("\\n")
        for line in lines:
            if not line.startswith("data: {{"):
                continue
            event = json.loads(line[6:])
            if "error" in event:
                raise SystemExit(event["error"]["message"])
            for choice in event.get("choices") or []:
                print(choice["delta"].get("content") or "", end="", flush=True)
print()
"""


def written(arguments: dict[str, Any], margin: int) -> str:
    """Keyword arguments, one on a line."""
    return "".join(f"{' ' * margin}{key}={python_text(value, margin)},\n" for key, value in arguments.items())
