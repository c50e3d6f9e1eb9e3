"""What the web search of a server tool and that of a plugin have in common."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import MISSING

from parley.request.kept import Kept
from parley.request.knob import Bounds, Inner, Integer, Switch

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
    """`approximate` is the only kind."""
    city: str | MISSING | None = MISSING
    """Such as Lisbon."""
    region: str | MISSING | None = MISSING
    """State or province, such as Bavaria."""
    country: str | MISSING | None = MISSING
    """Two letters, such as PT."""
    timezone: Annotated[str | MISSING | None, Inner("Time zone")] = MISSING
    """An IANA name, such as Europe/Lisbon."""


class XSearch(Kept):
    """Searches posts on X besides the web; xAI's own endpoints only, billed by them for each post and profile."""

    allowed_x_handles: Annotated[Handles, Inner("Allowed handles")] = MISSING
    """Only posts of these handles; not together with `excluded_x_handles`."""
    excluded_x_handles: Annotated[Handles, Inner("Excluded handles")] = MISSING
    """No posts of these handles."""
    from_date: str | MISSING = MISSING
    """First day, as in 2026-01-31."""
    to_date: str | MISSING = MISSING
    """Last day, as in 2026-12-31."""
    enable_image_understanding: Switch | MISSING = MISSING
    """Whether images in posts are looked at, too."""
    enable_video_understanding: Switch | MISSING = MISSING
    """Whether videos in posts are watched, too."""


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
    """Where the asker roughly is, for results that fit the place."""
    x_search: Annotated[XSearch | MISSING, Inner("Posts on X")] = MISSING
    """Also searches posts on X; xAI only."""
