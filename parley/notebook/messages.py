"""What a notebook says to a model: the messages to send, computed from the cells and the chosen answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from parley.notebook.run import Run
from parley.notebook.session import Cell, Session
from parley.notebook.steps import last_step
from parley.notebook.template import Template, filled_message, names_in, template_of
from parley.reply.reply import without_reasoning

TITLE_LENGTH = 60
_SIGNS = re.compile(r"^[\s#>*+-]+|\*\*|`+|(?<!\w)\*|\*(?!\w)")


class Said(NamedTuple):
    """A message, and whether it was written by hand: variables are replaced in such a one alone."""

    message: dict[str, Any]
    by_hand: bool = True

    def as_sent(self, values: Mapping[str, str]) -> dict[str, Any]:
        return filled_message(self.message, values) if self.by_hand else self.message


def messages(session: Session, replies: Mapping[str, Run], before: str | None = None) -> list[dict[str, Any]]:
    """The messages that the cells make up, as they are sent, in the order of the cells; `replies` has each prompt cell's chosen run.

    With `before`, those of the cells above that cell, without its own; `messages_for` adds that. Excluded cells and
    notes are skipped. Variables have the session's values. Raises KeyError when `before` names no cell.

    A prompt without an answer (never run, or its chosen run failed, was stopped or cut before anything came, or is
    still on its way) is left out, unless it is the last thing said: two user messages in a row would make the model
    answer the failed one, too, and some providers refuse them. Whoever wants it in the context runs it again. A tool's
    result, which the call before it needs, and an answer stay.
    """
    return _filled(session, _said(session, replies, before))


def written(session: Session, replies: Mapping[str, Run]) -> list[dict[str, Any]]:
    """The same messages as the cells have them, variables and all."""
    return [dict(said.message) for said in _said(session, replies)]


def messages_for(session: Session, cell_id: str, replies: Mapping[str, Run]) -> list[dict[str, Any]]:
    """What running this cell sends: all that stands above it, and its own message, even where it is excluded."""
    return _filled(session, _said_for(session, cell_id, replies))


def template_for(session: Session, cell_id: str, replies: Mapping[str, Run]) -> Template | None:
    """What `messages_for` is made from; None where no variable is in it."""
    said = _said_for(session, cell_id, replies)
    return template_of({place: one.message for place, one in enumerate(said) if one.by_hand}, session.variables)


def variables(session: Session) -> tuple[str, ...]:
    """The names of all variables in the cells that count, and in the draft."""
    return names_in([*(cell.message for cell in _above(session, None)), {"content": session.draft}])


def _said(session: Session, replies: Mapping[str, Run], before: str | None = None) -> list[Said]:
    cells = _above(session, before)
    said = [one for cell in cells for one in said_in(cell, replies.get(cell.id))]
    last = cells[-1] if cells and before is None else None
    if last is not None and _is_of_user(last) and _waits(last, replies.get(last.id)):
        said.append(Said(dict(last.message)))
    return said


def _said_for(session: Session, cell_id: str, replies: Mapping[str, Run]) -> list[Said]:
    own = next((cell.message for cell in session.cells if cell.id == cell_id), None)
    return [*_said(session, replies, before=cell_id), Said(dict(own or {}))]


def _filled(session: Session, said: Iterable[Said]) -> list[dict[str, Any]]:
    return [one.as_sent(session.variables) for one in said]


def _above(session: Session, before: str | None) -> tuple[Cell, ...]:
    """The cells that count, up to but without `before`."""
    ids = [cell.id for cell in session.cells]
    if before is not None and before not in ids:
        raise KeyError(before)
    cells = session.cells if before is None else session.cells[: ids.index(before)]
    return tuple(cell for cell in cells if not cell.excluded and cell.kind != "note")


def said_in(cell: Cell, run: Run | None) -> list[Said]:
    """What a cell that counts says to the cells below it."""
    if cell.kind == "message":
        return [Said(dict(cell.message))]
    if run is None or _waits(cell, run):
        return [] if _is_of_user(cell) else [Said(dict(cell.message))]
    answers = [*run.steps_said, run.whole.message()]
    told = map(without_reasoning, answers) if cell.without_reasoning else map(dict, answers)
    return [Said(dict(cell.message)), *(Said(message, by_hand=False) for message in told)]


def kept_for(
    session: Session, replies: Mapping[str, Run], said: Sequence[Mapping[str, Any]]
) -> tuple[tuple[Cell, ...], list[dict[str, Any]]]:
    """The cells that still stand when the notebook is to say `said`, as `written` has it, and the messages that no cell says.

    A cell stands while all that came before it does; what is never sent stands anyway.
    """
    kept: list[Cell] = []
    left, agrees = [dict(message) for message in said], True
    for cell in session.cells:
        own = [] if cell.excluded or cell.kind == "note" else _own(cell, replies.get(cell.id))
        agrees = agrees and left[: len(own)] == own
        if not own or agrees:
            kept.append(cell)
            left = left[len(own) :]
    return tuple(kept), left


def _own(cell: Cell, run: Run | None) -> list[dict[str, Any]]:
    return [said.message for said in said_in(cell, run)] or [dict(cell.message)]


def _is_of_user(cell: Cell) -> bool:
    return bool(cell.message.get("role", "user") == "user")


def _waits(cell: Cell, run: Run | None) -> bool:
    """A prompt that has no answer to show yet."""
    return cell.kind == "prompt" and (run is None or run.live or not run.whole.has_output)


def chosen(cell: Cell, runs: Iterable[Run]) -> Run | None:
    """The attempt that later cells see: the one that was chosen, else the newest; `runs` come oldest first.

    Of several steps it is the last one, also where an earlier one was chosen. A choice that is not among the runs (deleted since)
    counts as none.
    """
    attempts = tuple(runs)
    picked = next((run for run in attempts if run.id == cell.chosen), None) if cell.chosen else None
    return last_step(picked, attempts) if picked else (attempts[-1] if attempts else None)


def chosen_runs(session: Session, attempts: Mapping[str, Iterable[Run]]) -> dict[str, Run]:
    """The chosen run of each cell that has one."""
    found = {cell.id: chosen(cell, attempts.get(cell.id, ())) for cell in session.cells}
    return {cell_id: run for cell_id, run in found.items() if run is not None}


def title_for(text: str) -> str:
    """A title proposed from the first prompt: its first line with words, without Markdown's signs, cut at 60."""
    lines = (" ".join(_SIGNS.sub("", line).split()) for line in text.splitlines())
    line = next((line for line in lines if any(sign.isalnum() for sign in line)), "")
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[:TITLE_LENGTH]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > TITLE_LENGTH // 2 else cut[:-1]).rstrip(" ,;:.") + "…"
