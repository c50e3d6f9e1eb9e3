from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

COMMAND = (sys.executable, "-m", "parley.local", "--no-model")
BODY = {"model": "scripted/text", "messages": [{"role": "user", "content": "2 tokens at 5000/s"}]}


@contextmanager
def foreground(**environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "parley.local", "--port", "0", "--no-model"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    ) as process:
        assert process.stdout
        yield process, process.stdout.readline().strip()
        process.kill()


def test_it_prints_its_address_and_takes_any_key_or_none() -> None:
    with foreground() as (_, url):
        assert url.endswith("/api/v1")
        for headers in ({}, {"Authorization": "Bearer whatever"}):
            assert httpx.post(f"{url}/chat/completions", json=BODY, headers=headers).status_code == 200


def test_a_key_from_the_environment_is_asked_for() -> None:
    with foreground(PARLEY_LOCAL_KEY="sesame") as (_, url):
        assert httpx.post(f"{url}/chat/completions", json=BODY).status_code == 401
        headers = {"Authorization": "Bearer sesame"}
        assert httpx.post(f"{url}/chat/completions", json=BODY, headers=headers).status_code == 200


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_even_while_it_answers(number: signal.Signals) -> None:
    with foreground() as (process, url):
        slow = BODY | {"stream": True, "messages": [{"role": "user", "content": "9999 tokens at 100/s"}]}
        with httpx.stream("POST", f"{url}/chat/completions", json=slow) as answer:
            next(answer.iter_bytes())
            process.send_signal(number)
            assert process.wait(20) in (0, -number)


def test_only_loopback_is_served() -> None:
    command = [sys.executable, "-m", "parley.local", "--host", "0.0.0.0", "--no-model"]
    assert subprocess.run(command, capture_output=True).returncode == 2


def test_a_missing_model_is_a_sentence_and_not_a_traceback() -> None:
    command = [sys.executable, "-m", "parley.local", "--model", "nowhere.gguf"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 3
    assert ended.stderr == "The model file nowhere.gguf cannot be read: No such file or directory.\n"


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run([*COMMAND, "--port", str(port)], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (
        3,
        f"Port {port} is taken: name another with --port, or 0 for any that is free.\n",
    )


def test_a_port_that_is_none_is_named() -> None:
    ended = subprocess.run([*COMMAND, "--port", "99999"], capture_output=True, text=True)
    assert ended.stderr.startswith("Port 99999 is not to be had")
