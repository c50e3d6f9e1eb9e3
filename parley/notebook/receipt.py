"""The receipt of a run in plain words: what it was, what it took, what it cost; screens and files dress them."""

from __future__ import annotations

from parley.figures import milliseconds
from parley.money import Booked, Money, dollars, part
from parley.notebook.run import Outcome, Run
from parley.reply import Usage
from parley.request.kept import counted

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
    """Tokens in and out, with what of them was cached or reasoning."""
    cached = part(usage, "prompt_tokens_details", "cached_tokens")
    reasoning = part(usage, "completion_tokens_details", "reasoning_tokens")
    sides = ((usage.prompt_tokens, "in", cached, "cached"), (usage.completion_tokens, "out", reasoning, "reasoning"))
    return [
        f"{counted(count, 'token')} {side}" + (f" ({share:,} {kind})" if isinstance(share, int) and share else "")
        for count, side, share, kind in sides
        if count is not None
    ]


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
    model = reply.model or run.request.payload().get("model")
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
