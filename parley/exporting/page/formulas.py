"""Formulae as MathML, which browsers draw by themselves."""

from __future__ import annotations

from html import unescape
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

from parley.exporting.page.ink import enough
from parley.reply.drawable import is_drawable

_ELEMENTS = (
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts "
    "mprescripts none mtable mtr mtd mstyle mpadded mphantom menclose merror"
)
_DRAWN = frozenset(_ELEMENTS.split())
_ATTRIBUTES = (
    "display displaystyle scriptlevel mathvariant mathsize stretchy fence form largeop movablelimits symmetric separator "
    "accent accentunder linethickness columnalign rowalign columnspacing rowspacing lspace rspace minsize maxsize width "
    "height depth notation dir"
)
_TOLD = frozenset(_ATTRIBUTES.split())


def formula(latex: str, *, display: bool = False) -> Markup:
    """A formula in TeX, drawn; what is no formula, or may not be drawn (`parley.reply.drawable`), shows as its source."""
    if not is_drawable(latex) or not enough("formulas", len(latex)):
        return _source(latex, display)
    try:
        drawn = convert_to_element(latex, display="block" if display else "inline")
    except Exception:  # the converter raises classes of its own and, on odd input, whatever Python does
        return _source(latex, display)
    return _written(drawn, latex) if drawn.tag == "math" else _source(latex, display)


def _source(latex: str, display: bool) -> Markup:
    form = Markup("<pre><code>{}</code></pre>") if display else Markup("<code>{}</code>")
    return form.format(latex)


def _written(element: ElementTree.Element, latex: str = "") -> Markup:
    """The element anew, of known elements and attributes alone; the formula's source is what it is called."""
    tag = element.tag if element.tag in _DRAWN else "mrow"
    told = {name: value for name, value in element.attrib.items() if name in _TOLD}
    attributes = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in told.items())
    called = Markup(' aria-label="{}"').format(latex) if latex else ""
    inside = Markup("").join((_text(element.text), *(_written(one) + _text(one.tail) for one in element)))
    return Markup("<{0}{1}{2}>{3}</{0}>").format(tag, attributes, called, inside)


def _text(text: str | None) -> Markup:
    """The text of an element; the converter spells signs as entities."""
    return Markup("{}").format(unescape(text or ""))
