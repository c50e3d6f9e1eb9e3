"""A request as TypeScript, with the official SDK; Node runs it as JavaScript, too."""

from __future__ import annotations

from parley.exporting.carrier import table
from parley.exporting.forms import fitted, no_messages, warning
from parley.exporting.literals import comment, quoted, script_text
from parley.request import ChatRequest
from parley.wire.address import OPENROUTER_URL

# The SDK types every answer as either of the two, so each form says which one it has.
STREAMED = """\
if (Symbol.asyncIterator in stream) {
  for await (const chunk of stream) {
    for (const choice of chunk.choices) {
      process.stdout.write(choice.delta.content ?? "");
    }
  }
}
console.log();
"""
WHOLE = """\
if ("choices" in answer) {
  console.log(answer.choices[0]?.message.content);
}
"""


def typescript(request: ChatRequest, base_url: str) -> str:
    """TypeScript with the official `@openrouter/sdk`, as a module.

    What the SDK cannot send is left out, and named in a comment. Raises RequestError for a request that cannot be written
    down.
    """
    body, paths = fitted("typescript", request)
    streams = body.get("stream") is True
    server = "" if base_url == OPENROUTER_URL else f"\n  serverURL: {quoted(base_url)},"
    sdk = f"@openrouter/sdk {table('typescript').version}"
    added = (*no_messages(request), *([] if "stream" in body else ["stream: false"]))
    return (
        comment("//", warning(sdk, paths, added))
        + 'import { OpenRouter } from "@openrouter/sdk";\n\n'
        + f"const client = new OpenRouter({{\n  apiKey: process.env.OPENROUTER_API_KEY,{server}\n}});\n\n"
        + f"const {'stream' if streams else 'answer'} = await client.chat.send({{\n"
        + f"  chatRequest: {script_text(body, 2)},\n}});\n"
        + (STREAMED if streams else WHOLE)
    )
