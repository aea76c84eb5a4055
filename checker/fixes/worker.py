"""A process that lowers and searches one design after the other, and what is said to it and by it.

A design is decided in two turns, so that each system is searched once, however many designs have it: the worker lowers
the design and tells its fingerprint; where that is new it is told to go on, else it is given the next design.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from raceproof.checker.check import Prepared
from raceproof.checker.fixes.decision import Decision, decide
from raceproof.checker.fixes.fingerprint import fingerprint
from raceproof.checker.language.space import Protections
from raceproof.checker.limits import Limits

_PATIENCE_SECONDS = 2.0
_MEMORY = ", perhaps because memory was short"

Prepare = Callable[[Protections], Prepared]
"""Makes the design with these protections, and lowers it with the claims."""

Open = Callable[[], Prepare]
"""Finds the author's model. It is called once in each process, so it has to be a function of a module, or `partial`."""


@dataclass(frozen=True, slots=True)
class Lower:
    """Lower a design; the answer is `Lowered`."""

    protections: Protections


@dataclass(frozen=True, slots=True)
class Search:
    """Search the design that was lowered last; the answer is a Decision."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The author's model was found: said once, before anything else."""


@dataclass(frozen=True, slots=True)
class Lowered:
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The design, or raceproof, went wrong; `said` is the error as text, and does not hold all that it knows."""

    said: str


Answer = Ready | Lowered | Decision | Failed


class Worker:
    """A process, seen from outside. `given` is the design that it is busy with."""

    def __init__(self, open_model: Open, limits: Limits) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs, open_model, limits), daemon=True)
        with _interrupts_ignored():
            self.process.start()
        theirs.close()
        self.given: Protections | None = None
        self.searching: str | None = None
        self.ready = False

    def lower(self, protections: Protections | None) -> None:
        """Give it another design, or none."""
        self.given, self.searching = protections, None
        if protections is not None:
            self._say(Lower(protections))

    def search(self, name: str) -> None:
        """Let it search the design that it has lowered, whose fingerprint this is."""
        self.searching = name
        self._say(Search())

    def _say(self, order: Lower | Search) -> None:
        """A process that has ended does not hear it; that it has, its missing answer tells."""
        with contextlib.suppress(OSError):
            self.connection.send(order)

    def answer(self) -> Answer | None:
        """What it says; None where it has ended without a word."""
        try:
            said: Answer = self.connection.recv()
        except (EOFError, OSError):
            return None
        self.ready = True
        return said

    @property
    def ended(self) -> str:
        """How a process has ended that says nothing any more."""
        self.process.join(_PATIENCE_SECONDS)
        status = self.process.exitcode
        if status is None or status >= 0:
            return f"its process has ended with status {status}"
        name = signal.Signals(-status).name
        return f"its process was ended by {name}{_MEMORY if -status == signal.SIGKILL else ''}"

    @property
    def killed(self) -> bool:
        """Whether somebody has ended it, and not its own code."""
        return (self.process.exitcode or 0) < 0

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.connection.close()
        self.process.terminate()
        self.process.join(_PATIENCE_SECONDS)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()
        self.process.close()


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """A process that is started in here ignores Ctrl-C from its first moment on: its parent decides when it ends."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(connection: Connection, open_model: Open, limits: Limits) -> None:
    """What runs in the process: answer until nobody asks any more, which is also when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A model that prints must not spoil what the parent prints.
    with redirect_stdout(sys.stderr), contextlib.suppress(EOFError, OSError):
        try:
            answer = _answers(open_model(), limits)
        except Exception as error:
            connection.send(_failed(error))
            return
        connection.send(Ready())
        while True:
            connection.send(answer(connection.recv()))


def _answers(prepare: Prepare, limits: Limits) -> Callable[[Lower | Search], Answer]:
    """How orders are answered, one after the other."""
    prepared: Prepared | None = None

    def answer(order: Lower | Search) -> Answer:
        nonlocal prepared
        try:
            match order:
                case Lower(protections):
                    prepared = prepare(protections)
                    return Lowered(fingerprint(prepared))
                case Search():
                    assert prepared is not None
                    return decide(prepared, limits)
        except Exception as error:
            return _failed(error)

    return answer


def _failed(error: Exception) -> Failed:
    return Failed(f"{type(error).__name__}: {error}")
