"""The page around the cells: head, policy, what the whole took, and the session itself as data, to be opened again."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from markupsafe import Markup

from parley.bundle import TEMPLATE, carried
from parley.bundle.limits import too_large
from parley.exporting.page.answers import EMPTY, attempt, facts, fold, message, together
from parley.exporting.page.code import json_code
from parley.exporting.page.ink import one_page
from parley.exporting.page.prose import line, one_line, prose
from parley.exporting.telling import label_of, lane_titles, sums
from parley.notebook import Cell, Run, Session, Snapshot, chosen
from parley.notebook.comparing import side_by_side
from parley.notebook.steps import last_steps
from parley.request.kept import counted
from parley.wire.json_text import storable

_OPEN_AGAIN = "To go on with this session, drop this file on the Sessions page of Parley."
_TO_BE_READ = "Made with Parley, to be read: the session is not in this file."
_SAVED = "Saved as a file, it can be read without a network, and opens on the Sessions page of Parley."


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
    carry, so that `parley.importing.opened` reads the session out of it, unless the page would then be too large for that. Its runs
    should be whole.
    """
    with one_page():
        page = storable(_page(snapshot, snapshot.session.title if title is None else title, link, embed))[0]
    return html_page(snapshot, title=title, link=link) if embed and too_large(page) else page


def _page(snapshot: Snapshot, shown: str, link: str | None, embed: bytes | None) -> Markup:
    session = snapshot.session
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
        title=one_line(shown) or "Session",
        style=Markup(_style()),  # noqa: S704
        head=_head(snapshot, shown, link),
        settings=_settings(session),
        cells=together([_cell(n, cell, snapshot.attempts.get(cell.id, ())) for n, cell in enumerate(session.cells, 1)]),
        foot=_foot(link, embed),
        carrier=_carrier(embed),
    )


def _head(snapshot: Snapshot, title: str, link: str | None) -> Markup:
    way = Markup('<p><a class="way" href="{}">Continue in my own copy</a></p>').format(link) if _leads(link) else EMPTY
    form = Markup('<header><p class="brand">Parley</p><h1 dir="auto">{}</h1><p class="small">{}</p>{}</header>')
    return form.format(line(title or "Untitled session"), facts(sums(snapshot)), way)


def _leads(link: str | None) -> bool:
    if not link:
        return False
    parts = urlsplit(link)
    return parts.scheme in ("http", "https") or (not parts.scheme and not parts.netloc and link.startswith(("/", "?")))


def _settings(session: Session) -> Markup:
    settings, variables = session.settings.payload(), session.variables
    inside = [
        json_code(settings) if settings else EMPTY,
        Markup('<p class="small">Variables</p>{}').format(json_code(variables)) if variables else EMPTY,
    ]
    return fold("Settings of this session", together(inside), kind="settings") if settings or variables else EMPTY


def _cell(number: int, cell: Cell, runs: tuple[Run, ...]) -> Markup:
    inside, label = prose(cell.text) if cell.kind == "note" else message(cell.message), label_of(cell)
    form = Markup(
        '<article class="cell {}" id="cell-{}"><p class="label"><span>{}</span> {}{}</p>'
        '<div class="said" dir="auto">{}</div>{}</article>'
    )
    apart = Markup(' <span class="badge">left out of what is sent</span>') if cell.excluded else EMPTY
    return form.format(cell.kind, number, number, line(label), apart, inside, _attempts(cell, runs))


def _attempts(cell: Cell, runs: tuple[Run, ...]) -> Markup:
    """The attempts side by side where they are compared, else the chosen one, with the others behind it."""
    picked = chosen(cell, runs)
    if picked is None:
        return EMPTY
    shown = side_by_side(cell, runs) or (picked,)
    others = [run for run in last_steps(runs) if run not in shown]
    titles = lane_titles(shown) if len(shown) > 1 else ()
    marks = [_lane_head(title, run is picked) for title, run in zip(titles, shown, strict=True)] if titles else [EMPTY]
    lanes = [_answer(run, runs, mark) for run, mark in zip(shown, marks, strict=True)]
    label = f"{counted(len(others), 'other attempt')}"
    return together(
        [
            Markup('<div class="{}">{}</div>').format("lanes" if len(shown) > 1 else "alone", together(lanes)),
            fold(label, together([_answer(run, runs) for run in others]), kind="others") if others else EMPTY,
        ]
    )


def _lane_head(title: str, kept: bool) -> Markup:
    mark = Markup(' <span class="badge">kept</span>') if kept else EMPTY
    return Markup('<p class="lane">{}{}</p>').format(line(title), mark)


def _answer(run: Run, runs: Sequence[Run], mark: Markup = EMPTY) -> Markup:
    return Markup('<section class="answer" dir="auto">{}{}</section>').format(mark, attempt(run, runs))


def _foot(link: str | None, embed: bytes | None) -> Markup:
    told = f"Made with Parley. {_SAVED if _leads(link) else _OPEN_AGAIN}" if embed else _TO_BE_READ
    return Markup('<footer class="small"><p>{}</p></footer>').format(told)


def _carrier(embed: bytes | None) -> Markup:
    opening, closing = TEMPLATE
    return Markup(opening + carried(embed) + closing) if embed else EMPTY  # noqa: S704
