"""What every file says of a session, in the same words: what the whole took, what a cell is, how lanes differ, what is attached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from pydantic import MISSING

from parley.figures import milliseconds
from parley.money import dollars, part
from parley.notebook import Cell, Run, Snapshot
from parley.notebook.comparing import told_apart
from parley.notebook.receipt import booked_usage
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
    models = list(dict.fromkeys(str(run.reply.model or run.request.payload().get("model") or "") for run in runs))
    first = min(run.created for run in runs)
    said = [
        counted(len(snapshot.session.cells), "cell"),
        counted(len(runs), "attempt"),
        ", ".join(one for one in models[:4] if one) + (f" and {len(models) - 4} more" if len(models) > 4 else ""),
        _sum("tokens", [_tokens(run) for run in runs], lambda number: counted(int(number), "token")),
        _sum("cost", [run.money.best[0] if run.money.best else None for run in runs], dollars),
        _sum("time", [_ms(run) for run in runs], lambda ms: f"{milliseconds(float(ms))} of answering"),
        f"{first:%d %B %Y}",
    ]
    return [one for one in said if one]


def _sum(what: str, figures: Sequence[Decimal | None], written: Callable[[Decimal], str]) -> str:
    """What is known of them together, and of how many it is not; nobody knows what no figure says."""
    known = [one for one in figures if one is not None]
    if not known:
        return f"{what} unknown"
    rest = len(figures) - len(known)
    return written(sum(known, Decimal(0))) + (f" + {rest} unknown" if rest else "")


def _tokens(run: Run) -> Decimal | None:
    usage = run.reply.usage or booked_usage(run.booked)
    if usage is None:
        return None
    sides = [one for one in (usage.prompt_tokens, usage.completion_tokens) if one is not None]
    whole = usage.total_tokens if usage.total_tokens is not None else sum(sides) if sides else None
    return None if whole is None else Decimal(whole)


def _ms(run: Run) -> Decimal | None:
    return None if run.timings.total_ms is None else Decimal(run.timings.total_ms)


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
