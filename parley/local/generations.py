"""The answers this server remembers, for GET /generation and for counting POSTs."""

from __future__ import annotations

import secrets
import string
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from parley.local.billing import Tariff, number
from parley.local.frames import Head
from parley.local.parts import Breakdown, Delta, Distorted, Fault, Finish, Part, Tokens
from parley.local.routing import Candidate, Routing

KEPT = 2000
ALPHABET = string.ascii_letters + string.digits
SPOKEN = ("content", "reasoning", "refusal", "tool_calls")
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
    "num_media_prompt",
    "num_media_completion",
    "num_input_audio_prompt",
    "num_fetches",
    "web_search_engine",
    "service_tier",
    "response_cache_source_id",
]


def new_id(now: float) -> str:
    return f"gen-{int(now)}-{''.join(secrets.choice(ALPHABET) for _ in range(20))}"


@dataclass
class Generation:
    """One POST that was answered: filled while the answer goes out. Durations are in milliseconds."""

    head: Head
    routing: Routing
    session_id: str | None
    user: str | None
    streamed: bool
    begun: float = field(default_factory=time.monotonic)
    latency: float | None = None
    lasted: float | None = None
    finish: Finish | None = None
    fault: Fault | None = None
    cancelled: bool = False
    prompt: int = 0
    """Tokens that went in."""
    came: int = 0
    """Tokens that had come out when the client went away."""

    def asks(self, candidate: Candidate) -> None:
        """From now on this is who answers."""
        offer, card = candidate.offer, candidate.model.card
        tariff = Tariff(offer.pricing, offer.byok)
        self.head = replace(self.head, provider=offer.provider, model=card.canonical_slug, tariff=tariff)

    def saw(self, part: Part) -> None:
        elapsed = (time.monotonic() - self.begun) * 1000
        self.latency = elapsed if self.latency is None else self.latency
        match part:
            case Delta(fields) if any(fields.get(name) for name in SPOKEN):
                self.came += 1
            case Finish():
                self.finish, self.lasted = part, elapsed
            case Fault():
                self.fault, self.lasted = part, elapsed
            case Breakdown(how) if how not in ("stalled", "mute"):
                self.lasted = elapsed
            case Distorted():
                for inner in part.meant:
                    self.saw(inner)

    def over(self) -> None:
        """All of it was sent, though no part of it may have been an end."""
        self.lasted = self.lasted or (time.monotonic() - self.begun) * 1000

    def hung_up(self) -> None:
        """The client went away; before the end that cancels the answer."""
        if self.lasted is None:
            self.cancelled, self.lasted = True, (time.monotonic() - self.begun) * 1000

    @property
    def tokens(self) -> Tokens:
        if self.finish:
            return self.finish.tokens
        return self.fault.tokens if self.fault else Tokens(self.prompt, self.came)

    @property
    def cost(self) -> float:
        """In US dollars, of the play money that scripted models charge."""
        return float(self.head.tariff.usage(self.tokens)["cost"])

    def booked(self, delay: float) -> bool:
        """Whether GET /generation knows it, `delay` seconds after its end at the earliest."""
        if self.lasted is None:
            return False
        late = delay + (self.finish.booked_after if self.finish else 0.0)
        return time.monotonic() - self.begun >= self.lasted / 1000 + late

    def item(self) -> dict[str, Any]:
        """The answer as GET /generation shows it."""
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
            "router": self.routing.requested if self.routing.strategy == "auto" else None,
            "provider_responses": [attempt(one, status) for one, status in self.routing.attempts],
            **self._accounts(),
        }

    def _accounts(self) -> dict[str, Any]:
        tokens, tariff = self.tokens, self.head.tariff
        usage = tariff.usage(tokens)
        return {
            "tokens_prompt": tokens.prompt,
            "tokens_completion": tokens.completion,
            "native_tokens_prompt": tokens.prompt,
            "native_tokens_completion": tokens.completion,
            "native_tokens_reasoning": tokens.reasoning,
            "native_tokens_cached": tokens.cached,
            "native_tokens_completion_images": tokens.drawn or None,
            "num_search_results": tokens.searches or None,
            "usage": usage["cost"],
            "total_cost": usage["cost"],
            "upstream_inference_cost": usage["cost_details"]["upstream_inference_cost"],
            "cache_discount": number(tariff.saved(tokens)) if tokens.cached or tokens.written else None,
            "is_byok": tariff.byok,
        }


def attempt(candidate: Candidate, status: int) -> dict[str, Any]:
    """One entry of `provider_responses`."""
    return {
        "provider_name": candidate.offer.provider,
        "model_permaslug": candidate.model.card.canonical_slug,
        "status": status,
        "is_byok": candidate.offer.byok,
    }


class Generations:
    """The latest answers by id, and `posts`: how many POSTs to /chat/completions came, refused ones among them.

    GET /generation knows an answer `delay` seconds after its end, as upstream, where it takes some 15.
    """

    def __init__(self, delay: float = 0.0) -> None:
        self.posts = 0
        self._delay = delay
        self._kept: OrderedDict[str, Generation] = OrderedDict()

    def begin(self, routing: Routing, body: Mapping[str, Any]) -> Generation:
        now = time.time()
        first = routing.candidates[0]
        head = Head(new_id(now), first.offer.provider, first.model.card.canonical_slug, int(now), Tariff())
        made = Generation(head, routing, body.get("session_id"), body.get("user"), body.get("stream") is True)
        made.prompt = sum(len(str(one.get("content", "")).split()) for one in body.get("messages", ()))
        self._kept[head.id] = made
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return made

    def find(self, id: str) -> Generation | None:
        """The answer of this id once it is booked."""
        found = self._kept.get(id)
        return found if found is not None and found.booked(self._delay) else None

    def all(self) -> tuple[Generation, ...]:
        return tuple(self._kept.values())

    @property
    def spent(self) -> float:
        return sum(made.cost for made in self._kept.values())
