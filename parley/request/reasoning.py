"""How much a model thinks before it answers, and what is shown of that."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING

from parley.request.kept import Kept
from parley.request.knob import Bounds, Integer, Switch

Effort = Literal["max", "xhigh", "high", "medium", "low", "minimal", "none"]


class Reasoning(Kept):
    """How a reasoning model thinks; give `effort` or `max_tokens`, not both."""

    effort: Effort | str | MISSING | None = MISSING
    """How hard to think. Where a model wants a budget, `high` is about 80 % of the output limit, `medium` half of it."""
    max_tokens: Annotated[Integer | MISSING | None, Bounds(low=1)] = MISSING
    """Tokens the model may think for (Anthropic, Gemini, Qwen)."""
    exclude: Switch | MISSING | None = MISSING
    """Thinks, and is billed for it, but does not show it."""
    enabled: Switch | MISSING | None = MISSING
    """True thinks with medium effort where nothing else is said."""
    summary: Literal["auto", "concise", "detailed"] | str | MISSING | None = MISSING
    """How long the summary of the thoughts is (OpenAI)."""
    context: Literal["auto", "all_turns", "current_turn"] | str | MISSING | None = MISSING
    """Which earlier thoughts the model sees again; newest models only."""
    mode: Literal["standard", "pro"] | str | MISSING | None = MISSING
    """How the newest models think."""


class Budget(Kept):
    """Reasoning of a model that works for another one inside a server tool."""

    effort: Effort | str | MISSING = MISSING
    """How hard it thinks."""
    max_tokens: Annotated[Integer | MISSING, Bounds(low=1)] = MISSING
    """Tokens it may think for."""
