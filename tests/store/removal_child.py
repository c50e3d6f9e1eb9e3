"""Removes for good what was deleted, and is killed at each of its statements in turn: `python -m tests.store.removal_child DATABASE FOLDER`

Every copy of the database that a kill left behind stays in the folder, under the number of the statement.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from parley.store import Store

OWNERS = ("", "somebody")


def remove_and_die(url: str, statement: int) -> None:
    seen: list[int] = []

    def count(connection: Connection, *_: object) -> None:
        if connection.get_execution_options().get("parley_write"):
            seen.append(1)
            if len(seen) > statement:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    store = Store(url)
    for owner in OWNERS:
        store.remove_deleted(owner=owner)
    os._exit(0)


def main(prepared: str, folder: str) -> None:
    statement, status = 0, 1
    while status:
        os.mkdir(os.path.join(folder, str(statement)))
        path = shutil.copy(prepared, os.path.join(folder, str(statement), "parley.db"))
        child = os.fork()
        if child == 0:
            remove_and_die(f"sqlite:///{path}", statement)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        statement += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
