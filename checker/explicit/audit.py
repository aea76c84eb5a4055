"""An audit: the same claims with and without each reduction, and what each must not change.

Verdicts must be the same, and so must the lengths of the shortest paths, except under partial-order reduction, which
may make them longer. Under symmetry one state is visited for each orbit: the orbits are counted a second time in plain
Python, by renaming every state that the portable engine reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product

from raceproof.checker.explicit.layout import Layout, initial_states
from raceproof.checker.explicit.orbits import Plan
from raceproof.checker.explicit.partial_order import NAME as PARTIAL_ORDER
from raceproof.checker.explicit.partial_order import PRESERVED
from raceproof.checker.explicit.portable.search import packed_ranks
from raceproof.checker.explicit.portable.step import PortableStep
from raceproof.checker.explicit.symmetry import find_symmetries
from raceproof.checker.options import Options
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.transition import Property, TransitionSystem
from raceproof.checker.verdict import HoldsInScope, State, Statistics, Undecided, Verdict, Violated

Ask = Callable[[Options], tuple[Verdict, ...]]
"""The verdicts on the claims, searched for with these options by the native engine."""

Count = Callable[[TransitionSystem, Sequence[Property]], int]
"""How many states a complete search of these claims must visit."""

PLAIN = Options(symmetry=False, partial_order=False)
"""No reduction at all."""

MOST_STATES = 200_000
"""More states without reductions are not audited, unless a limit asks for it: orbits are counted in plain Python."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Some reductions together. `count` says how many states they must leave, if that is known."""

    name: str
    options: Options
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What one search of the audit has come to. `trial` is empty for the search without reductions, `expected` the
    number of states that was counted independently."""

    claims: tuple[str, ...]
    trial: str
    statistics: Statistics
    expected: int | None = None
    differences: tuple[str, ...] = ()

    @property
    def reductions(self) -> tuple[str, ...]:
        return self.statistics.reductions


class CannotAudit(Exception):
    """A search did not come to its end; the message says why."""


def count_states(system: TransitionSystem, claims: Sequence[Property]) -> int:
    """All reachable states, visited by the portable step function."""
    return len(_reachable(system, Layout(system)))


def count_orbits(system: TransitionSystem, claims: Sequence[Property]) -> int:
    """The reachable states, those that a renaming of the symmetric domains maps to one another counted once."""
    layout = Layout(system)
    domains = Plan(layout, find_symmetries(system, claims)).domains
    renamings = [_Renaming(system, chosen) for chosen in _all_renamings(domains)]
    left = {layout.unpack(packed) for packed in _reachable(system, layout)}
    orbits = 0
    while left:
        state = next(iter(left))
        left -= {renaming.of(state) for renaming in renamings}
        orbits += 1
    return orbits


TRIALS: tuple[Trial, ...] = (
    Trial("symmetry", Options(symmetry=True, partial_order=False), count_orbits),
    Trial("partial order", Options(symmetry=False, partial_order=True)),
    Trial("all", Options()),
)
"""Each reduction alone, and all together."""


def audit(system: TransitionSystem, claims: Sequence[Property], ask: Ask) -> Iterator[Row]:
    """Search without reductions and in every trial. The last claim must be one that is never settled before the end, so
    that every state is visited. Raises CannotAudit."""
    names = tuple(claim.name for claim in claims[:-1])
    plain = _complete(ask(PLAIN))
    yield _row(names, "", plain[-1].statistics, count_states(system, claims), [])
    for trial in TRIALS:
        verdicts = _complete(ask(trial.options))
        statistics = verdicts[-1].statistics
        used = bool(statistics.reductions)
        expected = trial.count(system, claims) if trial.count and used else None
        yield _row(names, trial.name, statistics, expected, list(differences(plain, verdicts)))


def _complete(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    for verdict in verdicts:
        if isinstance(verdict, Undecided):
            raise CannotAudit(verdict.why)
    return verdicts


def groups(system: TransitionSystem, claims: Sequence[Property]) -> list[tuple[int, ...]]:
    """The claims, by number, that allow the same reductions: one that allows less would take them from the others."""
    found: dict[object, list[int]] = {}
    for number, claim in enumerate(claims):
        key = claim.kind in PRESERVED, find_symmetries(system, [claim]).domains
        found.setdefault(key, []).append(number)
    return [tuple(numbers) for numbers in found.values()] or [()]


def differences(plain: Sequence[Verdict], reduced: Sequence[Verdict]) -> Iterator[str]:
    """What the reduced search says otherwise."""
    for one, other in zip(plain, reduced, strict=True):
        if one.name != other.name:
            yield f"{one.claim.name} is {one.name}, reduced {other.name}"
            continue
        length, reduced_length = _length(one), _length(other)
        longer = PARTIAL_ORDER in other.statistics.reductions
        if length != reduced_length and not (longer and _is_longer(length, reduced_length)):
            yield f"{one.claim.name} takes {length} steps, reduced {reduced_length}"


def _is_longer(length: int | None, reduced: int | None) -> bool:
    return length is not None and reduced is not None and reduced > length


def _row(
    claims: tuple[str, ...], trial: str, statistics: Statistics, expected: int | None, different: list[str]
) -> Row:
    if expected is not None and expected != statistics.states:
        different.append(f"{statistics.states:,} states were visited, {expected:,} were counted")
    return Row(claims, trial, statistics, expected, tuple(different))


def _length(verdict: Verdict) -> int | None:
    match verdict:
        case Violated(path=path) | HoldsInScope(witness=path):
            return path.length if path else None
        case _:
            return None


def _reachable(system: TransitionSystem, layout: Layout) -> set[int]:
    """Every state, as packed numbers; of endless domains those of ranks, without which there is no end."""
    step, ranks = PortableStep(system, layout), packed_ranks(layout)
    waiting = [layout.pack(state) for state in initial_states(system)]
    waiting = list(dict.fromkeys(map(ranks, waiting) if ranks else waiting))
    seen = set(waiting)
    for state in waiting:
        found = step.successors(state)
        new = {after for after in (map(ranks, found) if ranks else found) if after not in seen}
        seen |= new
        waiting += new
    return seen


def _all_renamings(domains: Sequence[Domain]) -> Iterator[Mapping[Domain, Mapping[int, int]]]:
    """Every way to rename the members of every domain."""
    ways = [
        [dict(zip(domain.members, order, strict=True)) for order in permutations(domain.members)] for domain in domains
    ]
    for chosen in product(*ways):
        yield dict(zip(domains, chosen, strict=True))


class _Renaming:
    """What a renaming makes of a state: where each code comes from, and what it becomes where it is an identity."""

    def __init__(self, system: TransitionSystem, renamed: Mapping[Domain, Mapping[int, int]]) -> None:
        self.sources = [0] * sum(variable.size for variable in system.variables)
        self.identities: list[tuple[int, Mapping[int, int]]] = []
        for variable in system.variables:
            first = system.offsets[variable]
            for slot, codes in enumerate(variable.codes()):
                pairs = zip(variable.keys, codes, strict=True)
                target = first + variable.slot(
                    tuple(renamed[key][code] if key in renamed else code for key, code in pairs)
                )
                self.sources[target] = first + slot
                if variable.domain in renamed:
                    self.identities.append((target, renamed[variable.domain]))

    def of(self, state: State) -> State:
        moved = [state[source] for source in self.sources]
        for slot, names in self.identities:
            moved[slot] = names.get(moved[slot], moved[slot])
        return tuple(moved)
