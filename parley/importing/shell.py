"""A curl command, read as a shell would read it, and never run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from parley.errors import NotARequest
from parley.importing.pasted import Budget, Found, read_json

START = re.compile(r"^[ \t]*+(?:[$>#%][ \t]++)?(?:\w++=\S*+[ \t]++)*+curl(?:\.exe)?(?=[ \t\r\n\\^`]|$)", re.MULTILINE)
CARETS = re.compile(r"\^(\r?\n|.)", re.DOTALL)
CONTINUED = re.compile(r"[\^`][ \t]*\r?\n")
PLAIN = re.compile(r"""[^\s'"\\|;&<>$#]+""")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "E": "\x1b"}
ESCAPED = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))", re.DOTALL)
SINGLE = re.compile(r"[^']*")
DOUBLE = re.compile(r'(?:[^"\\]|\\.)*+', re.DOTALL)
ANSI = re.compile(r"(?:[^'\\]|\\.)*+", re.DOTALL)
HEREDOC = re.compile(r"""<<-?[ \t]*(['"]?)(\w+)\1""")

MOST_PIECES = 100_000
"""Words, quoted texts and blanks that a command may be made of."""
BODY = frozenset({"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"})
TAKES = frozenset(
    {
        *(
            "-X",
            "-H",
            "-u",
            "-A",
            "-b",
            "-e",
            "-o",
            "-m",
            "-x",
            "-w",
            "-K",
            "-E",
            "-c",
            "-D",
            "-C",
            "-r",
            "-T",
            "-F",
            "-z",
        ),
        *("--request", "--header", "--user", "--user-agent", "--cookie", "--cookie-jar", "--referer", "--output"),
        *("--max-time", "--connect-timeout", "--proxy", "--write-out", "--config", "--cert", "--key", "--cacert"),
        *("--retry", "--retry-delay", "--retry-max-time", "--resolve", "--interface", "--dump-header", "--limit-rate"),
        *("--upload-file", "--form", "--data-urlencode", "--oauth2-bearer", "--url", "--speed-limit", "--speed-time"),
    }
)
"""Options that take the next word."""
FORMS = frozenset({"-F", "--form", "--data-urlencode", "-T", "--upload-file"})
LOGINS = frozenset({"-u", "--user", "--oauth2-bearer", "-b", "--cookie", "-E", "--cert", "--key", "-K", "--config"})
HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}")


def is_curl(text: str) -> bool:
    return START.search(text) is not None


def read_curl(text: str) -> Found:
    """The body and the address of the first curl command in a text. Raises NotARequest."""
    start = START.search(text)
    assert start is not None
    words, stdin = Words(unwrapped(text[start.end() :])).split()
    command = Command(stdin).take(words)
    notes = command.told()
    body = read_json(command.body(), " of the body of this curl command", notes)
    if not isinstance(body, dict):
        raise NotARequest(
            "The body of this curl command is JSON, but not an object with keys such as model and messages."
        )
    return Found(body, "curl command", command.address, notes)


def unwrapped(text: str) -> str:
    """The command without what ends lines on Windows: a caret, or a backtick of PowerShell.

    Where its first quote has a caret before it, the whole command is of that kind; a caret further on is only a letter.
    """
    first = re.search("['\"]", text)
    if first is not None and text[: first.end()].endswith('^"'):
        return CARETS.sub(lambda found: " " if found[1].endswith("\n") else found[1], text)
    return CONTINUED.sub(" ", text)


