"""Why a provider's cache was of no use: what of the beginning of a prompt differs from the request before it.

A cache holds beginnings: tools first, then the messages in their order. What follows the first difference is read, and paid, anew.
Source: OpenRouter's guide on prompt caching, and the guides of the providers it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, takewhile
from typing import Any, NamedTuple

from parley.catalog.family import family_of
from parley.figures import milliseconds
from parley.notebook.run import Run
from parley.request.kept import same

LEAST = 1024
"""Tokens from which on providers cache a prompt at all."""
_NEAR = 20
"""Requests before one that are looked at for a sign of a cache: a page asks for every answer on it."""
SHORTEST_LIFE = 300
"""Seconds that caches live at least."""
_AHEAD = {
    "response_format": "the output format",
    "tool_choice": "tool_choice",
    "parallel_tool_calls": "parallel_tool_calls",
    "reasoning": "the reasoning settings",
    "reasoning_effort": "reasoning_effort",
    "verbosity": "verbosity",
    "plugins": "the plugins",
    "modalities": "the modalities",
    "cache_control": "cache_control",
    "prompt_cache_key": "prompt_cache_key",
    "session_id": "session_id",
    "service_tier": "service_tier",
}
"""Settings that stand before the messages, or choose the cache."""
_EXPLICIT = frozenset({"anthropic"})
"""Families that cache only what they are asked to."""
_WORDS = {"system": "The system prompt", "developer": "The developer message"}
_WHOSE = {"user": "by the user", "assistant": "an answer", "tool": "a tool's result"}
NOTHING = (
    "Nothing that was sent before has changed: the provider may have dropped it, or another of its machines answered."
)


class Miss(NamedTuple):
    """A request of which little came from a cache, though the one before it had the same model read much of it."""

    before: str
    """Id of the run before it."""
    read: int
    could: int
    """Tokens that both requests may have in common."""


def miss_of(run: Run, runs: Iterable[Run], *, caches: bool) -> Miss | None:
    """Whether a run missed the cache, by what its provider counted; `caches` says that the model has one, by list."""
    read, prompt = _cached(run, "cached_tokens"), _prompt(run)
    if run.live or read is None or prompt is None or prompt < LEAST or read * 2 >= prompt:
        return None
    latest = sorted((one for one in runs if one.created < run.created), key=lambda one: one.created, reverse=True)
    earlier = tuple(islice((one for one in latest if _prompt(one) and _asked(one) == _asked(run)), _NEAR))
    before = earlier[0] if earlier else None
    could = min(prompt, _prompt(before) or 0) if before is not None else 0
    if before is None or could < LEAST or read * 2 >= could:
        return None
    known = caches or any(
        _cached(one, name) for one in (run, *earlier) for name in ("cached_tokens", "cache_write_tokens")
    )
    return Miss(before.id, read, could) if known else None


def reasons(before: Run, run: Run) -> tuple[str, ...]:
    """What may be why, in sentences, what stands first in the prompt first; both runs come with their messages."""
    was, now = before.request.payload(), run.request.payload()
    found = [
        *_elsewhere(before, run),
        *_tools(_tool_names(was), _tool_names(now), same(was.get("tools"), now.get("tools"))),
        *(f"{_capital(words)} changed." for name, words in _AHEAD.items() if not same(was.get(name), now.get(name))),
        *_messages(_list(was, "messages"), _list(now, "messages")),
        *_asked_for(run, now),
        *_late((run.created - before.created).total_seconds()),
    ]
    return tuple(found) or (NOTHING,)


def _elsewhere(before: Run, run: Run) -> list[str]:
    was, now = before.reply.provider, run.reply.provider
    if was and now and was != now:
        return [f"{now} answered, and before it {was}: providers do not share their caches. provider.order keeps one."]
    return []


def _tools(was: Sequence[str], now: Sequence[str], alike: bool) -> list[str]:
    if alike:
        return []
    came, went = [name for name in now if name not in was], [name for name in was if name not in now]
    told = [*(f"{name} came" for name in came), *(f"{name} went" for name in went)]
    return [f"The tools, which stand before all messages, changed{': ' if told else ''}{', '.join(told)}."]


def _messages(was: Sequence[Any], now: Sequence[Any]) -> list[str]:
    """The first message that differs, if one does; that some were added changes nothing of what stands before them."""
    alike = sum(1 for _ in takewhile(lambda pair: same(*pair), zip(was, now, strict=False)))
    if alike >= min(len(was), len(now)):
        return []
    one, other = was[alike], now[alike]
    role = str(other.get("role")) if isinstance(other, Mapping) else ""
    whose = _WHOSE.get(role, "")
    name = _WORDS.get(role) if alike == 0 else None
    named = name or f"Message {alike + 1}{f', {whose},' if whose else ''}"
    return [f"{named} {_difference(one, other)}. What follows it had to be read anew."]


def _difference(was: Any, now: Any) -> str:
    if not isinstance(was, Mapping) or not isinstance(now, Mapping) or was.get("role") != now.get("role"):
        return "stands where another one stood"
    one, other = was.get("content"), now.get("content")
    if isinstance(one, str) and isinstance(other, str) and one != other:
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
        return f"changed from its character {alike + 1:,} on"
    if not same(one, other):
        return "has other parts"
    changed = [name for name in dict.fromkeys([*was, *now]) if not same(was.get(name), now.get(name))]
    return f"has another {' and '.join(name.replace('_', ' ') for name in changed)}"


def _asked_for(run: Run, body: Mapping[str, Any]) -> list[str]:
    if family_of(run.reply.model or _asked(run)) not in _EXPLICIT or _has_breakpoint(body):
        return []
    return ["Nothing asked the provider to keep the prompt: its models cache from cache_control on, under Caching."]


def _has_breakpoint(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "cache_control" in value or any(map(_has_breakpoint, value.values()))
    return isinstance(value, list) and any(map(_has_breakpoint, value))


def _late(seconds: float) -> list[str]:
    if seconds <= SHORTEST_LIFE:
        return []
    return [f"It was sent {milliseconds(seconds * 1000)} after the one before; most caches live for 5 minutes."]


def _asked(run: Run) -> str:
    return run.request.model if isinstance(run.request.model, str) else ""


def _prompt(run: Run | None) -> int | None:
    return run.reply.usage.prompt_tokens if run is not None and run.reply.usage else None


def _cached(run: Run, name: str) -> int | None:
    details = run.reply.usage.prompt_tokens_details if run.reply.usage else None
    found = getattr(details, name, None)
    return found if isinstance(found, int) else None


def _tool_names(body: Mapping[str, Any]) -> list[str]:
    tools = [one for one in _list(body, "tools") if isinstance(one, Mapping)]
    return [str((one.get("function") or {}).get("name") or one.get("type")) for one in tools]


def _list(body: Mapping[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    return value if isinstance(value, list) else []


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:] if " " in words else words
