"""Two tabs change one session: where both changed the same thing, and how that is settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import MISSING

from parley.notebook import edits
from parley.notebook.session import Cell, Lane, Session
from parley.request import ChatRequest
from parley.request.kept import same

Part = Literal["text", "choice", "exclusion", "system", "setting", "variable", "lane", "title"]
Side = Literal["mine", "theirs"]
How = Literal["mine", "theirs", "both"]
_IN_CELLS: tuple[Part, ...] = ("text", "choice", "exclusion")


class Clash(NamedTuple):
    """One thing that was changed in two ways; MISSING is gone, or unset."""

    part: Part
    """What of a session it is: a cell's message, its chosen attempt, whether it counts; a field of the sidebar; and so on."""
    name: str
    """The cell's id, the lane's, the field's key or the variable's name; empty for what a session has once."""
    theirs: Any
    mine: Any


class Disagreement(NamedTuple):
    """What clashes between two tabs, and my side of it."""

    found: tuple[Clash, ...]
    mine: Session

    @property
    def can_be_both(self) -> bool:
        """Whether there are two texts of one cell, which can stand as two cells."""
        return any(_is_two_texts(clash) for clash in self.found)

    def after(self, former: Disagreement | None) -> Disagreement:
        """Both, where a former one still stands; of one thing that is in both what is mine now counts."""
        if former is None:
            return self
        again = {(clash.part, clash.name) for clash in self.found}
        kept = tuple(clash for clash in former.found if (clash.part, clash.name) not in again)
        return Disagreement((*kept, *self.found), settled(self.mine, former.mine, kept, "mine"))

    def settled_in(self, session: Session, how: How, new_id: Callable[[], str]) -> Session:
        """The session, in which their side stands, settled as somebody chose. Where both texts are to stay, mine stands below theirs."""
        if how == "theirs":
            return session
        texts = tuple(clash for clash in self.found if how == "both" and _is_two_texts(clash))
        for clash in texts:
            session = _with_copy(session, clash, new_id())
        return settled(session, self.mine, [clash for clash in self.found if clash not in texts], "mine")


def clashes(base: Session, mine: Session, theirs: Session) -> tuple[Clash, ...]:
    """What was changed since `base` on both sides, and not to the same; what one side left alone is no clash.

    A cell that is gone on one side and changed on the other is one clash, of its text.
    """
    return (*_in_cells(base, mine, theirs), *_beside_cells(base, mine, theirs))


def settled(session: Session, source: Session, found: Sequence[Clash], side: Side) -> Session:
    """The session with what one side says of each clash; `source` is that side's session, for the place of a cell that is gone here."""
    for clash in found:
        session = _put(session, source, clash.part, clash.name, getattr(clash, side))
    return session


def but_for_choices(session: Session) -> Session:
    """The session without what tells one saved state from another that says the same in its cells: choices, version, prompt box."""
    cells = (cell.model_copy(update={"chosen": None, "compared": ()}) for cell in session.cells)
    return session.model_copy(update={"cells": tuple(cells), "version": 0, "draft": "", "attached": ()})


def _in_cells(base: Session, mine: Session, theirs: Session) -> Iterator[Clash]:
    own, new = ({cell.id: cell for cell in session.cells} for session in (mine, theirs))
    for was in base.cells:
        left, right = own.get(was.id), new.get(was.id)
        if left is not None and right is not None:
            parts = [part for part in _IN_CELLS if part != "text" or was.id != _top(base)]
            for part in parts:
                yield from _clash(part, was.id, *(_facet(cell, part) for cell in (was, left, right)))
        elif (kept := left or right) is not None and kept != was:
            yield Clash("text", was.id, _facet(right, "text"), _facet(left, "text"))


def _beside_cells(base: Session, mine: Session, theirs: Session) -> Iterator[Clash]:
    was, own, new = (_facts(session) for session in (base, mine, theirs))
    for part, name in {**own, **was}:
        place: tuple[Part, str] = (part, name)
        yield from _clash(part, name, *(facts.get(place, MISSING) for facts in (was, own, new)))


