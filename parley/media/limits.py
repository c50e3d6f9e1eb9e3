"""How much may be attached: one number in one place, for the widgets, the server's cap and every sentence about it."""

from __future__ import annotations

from typing import Final

LARGEST_MB: Final = 20
"""Megabytes that one file may have."""
MOST: Final = 10
"""Files of one message."""
TOGETHER_MB: Final = 60
"""Megabytes that they may have together: each is held as text, and once more in every request that has it."""
MB: Final = 1024 * 1024
LARGEST: Final = LARGEST_MB * MB
TOGETHER: Final = TOGETHER_MB * MB


def size_words(size: int) -> str:
    """Bytes as a person says them: `812 bytes`, `34 KB`, `1.2 MB`."""
    if size < 1024:
        return f"{size:,} bytes"
    if size < 999.5 * 1024:
        return f"{size / 1024:,.0f} KB"
    return f"{size / MB:,.1f} MB" if size < 99.5 * MB else f"{size / MB:,.0f} MB"
