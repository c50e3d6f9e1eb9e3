"""The local server in the foreground, at an address that it prints on one line."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import faulthandler
import logging
import os
import socket
import sys
import threading
from pathlib import Path

import uvicorn

from parley.errors import LocalModelError, ParleyError
from parley.local import scripted
from parley.local.child import Greeting
from parley.local.engine import Engine
from parley.local.gateway import gateway
from parley.local.weights import ensure_weights, given_weights
from parley.settings import Settings

CLEAN_UP = 1
REFUSED = 3


def main() -> int:
    options = arguments()
    key = os.environ.get("PARLEY_LOCAL_KEY") or None
    if options.child:
        key = sys.stdin.readline().strip()
        threading.Thread(target=die_with_parent, daemon=True).start()
        quiet_library()
    try:
        engine = None if options.no_model else Engine(options.model or weights())
        listening = listen(options.host, options.port)
    except (ParleyError, OSError) as error:
        return refuse(str(error), options.child)
    app = gateway([*([engine] if engine else []), *scripted.models()], key, options.booking_delay)
    config = uvicorn.Config(
        app, log_level="critical", lifespan="off", access_log=False, timeout_graceful_shutdown=CLEAN_UP
    )
    greet(listening, engine, options.child)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))
    if engine:
        engine.close()
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m parley.local", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--host", choices=["127.0.0.1"], default="127.0.0.1", help="loopback only")
    parser.add_argument("--no-model", action="store_true", help="scripted models only")
    parser.add_argument(
        "--model", type=Path, help="a GGUF file; otherwise PARLEY_MODEL, or the one that Parley fetches"
    )
    parser.add_argument(
        "--booking-delay", type=float, default=0.0, help="seconds until GET /generation knows an answer"
    )
    parser.add_argument("--child", action="store_true", help="take the key from stdin, and end when stdin closes")
    return parser.parse_args()


def listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except (OSError, OverflowError) as error:
        reason = "taken" if getattr(error, "errno", None) == errno.EADDRINUSE else "not to be had"
        raise LocalModelError(
            f"Port {port} is {reason}: name another with --port, or 0 for any that is free."
        ) from None


def weights() -> Path:
    settings = Settings.read(os.environ)
    if settings.model_path is not None:
        return given_weights(settings.model_path)
    return ensure_weights(settings.home, Bar().show)


class Bar:
    """Progress on a terminal's error channel, a line for every tenth."""

    def __init__(self) -> None:
        self._shown = 0

    def show(self, fraction: float) -> None:
        tenth = int(fraction * 10)
        if tenth > self._shown:
            self._shown = tenth
            sys.stderr.write(f"language model: {tenth * 10}%\n")


def greet(listening: socket.socket, engine: Engine | None, child: bool) -> None:
    host, port = listening.getsockname()[:2]
    base_url = f"http://{host}:{port}/api/v1"
    greeting = Greeting(base_url=base_url, model=engine.card.id if engine else None)
    say(greeting.model_dump_json() if child else base_url)


def refuse(sentence: str, child: bool) -> int:
    if child:
        say(Greeting(error=sentence).model_dump_json())
    else:
        sys.stderr.write(f"{sentence}\n")
    return REFUSED


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def quiet_library() -> None:
    """Our own log keeps the error channel; llama.cpp, which writes there by itself and repeats what it was asked, loses it."""
    ours = os.fdopen(os.dup(2), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    logging.basicConfig(level=logging.WARNING, stream=ours, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    faulthandler.enable(ours)


def die_with_parent() -> None:
    """Stdin closes however the parent ends, on every system. Nothing is saved here, so leave at once."""
    while sys.stdin.readline():
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
