"""What a claim sees of the processes in a real state: where each instance waits and what its locals hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from raceproof.checker.errors import Code, mistake
from raceproof.checker.language.processes import Process
from raceproof.checker.language.values import Values
from raceproof.checker.lowering.spots import helper_named, unknown_here
from raceproof.checker.oracle.threads import Thread


@dataclass(frozen=True, slots=True)
class Looks:
    """The threads of one state, by process and instance. Without threads nobody may look: a step is being taken."""

    cls: type
    locals: Mapping[tuple[str, str], Values]
    threads: Sequence[Thread] | None = None
    keys: Mapping[str, tuple[Values, ...]] = field(default_factory=dict)

    def view(self, process: Process) -> Any:
        if self.threads is None:
            raise mistake(
                f"asks where {process.name} is from within a step",
                "a process knows only the model's attributes; claims may ask for control locations",
                code=Code.LOOK_INTO_PROCESS,
            )
        found = {
            thread.instance: RealInstance(thread, self.locals, self.cls)
            for thread in self.threads
            if thread.process == process.name
        }
        return _Instances(found, self.keys[process.name]) if process.each else found[()]


@dataclass(frozen=True, slots=True)
class _Instances:
    threads: Mapping[tuple[int, ...], RealInstance]
    keys: tuple[Values, ...]

    def __getitem__(self, key: Any) -> RealInstance:
        parts = key if isinstance(key, tuple) else (key,)
        return self.threads[tuple(values.encode(part) for part, values in zip(parts, self.keys, strict=True))]


class RealInstance:
    """One process instance in a real state; with `helpers`, the call of the last of them that is under way in it."""

    def __init__(
        self, thread: Thread, locals: Mapping[tuple[str, str], Values], cls: type, helpers: tuple[str, ...] = ()
    ) -> None:
        self._thread = thread
        self._locals = locals
        self._cls = cls
        self._helpers = helpers

    def at(self, label: str, **known: Any) -> bool:
        thread = self._thread
        if thread.label != label or thread.helpers[: len(self._helpers)] != self._helpers:
            return False
        for name in known:
            if name not in thread.known:
                raise unknown_here(".".join((thread.process, *self._helpers)), label, name, thread.known)
        return all(thread.known[name] == value for name, value in known.items())

    @property
    def done(self) -> bool:
        return self._thread.done

    def __getattr__(self, name: str) -> Any:
        path = ".".join((*self._helpers, name))
        held = self._thread.locals
        if path in held:
            return held[path]
        values = self._locals.get((self._thread.process, path))
        if values is not None:
            return values.decode(values.domain.default)
        if helper_named(self._cls, name):
            return RealInstance(self._thread, self._locals, self._cls, (*self._helpers, name))
        raise mistake(
            f"{self._thread.process} has no local '{path}'",
            "ask for a local that the process assigns",
            code=Code.CLAIM_ASKS,
        )
