"""Marks for prompt caching, and what is predicted of an answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING

from parley.request.kept import Kept
from parley.request.kinds import Kinds
from parley.request.knob import Inner


class CacheControl(Kept):
    """Caches the prompt up to here, or, on the whole request, up to its last block that can be cached."""

    type: Literal["ephemeral"] | str
    """The kind of cache: `ephemeral` is the only one there is."""
    ttl: Annotated[Literal["5m", "1h"] | str | MISSING, Inner("Time to live")] = MISSING
    """How long the cached prompt lives: five minutes, or one hour at a higher price for writing it."""


class PromptCacheBreakpoint(Kept):
    """OpenAI's spelling of a cache mark on one block."""

    mode: Literal["explicit"] | str


class PromptCacheOptions(Kept):
    """How OpenAI's newer models (GPT-5.6 on) cache the prompt."""

    mode: Literal["explicit"] | str
    """`explicit`: only blocks that carry a mark are cached."""
    ttl: Annotated[Literal["30m", "12h"] | str | MISSING | None, Inner("Time to live")] = MISSING
    """How long it lives: `30m` or `12h`."""


class PredictionText(Kept):
    """A piece of the predicted answer."""

    type: Literal["text"]
    text: Annotated[str, Inner(editor="long_text")]
    """The predicted words."""


class OtherPredictionPart(Kept):
    """A piece of a kind that is not known yet."""

    type: str | MISSING = MISSING


PredictionPart = Annotated[PredictionText | OtherPredictionPart, Kinds("type")]


class Prediction(Kept):
    """What most of the answer will be, so that a model that can use it answers sooner."""

    type: Literal["content"] | str
    """What is predicted: `content` is all there is."""
    content: Annotated[str | list[PredictionPart], Inner(noun="a piece")]
    """The text that the answer will mostly repeat, as a whole or in pieces."""
