from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import httpx
import psutil
import pytest

from parley.errors import WeightsUnavailable
from parley.local import LocalServer

GREET_AND_DIE = """
import sys
sys.stdin.readline()
print('{"base_url": "http://127.0.0.1:9/api/v1", "model": "local/brief"}', flush=True)
"""
REFUSE = """
import sys
model = "--no-model" not in sys.argv
print('{"error": "No luck."}' if model else '{"base_url": "http://127.0.0.1:9/api/v1"}', flush=True)
sys.stdin.read()
"""
PARENT = """
import sys
from pathlib import Path
from parley.local import LocalServer
server = LocalServer(Path(sys.argv[1]), Path("nowhere.gguf"))
server.start()
print(server.wait(30).base_url, flush=True)
sys.stdin.read()
"""


def unavailable(home: Path, progress: Callable[[float], None]) -> NoReturn:
    progress(0.5)
    raise WeightsUnavailable("No network today.")


@pytest.fixture
def scripted_only(tmp_path: Path) -> Iterator[LocalServer]:
    """A server whose weights cannot be fetched."""
    server = LocalServer(tmp_path, fetch=unavailable)
    yield server
    server.stop()


def test_nothing_runs_before_it_is_started(tmp_path: Path) -> None:
    server = LocalServer(tmp_path)
    assert (server.status.stage, server.status.base_url) == ("idle", None)
    server.stop()
    assert list(tmp_path.iterdir()) == []


def test_without_weights_the_scripted_models_answer_and_the_sentence_says_so(scripted_only: LocalServer) -> None:
    scripted_only.start()
    scripted_only.start()
    status = scripted_only.wait(30)
    assert (status.stage, status.model) == ("failed", None)
    assert status.sentence == "No network today. Scripted models still answer."
    assert status.base_url
    assert "scripted/text" in httpx.get(f"{status.base_url}/models").text


def test_what_failed_can_be_tried_again(tmp_path: Path) -> None:
    asked: list[Path] = []
    server = LocalServer(tmp_path, fetch=lambda home, progress: asked.append(home) or unavailable(home, progress))
    server.again()
    assert (server.status.stage, asked) == ("idle", [])
    for times in (1, 2):
        server.start()
        assert server.wait(30).stage == "failed"
        assert len(asked) == times
        server.again()
    server.stop()


def test_the_key_is_asked_for_and_in_no_argument(scripted_only: LocalServer, tmp_path: Path) -> None:
    scripted_only.start()
    status = scripted_only.wait(30)
    assert status.api_key
    key = status.api_key.get_secret_value()
    body = {"messages": [{"role": "user", "content": "1 token after 0 s"}]}
    url = f"{status.base_url}/chat/completions"
    assert httpx.post(url, json=body).status_code == 401
    assert httpx.post(url, json=body, headers={"Authorization": f"Bearer {key}"}).status_code == 200
    arguments = psutil.Process(status.pid).cmdline()
    assert "--child" in arguments
    assert not any(key in argument for argument in arguments)
    assert key not in repr(status)
    assert key not in (tmp_path / "logs" / "local.log").read_text()


def test_a_missing_model_of_ones_own_is_named(tmp_path: Path) -> None:
    server = LocalServer(tmp_path, tmp_path / "mine.gguf")
    server.start()
    assert "mine.gguf" in server.wait(30).sentence
    server.stop()


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.gguf").write_text("not a model")
    server = LocalServer(tmp_path, tmp_path / "mine.gguf")
    server.start()
    assert "mine.gguf is not a GGUF model file" in server.wait(30).sentence
    server.stop()


def test_a_child_that_keeps_dying_is_started_four_times_and_then_left(tmp_path: Path) -> None:
    command = (sys.executable, "-c", GREET_AND_DIE)
    server = LocalServer(tmp_path, Path(__file__), command=command, back_off=0.0)
    server.start()
    status = server.until(lambda status: "off too" in status.sentence, 30)
    assert "it ended 4 times" in status.sentence
    assert (status.stage, status.base_url) == ("failed", None)
    server.stop()


def test_a_child_that_will_not_start_leaves_the_scripted_models(tmp_path: Path) -> None:
    server = LocalServer(tmp_path, Path(__file__), command=(sys.executable, "-c", REFUSE))
    server.start()
    assert server.wait(30).sentence == "No luck. Scripted models still answer."
    server.stop()


def test_a_child_that_is_killed_is_replaced(scripted_only: LocalServer) -> None:
    scripted_only.start()
    first = scripted_only.wait(30).pid
    psutil.Process(first).kill()
    second = scripted_only.until(lambda status: status.pid not in (None, first), 30)
    assert httpx.get(f"{second.base_url}/models").status_code == 200


def test_it_can_be_stopped_and_started_again(scripted_only: LocalServer) -> None:
    for _ in range(2):
        scripted_only.start()
        pid = scripted_only.wait(30).pid
        assert pid
        scripted_only.stop()
        assert (scripted_only.status.stage, psutil.pid_exists(pid)) == ("idle", False)


def test_the_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        address = httpx.URL(parent.stdout.readline().strip())
        assert address.port
        with socket.create_connection((address.host, address.port), timeout=20) as connection:
            parent.kill()
            try:
                assert connection.recv(1) == b""
            except ConnectionResetError:
                return
