"""Set, sent, forwarded: what became of every field of a request, as far as the echo of the upstream body tells.

APIs of providers differ in names and shapes, so the judgement is tolerant: what stands there in another form is *reshaped*, and
only what is nowhere is *dropped*.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import MISSING

from parley.reply import Reply
from parley.request import FIELDS
from parley.truth.places import BY_ADDRESS, CONTAINERS, MOVING, OWN, PLACES, RESHAPED

Verdict = Literal[
    "sent",
    "unset",
    "renamed",
    "reshaped",
    "changed",
    "kept by OpenRouter",
    "dropped upstream",
    "added upstream",
    "not told",
]
ESSENTIAL = {"messages": frozenset({"content", "text"}), "tools": frozenset({"name"})}
"""What must stand in the provider's body, in whatever shape, of a field that is reshaped; else it was changed."""
TELLING = 12
"""Characters from which on a text that is found again is no coincidence."""


@dataclass(frozen=True)
class Row:
    """One field. What is MISSING was not set, not sent, not forwarded, or is not known."""

    field: str
    verdict: Verdict
    set: Any = MISSING
    sent: Any = MISSING
    forwarded: Any = MISSING
    place: str = ""
    """Where in the provider's body it stands, such as `generationConfig.topP`."""


def echoes(reply: Reply) -> tuple[dict[str, Any], ...]:
    """The bodies that OpenRouter sent to providers, one for each attempt, oldest first; none where it did not say."""
    told = (debug.get("echo_upstream_body") for debug in reply.debug)
    read = (parsed(body) if isinstance(body, str) else body for body in told)
    return tuple(body for body in read if isinstance(body, dict))


def parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def truth(
    sent: Mapping[str, Any], upstream: Mapping[str, Any] | None = None, added: Collection[str] = ()
) -> tuple[Row, ...]:
    """Every field in the order of the panel, then keys that are no field, then what the provider got besides.

    `added` are the fields that Parley sent without their being set. Without `upstream`, which is asked for with
    `debug.echo_upstream_body`, every sent field is `sent` and nothing is said of what was forwarded.
    """
    names = [*(spec.name for spec in FIELDS), *(name for name in sent if name not in _FIELDS)]
    body = Body({} if upstream is None else upstream)
    rows = {
        name: row_of(name, sent[name], body, upstream is not None) for name in sorted(sent, key=body.under_own_name)
    }
    told = [rows.get(name) or unset(name, body) for name in names]
    known = [with_set(row, added) for row in told]
    return (*known, *(Row(path, "added upstream", forwarded=value, place=path) for path, value in body.unclaimed()))


