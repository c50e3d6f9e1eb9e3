"""The language model of this machine: llama.cpp, in this process, through xllamacpp."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import secrets
import threading
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from parley.errors import EngineFailed
from parley.local.card import Card
from parley.local.gguf import ModelFile, model_file
from parley.local.parts import Delta, Fault, Finish, Part, Refusal, Tokens
from parley.local.tooling import CallReader
from parley.local.translation import SUPPORTED, llama_request
from parley.local.weights import MODEL_NAME, SMOLLM2

PROVIDER = "This machine (llama.cpp)"
SLOTS = 2
LONGEST_CONTEXT = 8192
BATCH = 256
CREATED = 1_730_419_200
log = logging.getLogger(__name__)


class Engine:
    """A loaded model with two slots; a third request waits for one.

    Raises EngineFailed when the file is missing, is no GGUF, or llama.cpp will not load it.
    """

    def __init__(self, path: Path) -> None:
        self._file = model_file(path)
        self._context = min(self._file.context_length, LONGEST_CONTEXT)
        self._params = settings(self._file, self._context)
        self._server = load(self._params, path)
        self._slots = asyncio.Semaphore(SLOTS)
        self._pool = ThreadPoolExecutor(SLOTS, thread_name_prefix="engine")
        self._closing = threading.Event()

    @cached_property
    def card(self) -> Card:
        return card_of(self._file, self._context, self._params.sampling)

    async def answer(self, body: Mapping[str, Any]) -> AsyncGenerator[Part, None]:
        """The answer as llama.cpp computes it, on a worker thread; closing the generator ends the computing.

        The end is noticed between two tokens, or two batches of the prompt, and only then is the slot free again.
        """
        asked, tools = llama_request(body, self._context, self._file.knows_tools)
        trim = int(body.get("top_logprobs") or 0)
        reading = Reading(CallReader(tools.functions) if tools else None, trim, self._context)
        stopped = threading.Event()
        await self._slots.acquire()
        arrived = self._compute(asked, stopped)
        try:
            while isinstance(news := await arrived.get(), str):
                for part in reading.parts(json.loads(news)):
                    yield part
                    if not isinstance(part, Delta):
                        return
            yield reading.ending(news)
        finally:
            stopped.set()

    def close(self) -> None:
        """Ends whatever is being computed."""
        self._closing.set()
        self._pool.shutdown(wait=True)

    def _compute(self, asked: Mapping[str, Any], stopped: threading.Event) -> asyncio.Queue[str | BaseException | None]:
        """Starts the work; its chunks arrive in the queue, and at the end None or what went wrong."""
        loop = asyncio.get_running_loop()
        arrived: asyncio.Queue[str | BaseException | None] = asyncio.Queue()

        def tell(chunk: str) -> bool:
            try:
                loop.call_soon_threadsafe(arrived.put_nowait, chunk)
            except RuntimeError:
                return True
            return stopped.is_set() or self._closing.is_set()

        def over(work: asyncio.Future[None]) -> None:
            self._slots.release()
            arrived.put_nowait(work.exception())

        work = loop.run_in_executor(self._pool, self._server.handle_chat_completions, json.dumps(asked), tell)
        work.add_done_callback(over)
        return arrived


class Reading:
    """llama.cpp's chunks as parts."""

    def __init__(self, calls: CallReader | None, top_logprobs: int, context: int) -> None:
        self._calls = calls
        self._top = top_logprobs
        self._context = context
        self._rated: list[Mapping[str, Any]] = []
        self._begun = False
        self._reason = "stop"

    def parts(self, chunk: Mapping[str, Any]) -> Iterator[Part]:
        if "error" in chunk:
            yield self._failed(chunk["error"])
        for choice in chunk.get("choices") or ():
            self._reason = choice.get("finish_reason") or self._reason
            for part in self._deltas(choice):
                self._begun = True
                yield part
        if "usage" in chunk:
            yield from self._finish(chunk["usage"])

    def ending(self, error: BaseException | None) -> Part:
        """The part for work that ended without a last chunk. Raises Refusal when nothing came before it."""
        if isinstance(error, (RuntimeError, ValueError)):
            return self._failed({"code": 400, "message": str(error)})
        return self._failed({"code": 502, "message": "The model stopped without an end to its answer."})

    def _deltas(self, choice: Mapping[str, Any]) -> Iterator[Part]:
        delta = {name: value for name, value in choice.get("delta", {}).items() if value and name != "role"}
        delta |= {"reasoning": delta.pop("reasoning_content")} if "reasoning_content" in delta else {}
        if self._calls is not None and "content" in delta:
            self._rated += (choice.get("logprobs") or {}).get("content") or ()
            for fields in self._calls.read(delta["content"]):
                yield Delta(fields, None if "tool_calls" in fields else self._held_back())
        elif delta:
            yield Delta(delta, self._logprobs(choice))

    def _logprobs(self, choice: Mapping[str, Any]) -> dict[str, Any] | None:
        return self._shown((choice.get("logprobs") or {}).get("content") or ())

    def _held_back(self) -> dict[str, Any] | None:
        """Those of all the text that was held back until it was clear that it is no call."""
        rated, self._rated = self._rated, []
        return self._shown(rated)

    def _shown(self, content: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
        return {"content": [shown(entry, self._top) for entry in content], "refusal": None} if content else None

    def _finish(self, usage: Mapping[str, Any]) -> Iterator[Part]:
        for fields in self._calls.rest() if self._calls else ():
            yield Delta(fields, self._held_back())
        called = self._calls is not None and self._calls.called and self._reason == "stop"
        cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
        tokens = Tokens(usage["prompt_tokens"], usage["completion_tokens"], cached=cached)
        yield Finish("tool_calls" if called else self._reason, self._reason, tokens)

    def _failed(self, error: Mapping[str, Any]) -> Part:
        """An error of llama.cpp: a refusal before the first token, a fault after it."""
        code, message = int(error.get("code") or 500), str(error.get("message"))
        metadata = {"provider_name": PROVIDER, "raw": message}
        if error.get("type") == "exceed_context_size_error":
            metadata["error_type"] = "context_length_exceeded"
            message = overflow(self._context, int(error.get("n_prompt_tokens") or 0))
        if not self._begun:
            raise Refusal(code, message, metadata=metadata)
        return Fault(code, message, metadata)


def overflow(context: int, asked: int) -> str:
    return (
        f"This endpoint's maximum context length is {context} tokens. However, you requested about {asked} tokens "
        f"({asked} of text input). Please reduce the length of the input."
    )


def shown(entry: Mapping[str, Any], top: int) -> dict[str, Any]:
    """One token's log-probability without llama.cpp's own token numbers."""
    kept = {name: entry[name] for name in ("token", "logprob", "bytes")}
    return kept | {"top_logprobs": [shown_top(other) for other in entry.get("top_logprobs", ())[:top]]}


def shown_top(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("token", "logprob", "bytes")}


def library() -> Any:
    """xllamacpp, loaded only where a model runs: the scripted models do without it."""
    try:
        return import_module("xllamacpp")
    except ImportError as error:
        raise EngineFailed(f"llama.cpp does not run on this machine: {error}. Connect OpenRouter instead.") from error


def settings(file: ModelFile, context: int) -> Any:
    """llama.cpp's parameters: quiet, and closed to everyone but this process."""
    params = library().CommonParams()
    params.model.path = str(file.path)
    params.n_ctx, params.n_parallel, params.n_predict = context * SLOTS, SLOTS, context
    params.n_batch = params.n_ubatch = BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads()
    params.cache_ram_mib = 0
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.api_keys = [secrets.token_hex(32)]
    params.cors_origins, params.cors_credentials, params.ui = "", False, False
    params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False
    params.verbosity = -1
    if file.path.name == MODEL_NAME:
        params.sampling.temp, params.sampling.top_p, params.sampling.penalty_repeat = 0.2, 0.9, 1.1
    return params


def threads() -> int:
    """Half of the cores: threads that wait for one another at every layer stand still when something else needs a core.

    Measured on two cores beside three busy processes: two threads make 2 to 13 tokens a second, one makes 56.
    """
    return max(1, (os.cpu_count() or 2) // 2)


def load(params: Any, path: Path) -> Any:
    try:
        return library().Server(params)
    except (RuntimeError, ValueError) as error:
        raise EngineFailed(f"llama.cpp could not load {path}: {error}") from error


def card_of(file: ModelFile, context: int, sampling: Any) -> Card:
    ours = file.path.name == MODEL_NAME
    about = (
        "A real language model of 135 million parameters that runs on this machine: small, quick, free, often wrong."
    )
    return Card(
        id=SMOLLM2 if ours else f"local/{slug(file.path.stem)}",
        name="SmolLM2 135M Instruct (this machine)" if ours else f"{file.name} (this machine)",
        description=about if ours else f"{file.path.name}, running on this machine in llama.cpp.",
        provider=PROVIDER,
        context_length=context,
        max_completion_tokens=context,
        created=CREATED,
        supported_parameters=SUPPORTED,
        quantization="int4" if ours else None,
        hugging_face_id="HuggingFaceTB/SmolLM2-135M-Instruct" if ours else None,
        default_parameters={
            "temperature": round(sampling.temp, 6),
            "top_p": round(sampling.top_p, 6),
            "top_k": sampling.top_k,
            "frequency_penalty": sampling.penalty_freq,
            "presence_penalty": sampling.penalty_present,
            "repetition_penalty": sampling.penalty_repeat,
        },
    )


def slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-") or "model"
