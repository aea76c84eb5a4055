"""A process that lowers and searches, or proves, one design after the other, and what is said to it and by it.

A design takes two turns, so that each system is worked on once, however many designs have it: the worker lowers the
design and tells its fingerprint; where that is new it is told to go on, else it is given the next design.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Protocol

from raceproof.checker.check import Prepared
from raceproof.checker.errors import InternalError
from raceproof.checker.fixes.decision import Decision, decide
from raceproof.checker.fixes.fingerprint import fingerprint
from raceproof.checker.fixes.proof import Proof
from raceproof.checker.language.space import Protections
from raceproof.checker.limits import Limits

if TYPE_CHECKING:
    from raceproof.checker.fixes.finding import Attempt

_PATIENCE_SECONDS = 2.0
_TELL_SECONDS = 0.25
_MEMORY = ", perhaps because memory was short"


class Makes(Protocol):
    """Makes the design with these protections, and lowers it with the claims: in their scope, or for any number of
    members of the domains that can be left open."""

    def prepare(self, protections: Protections) -> Prepared: ...

    def attempt(self, protections: Protections) -> Attempt: ...


Open = Callable[[], Makes]
"""Finds the author's model. It is called once in each process, so it has to be a function of a module, or `partial`."""


@dataclass(frozen=True, slots=True)
class Lower:
    """Lower a design, in its scope or for `any_number` of members; the answer is `Lowered`, or a Proof that says why
    the design cannot be lowered for any number."""

    protections: Protections
    any_number: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """Search the design that was lowered last; the answer is a Decision."""


@dataclass(frozen=True, slots=True)
class Prove:
    """Prove the design that was lowered last for any number; the answer is a Proof. `kept` is one that is to be checked
    again, and will do if it is good."""

    kept: Proof | None


Order = Lower | Search | Prove


@dataclass(frozen=True, slots=True)
class Ready:
    """The author's model was found: said once, before anything else."""


@dataclass(frozen=True, slots=True)
class Lowered:
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Tells:
    """How far the work is; the answer comes later."""

    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The design, or raceproof, went wrong; `said` is the error as text, and does not hold all that it knows."""

    said: str


Answer = Ready | Tells | Lowered | Decision | Proof | Failed


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
        self.working_on: str | None = None
        self.ready = False

    def lower(self, protections: Protections | None, order: Lower | None) -> None:
        """Give it another design, or none."""
        self.given, self.working_on = protections, None
        if order is not None:
            self._say(order)

    def work(self, name: str, order: Order) -> None:
        """Let it work on the design that it has lowered, whose fingerprint this is."""
        self.working_on = name
        self._say(order)

    def _say(self, order: Order) -> None:
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
            answering = Answering(open_model(), limits, _telling(connection))
        except Exception as error:
            connection.send(_failed(error))
            return
        connection.send(Ready())
        while True:
            connection.send(answering.answer(connection.recv()))


def _telling(connection: Connection) -> Callable[[str], None]:
    """Says how far the work is, now and then."""
    last = 0.0

    def tell(text: str) -> None:
        nonlocal last
        if time.monotonic() - last >= _TELL_SECONDS:
            connection.send(Tells(text))
            last = time.monotonic()

    return tell


@dataclass(slots=True)
class Answering:
    """How orders are answered, one after the other: of the design that was lowered last."""

    makes: Makes
    limits: Limits
    tell: Callable[[str], None]
    prepared: Prepared | None = None
    attempt: Attempt | None = None

    def answer(self, order: Order) -> Answer:
        try:
            return self._done(order)
        except Exception as error:
            return _failed(error)

    def _done(self, order: Order) -> Answer:
        match order:
            case Lower(protections, any_number=False):
                self.prepared = self.makes.prepare(protections)
                return Lowered(fingerprint(self.prepared))
            case Lower(protections):
                self.attempt = self.makes.attempt(protections)
                name = self.attempt.fingerprint
                return self.attempt.found(self.limits, self.tell) if name is None else Lowered(name)
            case Search() if self.prepared is not None:
                return decide(self.prepared, self.limits)
            case Prove(kept) if self.attempt is not None:
                return self.attempt.proof(kept, self.limits, self.tell)
            case _:
                raise InternalError("nothing was lowered that could be worked on")


def _failed(error: Exception) -> Failed:
    return Failed(f"{type(error).__name__}: {error}")