class Body:
    """A provider's body by its places; each belongs to at most one field."""

    def __init__(self, upstream: Mapping[str, Any]) -> None:
        self.upstream = upstream
        self.places = dict(spread(upstream))
        self.claimed: set[str] = set()

    def under_own_name(self, name: str) -> bool:
        """False sorts first: a field that kept its name claims it before another one that may be called so."""
        return name not in self.places

    def find(self, name: str, value: Any) -> list[tuple[str, Any]]:
        """Where a field stands: what says the same comes first, then its own name. Messages may stand in several places."""
        wanted = (name, *PLACES.get(name, ()))
        found = [(path, held) for key in wanted for path, held in self.at(key) if path not in self.claimed]
        found = [pair for pair in found if pair[1] is not None] or found[:1]
        if name != "messages":
            found = sorted(found, key=lambda pair: not alike(value, pair[1]))[:1]
        self.claimed.update(path for path, _ in found)
        return found

    def at(self, key: str) -> Iterator[tuple[str, Any]]:
        """What stands under a path of keys, alone or inside one of the containers."""
        for prefix in ("", *(f"{container}." for container in CONTAINERS)):
            if f"{prefix}{key}" in self.places:
                yield f"{prefix}{key}", self.places[f"{prefix}{key}"]

    def unclaimed(self, held: Mapping[str, Any] | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """What no field accounts for: whole objects, or single entries where others beside them are accounted for."""
        for key, value in (self.upstream if held is None else held).items():
            path = f"{prefix}{key}"
            inside = path in CONTAINERS or any(mine.startswith(f"{path}.") for mine in self.claimed)
            if path in self.claimed or value is None:
                continue
            if inside and isinstance(value, Mapping):
                yield from self.unclaimed(value, f"{path}.")
            else:
                yield path, value


def spread(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The entries of a body, and those of the objects in it down to the third level, by their paths."""
    todo = [("", body, 0)]
    for prefix, held, depth in todo:
        for key, value in held.items():
            yield f"{prefix}{key}", value
            if isinstance(value, Mapping) and depth < 2:
                todo.append((f"{prefix}{key}.", value, depth + 1))


def row_of(name: str, value: Any, body: Body, echoed: bool) -> Row:
    """What became of a field that was sent."""
    if not echoed:
        return Row(name, "sent", sent=value)
    found = body.find(name, value)
    if not found:
        return Row(name, missed(name, value, body), sent=value)
    path, forwarded = found[0]
    if len(found) > 1:
        forwarded = dict(found)
    place = ", ".join(one for one, _ in found)
    return Row(
        name, judged(name, value, path, forwarded, several=len(found) > 1), sent=value, forwarded=forwarded, place=place
    )


def missed(name: str, value: Any, body: Body) -> Verdict:
    """What is to be said of a field that stands nowhere under a name that is known."""
    if name in OWN:
        return "kept by OpenRouter"
    if name in BY_ADDRESS:
        return "not told"
    again = name in MOVING and any(name in entry for entry in objects(body.upstream))
    return "reshaped" if again or reappears(value, body.upstream) else "dropped upstream"


def judged(name: str, value: Any, path: str, forwarded: Any, *, several: bool) -> Verdict:
    """What is to be said of a field that stands at `path`."""
    if alike(value, forwarded) and not several:
        return "sent" if path == name else "renamed"
    if name == "model":
        return "renamed"
    if name in ESSENTIAL and not holds(forwarded, value, name):
        return "changed"
    return "reshaped" if name in RESHAPED or isinstance(value, (dict, list)) else "changed"


def unset(name: str, body: Body) -> Row:
    """A field that was not sent, and what the provider got for it all the same."""
    here = [(path, value) for path, value in body.at(name) if path not in body.claimed and value is not None]
    if not here:
        return Row(name, "unset")
    path, value = here[0]
    body.claimed.add(path)
    return Row(name, "added upstream", forwarded=value, place=path)


def with_set(row: Row, added: Collection[str]) -> Row:
    return Row(**{**vars(row), "set": MISSING if row.field in added else row.sent})


def alike(one: Any, other: Any) -> bool:
    """Whether two values say the same: 1 and 1.0 do, 1 and true do not; no depth is too deep."""
    todo = [(one, other)]
    while todo:
        mine, its = todo.pop()
        if isinstance(mine, Mapping) and isinstance(its, Mapping) and mine.keys() == its.keys():
            todo.extend((mine[key], its[key]) for key in mine)
        elif isinstance(mine, list) and isinstance(its, list) and len(mine) == len(its):
            todo.extend(zip(mine, its, strict=True))
        elif mine is not its and (isinstance(mine, (Mapping, list, bool)) or isinstance(its, bool) or mine != its):
            return False
    return True


def holds(forwarded: Any, value: Any, name: str) -> bool:
    """Whether all that is said in our messages, or the name of each of our tools, stands in what was forwarded."""
    there = "\n".join(one for one in walked(forwarded) if isinstance(one, str))
    return all(text in there for text in sayings(value, ESSENTIAL[name]))


def sayings(value: Any, keys: frozenset[str]) -> Iterator[str]:
    """The texts that stand under these keys, at any depth."""
    for held in objects(value):
        yield from (text for key, text in held.items() if key in keys and isinstance(text, str))


def reappears(value: Any, upstream: Mapping[str, Any]) -> bool:
    """Whether something telling of a value, a longer text or an object with two keys, stands anywhere in the body."""
    mine = [one for one in walked(value) if (len(one) > 1 if isinstance(one, Mapping) else telling(one))]
    return bool(mine) and any(alike(one, other) for other in walked(upstream) for one in mine)


def telling(value: Any) -> bool:
    return isinstance(value, str) and len(value) >= TELLING


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    for one in walked(value):
        if isinstance(one, Mapping):
            yield one


def walked(value: Any) -> Iterator[Any]:
    """A value and everything in it, in order; no depth is too deep."""
    todo = [value]
    while todo:
        one = todo.pop()
        yield one
        if isinstance(one, Mapping):
            todo.extend(inner for key, inner in one.items() if key not in ("role", "type"))
        elif isinstance(one, (list, tuple)):
            todo.extend(one)


_FIELDS = frozenset(spec.name for spec in FIELDS)
