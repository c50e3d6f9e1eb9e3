"""What the theme's settings cannot say: the page begins where the eye does, a prompt stands on the theme's own paper, wide tables
stay on a narrow page, tall formulae are not cut and none lies over its neighbours, code and chosen tabs can be read, names of small
buttons are there to be heard.
"""

from __future__ import annotations

from components.answer.look import STYLE as ANSWERED
from components.present.look import STYLE as PRESENTED
from components.sessions.look import STYLE as LISTED
from components.sharing.look import STYLE as SHARED

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

_SMALL = ':is([data-testid="stMenuButton"], [data-testid="stButton"], [data-testid="stPopover"]) button'
_ICONS = (
    ':is([class*="st-key-row-"], [class*="-more "], [class*="-reset "], [class*="st-key-attached-"][class*="-remove "])'
)
_OF_A_FIELD = ':is([class*="-more "], [class*="-reset "])[class*="st-key-field-"]'
_FIELD = f'[data-testid="stVerticalBlock"]:has(> {_OF_A_FIELD})'
_ON_THE_LABEL = (
    f"{_FIELD} {{ position: relative; }}",
    f"{_FIELD} > {_OF_A_FIELD} {{ position: absolute; top: 0; right: 0; width: 24px; z-index: 1; }}",
    f'{_FIELD} > [class*="-reset "]{_OF_A_FIELD} {{ right: 26px; }}',
    f'{_FIELD} > :first-child [data-testid="stWidgetLabel"] {{ padding-right: 52px; }}',
    f"{_FIELD} > {_OF_A_FIELD} button {{ min-height: 1.5rem; height: 1.5rem; padding-block: 0; }}",
)
"""Menu and reset of a field take no room in its column: they lie at the end of its label's line."""
_IN_A_FORM = '[class*="st-key-field-"] [data-testid="stExpanderDetails"] [data-testid="stVerticalBlock"]'
_RESET_IN_A_FORM = f'{_IN_A_FORM}[data-testid="stVerticalBlock"] > [class*="-reset "]{_OF_A_FIELD}'
_ON_A_LABEL_OF_A_FORM = (
    f"{_RESET_IN_A_FORM} {{ position: relative; right: 0; align-self: flex-end; height: 1.5rem; margin-bottom: -2.5rem; }}",
    f'{_RESET_IN_A_FORM} + * [data-testid="stWidgetLabel"] {{ padding-right: 28px; }}',
)
"""The widgets of a form stand in one column, each behind its reset, which lies over the line that follows it."""
_ICON_ALONE = (
    f"{_ICONS} {_SMALL} {{ overflow: hidden; justify-content: flex-start; padding-inline: 2px; }}",
    f"{_ICONS} {_SMALL} :is(div, p) {{ overflow: visible; text-overflow: clip; white-space: nowrap; }}",
    f'{_ICONS} {_SMALL} [role="img"] {{ margin-right: 2rem; }}',
    f"{_ICONS} {_SMALL} div[aria-hidden] {{ display: none; }}",
)
"""Beside a field there is room for an icon; its words are cut, for those who hear them."""


_AWAY = '[role="dialog"]:has([data-testid="stErrorCodeBlock"])'
_AWAY_TEXT = (
    "An answer on its way goes on without this page, and what stands in the prompt box stays there. The page connects again by "
    "itself. If Parley was stopped, start it again."
)
_NO_CONNECTION = (
    f'{_AWAY} [data-testid="stErrorCodeBlock"] {{ display: none; }}',
    f'{_AWAY} :is(h2, div:has(+ [data-testid="stErrorCodeBlock"])) {{ visibility: hidden; font-size: 0; }}',
    f"{_AWAY} :is(h2, div)::before {{ visibility: visible; }}",
    f'{_AWAY} h2::before {{ content: "Parley does not answer"; font-size: 1.375rem; }}',
    f'{_AWAY} div:has(+ [data-testid="stErrorCodeBlock"])::before {{ content: "{_AWAY_TEXT}"; font-size: 1rem; }}',
)
"""Streamlit's own words tell whoever lost the line to start a script in a terminal."""

_HINT = '[data-has-shortcut="true"] > :last-child'
_OF_CELLS = (
    '[class*="st-key-cell-"][class*="-row "] { margin-top: -1.25rem; }',
    '[class*="st-key-cell-"]:is([class*="-row "], [class*="-marks "]) { row-gap: 0; }',
    '[class*="st-key-cell-"][class*="-focus "] { display: none; }',
    f"{_HINT} {{ display: none; }}",
    f'@media (min-width: 640px) {{ [class*="-editor "][class*="st-key-cell-"] {_HINT} {{ display: inline; }} }}',
)
"""The actions of a cell stand close to it. A shortcut is written on a button only where there is room; all are in the list."""


