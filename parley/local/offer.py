"""One provider's offer of a model: a row of GET /models/{author}/{slug}/endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FREE: Mapping[str, Any] = {"prompt": "0", "completion": "0"}
TOOL_CHOICES = ("none", "auto", "required", "function")

Spread = tuple[float, float, float, float]
"""Percentiles 50, 75, 90 and 99 of the last half hour."""


@dataclass(frozen=True)
class Offer:
    """`provider` is the display name that answers carry, `tag` what `provider.order` wants.

    Prices are US dollars a token, as text; `latency` is in ms, `throughput` in tokens/s, `uptime` in per cent of the last
    five minutes, half hour and day. `without` are parameters of the model that this endpoint ignores.
    """

    provider: str
    tag: str
    pricing: Mapping[str, Any] = field(default_factory=lambda: FREE)
    context_length: int | None = None
    max_completion_tokens: int | None = None
    quantization: str | None = None
    without: tuple[str, ...] = ()
    status: int = 0
    uptime: tuple[float, float, float] = (100, 100, 100)
    latency: Spread | None = None
    throughput: Spread | None = None
    byok: bool = False
    implicit_caching: bool = False

    @property
    def slug(self) -> str:
        """The provider's own name, without the variant."""
        return self.tag.partition("/")[0]

    def goes_by(self, name: str) -> bool:
        return name in (self.tag, self.slug, self.provider)

    def row(self, model_id: str, model_name: str, supported: tuple[str, ...]) -> dict[str, Any]:
        """The offer as the API lists it; `supported` are the parameters that it takes."""
        last_5m, last_30m, last_1d = self.uptime
        return {
            "name": f"{self.provider} | {model_id}",
            "model_id": model_id,
            "model_name": model_name,
            "provider_name": self.provider,
            "tag": self.tag,
            "quantization": self.quantization,
            "context_length": self.context_length,
            "max_completion_tokens": self.max_completion_tokens,
            "max_prompt_tokens": None,
            "pricing": {"discount": 0, **self.pricing},
            "supported_parameters": list(supported),
            "status": self.status,
            "uptime_last_30m": last_30m,
            "uptime_last_5m": last_5m,
            "uptime_last_1d": last_1d,
            "latency_last_30m": percentiles(self.latency),
            "throughput_last_30m": percentiles(self.throughput),
            "native_tools": {},
            "service_tier": None,
            "supports_tool_choice": dict.fromkeys(TOOL_CHOICES, "tool_choice" in supported),
            "supports_diarization": False,
            "supports_implicit_caching": self.implicit_caching,
            "supports_voice_cloning": False,
        }


def percentiles(spread: Spread | None) -> dict[str, float] | None:
    return None if spread is None else dict(zip(("p50", "p75", "p90", "p99"), spread, strict=True))
