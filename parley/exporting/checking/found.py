"""What the check finds: what it is, what it says, where it stands, and what had better be done about it."""

from __future__ import annotations

import json
from typing import Literal, NamedTuple, get_args

from pydantic import Field

from parley.value import Value
from parley.wire.redaction import REMOVED

Decision = Literal["keep", "mask", "drop"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
TextKind = Literal[
    "own key", "key", "token", "private key", "password", "card", "e-mail", "phone", "server", "random"
]  # fmt: skip
PartKind = Literal[
    "user", "session_id", "metadata", "trace", "debug", "earlier", "system", "reasoning", "tool result", "attachment"
]  # fmt: skip
Kind = TextKind | PartKind
SHOWN = 80
"""Characters of what was found that a line shows."""


class About(NamedTuple):
    """What a person is told of one kind."""

    label: str
    noun: str
    """What stands in its place, in brackets."""
    advice: Decision
    why: str


KINDS: dict[Kind, About] = {
    "own key": About("Key of a connection", "key", "mask", "It pays for requests. It can never leave."),
    "key": About("API key", "key", "mask", "Whoever has it can use what it opens."),
    "token": About("Token", "token", "mask", "Whoever has it can act as its holder."),
    "private key": About("Private key", "private key", "mask", "Whoever has it can sign and log in as its holder."),
    "password": About("Password", "password", "mask", "It stands under a name that secrets have."),
    "card": About("Card or account number", "number", "mask", "Its check digits are right."),
    "e-mail": About("E-mail address", "e-mail", "mask", "It names a person."),
    "phone": About("Phone number", "phone", "mask", "It names a person."),
    "server": About("Server of your own", "server", "mask", "It is an address within your own network."),
    "random": About("Looks random", "secret", "mask", "It may be a key of a kind that nobody here knows."),
    "user": About("End user", "user", "drop", "It tells who asked."),
    "session_id": About("Session ID", "session", "drop", "It ties requests together at the provider."),
    "metadata": About("Metadata", "metadata", "drop", "Notes for your own systems."),
    "trace": About("Trace", "trace", "drop", "Names for your own systems."),
    "debug": About("Debug output", "debug output", "drop", "It repeats all that was sent, under other names."),
    "earlier": About(
        "Text of earlier versions", "earlier text", "mask", "A request holds it, but no cell does any more."
    ),
    "system": About("System prompt", "system prompt", "keep", "It tells how you instruct models."),
    "reasoning": About("Reasoning", "reasoning", "keep", "What a model thought before it answered."),
    "tool result": About("Tool result", "tool result", "keep", "What a tool gave back may come from your own systems."),
    "attachment": About("Attachment", "attachment", "keep", "Nobody looks into pictures, sound and documents here."),
}
"""In the order in which they are listed: what does most harm first."""
SECRETS: frozenset[Kind] = frozenset({"own key", "key", "token", "private key", "password", "random"})


class Place(Value):
    """Where something stands."""

    words: str
    """For a person: `Cell 3, attempt 2, answer`."""
    cell: str | None = None
    run: str | None = None


class Found(Value):
    """One thing that would leave, however often it stands there."""

    id: str
    """The same for the same thing in every check."""
    kind: Kind
    text: str = Field(repr=False)
    """The thing itself, whole."""
    maker: str = ""
    """Who makes such keys, where that is known."""
    places: tuple[Place, ...] = ()
    """Each once, in the order of the notebook."""
    mask: str = REMOVED
    """What stands in its place once it is masked."""

    @property
    def advice(self) -> Decision:
        """What is done where nobody decides."""
        return KINDS[self.kind].advice

    @property
    def choices(self) -> tuple[Decision, ...]:
        """What may be done: the key of a connection cannot be kept."""
        return DECISIONS[1:] if self.kind == "own key" else DECISIONS

    @property
    def shown(self) -> str:
        """Enough of it to know it again, on one line; of a secret its beginning alone."""
        text = _thought(self.text) if self.kind == "reasoning" else self.text
        line = " ".join(text[: SHOWN * 4].split())
        if self.kind in SECRETS:
            return f"{line[: min(8, len(line) // 3)]}… ({len(self.text):,} characters)"
        return line if len(line) <= SHOWN and len(text) <= SHOWN * 4 else f"{line[: SHOWN - 1].rstrip()}…"


def _thought(text: str) -> str:
    """The words in reasoning that came in pieces with types and signatures; the pieces themselves where there are no words."""
    try:
        pieces = json.loads(text)
    except (ValueError, RecursionError):
        return text
    said = (
        (one.get(name) for one in pieces if isinstance(one, dict) for name in ("text", "summary"))
        if isinstance(pieces, list)
        else ()
    )
    return " ".join(one for one in said if isinstance(one, str)) or text


def mask_of(kind: Kind, number: int | None = None) -> str:
    """What stands in place of something; one of several has its number, so that who is who can still be told."""
    return f"[{KINDS[kind].noun} {'removed' if number is None else number}]"
