"""The answers this server remembers, for GET /generation and for counting POSTs."""

from __future__ import annotations

import secrets
import string
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from parley.local.card import Card
from parley.local.frames import Head
from parley.local.parts import Fault, Finish, Part, Tokens

KEPT = 2000
ALPHABET = string.ascii_letters + string.digits
NOTHING_TO_SAY = [
    "upstream_id",
    "request_id",
    "preset_id",
    "app_id",
    "user_agent",
    "http_referer",
    "workspace_id",
    "data_region",
    "moderation_latency",
    "native_tokens_completion_images",
    "num_media_prompt",
    "num_media_completion",
    "num_input_audio_prompt",
    "num_search_results",
    "num_fetches",
    "web_search_engine",
    "service_tier",
    "router",
    "cache_discount",
    "response_cache_source_id",
    "provider_responses",
]


def new_id(now: float) -> str:
    return f"gen-{int(now)}-{''.join(secrets.choice(ALPHABET) for _ in range(20))}"


@dataclass
class Generation:
    """One POST that was answered: filled while the answer goes out. Durations are in milliseconds."""

    head: Head
    session_id: str | None
    user: str | None
    streamed: bool
    begun: float = field(default_factory=time.monotonic)
    latency: float | None = None
    lasted: float | None = None
    finish: Finish | None = None
    fault: Fault | None = None
    cancelled: bool = False

    def saw(self, part: Part) -> None:
        elapsed = (time.monotonic() - self.begun) * 1000
        self.latency = elapsed if self.latency is None else self.latency
        match part:
            case Finish():
                self.finish, self.lasted = part, elapsed
            case Fault():
                self.fault, self.lasted = part, elapsed

    def hung_up(self) -> None:
        """The client went away before the end."""
        self.cancelled, self.lasted = True, (time.monotonic() - self.begun) * 1000

    def item(self) -> dict[str, Any]:
        """The answer as GET /generation shows it."""
        tokens = self.finish.tokens if self.finish else Tokens()
        reason = self.finish.reason if self.finish else ("error" if self.fault else None)
        return {
            **dict.fromkeys(NOTHING_TO_SAY),
            "id": self.head.id,
            "model": self.head.model,
            "provider_name": self.head.provider,
            "created_at": datetime.fromtimestamp(self.head.created, UTC).isoformat(),
            "api_type": "completions",
            "origin": "",
            "session_id": self.session_id,
            "external_user": self.user,
            "streamed": self.streamed,
            "cancelled": self.cancelled,
            "finish_reason": reason,
            "native_finish_reason": self.finish.native if self.finish else None,
            "latency": self.latency,
            "generation_time": self.lasted,
            "tokens_prompt": tokens.prompt,
            "tokens_completion": tokens.completion,
            "native_tokens_prompt": tokens.prompt,
            "native_tokens_completion": tokens.completion,
            "native_tokens_reasoning": tokens.reasoning,
            "native_tokens_cached": tokens.cached,
            "usage": 0,
            "total_cost": 0,
            "upstream_inference_cost": 0,
            "is_byok": False,
        }


class Generations:
    """The latest answers by id, and `posts`: how many POSTs to /chat/completions came, refused ones among them."""

    def __init__(self) -> None:
        self.posts = 0
        self._kept: OrderedDict[str, Generation] = OrderedDict()

    def begin(self, card: Card, body: Mapping[str, Any]) -> Generation:
        now = time.time()
        head = Head(new_id(now), card.provider, card.id, int(now))
        made = Generation(head, body.get("session_id"), body.get("user"), body.get("stream") is True)
        self._kept[head.id] = made
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return made

    def find(self, id: str) -> Generation | None:
        return self._kept.get(id)

    def all(self) -> tuple[Generation, ...]:
        return tuple(self._kept.values())
