"""The parent's handle on the local server: fetches the weights, runs the gateway as a child process, watches over it."""

from __future__ import annotations

import secrets
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from parley.errors import LocalModelError
from parley.local.child import Child, Greeting
from parley.local.weights import ensure_weights, given_weights
from parley.value import Value

Stage = Literal["idle", "fetching", "starting", "ready", "failed"]
RESTARTS = 3
BACK_OFF = 0.5
STEADY = 600.0
WITHOUT = "Scripted models still answer."


class LocalStatus(Value):
    """How the local server is doing."""

    stage: Stage = "idle"
    """`ready`: the language model answers. `failed`: it does not, and the sentence says why."""
    fraction: float = 0.0
    """How much of the weights has been fetched, from 0 to 1."""
    sentence: str = "The local model has not been started."
    """What a person reads."""
    base_url: str | None = None
    """Set whenever the gateway answers; with `failed` it has the scripted models only."""
    api_key: SecretStr | None = None
    model: str | None = None
    """The id of the language model, or None while there is none."""
    pid: int | None = None
    """The process that answers, while there is one."""


class Stopped(Exception):
    """The server was told to stop while it was being started."""


class LocalServer:
    """The local model as one thing that is started once; every method may be called from any thread.

    `model_path` takes the place of the embedded model. A child that dies is started again, at most three times in a row;
    then the language model stays off and the scripted models go on alone.
    """

    def __init__(
        self,
        home: Path,
        model_path: Path | None = None,
        *,
        fetch: Callable[[Path, Callable[[float], None]], Path] = ensure_weights,
        command: Sequence[str] = (sys.executable, "-m", "parley.local"),
        back_off: float = BACK_OFF,
    ) -> None:
        self._home = home
        self._model_path = model_path
        self._fetch = fetch
        self._command = tuple(command)
        self._back_off = back_off
        self._key = SecretStr(secrets.token_hex(32))
        self._changed = threading.Condition()
        self._status = LocalStatus()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._child: Child | None = None

    @property
    def status(self) -> LocalStatus:
        with self._changed:
            return self._status

    def start(self) -> None:
        """Begins in the background, once; later calls do nothing, unless the server was stopped in between."""
        with self._changed:
            if self._thread is not None:
                return
            self._stopping.clear()
            self._status = LocalStatus(stage="starting", sentence="Starting the local server.")
            self._thread = threading.Thread(target=self._supervise, name="local-server", daemon=True)
            self._thread.start()

    def again(self) -> None:
        """After a failure begins anew, weights and all; does nothing in any other stage, so two who ask are one."""
        with self._changed:
            if self._status.stage != "failed":
                return
            self._status = LocalStatus(stage="starting", sentence="Starting the local server again.")
        self.stop()
        self.start()

    def wait(self, timeout: float | None = None) -> LocalStatus:
        """The status once it is ready or failed, or as it is after `timeout` seconds."""
        return self.until(lambda status: status.stage in ("ready", "failed"), timeout)

    def until(self, holds: Callable[[LocalStatus], bool], timeout: float | None = None) -> LocalStatus:
        """The first status from now on for which `holds` is true, or the one after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: holds(self._status), timeout)
            return self._status

    def stop(self) -> None:
        """Ends the child and whatever it computes; returns when it is gone."""
        self._stopping.set()
        with self._changed:
            thread, child = self._thread, self._child
        if child is not None:
            child.leave()
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        with self._changed:
            self._thread = None
        self._tell(LocalStatus(sentence="The local model is stopped."))

    def _supervise(self) -> None:
        try:
            model = self._weights()
            reason = self._serve(("--model", str(model)), None)
        except LocalModelError as error:
            reason = str(error)
        except Stopped:
            return
        try:
            off = self._serve(("--no-model",), f"{reason} {WITHOUT}")
        except Stopped:
            return
        self._tell(LocalStatus(stage="failed", sentence=f"{reason} The scripted models are off too: {off}"))

    def _weights(self) -> Path:
        if self._model_path is not None:
            return given_weights(self._model_path)
        self._tell(LocalStatus(stage="fetching", sentence="Looking for the language model."))
        return self._fetch(self._home, self._fetching)

    def _fetching(self, fraction: float) -> None:
        self._check()
        sentence = f"Fetching the language model, once: {fraction:.0%} of 93 MB."
        self._tell(LocalStatus(stage="fetching", fraction=fraction, sentence=sentence))

    def _serve(self, options: Sequence[str], failure: str | None) -> str:
        """Keeps a child alive; returns why it is given up. `failure` is why there is no language model in it, if so."""
        restarts = 0
        self._tell(LocalStatus(stage="starting", fraction=1.0, sentence="Starting the language model."))
        while True:
            begun = time.monotonic()
            refused = self._run(options, failure)
            self._check()
            if refused:
                return refused
            restarts = 0 if time.monotonic() - begun > STEADY else restarts
            if restarts == RESTARTS:
                return (
                    f"The local model is off: it ended {RESTARTS + 1} times. Start Parley again, or connect OpenRouter."
                )
            self._tell(
                LocalStatus(stage="starting", fraction=1.0, sentence="The local model ended; it is started again.")
            )
            self._stopping.wait(self._back_off * 2**restarts)
            restarts += 1

    def _run(self, options: Sequence[str], failure: str | None) -> str | None:
        """One child from its birth to its end; the sentence with which it would not start, or None."""
        self._check()
        child = Child((*self._command, *options), self._key.get_secret_value(), self._home / "logs" / "local.log")
        with self._changed:
            self._child = child
        try:
            self._check()
            greeting = child.greeting()
            if greeting is not None and greeting.base_url is not None:
                self._tell(self._answering(greeting, child.pid, failure))
                child.wait()
                return None
            return greeting.error if greeting else None
        finally:
            child.close()

    def _answering(self, greeting: Greeting, pid: int, failure: str | None) -> LocalStatus:
        return LocalStatus(
            stage="failed" if failure else "ready",
            fraction=1.0,
            sentence=failure or f"{greeting.model} runs on this machine.",
            base_url=greeting.base_url,
            api_key=self._key,
            model=greeting.model,
            pid=pid,
        )

    def _check(self) -> None:
        if self._stopping.is_set():
            raise Stopped

    def _tell(self, status: LocalStatus) -> None:
        with self._changed:
            self._status = status
            self._changed.notify_all()
