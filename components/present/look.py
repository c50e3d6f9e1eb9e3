"""How a presentation looks: nothing but it on the screen, in type that is read from the other end of a room."""

from __future__ import annotations

_ON = "body:has(.st-key-present)"
_CHOICE = '[class*="st-key-present-line-"]'
_TYPE = "clamp(17px, 0.9vw + 0.5vmin + 5px, 34px)"
"""Of the root, so that everything grows with it; a phone has the size it always has."""

_FADING = (
    'content: ""; position: absolute; inset: -1.5rem 0 auto; height: 1.5rem; pointer-events: none;'
    " background: linear-gradient(to top, light-dark(#fdfcf9, #15191b), transparent);"
)
"""What scrolls under the controls goes out softly, not in the middle of a line."""

_ON_A_PHONE = (
    "@media (max-width: 640px) {",
    ".st-key-present-screen { display: none; } .st-key-present-leave { order: 1; } .st-key-present-bar { row-gap: 0; }",
    ".st-key-present-bar > :is(:has(> .st-key-present-speeds), .st-key-present-take-over) { order: 2; }",
    "}",
)
"""Two rows: the steps and the way out, the speeds and the way on. A phone shows nothing but the page anyway."""

STYLE = "\n".join(
    [
        f"html:has(.st-key-present) {{ font-size: {_TYPE}; }}",
        f'{_ON} :is([data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"], [data-testid="stHeader"],'
        ' [data-testid="stToolbar"]) { display: none; }',
        f'{_ON} [data-testid="stMainBlockContainer"] {{ padding-block: 2rem 1rem; max-width: 50rem; }}',
        f'{_ON} [data-testid="stBottomBlockContainer"] {{ max-width: 60rem !important; padding-block: 0.25rem 0.75rem; }}',
        f'{_ON}:has(.st-key-present-lanes) [data-testid="stMainBlockContainer"] {{ max-width: 76rem; }}',
        f"{_ON} h1 {{ font-size: clamp(1.75rem, 4vw, 2.5rem); line-height: 1.15; text-wrap: balance; }}",
        f"{_ON} .st-key-present :is(h2, h3, h4) {{ font-size: 1.5rem; }}",
        f"{_ON} .st-key-present > :has(h1):first-child {{ padding-top: max(1rem, 16vh); }}",
        f'[data-testid="stMain"] [data-testid="stMainBlockContainer"]:has({_CHOICE}) {{ max-width: 46rem; padding-inline: 1rem; }}',
        f'{_CHOICE} [data-testid="stCaptionContainer"] {{ padding-left: 1.5rem; }}',
        f'{_ON} [data-testid="stImage"] img {{ min-width: min(14rem, 60vw); }}',
        "@media (hover: none) { .st-key-present-keys { display: none; } }",
        f'{_ON} [data-testid="stBottomBlockContainer"]::before {{ {_FADING} }}',
        *_ON_A_PHONE,
        ".st-key-present-bar { justify-content: space-between; font-variant-numeric: tabular-nums; }",
    ]
)
