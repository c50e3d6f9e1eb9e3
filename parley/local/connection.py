"""The connection under an ASGI response, for answers that end in its failure."""

from __future__ import annotations

import asyncio
from typing import NoReturn

from starlette.types import Receive


async def closed(receive: Receive) -> NoReturn:
    """Closes the connection as a process does that dies: nothing more is sent, not even an end.

    ASGI has no word for that, so the transport is taken from uvicorn's own `receive`. Returns never: whoever listens for
    the hang-up cancels this.
    """
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("this server's connections cannot be closed from inside")
    transport.close()
    await for_ever()


async def for_ever() -> NoReturn:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets the event")
