"""The check before anything leaves: what is in a snapshot, and the snapshot without it.

Both look at every text there is, in requests as they were sent, in templates, variables, titles and files of text alike, and never
at what a picture, a sound or a document shows. What was found is masked wherever it stands, by what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from parley.errors import KeyInside
from parley.exporting.checking.found import DECISIONS, KINDS, About, Decision, Found, Kind, Place
from parley.exporting.checking.judging import Executor, Lister
from parley.exporting.checking.parts import Parts
from parley.exporting.checking.walking import Walk
from parley.notebook import Run, Snapshot
from parley.wire.own_keys import OwnKeys

__all__ = ["DECISIONS", "KINDS", "About", "Decision", "Found", "Kind", "Place", "leaving", "sealed", "without"]

_PACED = ("reasoning", "text", "refusal", "tool_calls", "images", "audio", "annotations")
"""What of an answer comes in pieces."""
Content = TypeVar("Content", Snapshot, str, bytes)


def leaving(snapshot: Snapshot, *, secrets: Iterable[str] = ()) -> tuple[Found, ...]:
    """What would leave with a snapshot and had better be looked at, what does most harm first.

    `secrets` are the keys at hand. It is the snapshot as it leaves, `Snapshot.anonymous()`, that is looked at.
    """
    return _found(snapshot.anonymous(), OwnKeys(secrets))


def without(snapshot: Snapshot, decisions: Mapping[str, Decision], *, secrets: Iterable[str] = ()) -> Snapshot:
    """The snapshot as it may leave, without whose it is.

    `decisions` say by `Found.id` what is kept, masked and dropped; where nobody decided, `Found.advice` counts. A key at hand is
    never kept.
    """
    leaver, keys = snapshot.anonymous(), OwnKeys(secrets)
    executor = Executor(_found(leaver, keys), decisions, keys)
    # Once more: what was named by a cell that does not leave is named by nobody now.
    left = Walk(executor).snapshot(Parts(leaver, executor).judged().anonymous())
    return _at_no_former_pace(left, leaver)


def sealed(content: Content, secrets: Iterable[str]) -> Content:
    """What is about to leave, a snapshot or a file, exactly as it is. Raises KeyInside where it holds a key at hand."""
    keys = OwnKeys(secrets)
    if isinstance(content, bytes):
        inside = keys.within_bytes(content)
    else:
        inside = any(map(keys.anywhere, [content] if isinstance(content, str) else content.pieces()))
    if inside:
        raise KeyInside(
            "This holds the key of a connection, in an attachment perhaps, so it was not made. In the check, mask the key or drop "
            "what it stands in."
        )
    return content


def _at_no_former_pace(left: Snapshot, before: Snapshot) -> Snapshot:
    """A pace tells how long each piece was: where something of an answer does not leave, it stays behind, too."""
    answers = {run.id: run.whole for runs in before.attempts.values() for run in runs if run.pace}

    def at(run: Run) -> Run:
        same = run.pace is None or all(getattr(run.whole, name) == getattr(answers[run.id], name) for name in _PACED)
        return run if same else run.model_copy(update={"pace": None})

    return left.model_copy(update={"attempts": {cell: tuple(map(at, runs)) for cell, runs in left.attempts.items()}})


def _found(snapshot: Snapshot, keys: OwnKeys) -> tuple[Found, ...]:
    lister = Lister(keys)
    Parts(snapshot, lister).judged()
    Walk(lister).snapshot(snapshot)
    return lister.found()
