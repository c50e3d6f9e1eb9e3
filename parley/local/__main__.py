"""The gateway in the foreground: python -m parley.local --port N [--no-model]."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
import threading

import uvicorn

from parley.local import scripted
from parley.local.gateway import gateway
from parley.local.parts import LocalModel


def main() -> None:
    options = arguments()
    key = os.environ.get("PARLEY_LOCAL_KEY") or None
    if options.child:
        key = sys.stdin.readline().strip()
    listening = socket.create_server((options.host, options.port))
    server = uvicorn.Server(
        uvicorn.Config(gateway(models(options), key), log_level="warning", lifespan="off", access_log=False)
    )
    if options.child:
        threading.Thread(target=die_with_parent, daemon=True).start()
    asyncio.run(serve(server, listening))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m parley.local", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--host", choices=["127.0.0.1"], default="127.0.0.1", help="loopback only")
    parser.add_argument("--no-model", action="store_true", help="scripted models only")
    parser.add_argument("--child", action="store_true", help="read the key from stdin, and exit when stdin closes")
    return parser.parse_args()


def models(options: argparse.Namespace) -> tuple[LocalModel, ...]:
    return tuple(scripted.models())


async def serve(server: uvicorn.Server, listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    sys.stdout.write(f"http://{host}:{port}/api/v1\n")
    sys.stdout.flush()
    await server.serve(sockets=[listening])


def die_with_parent() -> None:
    """Stdin closes however the parent ends, on every system; nothing is saved here, so leave at once."""
    while sys.stdin.readline():
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
