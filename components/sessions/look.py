"""What the theme's settings cannot say of a list of sessions, to be opened or presented: one hairline between lines, titles where the eye begins."""

from __future__ import annotations

_LINE = ':is([class*="st-key-session-line-"], [class*="st-key-present-line-"])'
_TITLE = f'{_LINE} :is([class*="-open "], [class*="st-key-present-open-"]) [data-testid="stButton"] button'
_IN_SIGHT = "*:has(> .st-key-sessions-gone)"
"""What was deleted far down in the list is told where the eye is."""
_KINDS = '[class*="st-key-sessions-import"] [data-testid="stFileUploaderDropzoneInstructions"] span'
"""The kinds of files that may be dropped, all of them on a phone, too."""
STYLE = "\n".join(
    (
        f"{_LINE} {{ border-bottom: 1px solid light-dark(#e4e0d5, #2c353a); padding-block: 0.35rem 0.6rem; }}",
        f"{_TITLE} {{ justify-content: flex-start; text-align: left; min-height: 1.9rem; padding-block: 0; }}",
        f"{_TITLE} p {{ font-weight: 600; font-size: 1rem; overflow-wrap: anywhere; white-space: normal; }}",
        f'{_LINE} [data-testid="stCaptionContainer"] {{ margin-top: -0.25rem; }}',
        f"{_IN_SIGHT} {{ position: sticky; top: 0; z-index: 1; background: light-dark(#fdfcf9, #15191b); padding-block: 0.5rem; }}",
        f"@media (max-width: 768px) {{ {_IN_SIGHT} {{ top: 3.75rem; }} }}",
        '.st-key-sessions-gone [data-testid="stHorizontalBlock"] { row-gap: 0; }',
        f"{_KINDS} {{ white-space: normal; }}",
    )
)
