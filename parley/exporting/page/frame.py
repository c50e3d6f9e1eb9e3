"""The page around the cells: head, policy, what the whole took, and the session itself as data, to be opened again."""

from __future__ import annotations

import base64
import hashlib
from decimal import Decimal
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from markupsafe import Markup

from parley.bundle import TEMPLATE, carried
from parley.exporting.page.answers import EMPTY, attempt, fold, message, together
from parley.exporting.page.code import json_code
from parley.exporting.page.prose import line, prose
from parley.figures import milliseconds
from parley.money import dollars
from parley.notebook import Cell, Run, Session, Snapshot, chosen
from parley.request.kept import counted

_ROLES = {
    "system": "System message",
    "developer": "Developer message",
    "user": "Message",
    "assistant": "Assistant, by hand",
}
_OPEN_AGAIN = "To go on with this session, drop this file on the Sessions page of Parley."


@cache
def _style() -> str:
    return (files("parley.exporting.page") / "page.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    held = "img-src data:; media-src data:"
    return f"default-src 'none'; {held}; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


POLICY = _policy()
"""What the page allows itself: its own style and what is held in it. Nothing runs, nothing is fetched."""


def html_page(
    snapshot: Snapshot, *, title: str | None = None, link: str | None = None, embed: bytes | None = None
) -> str:
    """The snapshot as a page that opens from disk, prints, and holds no script.

    `link` is where "Continue in my own copy" leads: http, https, or a path of the server's own. `embed` is a bundle for the page to
    carry, so that `parley.importing.opened` reads the session out of it. Its runs should be whole.
    """
    session = snapshot.session
    shown = title if title is not None else session.title
    form = Markup(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        '<meta name="robots" content="noindex, nofollow">\n<meta name="color-scheme" content="light dark">\n'
        "<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        "{head}\n<main>\n{settings}\n{cells}\n</main>\n{foot}\n{carrier}\n</body>\n</html>\n"
    )
    return form.format(
        policy=POLICY,
        title=" ".join(shown.split()) or "Session",
        style=Markup(_style()),  # noqa: S704
        head=_head(snapshot, shown, link),
        settings=_settings(session),
        cells=together([_cell(n, cell, snapshot.attempts.get(cell.id, ())) for n, cell in enumerate(session.cells, 1)]),
        foot=_foot(embed),
        carrier=_carrier(embed),
    )


def _head(snapshot: Snapshot, title: str, link: str | None) -> Markup:
    way = Markup('<p><a class="way" href="{}">Continue in my own copy</a></p>').format(link) if _leads(link) else EMPTY
    form = Markup('<header><p class="brand">Parley</p><h1 dir="auto">{}</h1><p class="small">{}</p>{}</header>')
    return form.format(line(title or "Untitled session"), Markup(" · ").join(map(line, _sums(snapshot))), way)


def _leads(link: str | None) -> bool:
    if not link:
        return False
    parts = urlsplit(link)
    return parts.scheme in ("http", "https") or (not parts.scheme and not parts.netloc and link.startswith(("/", "?")))


def _sums(snapshot: Snapshot) -> list[str]:
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


def _settings(session: Session) -> Markup:
    settings, variables = session.settings.payload(), session.variables
    inside = [
        json_code(settings) if settings else EMPTY,
        Markup('<p class="small">Variables</p>{}').format(json_code(variables)) if variables else EMPTY,
    ]
    return fold("Settings of this session", together(inside), kind="settings") if settings or variables else EMPTY


def _cell(number: int, cell: Cell, runs: tuple[Run, ...]) -> Markup:
    if cell.kind == "note":
        inside, label = prose(cell.text), "Note"
    else:
        inside, label = message(cell.message), _label(cell)
    form = Markup(
        '<article class="cell {}" id="cell-{}"><p class="label"><span>{}</span> {}{}</p>'
        '<div class="said" dir="auto">{}</div>{}</article>'
    )
    apart = Markup(' <span class="badge">left out of what is sent</span>') if cell.excluded else EMPTY
    return form.format(cell.kind, number, number, line(label), apart, inside, _attempts(cell, runs))


def _label(cell: Cell) -> str:
    role = str(cell.message.get("role") or "user")
    return "Prompt" if cell.kind == "prompt" and role == "user" else _ROLES.get(role, f"{role.capitalize()} message")


def _attempts(cell: Cell, runs: tuple[Run, ...]) -> Markup:
    """The attempts side by side where they are compared, else the chosen one, with the others behind it."""
    beside = [run for run in runs if run.id in cell.compared]
    picked = chosen(cell, runs)
    if picked is None:
        return EMPTY
    shown = beside if len(beside) > 1 else [picked]
    others = [run for run in runs if run not in shown]
    kept = Markup('<p class="badge">Kept</p>')
    lanes = [_answer(run, kept if len(shown) > 1 and run is picked else EMPTY) for run in shown]
    label = f"{counted(len(others), 'other attempt')}"
    return together(
        [
            Markup('<div class="{}">{}</div>').format("lanes" if len(shown) > 1 else "alone", together(lanes)),
            fold(label, together([_answer(run) for run in others]), kind="others") if others else EMPTY,
        ]
    )


def _answer(run: Run, mark: Markup = EMPTY) -> Markup:
    return Markup('<section class="answer" dir="auto">{}{}</section>').format(mark, attempt(run))


def _foot(embed: bytes | None) -> Markup:
    told = f"Made with Parley. {_OPEN_AGAIN}" if embed else "Made with Parley."
    return Markup('<footer class="small"><p>{}</p></footer>').format(told)


def _carrier(embed: bytes | None) -> Markup:
    opening, closing = TEMPLATE
    return Markup(opening + carried(embed) + closing) if embed else EMPTY  # noqa: S704
