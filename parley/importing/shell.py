"""A curl command, read as a shell would read it, and never run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from parley.errors import NotARequest
from parley.importing.pasted import Budget, Found, listed, read_json

START = re.compile(r"^[ \t]*+(?:[$>#%][ \t]++)?(?:\w++=\S*+[ \t]++)*+curl(?:\.exe)?(?=[ \t\r\n\\^`]|$)", re.MULTILINE)
CARETS = re.compile(r"\^(\r?\n|.)", re.DOTALL)
CONTINUED = re.compile(r"[\^`][ \t]*\r?\n")
PLAIN = re.compile(r"""[^\s'"\\|;&<>$#]+""")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "E": "\x1b"} | {
    letter: letter for letter in "\\'\"?"
}
ESCAPED = re.compile(
    r"((?:\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3})++)|\\(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|(.))", re.DOTALL
)
BYTE = re.compile(r"\\(?:x([0-9a-fA-F]+)|([0-7]+))")
SINGLE = re.compile(r"[^']*")
DOUBLE = re.compile(r'(?:[^"\\]|\\.)*+', re.DOTALL)
ANSI = re.compile(r"(?:[^'\\]|\\.)*+", re.DOTALL)
HEREDOC = re.compile(r"""<<-?[ \t]*(?:(['"])([^'"\n]+)\1|(\\)?([^\s'"\\|;&<>()]+))""")
CAT = re.compile(r'"\$\([ \t]*cat[ \t]*(?=<<)')
CAUGHT = re.compile(r'\s*\)"')
KEPT = re.compile(r'\\([\\"$`\n])')
OPEN = re.compile(r"(?<!\\)(?:\\\\)*(\$\w+|\$\{[^}]{0,200}\}|\$\([^)]{0,200}\)|`[^`]{0,200}`)")
LOOSE = re.compile(r"\\[ \t]+\r?\n")
OPTION = re.compile(r"\s*+(?=-{1,2}[A-Za-z])")

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
    split = Words(unwrapped(text[start.end() :])).split()
    command = Command(split.stdin).take(split.words)
    body_text = command.body()
    notes = [*command.told(), *split.told(body_text)]
    body = read_json(body_text, " of the body of this curl command", notes)
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
        self.stdin: str | None = None
        """What a here-document or a here-string hands to stdin."""
        self.fed = False
        self.open: list[tuple[int, str]] = []
        """What only a shell could fill in, each behind the number of its word."""
        self.notes: list[str] = []

    def split(self) -> Words:
        document, budget = None, Budget(MOST_PIECES)
        while self.at < len(self.text):
            budget.spend()
            letter = self.text[self.at]
            if letter == "\n" and document:
                self.end()
                self.stdin, _ = self.document(document)
                break
            option = OPTION.match(self.text, self.at) if letter == "\n" else None
            if option is not None:
                self.notes.append(
                    "A line of this command does not end in a backslash, so a shell ends the command there."
                )
                self.end()
                self.at = option.end()
            elif letter in "\n|;&>" or (letter == "#" and self.word is None):
                break
            elif letter == "<":
                document = self.redirected() or document
            else:
                self.letter(letter)
        self.end()
        return self

    def told(self, body: str) -> list[str]:
        """What there is to say of how a shell would read the command."""
        words = [parted(word)[1] or word for word in self.words] + [self.stdin or ""]
        names = list(dict.fromkeys(name for place, name in self.open if words[min(place, len(words) - 1)] in body))
        kept = [f"Kept to the letter, because only a shell could fill it in: {listed(names)}."] if names else []
        return [*dict.fromkeys(self.notes), *kept]

    def letter(self, letter: str) -> None:
        if letter.isspace():
            self.end()
            self.at += 1
        elif letter == "'":
            self.quoted(SINGLE, lambda raw: raw, "'", 1)
        elif letter == '"':
            self.double()
        elif self.text.startswith("$'", self.at):
            self.quoted(ANSI, lambda raw: ESCAPED.sub(unescaped, raw), "'", 2)
        elif letter == "\\":
            self.escaped()
        else:
            found = PLAIN.match(self.text, self.at)
            self.add(found[0] if found else letter)
            self.at += len(found[0]) if found else 1

    def double(self) -> None:
        """A text in double quotes; one that is all `$(cat <<EOF …)` is the document."""
        cat = CAT.match(self.text, self.at)
        here = HEREDOC.match(self.text, cat.end()) if cat else None
        if here is None:
            self.quoted(DOUBLE, self.filled, '"', 1)
            return
        self.at = here.end()
        text, end = self.document(here)
        caught = CAUGHT.match(self.text, end)
        if caught is None:
            raise NotARequest('The here-document in this curl command is not closed: a )" is missing.')
        self.add(text.rstrip("\n"))
        self.at = caught.end()

    def filled(self, raw: str) -> str:
        """A text that a shell fills in, but for what only it knows."""
        self.open += [(len(self.words), name) for name in OPEN.findall(raw)]
        return KEPT.sub(lambda found: found[1].strip("\n"), raw)

    def escaped(self) -> None:
        if loose := LOOSE.match(self.text, self.at):
            self.notes.append(
                "A blank stands behind a backslash at the end of a line, so a shell ends the command there."
            )
            self.at = loose.end()
            return
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

    def redirected(self) -> re.Match[str] | None:
        """Step over a redirection; what it says of a here-document, whose lines are still to come."""
        if self.text.startswith("<<<", self.at):
            self.end()
            self.fed = True
            self.at += 3
            return None
        found = HEREDOC.match(self.text, self.at)
        self.at = found.end() if found else self.at + 1
        return found

    def document(self, here: re.Match[str]) -> tuple[str, int]:
        """The lines up to the one that is the delimiter alone, and where that one ends."""
        name = re.escape(here[2] or here[4])
        begin = self.text.find("\n", self.at) + 1 or len(self.text)
        closing = re.compile(rf"^[\t ]*{name}[ \t\r]*$", re.MULTILINE).search(self.text, begin)
        lines = self.text[begin : closing.start() if closing else len(self.text)]
        plain = here[1] or here[3]
        # In a here-document a quote needs no backslash, and one before it stays.
        text = lines if plain else self.filled(lines.replace('\\"', '\\\\"'))
        return text, closing.end() if closing else len(self.text)

    def add(self, text: str) -> None:
        if self.word is None:
            self.word = []
        self.word.append(text)

    def end(self) -> None:
        if self.word is not None and self.fed:
            self.stdin, self.fed = "".join(self.word), False
        elif self.word is not None:
            self.words.append("".join(self.word))
        self.word = None


def unescaped(found: re.Match[str]) -> str:
    """What one escape of `$'…'` stands for, or a row of bytes; halves of a surrogate pair stand for themselves."""
    if found[1]:
        row = bytes(int(hexed, 16) if hexed else int(octal, 8) & 255 for hexed, octal in BYTE.findall(found[1]))
        try:
            return row.decode()
        except UnicodeDecodeError:
            return row.decode("latin-1")
    if code := found[2] or found[3]:
        number = int(code, 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return ESCAPES.get(found[4], found[0])


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
