"""Starts many a Parley in the time of one: `python -m tests.browser.nursery`

It has read every module, which is most of what a start takes, and forks for each line of JSON that it is told: the environment and
the arguments. What runs then is what `python -m streamlit` runs. It answers with the number of the process.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache

import psutil

from tests.conftest import HOUSE


def main() -> None:
    _read_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        environ, arguments = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(environ, arguments)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _read_all() -> None:
    from streamlit.components.v2 import manifest_scanner

    import components

    importlib.import_module("streamlit.web.cli")
    for found in pkgutil.walk_packages(components.__path__, "components."):
        importlib.import_module(found.name)
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
    manifest_scanner.scan_component_manifests()


def _become(environ: Mapping[str, str], arguments: Sequence[str]) -> None:
    from streamlit.web.cli import main as streamlit

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["streamlit", *arguments]
    status = 1
    try:
        streamlit()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        os._exit(status)


class _Nursery:
    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.browser.nursery"]
        self._process = subprocess.Popen(command, cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, environ: Mapping[str, str], arguments: Sequence[str]) -> psutil.Process:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([environ, arguments]) + "\n")
        self._process.stdin.flush()
        return psutil.Process(int(self._process.stdout.readline()))


@cache
def _nursery() -> _Nursery:
    return _Nursery()


def started(environ: Mapping[str, str], *arguments: str) -> psutil.Process:
    """A server with these arguments of `streamlit`, in this environment; where a fork is not safe, one that reads its modules."""
    if sys.platform == "linux":
        return _nursery().start(environ, arguments)
    command, quiet = [sys.executable, "-m", "streamlit", *arguments], subprocess.DEVNULL
    return psutil.Popen(command, cwd=HOUSE, env=environ, stdout=quiet, stderr=quiet)


if __name__ == "__main__":
    main()
