"""The fingerprint of a question: two are the same where the lowered system, the claims and the scope are.

It is taken of what the search is given, and not of what the author wrote, so that designs which differ only where it
does not matter are one. Steps count by their names: traces tell them. Where they stand in a file does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from raceproof.checker.results import versions
from raceproof.checker.system.terms import Term, subterms
from raceproof.checker.system.transition import Property, TransitionSystem

_FORMAT = 1
_DECIDING = ("check.py", "trace.py", "explicit", "fixes/decision.py", "fixes/fingerprint.py", "system")


def fingerprint(system: TransitionSystem, claims: Iterable[Property]) -> str:
    """The fingerprint of some claims about a system, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for part in (_FORMAT, versions()["raceproof"], _sources(), *_parts(system, tuple(claims))):
        digest.update(f"{part!r}\n".encode())
    return digest.hexdigest()


@cache
def _sources() -> str:
    """What the code that decides is: a verdict of other code is none of its own."""
    folder = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for name in _DECIDING:
        for path in sorted((folder / name).rglob("*.py")) or [folder / name]:
            data = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def _parts(system: TransitionSystem, claims: tuple[Property, ...]) -> Iterator[object]:
    numbers: dict[Term, int] = {}

    def number(term: Term) -> int:
        return numbers[term]

    for node in subterms(_roots(system, claims)):
        numbers[node] = len(numbers)
        yield node.op, tuple(map(number, node.args)), node.payload, node.boolean
    yield from ((name, str(size)) for name, size in sorted(system.scope.items()))
    yield from ((variable, system.initial[variable]) for variable in system.variables)
    yield from ((s.process, s.label, s.code, s.idle, s.choice, sorted(s.kept)) for s in system.steps)
    yield from ((p.name, p.keys, p.control, sorted(p.locals.items())) for p in system.processes)
    yield number(system.at_rest)
    for command in system.commands:
        writes = [(w.variable.name, tuple(map(number, w.index)), number(w.value)) for w in command.writes]
        yield command.actor, command.step, tuple(map(number, command.guard)), writes, command.parameters
    for fault in system.faults:
        yield fault.actor, fault.step, tuple(map(number, fault.guard)), fault.kind.name, fault.message
    for claim in claims:
        unclear = [(number(undefined.condition), undefined.message) for undefined in claim.undefined]
        by = None if claim.by is None else sorted(claim.by)
        yield claim.name, claim.kind.name, number(claim.predicate), number(claim.premise), by, unclear


def _roots(system: TransitionSystem, claims: tuple[Property, ...]) -> tuple[Term, ...]:
    roots = [system.at_rest]
    for command in system.commands:
        roots += [*command.guard, *(term for write in command.writes for term in (*write.index, write.value))]
    for fault in system.faults:
        roots += fault.guard
    for claim in claims:
        roots += [claim.predicate, claim.premise, *(undefined.condition for undefined in claim.undefined)]
    return tuple(roots)
