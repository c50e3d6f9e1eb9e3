"""What in a text is a secret or names a person, by its shape. Each search takes time in proportion to the text."""

from __future__ import annotations

import ipaddress
import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from parley.exporting.checking.found import TextKind
from parley.wire.key_shapes import CERTAIN, shape_of
from parley.wire.redaction import is_secret


class Spotted(NamedTuple):
    """One secret in a text."""

    start: int
    end: int
    kind: TextKind
    text: str
    maker: str = ""


SHORTEST_ANYWHERE = 6
"""Characters from which on a password is looked for in other texts, too."""

_QUOTES = r"[\"'`\\]{0,3}"
_NAMES = r"passwor[dt]|passwd|passphrase|\bpwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|token"
_NAMED = re.compile(rf"(?i:(?:{_NAMES}){_QUOTES}\s?(?::|=>?|\bis\b)\s?{_QUOTES})([^\s\"'`,;&<>\\]{{6,200}})")
_HEADER = re.compile(
    r"(?i:\b(?:authorization|cookie)\b[\"']?\s?[:=]\s?[\"']?(?:basic |token |bearer )?)([^\s\"']{8,2000})"
)
_IN_ADDRESS = re.compile(r"://[^\s:/@\"']{0,100}:([^\s/@\"']{1,200})@")
_NAME = re.compile(rf"(?i:[\w-]{{0,60}}(?:{_NAMES})s?)")
_NO_SECRET = re.compile(r"[$<\[{%*]|[A-Za-z_]+(?:\.[A-Za-z_]+)+\Z|[^()\[\]{}]*[(\[{]")
"""A reference to a secret, a call, or what already stands for one."""

_EMAIL = re.compile(r"(?<![\w.+%-])(?!git@)[\w.+-]{1,64}(?:@|%40)(?:[\w-]{1,63}\.){1,8}([^\W\d_]{2,24})(?![\w-])")
_PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg", "avif"})

_GAP = r"[ ().\-/\u00a0\u2011]"
_PHONES = re.compile(
    rf"(?<![\w+])(?:\+|00(?=[1-9]\d{{0,2}}{_GAP}))[1-9](?:{_GAP}{{0,3}}\d){{6,13}}(?!\d)"
    r"|(?<![\w.,:/+-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\w-])"
    r"|(?<![\w.,:/+-])\(?0[1-9]\d{0,4}\)?(?:[ /\-.\u00a0]{1,3}\d{2,8}){1,5}(?![\w-])"
)
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_CARD = re.compile(r"(?<![\w.+-])\d{4,19}(?:[ -]\d{3,6}){0,7}(?!\w)")
_DIGITS = re.compile(r"\d+")
_CARD_BEGINS = re.compile(r"3[0-9]|4|5[0-9]|6[0-9]|2[2-7]")
_IBAN = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")

_RUN = re.compile(r"(?<![\w+/=-])[\w+/=-]{24,}+")
_HEXADECIMAL = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SIGNS = re.compile(r"[\W_]+")
_LOOKED_AT = 400
"""Characters of a long one that tell whether it is random."""

_SERVER = re.compile(r"([\w.-]+?)\.?(?::\d+)?")
_INNER = re.compile(r"\.(?:local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)\Z", re.IGNORECASE)

_SHORTEST = 12
_SHORT_AND_TELLING = re.compile(r"[:=@%]|(?:\d\D*+){7}")
"""What is shorter and has neither a sign that makes a name or an address of it nor the digits of a number is nothing that is searched
for: a file may hold very many of such texts."""


_FILE = re.compile(r"(data:[^,]{0,300};base64,)?[A-Za-z0-9+/]{1024,}+={0,2}")
"""A text that spells a file: what stands in its bytes does not stand in these letters, and a change of one breaks it."""


def before_file(text: str) -> int | None:
    """How many characters stand before the file that a text spells; None where it spells none."""
    found = _FILE.fullmatch(text)
    return None if found is None else len(found[1] or "")


def keys_in(text: str) -> Iterator[Spotted]:
    """What cannot be anything but a key or a token."""
    for found in CERTAIN.finditer(text):
        shape = shape_of(found[0])
        yield Spotted(*found.span(), shape.opens, found[0], shape.maker)


def secrets_in(text: str, *, opaque: bool = False) -> tuple[Spotted, ...]:
    """All of it, in the order of the text; where two overlap, the one that does more harm counts.

    An `opaque` text is an id, a signature or a file: random by nature, and its digits are nobody's number.
    """
    if len(text) < _SHORTEST and not _SHORT_AND_TELLING.search(text):
        return ()
    kept: list[Spotted] = []
    taken = bytearray(len(text))
    by_words = (keys_in, _headers, _passwords, _emails)
    for search in by_words if opaque else (*by_words, _accounts, _cards, _phones, _random):
        for one in search(text):
            if not any(taken[one.start : one.end]):
                taken[one.start : one.end] = b"\1" * (one.end - one.start)
                kept.append(one)
    return tuple(sorted(kept))