class Words:
    """Splits a command into words; ends where the command ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.words: list[str] = []
        self.word: list[str] | None = None

    def split(self) -> tuple[list[str], str | None]:
        """The words, and what a here-document hands to stdin."""
        delimiter, budget = "", Budget(MOST_PIECES)
        while self.at < len(self.text):
            budget.spend()
            letter = self.text[self.at]
            if letter == "\n" and delimiter:
                self.end()
                return self.words, self.document(delimiter)
            if letter in "\n|;&>" or (letter == "#" and self.word is None):
                break
            if letter == "<":
                delimiter = self.redirected()
            else:
                self.letter(letter)
        self.end()
        return self.words, None

    def letter(self, letter: str) -> None:
        if letter.isspace():
            self.end()
            self.at += 1
        elif letter == "'":
            self.quoted(SINGLE, lambda raw: raw, "'", 1)
        elif letter == '"':
            self.quoted(DOUBLE, lambda raw: re.sub(r'\\([\\"$`\n])', lambda found: found[1].strip("\n"), raw), '"', 1)
        elif self.text.startswith("$'", self.at):
            self.quoted(ANSI, lambda raw: ESCAPED.sub(unescaped, raw), "'", 2)
        elif letter == "\\":
            self.escaped()
        else:
            found = PLAIN.match(self.text, self.at)
            self.add(found[0] if found else letter)
            self.at += len(found[0]) if found else 1

    def escaped(self) -> None:
        following = self.text[self.at + 1 : self.at + 3]
        if following.startswith(("\n", "\r\n")):
            self.at += 2 if following[0] == "\n" else 3
        else:
            self.add(following[:1])
            self.at += 2

    def quoted(self, inner: re.Pattern[str], meaning: Any, quote: str, opening: int) -> None:
        found = inner.match(self.text, self.at + opening)
        assert found is not None
        if self.text[found.end() : found.end() + 1] != quote:
            raise NotARequest(f"A quoted text in this curl command is not closed: a {quote} is missing.")
        self.add(meaning(found[0]))
        self.at = found.end() + 1

    def redirected(self) -> str:
        found = HEREDOC.match(self.text, self.at)
        self.at = found.end() if found else self.at + 1
        return found[2] if found else ""

    def document(self, delimiter: str) -> str:
        """The lines up to the one that is the delimiter alone."""
        closing = re.compile(rf"^[\t]*{delimiter}[ \t\r]*$", re.MULTILINE).search(self.text, self.at + 1)
        return self.text[self.at + 1 : closing.start() if closing else len(self.text)]

    def add(self, text: str) -> None:
        if self.word is None:
            self.word = []
        self.word.append(text)

    def end(self) -> None:
        if self.word is not None:
            self.words.append("".join(self.word))
        self.word = None


def unescaped(found: re.Match[str]) -> str:
    """What one escape of `$'…'` stands for; halves of a surrogate pair stand for themselves."""
    code = found[1] or found[2] or found[3]
    if code or found[4]:
        number = int(code, 16) if code else int(found[4], 8)
        return chr(number) if number < 0x110000 else "\ufffd"
    return ESCAPES.get(found[5], found[5])


@dataclass
class Command:
    """What the words of a curl command say."""

    stdin: str | None
    address: str | None = None
    pieces: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    login: bool = False

    def take(self, words: list[str]) -> Command:
        """Go through the words after `curl`."""
        rest = iter(words)
        for word in rest:
            option, value = parted(word)
            if option in TAKES | BODY:
                self.option(option, value or next(rest, ""))
            elif not option and self.address is None:
                self.address = word
        return self

    def option(self, option: str, value: str) -> None:
        if option in FORMS:
            raise NotARequest(
                "This curl command sends a form or a file; a request has a JSON body, given with -d or --json."
            )
        if option in BODY:
            self.piece(option, value)
        elif option in ("-H", "--header"):
            self.headers.append(value)
        elif option == "--url":
            self.address = value
        self.login |= option in LOGINS

    def piece(self, option: str, value: str) -> None:
        if value.startswith("@") and option != "--data-raw":
            if value != "@-" or self.stdin is None:
                raise NotARequest("The body of this curl command is in a file. Paste the content of that file instead.")
            value = self.stdin
        self.pieces.append(value)

    def body(self) -> str:
        if not self.pieces:
            raise NotARequest(
                "This curl command has no body: expected -d, --data, --data-raw, --data-binary or --json."
            )
        return "&".join(self.pieces)

    def told(self) -> list[str]:
        """What is dropped, in words: names of headers, never their values."""
        names = [header.partition(":")[0].strip() for header in self.headers]
        plain = [
            name for name in names if HEADER.fullmatch(name) and name.lower() not in ("authorization", "content-type")
        ]
        keys = self.login or any(name.lower() == "authorization" for name in names)
        return [
            *(["The key was left out: Parley uses the key of its own connection."] if keys else []),
            *([f"Headers are not taken over: {', '.join(dict.fromkeys(plain))}."] if plain else []),
        ]


def parted(word: str) -> tuple[str, str]:
    """An option with the value that is written to it: `-XPOST`, `-sSd{…}`; no option for a plain word."""
    if not word.startswith("-") or word == "-":
        return "", ""
    if word.startswith("--"):
        name, _, value = word.partition("=")
        return (name, value) if name in TAKES | BODY else (word, "")
    for index, letter in enumerate(word[1:], 1):
        if f"-{letter}" in TAKES | BODY:
            return f"-{letter}", word[index + 1 :]
    return word, ""
