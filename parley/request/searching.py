"""What the web search of a server tool and that of a plugin have in common."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import MISSING

from parley.request.kept import Kept
from parley.request.knob import Bounds, Integer, Switch

SearchEngine = Literal["auto", "native", "exa", "parallel", "firecrawl", "perplexity"]
SearchMode = Literal[
    "instant", "fast", "auto", "deep-lite", "deep", "deep-reasoning", "turbo", "basic", "advanced"
]  # exa's, then parallel's
Domains: TypeAlias = list[str] | MISSING
Count = Annotated[Integer | MISSING, Bounds(low=1)]
Handles = Annotated[list[str] | MISSING, Bounds(most=20)]


class UserLocation(Kept):
    """Roughly where the asker is, for results that fit the place."""

    type: Literal["approximate"] | str | MISSING = MISSING
    city: str | MISSING | None = MISSING
    region: str | MISSING | None = MISSING
    country: str | MISSING | None = MISSING
    timezone: str | MISSING | None = MISSING


class XSearch(Kept):
    """Searches posts on X besides the web; xAI's own endpoints only, billed by them for each post and profile."""

    allowed_x_handles: Handles = MISSING
    """Only posts of these handles; not together with `excluded_x_handles`."""
    excluded_x_handles: Handles = MISSING
    """No posts of these handles."""
    from_date: str | MISSING = MISSING
    """First day, as in 2026-01-31."""
    to_date: str | MISSING = MISSING
    """Last day, as in 2026-12-31."""
    enable_image_understanding: Switch | MISSING = MISSING
    enable_video_understanding: Switch | MISSING = MISSING


class WebSearch(Kept):
    """How the web is searched."""

    engine: SearchEngine | str | MISSING = MISSING
    """Who searches; `auto` is the provider's own search where it has one."""
    max_results: Count = MISSING
    """Results for one search; usually 5. Perplexity gives at most 20."""
    max_total_results: Count = MISSING
    """Results for the whole request; usually 50."""
    max_uses: Count = MISSING
    """Searches for the whole request."""
    max_characters: Count = MISSING
    """Characters taken from each result."""
    search_context_size: Literal["low", "medium", "high"] | str | MISSING = MISSING
    """How much of the results the model reads."""
    allowed_domains: Domains = MISSING
    """Only these domains; not together with `excluded_domains`."""
    excluded_domains: Domains = MISSING
    """None of these domains."""
    mode: SearchMode | str | MISSING = MISSING
    """How thorough exa or parallel are."""
    user_location: UserLocation | MISSING | None = MISSING
    x_search: XSearch | MISSING = MISSING
