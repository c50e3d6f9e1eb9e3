"""One model of GET /models, and one endpoint of GET /models/{author}/{slug}/endpoints."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import WrapValidator

from parley.catalog.prices import Pricing
from parley.catalog.tolerant import Count, Flag, Number, Text, Words, none_if_odd
from parley.value import Received


class Architecture(Received):
    """What goes in and what comes out."""

    modality: Text = None
    input_modalities: Words = ()
    output_modalities: Words = ()
    tokenizer: Text = None
    instruct_type: Text = None


class TopProvider(Received):
    """Limits of the endpoint that is asked first."""

    context_length: Count = None
    max_completion_tokens: Count = None
    is_moderated: Flag = None


class Reasoning(Received):
    """How the model reasons; absent where it does not."""

    mandatory: Flag = None
    default_enabled: Flag = None
    default_effort: Text = None
    supported_efforts: Annotated[tuple[str, ...] | None, WrapValidator(none_if_odd)] = None
    """None means all of them."""
    supports_max_tokens: Flag = None


class Percentiles(Received):
    """Of the last 30 minutes."""

    p50: Number = None
    p75: Number = None
    p90: Number = None
    p99: Number = None


class Model(Received):
    """One item of GET /models."""

    id: str
    canonical_slug: Text = None
    """The dated slug that answers name; several ids can share one."""
    name: Text = None
    description: Text = None
    created: Count = None
    """Seconds since 1970."""
    context_length: Count = None
    architecture: Annotated[Architecture | None, WrapValidator(none_if_odd)] = None
    pricing: Annotated[Pricing | None, WrapValidator(none_if_odd)] = None
    top_provider: Annotated[TopProvider | None, WrapValidator(none_if_odd)] = None
    supported_parameters: Words = ()
    """The union over the endpoints."""
    default_parameters: Annotated[dict[str, Any] | None, WrapValidator(none_if_odd)] = None
    reasoning: Annotated[Reasoning | None, WrapValidator(none_if_odd)] = None
    expiration_date: Text = None
    """YYYY-MM-DD on which it retires."""
    alias_target: Annotated[dict[str, Any] | None, WrapValidator(none_if_odd)] = None

    @property
    def label(self) -> str:
        return self.name or self.id

    @property
    def free(self) -> bool:
        return self.pricing is not None and self.pricing.free


class Endpoint(Received):
    """One provider's offer of a model; the same provider may have several."""

    provider_name: Text = None
    """As answers name it, for instance `Amazon Bedrock`."""
    tag: Text = None
    """What `provider.order`, `only` and `ignore` want."""
    name: Text = None
    model_id: Text = None
    quantization: Text = None
    context_length: Count = None
    max_completion_tokens: Count = None
    max_prompt_tokens: Count = None
    pricing: Annotated[Pricing | None, WrapValidator(none_if_odd)] = None
    supported_parameters: Words = ()
    status: Count = None
    """0 is normal; the meaning of the negative ones is not documented."""
    uptime_last_5m: Number = None
    uptime_last_30m: Number = None
    """Per cent, 0 to 100."""
    uptime_last_1d: Number = None
    latency_last_30m: Annotated[Percentiles | None, WrapValidator(none_if_odd)] = None
    """Milliseconds."""
    throughput_last_30m: Annotated[Percentiles | None, WrapValidator(none_if_odd)] = None
    """Tokens per second."""
    supports_implicit_caching: Flag = None
