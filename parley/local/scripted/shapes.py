"""Answers of a special shape: refusals, structured output, log-probabilities, odd ends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from parley.local.parts import Delta
from parley.local.scripted.samples import sample
from parley.local.scripted.table import Asked, Ending, Step, pieces, scripted_model, spoken

PROBABLE = "Most likely this, perhaps that."
OTHERS = (" maybe", " else", " other", " thing", " word")


@scripted_model(
    "scripted/refusal", "Scripted: a refusal", supported_parameters=("response_format", "structured_outputs")
)
def refusal(asked: Asked) -> Iterator[Step]:
    """Declines: the words come as a refusal, and there is no content at all."""
    yield from asked.paced({"refusal": piece} for piece in pieces("I'm sorry, but I can't help with that."))


@scripted_model("scripted/filtered", "Scripted: an answer that a filter ends")
def filtered(asked: Asked) -> Iterator[Step]:
    """Begins to answer and is ended by a content filter."""
    yield from asked.paced(spoken("The beginning was harmless, but then"))
    yield 0.0, Ending("content_filter", "SAFETY")


@scripted_model("scripted/length", "Scripted: an answer cut short")
def length(asked: Asked) -> Iterator[Step]:
    """Reaches its own output limit in mid-sentence, whatever max_tokens says."""
    yield from asked.paced(spoken("This sentence was going to be much"))
    yield 0.0, Ending("length", "max_output_tokens")


@scripted_model("scripted/empty", "Scripted: an answer with nothing in it")
def empty(asked: Asked) -> Iterator[Step]:
    """Ends well without having said anything, as overloaded free models do."""
    yield asked.first_delay(), Delta({"content": None})


@scripted_model(
    "scripted/json", "Scripted: structured output", supported_parameters=("response_format", "structured_outputs")
)
def structured(asked: Asked) -> Iterator[Step]:
    """Answers with the simplest JSON that the schema of response_format allows."""
    yield from asked.paced(spoken(json.dumps(structure(asked), indent=2)))


@scripted_model(
    "scripted/json-broken",
    "Scripted: structured output that breaks its schema",
    supported_parameters=("response_format", "structured_outputs"),
)
def broken(asked: Asked) -> Iterator[Step]:
    """Answers with the JSON that was asked for, wrapped in Markdown and cut off before its end."""
    text = json.dumps(structure(asked), indent=2)
    yield from asked.paced(spoken(f"```json\n{text[: len(text) * 2 // 3]}"))


def structure(asked: Asked) -> Any:
    form: Mapping[str, Any] = asked.body.get("response_format") or {}
    named = form.get("json_schema")
    schema = named.get("schema") if isinstance(named, Mapping) else None
    return sample(schema) if schema else {"answer": "scripted", "model": None}


@scripted_model("scripted/logprobs", "Scripted: log-probabilities", supported_parameters=("logprobs", "top_logprobs"))
def logprobs(asked: Asked) -> Iterator[Step]:
    """Says how sure it would be of each token, when logprobs is on: the first with the whole number 0, which is certainty."""
    rated = bool(asked.body.get("logprobs"))
    yield from asked.paced(probable(int(asked.body.get("top_logprobs") or 0)) if rated else spoken(PROBABLE))


def probable(top: int) -> Iterator[Delta]:
    for number, token in enumerate(pieces(PROBABLE)):
        entry = {**rate(token, -0.25 * number), "top_logprobs": alternatives(token, number, top)}
        yield Delta({"content": token}, {"content": [entry], "refusal": None})


def alternatives(token: str, number: int, top: int) -> list[dict[str, Any]]:
    others = (rate(word, -0.25 * number - 1.5 * place) for place, word in enumerate(OTHERS, 1))
    return [rate(token, -0.25 * number), *others][:top]


def rate(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "logprob": logprob or 0, "bytes": list(token.encode())}
