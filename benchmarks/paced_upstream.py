"""An upstream of exact pace and next to no cost: `python -m benchmarks.paced_upstream PORT`.

A prompt such as "500 words at 50/s" is answered with the moment of its first word (`s`, milliseconds of the machine's monotonic
clock) and then `w1`, `w2`, ..., in paragraphs, one event a word, each at its moment: a late word does not delay the next. So who
reads the answer knows of every word how late it is. One loop without a framework serves all, so that measuring takes little of the
machine that is measured.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import Any

PARAGRAPH = 40
"""Words."""
_ASKED = re.compile(r"(\d+) words at (\d+)/s")
_HEAD = "HTTP/1.1 200 OK\r\ncontent-type: {}\r\n{}\r\n\r\n"
_MODELS = json.dumps({"data": [{"id": "paced/words", "name": "Paced words"}]}).encode()


def word(number: int) -> str:
    return f"w{number}" + ("\n\n" if number % PARAGRAPH == 0 else " ")


def asked(body: bytes) -> tuple[int, float]:
    """How many words, and how many a second; by the last message."""
    content = json.loads(body)["messages"][-1]["content"]
    found = _ASKED.search(content)
    if found is None:
        raise ValueError("The prompt asks for no words")
    return int(found[1]), float(found[2])


def event(data: str) -> bytes:
    """A server-sent event as one piece of a chunked body."""
    line = f"data: {data}\n\n".encode()
    return f"{len(line):x}\r\n".encode() + line + b"\r\n"


def piece(text: str | None, **more: Any) -> bytes:
    delta = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": None if text is not None else "stop"}
    return event(json.dumps({"id": "gen-paced", "model": "paced/words", "choices": [choice], **more}))


async def answer(writer: asyncio.StreamWriter, words: int, rate: float) -> None:
    writer.write(_HEAD.format("text/event-stream", "transfer-encoding: chunked").encode())
    start = time.monotonic()
    writer.write(piece(f"s{start * 1000:.0f} "))
    for number in range(1, words + 1):
        await asyncio.sleep(start + number / rate - time.monotonic())
        writer.write(piece(word(number)))
        await writer.drain()
    usage = {"prompt_tokens": 5, "completion_tokens": words, "total_tokens": words + 5}
    writer.write(piece(None, usage=usage) + event("[DONE]") + b"0\r\n\r\n")
    await writer.drain()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, as long as its caller holds it."""
    try:
        while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
            length = re.search(r"(?im)^content-length: *(\d+)", head)
            body = await reader.readexactly(int(length[1])) if length else b""
            if head.startswith("POST"):
                await answer(writer, *asked(body))
            else:
                writer.write(_HEAD.format("application/json", f"content-length: {len(_MODELS)}").encode() + _MODELS)
                await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main(port: int) -> None:
    async with await asyncio.start_server(serve, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
