"""The house rules that a machine can hold: who may import whom, who may touch which library, how long a file may be."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from parley import _ROOMS

HOUSE = Path(__file__).resolve().parents[1]
CODE = sorted(
    [HOUSE / "app.py", *(p for room in ("pages", "components", "parley") for p in (HOUSE / room).rglob("*.py"))]
)

FLOOR = {
    **dict.fromkeys(
        ["parley.value", "parley.errors", "parley.settings", "parley.request", "parley.reply", "parley.notebook"], 0
    ),
    **dict.fromkeys(
        ["parley.money", "parley.figures", "parley.connection", "parley.catalog", "parley.wire", "parley.truth"], 0
    ),
    **dict.fromkeys(
        [
            "parley.budget",
            "parley.tokens",
            "parley.bundle",
            "parley.drawings",
            "parley.pictures",
            "parley.media",
            "parley.sounds",
        ],
        0,
    ),
    **dict.fromkeys(["parley.judging"], 0),
    **dict.fromkeys(["parley.client", "parley.store", "parley.local"], 1),
    **dict.fromkeys(["parley.runs", "parley.exporting", "parley.importing", "parley.web", "parley.listings"], 2),
    "components": 3,
    "pages": 4,
    "app": 5,
    "components.services": 4,
    "components.desk": 4,
    "components.column": 4,
    "components.attempt.at_desk": 4,
    "components.attaching.at_desk": 4,
    "components.budget.at_desk": 4,
    "components.compare.at_desk": 4,
    "components.connection.at_desk": 4,
    "components.history.at_desk": 4,
    "components.sessions.at_desk": 4,
    "components.sharing.at_desk": 4,
    "components.present.at_desk": 4,
    "components.tools.at_desk": 4,
    "components.history.counts": 4,
    "components.history.repeating": 4,
}
DOORS_AND_USES = {room for room, floor in FLOOR.items() if floor in (1, 2)}
ONE_DOOR = {
    "httpx": ("parley.client",),
    "sqlalchemy": ("parley.store",),
    "quicktok": ("parley.tokens",),
    "pygments": ("parley.exporting",),
    "latex2mathml": ("parley.exporting",),
    "markupsafe": ("parley.exporting",),
    "PIL": ("parley.media",),
    "jsonschema": ("parley.judging",),
    "referencing": ("parley.judging",),
    "xllamacpp": ("parley.local",),
    "starlette": ("parley.local", "parley.web"),
    "uvicorn": ("parley.local", "parley.web"),
    "streamlit": ("app", "pages", "components"),
}
TABLES = ("components.history", "components.models.frame", "parley.exporting")
"""Where tables are built, for the screen and for export: pandas costs too long a start to be imported anywhere else."""


def room(module: str) -> str:
    """The room that a dotted module name stands in: the longest name that FLOOR knows."""
    names = module.split(".")
    for end in range(len(names), 0, -1):
        if ".".join(names[:end]) in FLOOR:
            return ".".join(names[:end])
    return names[0]


def stands_somewhere(module: str) -> bool:
    """The front of the package fetches names from every room, and is none itself."""
    return module == "parley" or room(module) in FLOOR


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports(path: Path) -> set[str]:
    return imported(path.read_text(encoding="utf-8"), package_of(path))


def imported(text: str, package: str = "") -> set[str]:
    """Everything a text imports, wherever it does so; `from a import b` counts as `a.b` too."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            head = _head(node, package)
            found |= {head} | {_home(head, alias.name) for alias in node.names}
    return found


def _head(node: ast.ImportFrom, package: str) -> str:
    above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    return ".".join([*above, *([node.module] if node.module else [])])


def _home(head: str, name: str) -> str:
    """Where a name comes from: what the front of the package offers stands in one of its rooms."""
    return f"parley.{_ROOMS[name]}.{name}" if head == "parley" and name in _ROOMS else f"{head}.{name}"


