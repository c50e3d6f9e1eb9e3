"""The house rules that a machine can hold: who may import whom, who may touch which library, how long a file may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
CODE = sorted(
    [HOUSE / "app.py", *(p for room in ("pages", "components", "parley") for p in (HOUSE / room).rglob("*.py"))]
)

FLOOR = {
    **dict.fromkeys(
        ["parley.value", "parley.errors", "parley.settings", "parley.request", "parley.reply", "parley.notebook"], 0
    ),
    **dict.fromkeys(
        ["parley.money", "parley.figures", "parley.connection", "parley.catalog", "parley.wire", "parley"], 0
    ),
    **dict.fromkeys(["parley.client", "parley.store", "parley.local"], 1),
    **dict.fromkeys(["parley.runs", "parley.exporting", "parley.importing", "parley.web"], 2),
    "components": 3,
    "pages": 4,
    "app": 5,
    "components.services": 4,
    "components.desk": 4,
}
DOORS_AND_USES = {room for room, floor in FLOOR.items() if floor in (1, 2)}
ONE_DOOR = {
    "httpx": ("parley.client",),
    "sqlalchemy": ("parley.store",),
    "xllamacpp": ("parley.local",),
    "starlette": ("parley.local", "parley.web"),
    "uvicorn": ("parley.local", "parley.web"),
    "streamlit": ("app", "pages", "components"),
}


def room(module: str) -> str:
    """The room that a dotted module name stands in: the longest name that FLOOR knows."""
    names = module.split(".")
    for end in range(len(names), 0, -1):
        if ".".join(names[:end]) in FLOOR:
            return ".".join(names[:end])
    return names[0]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Everything a file imports, wherever in the file it does so; `from a import b` counts as `a.b` too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def ours(path: Path) -> set[str]:
    heads = ("parley", "components", "pages", "app")
    return {room(name) for name in imports(path) if name.split(".")[0] in heads} - {"parley"}


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
