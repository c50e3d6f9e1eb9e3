"""How a model of this server describes itself in OpenRouter's lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FREE = {"prompt": "0", "completion": "0"}
DEFAULTS = ("temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty", "repetition_penalty")
TOOL_CHOICES = ("none", "auto", "required", "function")


@dataclass(frozen=True)
class Card:
    """What GET /models and GET /models/{author}/{slug}/endpoints say of one model; `provider` is the display name."""

    id: str
    name: str
    description: str
    provider: str
    context_length: int
    max_completion_tokens: int | None
    created: int
    supported_parameters: tuple[str, ...] = ()
    input_modalities: tuple[str, ...] = ("text",)
    output_modalities: tuple[str, ...] = ("text",)
    tokenizer: str = "Other"
    instruct_type: str | None = None
    quantization: str | None = None
    hugging_face_id: str | None = None
    default_parameters: Mapping[str, float] = field(default_factory=dict)
    reasoning: Mapping[str, Any] | None = None

    @property
    def provider_slug(self) -> str:
        """The name that `provider.only` and `provider.order` want."""
        return self.id.partition("/")[0]

    def item(self) -> dict[str, Any]:
        """The model as GET /models lists it."""
        listed: dict[str, Any] = {
            "id": self.id,
            "canonical_slug": self.id,
            "hugging_face_id": self.hugging_face_id,
            "name": self.name,
            "created": self.created,
            "description": self.description,
            "context_length": self.context_length,
            "architecture": self._architecture(),
            "pricing": dict(FREE),
            "top_provider": {
                "context_length": self.context_length,
                "max_completion_tokens": self.max_completion_tokens,
                "is_moderated": False,
            },
            "per_request_limits": None,
            "supported_parameters": list(self.supported_parameters),
            "default_parameters": {name: self.default_parameters.get(name) for name in DEFAULTS},
            "supported_voices": None,
            "knowledge_cutoff": None,
            "expiration_date": None,
            "links": {"details": f"/api/v1/models/{self.id}/endpoints"},
        }
        return listed | ({"reasoning": dict(self.reasoning)} if self.reasoning is not None else {})

    def endpoints(self) -> dict[str, Any]:
        """The model with the one endpoint that serves it."""
        return {
            "id": self.id,
            "name": self.name,
            "created": self.created,
            "description": self.description,
            "architecture": self._architecture(),
            "endpoints": [self._endpoint()],
        }

    def _architecture(self) -> dict[str, Any]:
        return {
            "modality": f"{'+'.join(self.input_modalities)}->{'+'.join(self.output_modalities)}",
            "input_modalities": list(self.input_modalities),
            "output_modalities": list(self.output_modalities),
            "tokenizer": self.tokenizer,
            "instruct_type": self.instruct_type,
        }

    def _endpoint(self) -> dict[str, Any]:
        return {
            "name": f"{self.provider} | {self.id}",
            "model_id": self.id,
            "model_name": self.name,
            "provider_name": self.provider,
            "tag": self.provider_slug,
            "quantization": self.quantization,
            "context_length": self.context_length,
            "max_completion_tokens": self.max_completion_tokens,
            "max_prompt_tokens": None,
            "pricing": {**FREE, "discount": 0},
            "supported_parameters": list(self.supported_parameters),
            "status": 0,
            "uptime_last_30m": 100,
            "uptime_last_5m": 100,
            "uptime_last_1d": 100,
            "latency_last_30m": None,
            "throughput_last_30m": None,
            "native_tools": {},
            "service_tier": None,
            "supports_tool_choice": dict.fromkeys(TOOL_CHOICES, "tool_choice" in self.supported_parameters),
            "supports_diarization": False,
            "supports_implicit_caching": False,
            "supports_voice_cloning": False,
        }