def is_inner(server: str) -> bool:
    """Whether the name of a connection, `host:port`, is an address that only a network of one's own knows; this machine is everywhere."""
    try:
        host = urlsplit(f"//{server}").hostname or ""
        address = ipaddress.ip_address(host)
    except ValueError:
        named = _SERVER.fullmatch(server)
        return (
            named is not None
            and named[1].lower() != "localhost"
            and bool((":" in server and "." not in named[1]) or _INNER.search(named[1]))
        )
    return address.is_private and not address.is_loopback


def names_secret(name: str, text: str) -> bool:
    """Whether the name under which a text stands says that it is a secret."""
    named = is_secret(name, text) or _NAME.fullmatch(name) is not None
    return named and bool(text.strip()) and not _NO_SECRET.match(text)


def _passwords(text: str) -> Iterator[Spotted]:
    for found in _NAMED.finditer(text):
        value = found[1].rstrip(".!?)]}:")
        if len(value) >= 6 and not _NO_SECRET.match(value) and not value.isalpha() and not _is_plain(found[0], value):
            yield Spotted(found.start(1), found.start(1) + len(value), "password", value)
    for found in _IN_ADDRESS.finditer(text):
        start, end = found.span(1)
        # A short one is a word elsewhere: what tells it from one is told along.
        around = len(found[1]) < SHORTEST_ANYWHERE
        yield Spotted(start - around, end + around, "password", text[start - around : end + around])


def _headers(text: str) -> Iterator[Spotted]:
    for found in _HEADER.finditer(text):
        if not _NO_SECRET.match(found[1]):
            yield Spotted(*found.span(1), "token", found[1])


def _is_plain(whole: str, value: str) -> bool:
    """A number of tokens is no secret; a password may well be a number."""
    return value.isdigit() and "token" in whole.lower()


def _emails(text: str) -> Iterator[Spotted]:
    for found in _EMAIL.finditer(text):
        if found[1].lower() not in _PICTURES:
            yield Spotted(*found.span(), "e-mail", found[0])


def _accounts(text: str) -> Iterator[Spotted]:
    """Bank accounts (ISO 13616), whose check digits are right; a word behind one in capitals is none of it."""
    for found in _IBAN.finditer(text):
        number = found[0]
        while len(number) >= 15:
            if _remainder(number.replace(" ", "")) == 1:
                yield Spotted(found.start(), found.start() + len(number), "card", number)
                break
            number = number.rpartition(" ")[0]


def _remainder(number: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97


def _cards(text: str) -> Iterator[Spotted]:
    """Card numbers (ISO/IEC 7812), whose check digit is right, also among other numbers."""
    for found in _CARD.finditer(text):
        groups = list(_DIGITS.finditer(text, *found.span()))
        begin = 0
        while begin < len(groups):
            size = next(
                (size for size in range(len(groups) - begin, 0, -1) if _is_card(groups[begin : begin + size])), 0
            )
            if size:
                start, end = groups[begin].start(), groups[begin + size - 1].end()
                yield Spotted(start, end, "card", text[start:end])
            begin += size or 1


def _is_card(groups: list[re.Match[str]]) -> bool:
    digits = "".join(group[0] for group in groups)
    if not 13 <= len(digits) <= 19 or not _CARD_BEGINS.match(digits):
        return False
    return len(set(digits)) > 1 and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _phones(text: str) -> Iterator[Spotted]:
    for found in _PHONES.finditer(text):
        digits = sum(sign.isdigit() for sign in found[0])
        national = found[0].lstrip("(").startswith("0") and not found[0].startswith("00")
        if _DATE.match(found[0]) or (national and not 9 <= digits <= 12):
            continue
        yield Spotted(*found.span(), "phone", found[0])


def _random(text: str) -> Iterator[Spotted]:
    for found in _RUN.finditer(text):
        if is_random(found[0]):
            yield Spotted(*found.span(), "random", found[0])


def is_random(run: str) -> bool:
    """Whether signs follow one another as no word, number or path has them."""
    if _UUID.fullmatch(run):
        return False
    plain = _SIGNS.sub("", run)[:_LOOKED_AT]
    if len(plain) < 20 or plain.isdigit() or not any(sign.isdigit() for sign in plain):
        return False
    if _HEXADECIMAL.fullmatch(plain):
        return _bits(plain) > 3.0
    changes = sum(_sort(one) != _sort(other) for one, other in pairwise(plain)) / (len(plain) - 1)
    mixed = plain.lower() != plain != plain.upper()
    return _bits(plain) > 3.5 and changes > (0.4 if mixed else 0.28)


def _sort(sign: str) -> int:
    return 0 if sign.isdigit() else 1 if sign.isupper() else 2


def _bits(text: str) -> float:
    """Shannon's entropy, in bits for each sign."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
