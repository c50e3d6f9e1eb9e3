"""Laws of the forms: whatever a field holds is shown by both its views, and neither changes what nobody touched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.panel.editors import DRAWN
from components.panel.text import spell_json
from parley.request import ChatRequest
from parley.request.kept import same
from parley.request.outline import Part, outline
from parley.request.paths import Path as Place
from parley.request.paths import found
from parley.request.schema_problems import schemas_of
from parley.request.schemas import lint
from tests.ui.panel_screen import Screen

TRAFFIC = Path(__file__).resolve().parents[2] / "../shared/traffic"
FORMS = [spec.name for spec in DRAWN if spec.editor == "json"]

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
JUNK = st.recursive(
    LEAVES, lambda one: st.lists(one, max_size=2) | st.dictionaries(st.text(max_size=3), one, max_size=2)
)
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "switch": st.booleans(),
    "integer": st.integers(0, 99),
    "number": st.integers(0, 99) | st.floats(0, 99),
    "text_list": st.lists(st.text(max_size=5), max_size=3),
    "json": JUNK,
    "schema": st.dictionaries(st.sampled_from(["type", "properties", "x"]), JUNK, max_size=3),
}


def valued(part: Part, *, odd: bool = True) -> st.SearchStrategy[Any]:
    """Values that a part may have, and where they may be `odd` now and then one that it may not."""
    return st.one_of(fitting(part, odd), fitting(part, odd), JUNK) if odd else fitting(part, odd)


def fitting(part: Part, odd: bool) -> st.SearchStrategy[Any]:
    if part.shape == "either":
        return st.one_of([valued(one, odd=odd) for one in part.parts])
    if part.shape == "kinds":
        return st.sampled_from(part.parts).flatmap(lambda kind: of_kind(part.tag, kind, odd))
    if part.shape == "object":
        keys = {one.key: valued(one, odd=odd) for one in part.parts}
        extra = st.dictionaries(st.sampled_from(["zz", "of tomorrow"]), JUNK, max_size=1)
        return st.tuples(st.fixed_dictionaries({}, optional=keys), extra).map(lambda both: {**both[0], **both[1]})
    if part.item is not None:
        items = valued(part.item, odd=odd)
        names = st.text(max_size=4)
        return st.lists(items, max_size=3) if part.shape == "list" else st.dictionaries(names, items, max_size=3)
    return PLAIN.get(part.shape, st.sampled_from([*part.choices, "a word"]))


def of_kind(tag: str, kind: Part, odd: bool) -> st.SearchStrategy[Any]:
    return fitting(kind, odd).map(lambda held: {tag: kind.key, **held})


def fields(*, odd: bool) -> st.SearchStrategy[tuple[str, Any]]:
    """A field that has a form, with a value."""
    return st.sampled_from(FORMS).flatmap(lambda name: st.tuples(st.just(name), valued(outline(name), odd=odd)))


FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def unfold_all(screen: Screen, names: list[str]) -> None:
    """Open the forms of these fields, and every fold inside them."""
    for name in names:
        screen.open_form(name)
    known: set[str] = set()
    while (folds := set(inner_folds(screen))) - known:
        known |= folds
        for one in folds:
            screen.at.session_state[one] = True
        screen.run()


def inner_folds(screen: Screen) -> Iterator[str]:
    for fold in screen.at.expander:
        key = fold.proto.id.split("-", 2)[-1]
        if key.startswith("field-"):
            yield key


def places(value: Any, here: Place = ()) -> dict[Place, Any]:
    steps = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    inner = {path: held for step, one in steps for path, held in places(one, (*here, step)).items()}
    return inner or {here: value}


@pytest.fixture(scope="module")
def screen() -> Screen:
    return Screen()


@FEW
@given(fields(odd=True))
def test_whatever_a_field_holds_is_drawn_in_full_and_stays_as_it_is(screen: Screen, field: tuple[str, Any]) -> None:
    name, value = field
    screen.load({name: value})
    unfold_all(screen, [name])
    screen.run()
    assert same(screen.body, {name: value})


@FEW
@given(fields(odd=False), st.randoms(use_true_random=False))
def test_an_edit_in_a_form_changes_one_place(screen: Screen, field: tuple[str, Any], lot: Any) -> None:
    name, value = field
    screen.load({name: value})
    unfold_all(screen, [name])
    drawn = [*screen.at.text_input, *screen.at.number_input]
    widgets = [one for one in drawn if one.key.startswith(f"field-{name}-") and not one.key.endswith(("name", "value"))]
    if not widgets:
        return
    widget = lot.choice(widgets)
    widget.set_value(7 if widget in screen.at.number_input else "something else")
    screen.run()
    after = screen.body.get(name)
    changed = [place for place, held in places(value).items() if not same(found(after, place), held)]
    assert len(changed) <= 1


def recorded() -> dict[str, dict[str, Any]]:
    """The settings of every recorded request, each once, by the name of a file that has them."""
    bodies: dict[str, dict[str, Any]] = {}
    for file in sorted(TRAFFIC.glob("*.json")):
        body = json.loads(file.read_text()).get("request") if "_models_" not in file.name else None
        held = {key: one for key, one in body.items() if key != "messages"} if isinstance(body, dict) else {}
        if held and held not in bodies.values():
            bodies[file.stem] = held
    return bodies


RECORDED = recorded() if TRAFFIC.exists() else {}
needs_traffic = pytest.mark.skipif(not RECORDED, reason="the recorded traffic is not at hand")


@needs_traffic
@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_request_comes_back_through_both_views(screen: Screen, name: str) -> None:
    body = RECORDED[name]
    screen.load(body)
    structured = [field for field in FORMS if field in body]
    unfold_all(screen, structured)
    assert same(screen.body, body)
    assert list(screen.body) == list(body)
    for text_of in (lambda field: "", lambda field: spell_json(body[field])):
        for field in structured:
            screen.widget(field).set_value(text_of(field))
        screen.run()
    assert same(screen.body, body)


@needs_traffic
@pytest.mark.parametrize("name", RECORDED)
def test_the_schemas_of_a_request_that_was_really_sent_are_not_refused(name: str) -> None:
    schemas = [schema for _, schema, _ in schemas_of(ChatRequest.parse(RECORDED[name]))]
    assert not [lapse.sentence for schema in schemas for lapse in lint(schema) if lapse.blocks]