def _clash(part: Part, name: str, was: Any, mine: Any, theirs: Any) -> Iterator[Clash]:
    if not _same(was, mine) and not _same(was, theirs) and not _same(mine, theirs):
        yield Clash(part, name, theirs, mine)


def _same(one: Any, other: Any) -> bool:
    return one is other or (MISSING not in (one, other) and same(one, other))


def _top(session: Session) -> str | None:
    """The cell of the system prompt, which is compared as such: either side may have made it anew."""
    return session.cells[0].id if edits.system_prompt(session) else None


def _facet(cell: Cell | None, part: Part) -> Any:
    if cell is None:
        return MISSING
    return {
        "text": {"kind": cell.kind, "message": cell.message},
        "choice": {
            "chosen": cell.chosen,
            "compared": list(cell.compared),
            "without_reasoning": cell.without_reasoning,
        },
        "exclusion": cell.excluded,
    }[part]


def _facts(session: Session) -> dict[tuple[Part, str], Any]:
    facts: dict[tuple[Part, str], Any] = {("title", ""): session.title, ("system", ""): edits.system_prompt(session)}
    facts |= {("setting", name): value for name, value in session.settings.payload().items()}
    facts |= {("variable", name): value for name, value in session.variables.items()}
    return facts | {("lane", lane.id): lane.overrides.payload() for lane in session.lanes}


def _put(session: Session, source: Session, part: Part, name: str, value: Any) -> Session:
    match part:
        case "text" | "choice" | "exclusion":
            return _put_in_cell(session, source, part, name, value)
        case "system":
            return edits.with_system_prompt(session, value, _free(session, _top(source) or part))
        case "setting":
            return edits.with_settings(session, ChatRequest.parse(_with(session.settings.payload(), name, value)))
        case "variable":
            return edits.with_variable(session, name, "" if value is MISSING else value)
        case "title":
            return edits.with_title(session, value)
        case "lane":
            return _put_lane(session, name, value)


def _is_two_texts(clash: Clash) -> bool:
    return clash.part == "text" and MISSING not in (clash.theirs, clash.mine)


def _with_copy(session: Session, clash: Clash, new_id: str) -> Session:
    below = clash.name if any(cell.id == clash.name for cell in session.cells) else None
    return edits.insert(session, Cell(id=new_id, **clash.mine), below=below)


def _put_in_cell(session: Session, source: Session, part: Part, name: str, value: Any) -> Session:
    here = any(cell.id == name for cell in session.cells)
    if value is MISSING:
        return edits.delete(session, name) if here else session
    if not here:
        return _stood_again(session, source, name)
    changed = {"excluded": value} if part == "exclusion" else dict(value)
    if part == "choice":
        changed["compared"] = tuple(changed["compared"])
    cells = (cell.model_copy(update=changed) if cell.id == name else cell for cell in session.cells)
    return session.model_copy(update={"cells": tuple(cells)})


def _stood_again(session: Session, source: Session, name: str) -> Session:
    """With a cell of the source, below the nearest of those before it that is here, else above the nearest after it."""
    place = edits.position(source, name)
    here = {cell.id for cell in session.cells}
    before = next((cell.id for cell in reversed(source.cells[:place]) if cell.id in here), None)
    after = next((cell.id for cell in source.cells[place:] if cell.id in here), None)
    return edits.insert(session, source.cells[place], below=before, above=None if before else after)


def _put_lane(session: Session, name: str, value: Any) -> Session:
    others = tuple(lane for lane in session.lanes if lane.id != name)
    if value is MISSING:
        return session.model_copy(update={"lanes": others})
    lane = Lane(id=name, overrides=ChatRequest.parse(value))
    known = len(others) < len(session.lanes)
    lanes = tuple(lane if one.id == name else one for one in session.lanes) if known else (*others, lane)
    return session.model_copy(update={"lanes": lanes})


def _with(body: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    kept = {key: known for key, known in body.items() if key != name}
    return kept if value is MISSING else {**body, name: value}


def _free(session: Session, wanted: str) -> str:
    """The id, or one made from it that no cell has."""
    taken = {cell.id for cell in session.cells}
    while wanted in taken:
        wanted += "-"
    return wanted
