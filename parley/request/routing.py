"""Which providers may serve a request, and in which order they are tried."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING

from parley.request.kept import Kept
from parley.request.knob import Bounds, Inner, JsonObject, Number, Switch

SortKey = Literal["price", "throughput", "latency", "exacto"]
Quantization = Literal[
    "int4", "int8", "fp4", "mxfp4", "nvfp4", "fp6", "fp8", "mxfp8", "fp16", "bf16", "fp32", "unknown"
]
Cutoff = Annotated[Number | MISSING | None, Bounds(low=0)]
Price = Annotated[str | Number | MISSING, Bounds(low=0, pattern=r"\d*\.?\d+", alphabet="a price such as 0.5")]


class Sort(Kept):
    """By what the endpoints are ordered, and whether each model keeps its own order."""

    by: SortKey | str | MISSING | None = MISSING
    """What comes first: the lowest price, the most tokens per second, the shortest wait, or the best tool calls (`exacto`)."""
    partition: Literal["model", "none"] | str | MISSING | None = MISSING
    """`model` goes through the models one after the other, `none` puts all their endpoints in one order."""


class MaxPrice(Kept):
    """The most that may be paid; endpoints that cost more are not used. Prices are texts, in dollars."""

    prompt: Price = MISSING
    """Dollars per million tokens of the prompt (the catalogue lists dollars per token)."""
    completion: Price = MISSING
    """Dollars per million tokens of the answer."""
    image: Price = MISSING
    """Dollars per image."""
    audio: Price = MISSING
    """Dollars per unit of audio."""
    request: Price = MISSING
    """Dollars per request."""


class Percentiles(Kept):
    """One cut-off for each percentile of the last minutes' requests."""

    p50: Annotated[Cutoff, Inner("Median (p50)")] = MISSING
    """Half of the requests did better than this."""
    p75: Annotated[Cutoff, Inner("p75")] = MISSING
    """Three of four requests did better."""
    p90: Annotated[Cutoff, Inner("p90")] = MISSING
    """Nine of ten requests did better."""
    p99: Annotated[Cutoff, Inner("p99")] = MISSING
    """99 of 100 requests did better."""


class ProviderPreferences(Kept):
    """Routing preferences. The API refuses keys it does not know here."""

    order: Annotated[list[str] | MISSING | None, Inner(ordered=True)] = MISSING
    """Provider slugs to try first, in this order; a slug may carry a variant, as in `google-vertex/europe`."""
    only: list[str] | MISSING | None = MISSING
    """The only providers that may be used; joined with the account's own list."""
    ignore: list[str] | MISSING | None = MISSING
    """Providers never to use; joined with the account's own list."""
    allow_fallbacks: Switch | MISSING | None = MISSING
    """Whether others may serve when the first choice cannot; usually true."""
    require_parameters: Switch | MISSING | None = MISSING
    """Only endpoints that honour every field that is sent; where there is none the answer is 404. Usually false."""
    data_collection: Literal["allow", "deny"] | str | MISSING | None = MISSING
    """Whether providers that may store prompts are used; usually `allow`."""
    zdr: Annotated[Switch | MISSING | None, Inner("Zero data retention")] = MISSING
    """Only endpoints that keep no data at all."""
    enforce_distillable_text: Switch | MISSING | None = MISSING
    """Only models whose text may be used to train others."""
    quantizations: list[Quantization | str] | MISSING | None = MISSING
    """Only endpoints that serve the weights in one of these precisions."""
    sort: Annotated[SortKey | str | Sort | MISSING | None, Inner("Sort by")] = MISSING
    """By what to order endpoints; switches off the balancing by price."""
    max_price: MaxPrice | MISSING | None = MISSING
    """The most you would pay; endpoints that cost more are not used."""
    preferred_max_latency: Annotated[Number | Percentiles | MISSING | None, Bounds(low=0)] = MISSING
    """Seconds to the first token that endpoints should keep below; slower ones are tried last."""
    preferred_min_throughput: Annotated[Number | Percentiles | MISSING | None, Bounds(low=0)] = MISSING
    """Tokens per second that endpoints should keep above; slower ones are tried last."""
    options: JsonObject | MISSING | None = MISSING
    """Options for single providers, by their slug; only those of the provider that serves are passed on."""
