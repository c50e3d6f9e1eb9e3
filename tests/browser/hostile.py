"""What a hostile model would write: spellings that fetch, and spellings that run. The tests of the painter and of the pages share them.

`URL` stands for an address of the one who listens, `RUN` for a script that would tell on itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

RUN = "window.PWN=1"
_CODED_RUN = "".join(f"&#{ord(char)};" for char in RUN)

IN_A_LINE = (
    "![](URL)", "![a](URL)", '![a](URL "title")', "![a](URL 'title')", "![a](URL (title))", "![a](<URL>)", "![a]( URL )",
    "![a[b]c](URL)", "![a[b](x)](URL)", "![a\\]b](URL)", "![`a`](URL)", "![*a*](URL)", "![![b](URL)](URL)", "[![a](URL)](URL)",
    "**![a](URL)** ~~![a](URL)~~", "text<br>![a](URL)", "![a](URL){width=1}", ":red[![a](URL)]", ":red-badge[![a](URL)]",
    "::img[![a](URL)]", "<img src='URL'>", "<IMG SRC=URL>", "<picture><source srcset='URL'><img></picture>",
    "<video poster='URL'></video>", "<audio src='URL' autoplay></audio>", "<svg><image href='URL'/></svg>",
    "<style>@import 'URL';</style>", "<link rel=stylesheet href='URL'>", "<link rel=prefetch href='URL'>",
    "<iframe src='URL'></iframe>", "<object data='URL'></object>", "<embed src='URL'>", "<body background='URL'>",
    "<p style='background:url(URL)'>x</p>", "<table background='URL'><tr><td>x</td></tr></table>", "<input type=image src='URL'>",
    "<script src='URL'></script>", "<track src='URL'>", "$![a](URL)$", "$$![a](URL)$$", "$x$ $ ![a](URL) $",
    "$\\includegraphics{URL}$", "`a`$`![x](URL)$",
    "$x_`$$y_`![x](URL)$", "`a``$`![x](URL)$`b`$`![x](URL)$", "ahttps://b.example/`![x](URL)`",
    "www.b.example]`![x](URL)`", "www.b.example]$`![x](URL)$", 'www.b.example"(`![x](URL)`', "`unclosed ![a](URL)", "[a](javascript:x)![b](URL)", "\u00a0![a](URL)", "!\u200b[a](URL) ![a](URL)",
    "&#33;&#91;a&#93;&#40;URL&#41; ![a](URL)", "\\![a](URL) ![a](URL)", "<meta http-equiv=refresh content='0;url=URL'>",
)  # fmt: skip
"""Spellings that stand in a line, and so in a title, a label, a name."""

IN_BLOCKS = (
    "![a](\nURL\n)", "![a][r]\n\n[r]: URL", "![s][]\n\n[s]: URL", "![t]\n\n[t]: URL", "![U]\n\n[ u ]: <URL> 'title'",
    "[v]: URL\n\n> ![v]", "![a][w]\n\n> [w]: URL", "![a][x]\n\n- [x]:\n  URL\n  'title'", "# ![a](URL)", "Head ![a](URL)\n---",
    "> ![a](URL)", "1. ![a](URL)\n   - ![b](URL)", "- [ ] ![a](URL)", "| a |\n|---|\n| ![a](URL) |", "| a | b |\n|---|---|\n| `\\\\\\| ![a](URL) \\\\\\|` | b |",
    "| a | b |\n|---|---|\n| $x_`\\\\\\| ![a](URL) \\\\\\|$ | b |", ":::note\n![a](URL)\n:::",
    "[^1]\n\n[^1]: ![a](URL)", "<IMG\nSRC='URL'\n>", "<div>\n\n![a](URL)\n\n</div>", "<!-- ![a](URL) -->",
    '```mermaid\nflowchart TD\n  A@{ img: "URL" }\n```', '~~~ Mermaid x\nflowchart TD\n  A@{ img: "URL" }\n~~~',
    '```mer&#109;aid\nflowchart TD\n  A@{ img: "URL" }\n```', '```mermaid{x}\nflowchart TD\n  A@{ img: "URL" }\n```',
    '- ```mermaid\n  flowchart TD\n    A@{ img: "URL" }\n  ```', "```mermaid\n%%{init: {'themeCSS': '@import url(URL)'}}%%\nflowchart TD\n  A\n```",
    "$$\n![a](URL)\n$$", "\\[![a](URL)=1\\]", "![a](URL\n\n![b](URL)", "<img src=URL ",
)  # fmt: skip
"""Spellings of several lines, or of a whole line."""

FETCHES = (*IN_A_LINE, *IN_BLOCKS)

_TAGS = (
    "<script>RUN</script>", "<img src=x onerror=RUN>", "<svg onload=RUN>", "<body onload=RUN>", "<iframe onload=RUN></iframe>",
    "<iframe srcdoc='<script>parent.RUN</script>'></iframe>", "<iframe src='javascript:parent.RUN'></iframe>",
    "<video><source onerror=RUN></video>", "<audio src=x onerror=RUN></audio>", "<details open ontoggle=RUN>x</details>",
    "<input autofocus onfocus=RUN>", "<select autofocus onfocus=RUN></select>", "<marquee onstart=RUN>x</marquee>",
    "<object data='javascript:RUN'></object>", "<embed src='javascript:RUN'>", "<a href='javascript:RUN'>x</a>",
    "<form action='javascript:RUN'><button autofocus>x</button></form>", "<style onload=RUN></style>",
    "<svg><animate onbegin=RUN attributeName=x dur=1s></svg>", "<svg><set onbegin=RUN attributename=x to=y></svg>",
    "<math href='javascript:RUN'>x</math>", "<p style='animation:x' onanimationstart=RUN>x</p>",
    "<meta http-equiv=refresh content='0;url=javascript:RUN'>", "<button popovertarget=x onbeforetoggle=RUN>x</button>",
)  # fmt: skip
_BREAKOUTS = ("", '">', "'>", "</textarea>", "</script>", "--></style>", "]]>", "</title></p>")
_LINKS = (
    "[x](javascript:RUN)", "[x](JaVaScRiPt:RUN)", "[x](<java\tscript:RUN>)", "[x](javascript&colon;RUN)", "[x](&#106;avascript:RUN)",
    "[x](javascript://x/%0aRUN)", "[x](vbscript:RUN)", "[x](data:text/html,<script>RUN</script>)", "[x][y] [y]: javascript:RUN",
    "[x](data:text/html;base64,PHNjcmlwdD5wYXJlbnQuUFdOPTE8L3NjcmlwdD4=)", "<javascript:RUN>", "![x](javascript:RUN)",
    "![x](data:image/svg+xml,<svg/onload=RUN>)", '[x](https://a.example "onmouseover=RUN")', "[<img src=x onerror=RUN>](https://a.example)",
    "$\\href{javascript:RUN}{x}$", "$\\url{javascript:RUN}$", "$\\htmlData{onclick=RUN}{x}$", ":red[<img src=x onerror=RUN>]",
    ':material/"><img src=x onerror=RUN>:',
)  # fmt: skip
_PARSER_TRICKS = (
    '<noscript><p title="</noscript><img src=x onerror=RUN>">', '<svg></p><style><a id="</style><img src=x onerror=RUN>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=RUN&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=RUN>", "<scr<script>ipt>RUN</script>", "<!--><img src=x onerror=RUN>-->",
    "<xmp><p title='</xmp><img src=x onerror=RUN>'>", "{{constructor.constructor('RUN')()}}", "${RUN}", "<%= RUN %>", "<?php RUN ?>", "\\x3cscript\\x3eRUN\\x3c/script\\x3e",
)  # fmt: skip


def _respelt(tag: str) -> Iterator[str]:
    """The same tag as browsers also read it."""
    yield tag
    yield tag.upper().replace("RUN", _CODED_RUN)
    yield tag.replace(" ", "/", 1)
    yield tag.replace(" ", "\t", 1).replace("=RUN", '="RUN"')
    yield tag.replace("RUN", "top['PW'+'N']=1")
    yield tag.replace(">", " //>", 1)


def scripts() -> tuple[str, ...]:
    """More than two hundred texts that would set `window.PWN` where they are not held, each in a line."""
    spelt = [one for tag in _TAGS for one in _respelt(tag)]
    broken_out = [f"{start}{tag}" for start, tag in product(_BREAKOUTS, _TAGS[1:9])]
    told = dict.fromkeys((*spelt, *broken_out, *_LINKS, *_PARSER_TRICKS))
    return tuple(one.replace("RUN", RUN) for one in told)


def addressed(spellings: Sequence[str], address: str) -> tuple[str, ...]:
    """The spellings with an address of their own each, where `#` in `address` stands for its number."""
    return tuple(one.replace("URL", address.replace("#", str(number))) for number, one in enumerate(spellings))
