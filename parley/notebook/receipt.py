"""The receipt of a run in plain words: what it was, what it took, what it cost; screens and files dress them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from parley.figures import milliseconds
from parley.money import Booked, Money, dollars, part
from parley.notebook.run import Outcome, Run
from parley.reply import ServerToolUseDetails, Usage
from parley.request.kept import counted

_OF_THE_PROMPT = {"cached_tokens": "cached", "cache_write_tokens": "written to the cache"}
_OF_THE_ANSWER = {"reasoning_tokens": "reasoning", "image_tokens": "drawn", "audio_tokens": "spoken"}
OUTCOME_WORDS: dict[Outcome, str] = {
    "queued": "Waiting",
    "running": "Running",
    "complete": "Complete",
    "stopped": "Stopped",
    "truncated": "Cut off",
    "failed": "Failed",
    "interrupted": "Interrupted",
}


def tries_of(run: Run) -> int:
    """How often the request was sent."""
    return sum(mark.what == "sent" for mark in run.timeline)


def scripted_note(model: object) -> str:
    """What is said wherever a scripted model is named."""
    return " (scripted, no model runs)" if str(model).startswith("scripted/") else ""


def finish_of(run: Run) -> str:
    """The finish reason, with the provider's own word where that says more: a cut tool call is reported as `tool_calls`.

    Some servers mark the end of an answer and never give a reason for it.
    """
    if run.outcome == "complete" and not run.reply.finish_reason:
        return "no reason given"
    reason, native = run.reply.finish_reason, run.reply.native_finish_reason
    return f"{reason} ({native})" if reason and native and run.reply.cut_short and native != reason else reason or ""


def tokens_of(usage: Usage) -> list[str]:
    """Tokens in and out, with what of them was cached, reasoning, drawn or spoken."""
    sides = (
        (usage.prompt_tokens, "in", _shares(usage.prompt_tokens_details, _OF_THE_PROMPT)),
        (usage.completion_tokens, "out", _shares(usage.completion_tokens_details, _OF_THE_ANSWER)),
    )
    return [
        f"{counted(count, 'token')} {side}" + (f" ({shares})" if shares else "")
        for count, side, shares in sides
        if count is not None
    ] + server_tools_of(usage)


def server_tools_of(usage: Usage) -> list[str]:
    """Tools that ran on OpenRouter's side, and what they cost besides the model. Source: OpenRouter's guide on server tools.

    A search is told by `web_search_requests`, and often once more among the calls: the two are not added up.
    """
    used = usage.server_tool_use_details or ServerToolUseDetails()
    searches, asked, ran = used.web_search_requests, used.tool_calls_requested, used.tool_calls_executed
    if not (searches or asked or ran):
        return []
    model = usage.cost_details.upstream_inference_cost if usage.cost_details else None
    fees = usage.cost - model if usage.cost is not None and model is not None and not usage.is_byok else Decimal(0)
    facts = (
        f"{searches:,} web search{'' if searches == 1 else 'es'}" if searches else "",
        f"{counted(asked, 'server tool call')}{'' if ran is None or ran == asked else f', {ran:,} ran'}"
        if asked
        else "",
        f"server tools {dollars(fees)}" if fees > 0 else "",
    )
    return [fact for fact in facts if fact]


def _shares(details: object, named: Mapping[str, str]) -> str:
    counts = ((part(details, name), word) for name, word in named.items())
    return ", ".join(f"{count:,} {word}" for count, word in counts if isinstance(count, int) and count)


def booked_usage(booked: Booked | None) -> Usage | None:
    """The tokens that were booked, for an answer that never counted its own."""
    if booked is None or (booked.prompt_tokens is None and booked.completion_tokens is None):
        return None
    return Usage(
        prompt_tokens=booked.prompt_tokens,
        completion_tokens=booked.completion_tokens,
        prompt_tokens_details={"cached_tokens": booked.cached_tokens},
        completion_tokens_details={"reasoning_tokens": booked.reasoning_tokens},
    )


def times_of(run: Run) -> list[str]:
    """Time to first token, total time, tokens per second."""
    timings, usage = run.timings, run.reply.usage
    speed = timings.tokens_per_second(usage.completion_tokens if usage else None)
    return [
        f"first token {milliseconds(timings.first_token_ms)}" if timings.first_token_ms is not None else "",
        f"total {milliseconds(timings.total_ms)}" if timings.total_ms is not None else "",
        f"{speed:.0f} tokens/s"
        if speed is not None and speed >= 10
        else f"{speed:.1f} tokens/s"
        if speed is not None
        else "",
    ]


def receipt(run: Run) -> tuple[str, ...]:
    """What is known of a run that has ended, its outcome first; the model's name is text as the server gave it."""
    reply, booked, tries = run.reply, run.booked, tries_of(run)
    usage = reply.usage or booked_usage(booked)
    model = reply.model or run.request.told("model")
    provider = reply.provider or (booked.provider if booked else None)
    facts = [
        OUTCOME_WORDS[run.outcome],
        f"{model}{scripted_note(model)}" if model else "",
        f"by {provider}" if provider else "",
        f"{tries} tries" if tries > 1 else "",
        f"finish: {finish_of(run)}" if finish_of(run) else "",
        *(tokens_of(usage) if usage else []),
        cost_in_words(run.money),
        *times_of(run),
        "imported, unverified" if run.imported else "",
    ]
    return tuple(fact for fact in facts if fact)


def cost_in_words(money: Money) -> str:
    """The best figure with its source; what the provider bills on one's own key stands beside it."""
    best = money.best
    told = f"{dollars(best[0])} {best[1]}" if best else "cost unknown"
    return f"{told}, {dollars(money.upstream)} to the provider account of whoever ran it" if money.upstream else told
