"""Whether a model may have an endless domain: whether it behaves the same without a member that nobody remembers.

Lowered with one more member than a search remembers, and restricted to the states in which some member is not
remembered, the system must be the one that is searched, for each member that may be left out: the same steps, the same
that go wrong, the same claims. Then a state with a member that nobody remembers and the state without it simulate each
other step by step, so that the ranks of a state are all that matters of it. The lowering knows how many members there
are from loops over them only, so that what holds for one more holds for any number more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from raceproof.checker.errors import Code, Location, ModelError
from raceproof.checker.system.comparing import Case, Different, allowed_by
from raceproof.checker.system.deletion import Deletion, Distinguished
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import Actor, Command, Fault, Property, TransitionSystem, Write

Claims = Sequence[Property]
Cases = dict[tuple[int, Actor], list[Case]]

_INSTEAD = "compare and copy its values, and add 1 to the newest; or leave out endless=True"
_NO_PLACES = "do it in one step, or take one after the other with choose({}, ..., where=...)"


def check_endless(
    name: str, larger: TransitionSystem, claims: Claims, searched: TransitionSystem, same: Claims
) -> None:
    """Raises ModelError unless a domain may be endless: `larger` has one member more than `searched`; `claims` and
    `same` are the claims of the two."""
    _Comparison(name, larger, searched).check(claims, same)


@dataclass
class _Comparison:
    name: str
    larger: TransitionSystem
    searched: TransitionSystem
    plain: Deletion = field(init=False)

    def __post_init__(self) -> None:
        self.plain = Deletion(self.searched, self.searched, self.name)

    def check(self, claims: Claims, same: Claims) -> None:
        self._check_processes()
        self._check_places()
        self._check_starts()
        highest = next(d for v in self.larger.variables for d in (*v.keys, v.domain) if self.plain.is_member(d))
        expected = self._cases(self.plain)
        for member in highest.members:
            deletion = Deletion(self.larger, self.searched, self.name, member)
            found = self._cases(deletion)
            for step, actor in dict.fromkeys([*found, *expected]):
                label, location = self.searched.steps[step].label, self.searched.steps[step].location
                self._same(f"'{label}'", location, found[step, actor], expected[step, actor])
            for claim, other in zip(claims, same, strict=True):
                self._same_claim(deletion, claim, other)
            self._same("whether everybody rests", None, *self._asked(deletion, self.larger, self.searched))

    def _refuse(self, what: str, hint: str, location: Location | None) -> ModelError:
        return ModelError(f"{self.name} cannot be endless: {what}", hint=hint, location=location, code=Code.ENDLESS)

    def _same(self, what: str, location: Location | None, found: Sequence[Case], expected: Sequence[Case]) -> None:
        try:
            allowed_by(found, expected)
        except Distinguished as error:
            raise self._refuse(f"{what} {error}", _INSTEAD, location) from error
        except Different as error:
            raise self._refuse(
                f"{what} does not depend on the order of {self.name}s alone", _INSTEAD, location
            ) from error

    # Shape

    def _check_processes(self) -> None:
        for process in self.larger.processes:
            if process.control and any(map(self.plain.is_member, process.keys)):
                hint = f"let one process serve them all, with choose({self.name}, ..., where=...)"
                raise self._refuse(f"{process.name} runs once for each of its members", hint, None)

    def _check_places(self) -> None:
        """The processes must have the same places, whatever the size."""
        ours, theirs = ([_place(step) for step in system.steps] for system in (self.larger, self.searched))
        if ours != theirs:
            counted = {place: ours.count(place) - theirs.count(place) for place in ours}
            step = next((s for s in self.larger.steps if counted[_place(s)]), self.larger.steps[0])
            what = f"'{step.label}' is a place of its own for each member that a loop has come to"
            raise self._refuse(what, _NO_PLACES.format(self.name), step.location)
        names = [[variable.name for variable in system.variables] for system in (self.larger, self.searched)]
        if names[0] != names[1]:
            raise self._refuse("what has to be kept depends on how many there are", _INSTEAD, None)

    def _check_starts(self) -> None:
        for variable, other in zip(self.larger.variables, self.searched.variables, strict=True):
            starts = set(self.searched.initial[other])
            if any(map(self.plain.is_member, variable.keys)) and (len(starts) > 1 or starts == {None}):
                raise self._refuse(f"the rows of {variable.name} do not all start alike", "start every row alike", None)
            if self.plain.is_member(variable.domain):
                if None in starts:
                    raise self._refuse(f"{variable.name} starts as anything", f"start it as {self.name}.none", None)
                if any(map(self.plain.is_member, variable.keys)) and starts != {0}:
                    raise self._refuse(f"{variable.name} starts with members", f"start it as {self.name}.none", None)
                if starts != {0} and not self._changes(other, starts):
                    hint = f"start it as {self.name}.none"
                    raise self._refuse(f"{variable.name} is always the same member", hint, None)

    def _changes(self, variable: Variable, starts: set[int | None]) -> bool:
        writes = [write for command in self.searched.commands for write in command.writes]
        values = {write.value for write in writes if write.variable == variable}
        return any(not value.is_const or value.value not in starts for value in values)

    # Steps

    def _cases(self, deletion: Deletion) -> Cases:
        """What each actor may do at each place, where one member is not remembered."""
        found: Cases = defaultdict(list)
        system = deletion.system
        leaves: list[Command | Fault] = [*system.commands, *system.faults]
        for leaf in leaves:
            case = self._case(deletion, leaf)
            if case:
                found[leaf.step, self._actor(deletion, leaf)].append(case)
        return found

    def _actor(self, deletion: Deletion, leaf: Command | Fault) -> Actor:
        """Who acts, by the new numbers; for the member that is left out one that nobody has."""
        actor, system = leaf.actor, deletion.system
        keys = system.by_name[actor.process].keys
        instance = tuple(_renumbered(deletion, key, code) for key, code in zip(keys, actor.instance, strict=True))
        choice, among = actor.choice, system.steps[leaf.step].choice
        if choice is not None and among is not None:
            choice = _renumbered(deletion, among, choice)
        return Actor(actor.process, instance, choice)

    def _case(self, deletion: Deletion, leaf: Command | Fault) -> Case | None:
        """What one command or fault comes to; None where it cannot happen."""
        guard: list[Term] = []
        try:
            for part in leaf.guard:
                asked = deletion.condition(part)
                if asked.is_const and not asked.value:
                    return None
                if not asked.is_const:
                    guard.append(asked)
            if isinstance(leaf, Fault):
                return Case(tuple(guard), (leaf.kind, leaf.location))
            return Case(tuple(guard), _written(deletion, leaf.writes))
        except Distinguished as error:
            return Case(tuple(guard), error)

    # Claims

    def _same_claim(self, deletion: Deletion, claim: Property, other: Property) -> None:
        for pair in (
            ([claim.predicate], [other.predicate]),
            ([claim.premise], [other.premise]),
            ([unclear.condition for unclear in claim.undefined], [unclear.condition for unclear in other.undefined]),
        ):
            self._same(claim.name, None, _any(deletion, pair[0]), _any(self.plain, pair[1]))

    def _asked(
        self, deletion: Deletion, larger: TransitionSystem, searched: TransitionSystem
    ) -> tuple[list[Case], list[Case]]:
        return _any(deletion, [larger.at_rest]), _any(self.plain, [searched.at_rest])


def _any(deletion: Deletion, terms: Iterable[Term]) -> list[Case]:
    """That one of some conditions holds."""
    found: list[Case] = []
    for node in terms:
        try:
            asked = deletion.condition(node)
        except Distinguished as error:
            found.append(Case((), error))
            continue
        if not asked.is_const or asked.value:
            found.append(Case(() if asked.is_const else (asked,), True))
    return found


def _place(step: object) -> tuple[object, ...]:
    """What makes two places the same in systems of two sizes."""
    return tuple(getattr(step, name) for name in ("process", "label", "location", "code", "idle", "kept"))


def _renumbered(deletion: Deletion, domain: Domain, code: int) -> int:
    if not deletion.is_member(domain):
        return code
    return -1 if code == deletion.left_out else code - (code > deletion.left_out)


def _written(deletion: Deletion, writes: Iterable[Write]) -> frozenset[object]:
    """What a step stores: for each variable its writes in order, of which a later one to the same entry counts."""
    found: dict[Variable, dict[tuple[Term, ...], Term]] = {}
    for write in writes:
        value = _value(deletion, write)
        if deletion.is_left_out(write.variable, write.index):
            if value is not deletion.default(write.variable):
                raise Distinguished(f"gives a row of {write.variable.name} to a {deletion.name} that nobody remembers")
            continue
        index = tuple(
            deletion.newer_member(arg) if deletion.is_member(key) else deletion.plain(arg)
            for key, arg in zip(write.variable.keys, write.index, strict=True)
        )
        entries = found.setdefault(deletion.variable(write.variable), {})
        entries.pop(index, None)
        entries[index] = value
    return frozenset((variable, tuple(entries.items())) for variable, entries in found.items())


def _value(deletion: Deletion, write: Write) -> Term:
    if deletion.is_member(write.variable.domain):
        return deletion.newer_member(write.value)
    if write.variable.domain.kind is Kind.BOOL:
        return deletion.condition(write.value)
    return deletion.plain(write.value)
