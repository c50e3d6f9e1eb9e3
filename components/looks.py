"""What the theme's settings cannot say about answers: wide tables stay on a narrow page, tall formulae are not cut, code and
chosen tabs can be read.
"""

from __future__ import annotations

_INKS = {
    ".comment, .prolog, .doctype, .cdata, .punctuation": ("#54595c", "#b3b8ba"),
    ".attr-name, .property, .variable, .url": ("#0d5c6f", "#7cc7d8"),
    ".boolean, .constant, .symbol, .number, .regex, .inserted": ("#5f3a8f", "#c5abe8"),
    ".string, .char, .attr-value": ("#1f6135", "#8fcf9f"),
    ".operator, .entity, .decorator, .atrule": ("#8a4500", "#f0b27a"),
    ".keyword, .tag, .function, .class-name, .selector": ("#1d4f91", "#93bdf0"),
    ".important, .deleted": ("#a3262a", "#f2a09b"),
}
"""Ink of code by day and by night: Streamlit's own reaches a contrast of 2 to 4 on our paper."""


def _token(kinds: str, inks: tuple[str, str]) -> str:
    selectors = ", ".join(f'[data-testid="stCode"] pre .token{kind}' for kind in kinds.split(", "))
    return f"{selectors} {{ color: light-dark({inks[0]}, {inks[1]}); }}"


PAINTING = "\n".join(
    [
        ".st-key-prewarm { display: none; }",
        '[data-testid="stMarkdownContainer"] table { display: block; width: max-content; max-width: 100%; overflow-x: auto; }',
        '[data-testid="stMarkdownContainer"] .katex-display { padding-block: 0.5em; margin-block: 0.5em; }',
        '[data-testid="stMarkdownContainer"] blockquote { opacity: 0.9; }',
        '[role="tab"][aria-selected="true"], [role="tab"]:hover, [data-testid="stBaseButton-tertiary"]:hover'
        " { color: light-dark(#0f6478, #7cc7d8); }",
        '[data-testid="stCaptionContainer"] code { color: inherit; font-size: 1em; }',
        *(_token(kinds, inks) for kinds, inks in _INKS.items()),
    ]
)
"""The style sheet of every page that paints answers."""
