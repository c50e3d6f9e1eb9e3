"""The fields by which the next token is chosen, and by which an answer ends."""

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING

from parley.request.kept import Kept
from parley.request.knob import Bounds, Inner, Integer, Knob, Number

PARAMETERS = "api_reference/parameters"


class Sampling(Kept):
    """How tokens are chosen. What is absent is not filled in by OpenRouter: the provider's own default holds."""

    temperature: Annotated[
        Number | MISSING | None,
        Bounds(low=0, high=2),
        Knob("Sampling", PARAMETERS, step=0.05, usual="1.0", aliases=("randomness", "creativity")),
    ] = MISSING
    """How freely the next token is chosen, 0 to 2: near 0 the likeliest nearly always, above 1 ever more surprising.
    Providers usually take 1.0."""

    top_p: Annotated[
        Number | MISSING | None,
        Bounds(low=0, high=1),
        Knob("Sampling", PARAMETERS, label="Top P", step=0.01, usual="1.0", aliases=("topP", "nucleus")),
    ] = MISSING
    """Chooses among the likeliest tokens whose probabilities add up to this share, 0 to 1; usually 1.0, which is
    all of them."""

    top_k: Annotated[
        Integer | MISSING | None,
        Bounds(low=0),
        Knob("Sampling", PARAMETERS, label="Top K", step=1, usual="0, which is off", aliases=("topK",)),
    ] = MISSING
    """Chooses among this many of the likeliest tokens, 0 or more; 1 always takes the likeliest, 0 (usual) sets no limit.
    OpenAI's models do not have it."""

    min_p: Annotated[
        Number | MISSING | None,
        Bounds(low=0, high=1),
        Knob("Sampling", PARAMETERS, label="Min P", step=0.01, usual="0", aliases=("minP",)),
    ] = MISSING
    """Leaves out tokens that are less likely than this share of the likeliest one, 0 to 1; usually 0, which leaves out
    none."""

    top_a: Annotated[
        Number | MISSING | None,
        Bounds(low=0, high=1),
        Knob("Sampling", PARAMETERS, label="Top A", step=0.01, usual="0", aliases=("topA",), advanced=True),
    ] = MISSING
    """Like Min P, with a bar that rises with the square of the likeliest token's probability, 0 to 1; usually 0,
    which is off."""

    frequency_penalty: Annotated[
        Number | MISSING | None,
        Bounds(low=-2, high=2),
        Knob("Sampling", PARAMETERS, step=0.05, usual="0", aliases=("frequencyPenalty",)),
    ] = MISSING
    """Makes a token less likely the more often it stands in the text already, -2 to 2; below 0 repetition is
    encouraged. Usually 0."""

    presence_penalty: Annotated[
        Number | MISSING | None,
        Bounds(low=-2, high=2),
        Knob("Sampling", PARAMETERS, step=0.05, usual="0", aliases=("presencePenalty",)),
    ] = MISSING
    """Makes a token less likely once it stands in the text at all, however often, -2 to 2. Usually 0."""

    repetition_penalty: Annotated[
        Number | MISSING | None,
        Bounds(low=0, high=2),
        Knob("Sampling", PARAMETERS, step=0.05, usual="1.0", aliases=("repeat_penalty", "repeat")),
    ] = MISSING
    """Makes tokens of the text so far, prompt included, less likely, 0 to 2; 1.0 (usual) does nothing, more than 1
    avoids repetition."""

    seed: Annotated[
        Integer | MISSING | None, Knob("Sampling", PARAMETERS, step=1, aliases=("deterministic", "reproducible"))
    ] = MISSING
    """Any whole number; the same seed with the same request should give the same answer, where the provider can keep
    that promise."""

    logit_bias: Annotated[
        dict[str, Number] | MISSING | None,
        Bounds(low=-100, high=100),
        Inner(noun="a token", names="Token id", step=1),
        Knob("Sampling", PARAMETERS, aliases=("logitBias", "token bias"), advanced=True),
    ] = MISSING
    """Token ids of the model's tokenizer with a number from -100 to 100 that is added to their logits: -100 bans a token,
    100 forces it."""

    max_completion_tokens: Annotated[
        Integer | MISSING | None,
        Bounds(low=1),
        Knob(
            "Length and stop",
            PARAMETERS,
            label="Max completion tokens",
            step=64,
            usual="the provider's maximum",
            aliases=("max_output_tokens", "max_new_tokens", "num_predict", "length limit"),
        ),
    ] = MISSING
    """The most tokens the answer may have, reasoning included, 1 or more; usually all that the provider allows. What is
    not used is not billed."""

    max_tokens: Annotated[
        Integer | MISSING | None,
        Bounds(low=1),
        Knob(
            "Length and stop",
            PARAMETERS,
            step=64,
            usual="the provider's maximum",
            aliases=("maxTokens",),
            deprecated="use max_completion_tokens",
        ),
    ] = MISSING
    """The older name of Max completion tokens, 1 or more, still understood everywhere; some providers refuse less than
    16."""

    stop: Annotated[
        str | list[str] | MISSING | None,
        Bounds(most=4),
        Knob("Length and stop", PARAMETERS, label="Stop sequences", aliases=("stop_sequences", "stop words")),
    ] = MISSING
    """Up to 4 texts; the answer ends where the model would write one of them, and the text itself is not part of it."""
