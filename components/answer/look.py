"""What the theme cannot say of answers: a tree of JSON in inks that can be read by day and by night, pictures of a size that leaves
room for words, which a click enlarges."""

from __future__ import annotations

_TREE = '[data-testid="stJson"]'
_KEY, _VALUE, _TEXT = ("#0d5c6f", "#7cc7d8"), ("#5f3a8f", "#c5abe8"), ("#1f6135", "#8fcf9f")


_FRAME = '[data-testid="stChatMessage"] [data-testid="stFullScreenFrame"]:has([data-testid="stImage"])'
_IN_PLACE = f'{_FRAME}:has([aria-label^="Fullscreen"])'
_ALONE = f'{_FRAME}:has([aria-label^="Close"])'
_BAR = f'{_FRAME} [data-testid="stElementToolbar"]'
_WHOLE = "position: absolute; inset: 0; width: 100% !important; height: 100%; padding: 0; margin: 0; background: none; border: 0;"
_PICTURES = (
    f"{_IN_PLACE} > div {{ width: fit-content; }}",
    f"{_IN_PLACE} img {{ width: auto !important; max-height: 26rem; }}",
    f'{_ALONE} :is([data-testid="stImage"], [data-testid="stImageContainer"]) {{ width: 100%; }}',
    f"{_ALONE} img {{ height: 92vh; }}",
    f"{_BAR} {{ {_WHOLE} z-index: 1; opacity: 1; box-shadow: none; }}",
    f"{_BAR} :is(div, span, button) {{ {_WHOLE} box-shadow: none; }}",
    f"{_BAR} button {{ display: flex; align-items: flex-start; justify-content: flex-end; cursor: zoom-out; }}",
    f"{_IN_PLACE} button {{ cursor: zoom-in; }}",
    f"{_BAR} button:focus-visible {{ outline: 2px solid var(--st-primary-color, #0f6478); outline-offset: 2px; }}",
    f"{_BAR} svg {{ margin: 0.5rem; padding: 0.2rem; box-sizing: content-box; border-radius: 0.3rem; color: #fff; background: #000a; }}",
    '[class*="st-key-picture-"] { row-gap: 0; margin-top: -0.75rem; }',
    '[class*="st-key-sound-"] { margin-block: -0.75rem; }',
    f"@media (hover: hover) {{ {_IN_PLACE}:not(:hover, :focus-within) svg {{ opacity: 0; }} }}",
)
"""Streamlit's own button for the whole screen lies over the whole picture."""


def _ink(what: str, inks: tuple[str, str]) -> str:
    return f"{_TREE} {what} {{ color: light-dark({inks[0]}, {inks[1]}) !important; opacity: 1 !important; }}"


STYLE = "\n".join(
    [
        *_PICTURES,
        _ink(
            ":is(.object-key, .object-key *, .array-key, .array-key *, .object-size, .node-ellipsis, .copy-icon, .icon-container *,"
            " .variable-row :not(.variable-value, .variable-value *))",
            _KEY,
        ),
        _ink(".variable-value :is(div, span)", _VALUE),
        _ink(".variable-value .string-value", _TEXT),
        f"{_TREE} .variable-value .string-value {{ overflow-wrap: anywhere; }}",
    ]
)
"""Streamlit's own reach a contrast of 3 on our paper."""
