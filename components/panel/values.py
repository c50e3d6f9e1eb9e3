"""What the widgets of the panel say, without drawing anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import MISSING

from components.panel.editors import DRAWN, EDITORS, RAW, loose, meant, settled
from components.panel.text import Unreadable
from components.panel.typed import Typed
from parley.catalog.view import FieldMark, ModelView
from parley.request import BY_NAME, ChatRequest, Problem, problems
from parley.request.kept import same

RAW_FIELD = "raw-json"
"""Under this name problems of the raw JSON box are found."""


@dataclass(frozen=True)
class Reading:
    """The settings that the widgets show, and what is wrong with them."""

    request: ChatRequest
    problems: tuple[Problem, ...] = ()
    overridden: tuple[str, ...] = ()
    """Fields whose widget is overruled by the raw JSON box."""
    unreadable: tuple[str, ...] = ()
    """Fields whose widget, and RAW_FIELD where its box, holds what cannot be read; they keep their former value."""
    half_typed: tuple[str, ...] = ()
    """Fields in whose form stands what cannot be read; its part keeps its former value."""
    view: ModelView = field(default_factory=ModelView)
    """What is known of the model that will be asked."""
    marks: tuple[FieldMark, ...] = ()
    """Set fields that this model will not honour as they stand."""

    def set_names(self) -> tuple[str, ...]:
        """The fields that are set, typed or not, in the order of the panel."""
        sent = self.request.sent_keys()
        return tuple(spec.name for spec in DRAWN if spec.name in sent)

    def loose_names(self) -> tuple[str, ...]:
        """The keys that will be sent and are no field."""
        return tuple(name for name in self.request.sent_keys() if name not in BY_NAME)

    def problems_of(self, name: str) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.field == name)

    def marks_of(self, name: str) -> tuple[FieldMark, ...]:
        return tuple(mark for mark in self.marks if mark.field == name)


def read(
    base: ChatRequest,
    raws: Mapping[str, Any],
    sent_anyway: Mapping[str, Any] = MappingProxyType({}),
    typed: Callable[[dict[str, Any]], Iterable[Typed]] = lambda body: (),
) -> Reading:
    """Lay the widgets' raw values over the settings they were filled from.

    A widget that says nothing else than its field's value leaves that value as it is, type and all; one that is absent
    from `raws` leaves it too, and one that cannot be read is named as a problem. What is wrong is judged of the whole that
    will be sent, with `sent_anyway` where nothing is set.
    """
    body = base.payload()
    said, mistakes = dict(body), []
    overridden: tuple[str, ...] = ()
    for spec in DRAWN:
        if spec.name in raws:
            try:
                put(said, spec.name, meant(EDITORS[spec.editor], raws[spec.name], body.get(spec.name, MISSING)))
            except Unreadable as error:
                mistakes.append(mistake(spec.name, spec.name, raws, error))
    if RAW_FIELD in raws:
        try:
            said, overridden = merged(said, meant(RAW, raws[RAW_FIELD], loose(body) or MISSING))
        except Unreadable as error:
            mistakes.append(mistake(RAW_FIELD, "Raw JSON", raws, error))
    request = base if same(said, body) else ChatRequest.parse(said)
    half_typed = [Problem(field=one.field, path=one.place, value=one.text, message=one.sentence) for one in typed(said)]
    found = (*mistakes, *half_typed, *problems(completed(request, sent_anyway), settings_only=True))
    unreadable = tuple(problem.field for problem in mistakes)
    return Reading(request, found, overridden, unreadable, tuple(problem.field for problem in half_typed))


def completed(request: ChatRequest, sent_anyway: Mapping[str, Any]) -> ChatRequest:
    """The request as it will be sent: what is sent anyway stands where nothing is set; `null` is set."""
    body = request.payload()
    missing = {name: value for name, value in sent_anyway.items() if name not in body}
    return ChatRequest.parse({**body, **missing}) if missing else request


def mistake(field: str, name: str, raws: Mapping[str, Any], error: Unreadable) -> Problem:
    return Problem(field=field, path=field, value=raws[field], message=f"{name}: {error}")


def put(body: dict[str, Any], name: str, value: Any) -> None:
    if value is MISSING:
        body.pop(name, None)
    else:
        body[name] = value


def merged(said: dict[str, Any], extra: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A body with the raw box's keys over it in place of its loose ones, and the fields that they overrule."""
    if extra is MISSING:
        extra = {}
    if not isinstance(extra, dict):
        raise Unreadable('it must be an object, such as {"verbosity": "low"}')
    if "messages" in extra:
        raise Unreadable("the messages come from the notebook's cells; take messages out of it")
    kept = {key: value for key, value in said.items() if key in extra or key in BY_NAME}
    return kept | extra, tuple(spec.name for spec in DRAWN if spec.name in extra)


def raw_without(text: Any, names: frozenset[str]) -> Any:
    """The raw box's text without these keys; as it is where it holds none of them or cannot be read."""
    try:
        extra = RAW.from_widget(text) if settled(text) is not None else {}
    except Unreadable:
        return text
    if not isinstance(extra, dict) or names.isdisjoint(extra):
        return text
    rest = {key: value for key, value in extra.items() if key not in names}
    return RAW.to_widget(rest) if rest else None


def raw_with(text: Any, extra: Mapping[str, Any]) -> Any:
    """The raw box's text with these keys; as it is where there are none or it cannot be read."""
    try:
        former = RAW.from_widget(text) if settled(text) is not None else {}
    except Unreadable:
        return text
    return RAW.to_widget({**former, **extra}) if extra and isinstance(former, dict) else text