_DROPZONE = '.st-key-attach [data-testid="stFileUploaderDropzone"]'
_ATTACHING = (
    f"{_DROPZONE} {{ border: 0; padding: 0; min-height: 0; background: none; }}",
    f'{_DROPZONE} > :not(:has([data-testid="stFileChips"])) {{ display: none; }}',
    'div:has(> .st-key-attach):not(:has([data-testid="stFileChip"])) { display: none; }',
    '[class*="st-key-attachment-"] img { border-radius: 0.25rem; object-fit: cover; }',
    '[class*="st-key-attachment-"] > :first-child:not(:last-child) { min-width: 12.5rem; }',
    '[class*="st-key-attachment-"] > :last-child { margin-left: auto; }',
)
"""What takes files for the prompt box is seen only while some are on their way."""

_LANES = ':has(.st-key-lanes, [class*="-lanes "])'
_BESIDE = '[class*="st-key-beside-"] [data-testid="stChatMessage"]'
_SIDE_BY_SIDE = (
    f'[data-testid="stMain"]{_LANES} :is([data-testid="stMainBlockContainer"], [data-testid="stBottomBlockContainer"])'
    " { max-width: 76rem; padding-inline: max(1rem, 2vw); }",
    f"{_BESIDE} {{ padding: 0; background: none; }}",
    f'{_BESIDE} > [data-testid*="Avatar"] {{ display: none; }}',
)
"""Lanes need room, and no picture of a model beside each answer."""


def _token(kinds: str, inks: tuple[str, str]) -> str:
    selectors = ", ".join(f'[data-testid="stCode"] pre .token{kind}' for kind in kinds.split(", "))
    return f"{selectors} {{ color: light-dark({inks[0]}, {inks[1]}); }}"


STYLE = "\n".join(
    [
        ".st-key-prewarm, *:has(> .st-key-prewarm) { display: none; }",
        ".st-key-panel-seen { display: none; }",
        *_ATTACHING,
        *_ICON_ALONE,
        *_ON_THE_LABEL,
        *_NO_CONNECTION,
        *_ON_A_LABEL_OF_A_FORM,
        *_SIDE_BY_SIDE,
        *_OF_CELLS,
        '[data-testid="stMainBlockContainer"] { padding-top: 4rem; }',
        '[data-testid="stBottomBlockContainer"] { padding-bottom: 1.5rem; }',
        '[data-testid="stChatMessage"]:has([aria-label="Chat message from user"])'
        " { background: light-dark(#f3f1ea, #20262a); }",
        '[data-testid="stMarkdownContainer"] table { display: block; width: max-content; max-width: 100%; overflow-x: auto; }',
        '[data-testid="stMarkdownContainer"] .katex-display { padding-block: 0.5em; margin-block: 0.5em; }',
        '[data-testid="stMarkdownContainer"]:has(.katex) { overflow-x: auto; overflow-y: hidden; }',
        '[data-testid="stMarkdownContainer"] blockquote { opacity: 0.9; }',
        '[role="tab"][aria-selected="true"], [role="tab"]:hover, [data-testid="stBaseButton-tertiary"]:hover'
        ', [data-testid="stPopoverButton"][kind="tertiary"]:is(:hover, [aria-expanded="true"])'
        ', [role="radio"][data-variant="segmented_control"][aria-checked="true"][data-selected]'
        " { color: light-dark(#0f6478, #7cc7d8); }",
        ':is([data-testid="stPopoverBody"], [role="dialog"]) :is([role="tab"], [role="radio"], button):is('
        '[aria-selected="true"], [aria-checked="true"], [kind="tertiary"]:hover):is(*, [data-selected]) { color: inherit; }',
        '[data-testid="stCaptionContainer"] code { color: inherit; font-size: 1em; }',
        '[class*="st-key-field-"] [data-testid="stExpanderDetails"]'
        " { border-left: 2px solid light-dark(#dedacb, #39434a); padding-left: 0.6rem; margin-left: 1px; }",
        ".st-key-history-compare { min-width: 16rem; }",
        ".st-key-history-compared td:not(:first-child) { overflow-wrap: anywhere; min-width: 6rem; }",
        '[data-testid="stPageLink-NavLink"] p { overflow: hidden; text-overflow: ellipsis; }',
        '[data-testid="stExpander"] summary:has(.stMarkdownColoredText) { opacity: 1; }',
        *(_token(kinds, inks) for kinds, inks in _INKS.items()),
        ANSWERED,
        PRESENTED,
        LISTED,
        SHARED,
    ]
)

"""What the server writes into the page (parley.web), so that it is there before anything is drawn."""
