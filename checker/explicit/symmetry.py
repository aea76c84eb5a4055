"""Symmetry: which domains of identities can be renamed without anybody noticing.

A renaming of a domain's members is a symmetry where it maps the system onto itself: every command on a command of the
same step, every fault on a fault, the initial states, and each claim on itself. Then states that differ by a renaming
only have the same future, and one of them may stand for all. (Ip and Dill, "Better Verification Through Symmetry",
Formal Methods in System Design 9, 1996; Clarke, Enders, Filkorn and Jha, "Exploiting Symmetry in Temporal Logic Model
Checking", in the same volume.)

Nothing about it is taken from how the model is written: the lowered system is renamed and compared with itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from raceproof.checker.explicit.signatures import NoRenaming, Signatures
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import ClaimKind, Command, Fault, Property, TransitionSystem, Write

Renaming = Mapping[int, int]
"""A permutation of a domain's members, by code; `none` stays."""


@dataclass(frozen=True, slots=True)
class Symmetries:
    """The domains whose members are interchangeable, and why the others' are not, in a few words."""

    domains: tuple[Domain, ...]
    refused: Mapping[Domain, str] = field(default_factory=dict)


def find_symmetries(system: TransitionSystem, claims: Sequence[Property]) -> Symmetries:
    """The symmetric domains of a system as far as these claims can tell. Renamings of several of them can be combined,
    because each maps the system onto itself."""
    found: list[Domain] = []
    refused: dict[Domain, str] = {}
    for domain in identities(system):
        try:
            _check(system, claims, domain)
        except NoRenaming as reason:
            refused[domain] = str(reason)
        except RecursionError:
            refused[domain] = "its terms are nested too deeply"
        else:
            found.append(domain)
    return Symmetries(tuple(found), refused)


def identities(system: TransitionSystem) -> list[Domain]:
    """The domains of several identities that the system's variables know."""
    used = dict.fromkeys(domain for v in system.variables for domain in (*v.keys, v.domain))
    used.update(dict.fromkeys(key for process in system.processes for key in process.keys))
    return [domain for domain in used if domain.kind is Kind.ID and domain.bounded and len(domain.members) > 1]


def generators(domain: Domain) -> list[Renaming]:
    """Renamings that generate all: the first two change places, and everybody moves on by one."""
    codes = list(domain.members)
    same = {code: code for code in codes}
    swap = {**same, codes[0]: codes[1], codes[1]: codes[0]}
    turn = dict(zip(codes, [*codes[1:], codes[0]], strict=True))
    return [swap] if len(codes) == 2 else [swap, turn]


def _check(system: TransitionSystem, claims: Sequence[Property], domain: Domain) -> None:
    """Raises NoRenaming unless every renaming of the members maps the system and the claims onto themselves."""
    signatures = Signatures(domain)
    same = {code: code for code in domain.members}
    plain = _Image(system, domain, signatures, same, signatures.add(same))
    commands = {key for key, _ in plain.commands()}
    faults = {key for key, _ in plain.faults()}
    for renaming in generators(domain):
        image = _Image(system, domain, signatures, renaming, signatures.add(renaming))
        image.check_initial()
        _same(image.commands(), commands, system)
        _same(image.faults(), faults, system)
        if image.of(system.at_rest) != plain.of(system.at_rest):
            raise NoRenaming("who may rest depends on who it is")
        for claim in claims:
            if image.claim(claim) != plain.claim(claim):
                raise NoRenaming(f"{claim.name} singles somebody out")


def _same(image: Iterator[tuple[object, Command | Fault]], plain: set[object], system: TransitionSystem) -> None:
    for key, leaf in image:
        if key not in plain:
            what = "goes wrong" if isinstance(leaf, Fault) else "is taken"
            raise NoRenaming(f"'{system.steps[leaf.step].label}' {what} by some in another way than by others")


@dataclass(frozen=True, slots=True)
class _Image:
    """A system as it is under a renaming."""

    system: TransitionSystem
    domain: Domain
    signatures: Signatures
    renaming: Renaming
    number: int

    def of(self, *terms: Term) -> int:
        return self.signatures.joined(terms, self.number)

    def check_initial(self) -> None:
        for variable in self.system.variables:
            initial = self.system.initial[variable]
            for codes, value in zip(variable.codes(), initial, strict=True):
                if variable.domain == self.domain and value is not None:
                    value = self.renaming.get(value, value)
                if initial[variable.slot(self._renamed(variable.keys, codes))] != value:
                    raise NoRenaming(f"{variable.name} does not start alike for all")

    def commands(self) -> Iterator[tuple[object, Command]]:
        """What each command becomes. A guard is the set of its parts, whatever their order: in a state in which all of
        them hold, each of them means what it says, however early it is asked."""
        for command in self.system.commands:
            if command.parameters:
                raise NoRenaming("a choice is left open")
            yield (self._actor(command), self.of(*command.guard), self._writes(command.writes)), command

    def faults(self) -> Iterator[tuple[object, Fault]]:
        for fault in self.system.faults:
            yield (self._actor(fault), self.of(*fault.guard), fault.kind, fault.location), fault

    def _actor(self, leaf: Command | Fault) -> object:
        actor, choice = leaf.actor, leaf.actor.choice
        if choice is not None and self.system.steps[leaf.step].choice == self.domain:
            choice = self.renaming.get(choice, choice)
        keys = self.system.by_name[actor.process].keys
        return leaf.step, actor.process, self._renamed(keys, actor.instance), choice

    def _renamed(self, keys: Sequence[Domain], codes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(
            self.renaming.get(code, code) if key == self.domain else code for key, code in zip(keys, codes, strict=True)
        )

    def _writes(self, writes: Sequence[Write]) -> frozenset[object]:
        """Writes to known entries in no order, the last one to each; others to the same variable as they stand, because
        of two to one entry the later one wins."""
        known = [(self.signatures.variable(write.variable), write) for write in writes]
        moving = {variable.number for variable, write in known if not all(arg.is_const for arg in write.index)}
        fixed: dict[object, object] = {}
        ordered: dict[int, tuple[object, ...]] = {}
        for variable, write in known:
            index = self.signatures.index(variable, write.index, self.number)
            value = self.signatures.of(write.value, self.number, variable.holds)
            if variable.number in moving:
                ordered[variable.number] = (*ordered.get(variable.number, ()), (index, value))
            else:
                fixed[variable.number, index] = value
        return frozenset((*fixed.items(), *ordered.items()))

    def claim(self, claim: Property) -> object:
        """What a claim becomes. What is undefined about a step must stay as it is one by one, because a path is rebuilt
        to the one that was seen; of a state, some member's may become another's."""
        undefined = [self.of(unclear.condition) for unclear in claim.undefined]
        inner = tuple(undefined) if claim.kind is ClaimKind.EACH_STEP else frozenset(undefined)
        return self.of(claim.predicate), self.of(claim.premise), inner
