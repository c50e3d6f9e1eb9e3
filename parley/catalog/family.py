"""The family of a model: models of one family read what each other's reasoning holds, encrypted parts and signatures included.

A model's author is its family. Source: OpenRouter's guide on preserving reasoning, where details go back to the model that made them.
"""

from __future__ import annotations

_UNTOLD = ("openrouter", "")
_AUTHORS = {"x-ai": "xAI", "openai": "OpenAI", "anthropic": "Anthropic", "google": "Google", "meta-llama": "Meta"}


def family_of(slug: str | None) -> str:
    """The author of a model by any spelling of its id; empty for routers, presets and what has no author, which may be anybody."""
    author, slash, _ = (slug or "").lstrip("~").partition("/")
    return author.lower() if slash and not author.startswith("@") and author.lower() not in _UNTOLD else ""


def family_words(family: str) -> str:
    return _AUTHORS.get(family, family)
