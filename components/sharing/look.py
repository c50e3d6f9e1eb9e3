"""What the theme's settings cannot say of handing over: what is found stands beside what becomes of it, and opens without moving it."""

from __future__ import annotations

_KIND = '[class*="st-key-share-kind-"]'
_NAME = '> :last-child [data-testid="stWidgetLabel"]'
_HEARD = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);"
"""There for ears."""
STYLE = "\n".join(
    (
        f"{_KIND} {_NAME} {{ {_HEARD} }}",
        '[class*="st-key-share-where-"] [data-testid="stExpanderDetails"]'
        " { border-left: 2px solid color-mix(in srgb, currentColor 20%, transparent); padding-left: 0.6rem; margin-left: 1px; }",
        "@media (max-width: 640px) {",
        f"{_KIND} {{ row-gap: 0; }}",
        f"{_KIND}:has(details[open]) {_NAME} {{ position: static; width: auto; height: auto; clip-path: none; margin-top: 0.5rem; }}",
        '.st-key-share-made [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }',
        "}",
    )
)
"""On a phone the choice for all of a kind stands below the list of them, and then says so."""
