"""What every file says of a session, in the same words: what the whole took, what a cell is, how lanes differ, what is attached."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pydantic import MISSING

from parley.figures import milliseconds
from parley.money import dollars, part
from parley.notebook import Cell, Run, Snapshot
from parley.notebook.comparing import told_apart
from parley.request import BY_NAME
from parley.request.kept import brief, counted

_ROLES = {
    "system": "System message",
    "developer": "Developer message",
    "user": "Message",
    "assistant": "Assistant, by hand",
}
_PARTS = {"input_audio": "Audio", "file": "File", "video_url": "Video", "input_video": "Video", "image_url": "Image"}


def sums(snapshot: Snapshot) -> list[str]:
    """What all attempts took together; a sum of which a part is unknown says so."""
    runs = [run for several in snapshot.attempts.values() for run in several]
    if not runs:
        return [counted(len(snapshot.session.cells), "cell")]
    costs = [run.money.best[0] for run in runs if run.money.best]
    unknown = len(runs) - len(costs)
    tokens = sum((run.reply.usage.total_tokens or 0) for run in runs if run.reply.usage)
    models = list(dict.fromkeys(str(run.reply.model or run.request.payload().get("model") or "") for run in runs))
    first = min(run.created for run in runs)
    return [
        counted(len(snapshot.session.cells), "cell"),
        counted(len(runs), "attempt"),
        ", ".join(one for one in models[:4] if one) + (f" and {len(models) - 4} more" if len(models) > 4 else ""),
        counted(tokens, "token"),
        (dollars(sum(costs, Decimal(0))) if costs else "cost unknown")
        + (f" + {unknown} unknown" if costs and unknown else ""),
        f"{milliseconds(sum(run.timings.total_ms or 0 for run in runs))} of answering",
        f"{first:%d %B %Y}",
    ]


def label_of(cell: Cell) -> str:
    """What a cell is, in a word or two."""
    if cell.kind == "note":
        return "Note"
    role = str(cell.message.get("role") or "user")
    return "Prompt" if cell.kind == "prompt" and role == "user" else _ROLES.get(role, f"{role.capitalize()} message")


def lane_titles(runs: Sequence[Run]) -> tuple[str, ...]:
    """For each of several attempts side by side, its number and what it set that others did not."""
    differ = told_apart([run.request for run in runs])
    return tuple(
        " · ".join((f"{number}", *(_set(name, value) for name, value in fields.items() if value is not MISSING)))
        for number, fields in enumerate(differ, 1)
    )


def _set(name: str, value: object) -> str:
    label = BY_NAME[name].label if name in BY_NAME else name
    return f"{label} {value[:60] if isinstance(value, str) else brief(value, 32)}"


def attachment(kind: str, one: object) -> str:
    """A part of a message that cannot be shown: its kind, its name or format, and its size."""
    inside = part(one, kind)
    held = next((str(held) for key in ("data", "file_data", "url") if (held := part(inside, key))), "")
    size = f"{len(held) * 3 // 4 / 1000:,.0f} kB" if held and not held.startswith("http") else ""
    told = (_PARTS.get(kind, kind), *(str(part(inside, key) or "") for key in ("filename", "format")), size)
    return " · ".join(one for one in told if one)
