"""The facts that a GGUF file states of itself in its header: context length, chat template, name."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from parley.errors import EngineFailed

MAGIC = b"GGUF"
SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
STRING, ARRAY = 8, 9
LONGEST_STRING = 16 * 1024 * 1024


@dataclass(frozen=True)
class ModelFile:
    """A model's weights on disk."""

    path: Path
    facts: Mapping[str, Any]

    @property
    def context_length(self) -> int:
        """Tokens that the model was trained for; 2048 where the file does not say."""
        return int(self.facts.get(f"{self.facts.get('general.architecture')}.context_length", 2048))

    @property
    def name(self) -> str:
        return str(self.facts.get("general.name") or self.path.stem)

    @property
    def knows_tools(self) -> bool:
        """Whether the model's own chat template has a place for tools."""
        return "tools" in str(self.facts.get("tokenizer.chat_template", ""))


def model_file(path: Path) -> ModelFile:
    """Reads the header. Raises EngineFailed, in a sentence that names the path, when there is no such GGUF file."""
    try:
        with path.open("rb") as file:
            return ModelFile(path, dict(facts(file)))
    except OSError as error:
        raise EngineFailed(f"The model file {path} cannot be read: {error.strerror}.") from error
    except (struct.error, ValueError) as error:
        raise EngineFailed(f"{path} is not a GGUF model file.") from error


def facts(file: BinaryIO) -> list[tuple[str, Any]]:
    if file.read(4) != MAGIC:
        raise ValueError("no GGUF header")
    _version, _tensors, count = struct.unpack("<IQQ", file.read(20))
    return [(string(file), value(file, number(file, "<I"))) for _ in range(min(count, 10_000))]


def value(file: BinaryIO, kind: int) -> Any:
    """One value; of an array only its length is kept."""
    if kind == STRING:
        return string(file)
    if kind == ARRAY:
        inner, length = number(file, "<I"), number(file, "<Q")
        skip(file, inner, length)
        return length
    return number(file, SCALARS[kind] if kind in SCALARS else unknown(kind))


def skip(file: BinaryIO, kind: int, length: int) -> None:
    if kind in SCALARS:
        file.seek(struct.calcsize(SCALARS[kind]) * length, 1)
        return
    for _ in range(length):
        value(file, kind)


def string(file: BinaryIO) -> str:
    length = number(file, "<Q")
    if length > LONGEST_STRING:
        raise ValueError("a string longer than any header holds")
    return file.read(length).decode("utf-8", "replace")


def number(file: BinaryIO, layout: str) -> Any:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))[0]


def unknown(kind: int) -> str:
    raise ValueError(f"unknown kind of value {kind}")