def package_of(path: Path) -> str:
    return ".".join(path.relative_to(HOUSE).parent.parts)


def ours(path: Path) -> set[str]:
    return rooms_of(imports(path))


def rooms_of(names: set[str]) -> set[str]:
    """The rooms that dotted names stand in; `import parley` alone opens none of them."""
    heads = ("parley", "components", "pages", "app")
    return {room(name) for name in names if name.split(".")[0] in heads} - {"parley"}


@pytest.mark.parametrize("path", CODE, ids=module_of)
def test_every_module_stands_in_a_room(path: Path) -> None:
    assert stands_somewhere(module_of(path)), "give its room a floor in FLOOR"


def test_a_module_in_no_room_is_noticed() -> None:
    assert not stands_somewhere("parley.nowhere")
    assert stands_somewhere("parley.store.schema")


@pytest.mark.parametrize(
    ("text", "package", "found"),
    [
        ("from parley import Store, errors", "components", {"parley.store", "parley.errors"}),
        ("from parley import OpenRouter as Door", "components", {"parley.client"}),
        ("import parley.runs.live", "components", {"parley.runs"}),
        ("def late():\n    from parley.store import Store", "pages", {"parley.store"}),
        ("from ..client import OpenRouter", "parley.store", {"parley.client"}),
        ("from . import schema", "parley.store", {"parley.store"}),
        ("import parley", "components", set()),
        ("from pathlib import Path", "components", set()),
    ],
)
def test_an_import_is_seen_however_it_is_spelt(text: str, package: str, found: set[str]) -> None:
    assert rooms_of(imported(text, package)) == found


@pytest.mark.parametrize("path", CODE, ids=module_of)
def test_nobody_reaches_into_a_front_that_hides_its_rooms(path: Path) -> None:
    """`import parley` and then `parley.Store` would pass every wall here unseen."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    assert "parley" not in {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}


@pytest.mark.parametrize("path", CODE, ids=module_of)
def test_imports_go_down_only(path: Path) -> None:
    here = room(module_of(path))
    if here == "parley":
        return
    up = {there for there in ours(path) if FLOOR[there] > FLOOR[here]}
    assert not up, f"{here} (floor {FLOOR[here]}) imports upwards: {up}"


@pytest.mark.parametrize("path", CODE, ids=module_of)
def test_doors_and_their_users_do_not_import_one_another(path: Path) -> None:
    here = room(module_of(path))
    if here in DOORS_AND_USES:
        assert not {there for there in ours(path) & DOORS_AND_USES if there != here}


@pytest.mark.parametrize("path", CODE, ids=module_of)
def test_one_library_has_one_door(path: Path) -> None:
    here = room(module_of(path))
    for library in {name.split(".")[0] for name in imports(path)} & set(ONE_DOOR):
        assert here.split(".")[0] in ONE_DOOR[library] or here in ONE_DOOR[library], f"{here} imports {library}"


@pytest.mark.parametrize("path", CODE, ids=module_of)
def test_pandas_stands_where_tables_are_built(path: Path) -> None:
    if "pandas" in {name.split(".")[0] for name in imports(path)}:
        assert module_of(path).startswith(TABLES), f"{module_of(path)} imports pandas"


@pytest.mark.parametrize("path", [p for p in CODE if room(module_of(p)) == "components"], ids=module_of)
def test_what_is_drawn_knows_no_service(path: Path) -> None:
    assert not ours(path) & DOORS_AND_USES


@pytest.mark.parametrize("path", CODE, ids=module_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= (120 if path.parent.name == "pages" else 400)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} is too long"


@pytest.mark.parametrize("path", CODE, ids=module_of)
def test_nothing_a_stranger_said_is_ever_drawn_as_html(path: Path) -> None:
    banned = ("unsafe_allow_html=True", "components.v1", "st.html(", "st.iframe(", "st.exception(", "pickle", "eval(")
    assert not [word for word in banned if word in path.read_text(encoding="utf-8")]
