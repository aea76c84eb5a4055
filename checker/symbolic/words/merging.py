"""Clauses as statements that people would write: places by label, one for all members of a small domain, everything
that holds in the same case together.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from raceproof.checker.lowering.spots import Spot
from raceproof.checker.symbolic.words.clauses import Clause
from raceproof.checker.symbolic.words.speaking import Unsayable
from raceproof.checker.system.build import FALSE, number, parameter
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.substitute import rebuilt, transform
from raceproof.checker.system.terms import Op, Parameter, Term, subterms, term
from raceproof.checker.system.transition import TransitionSystem

Spots = Mapping[tuple[str, int], Spot]
"""Where a process is at each of its control locations."""


@dataclass(frozen=True, slots=True)
class Place:
    """Places of a process as `at` asks for them; a value that is a Parameter is any member of a small domain. Without a
    label: it has returned."""

    label: str | None
    helpers: tuple[str, ...] = ()
    known: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """Of all `over`: while the process is at one of the places, and all `conditions` hold, so do all `facts`."""

    over: tuple[Parameter, ...]
    control: Term | None
    places: tuple[Place, ...]
    conditions: tuple[Term, ...]
    facts: tuple[Term, ...]


def statements(clauses: Iterable[Clause], system: TransitionSystem, spots: Spots) -> list[Statement]:
    """The clauses as statements. Raises Unsayable for places that cannot be told apart."""
    single = [
        Statement(clause.over, clause.control, (place,) if place else (), clause.conditions, (clause.fact,))
        for clause in clauses
        for place in (_places(clause, system, spots) if clause.control else [None])
    ]
    domains = {key for v in system.variables for key in v.keys if key.bounded and key.has_none}
    for domain in sorted(domains, key=lambda each: each.name):
        single = _for_all_members(single, domain)
    at: dict[Statement, list[Place]] = {}
    for one in single:
        at.setdefault(replace(one, places=()), []).extend(one.places)
    grouped: dict[Hashable, list[Statement]] = {}
    for general, places in at.items():
        whole = replace(general, places=tuple(dict.fromkeys(places)))
        alone = whole.facts if whole.control is None and not whole.conditions else ()
        grouped.setdefault((replace(whole, facts=()), alone), []).append(whole)
    return [replace(one[0], facts=_facts(fact for each in one for fact in each.facts)) for one in grouped.values()]


def _facts(found: Iterable[Term]) -> tuple[Term, ...]:
    """What holds in one case; nothing else is worth saying of a case that never is."""
    facts = tuple(found)
    return (FALSE,) if FALSE in facts else facts


# Places


def _places(clause: Clause, system: TransitionSystem, spots: Spots) -> Iterator[Place]:
    """The places of a clause, as few as can be. Raises Unsayable."""
    assert clause.control is not None
    control = clause.control.variable
    process = next(info.name for info in system.processes if info.control == control)
    labels = {step.code: step.label for step in system.steps if step.process == process and step.code is not None}
    codes = set(clause.codes)
    if control.domain.greatest in codes:
        codes.discard(control.domain.greatest)
        yield Place(None)
    for label in dict.fromkeys(labels[code] for code in sorted(codes)):
        here = {code: spots[process, code] for code, name in labels.items() if name == label}
        yield from _told_apart(process, label, here, {code for code in codes if labels[code] == label})


def _told_apart(process: str, label: str, here: Mapping[int, Spot], wanted: set[int]) -> Iterator[Place]:
    """How to ask for some of the places with a label, and for no other."""
    if wanted == here.keys():
        yield Place(label)
        return
    inside = sorted({here[code].helpers for code in wanted}, key=len)
    names = sorted(set.intersection(*(set(spot.known) for spot in here.values())))
    for count in range(len(names) + 1):
        for chosen in combinations(names, count):
            for helpers in ((), *(h for h in inside if h)) if len(inside) == 1 else ((),):
                values = [tuple((name, here[code].known[name]) for name in chosen) for code in sorted(wanted)]
                distinct = [value for at, value in enumerate(values) if value not in values[:at]]
                found = {
                    code
                    for code, spot in here.items()
                    if spot.is_inside(helpers) and tuple((name, spot.known[name]) for name in chosen) in distinct
                }
                if found == wanted:
                    yield from (Place(label, helpers, value) for value in distinct)
                    return
    if len(inside) > 1:
        for helpers in inside:
            part = {code for code in wanted if here[code].helpers == helpers}
            yield from _told_apart(process, label, here, part)
        return
    raise Unsayable(
        f"{process} waits at several places '{label}' that differ in nothing that a claim may ask for; "
        "give them labels of their own"
    )


# Members


def _for_all_members(single: list[Statement], domain: Domain) -> list[Statement]:
    """One statement for all members of a small domain, where every one of them has it."""
    anyone = Parameter(f"{domain.name}?each", domain)
    found: dict[Statement, dict[int, Statement]] = {}
    for one in single:
        members = _members_in(one, domain)
        if len(members) == 1:
            (code,) = members
            found.setdefault(_generalised(one, domain, code, anyone), {})[code] = one
        else:
            found.setdefault(one, {})[0] = one
    result: list[Statement] = []
    for general, instances in found.items():
        whole = len(domain.members) > 1 and instances.keys() >= set(domain.members)
        result += [replace(general, over=(*general.over, anyone))] if whole else list(instances.values())
    return result


def _members_in(one: Statement, domain: Domain) -> set[int]:
    """Which members of a domain a statement names."""
    found = {value.number for place in one.places for _, value in place.known if _is_member(value, domain)}
    for node in subterms((*one.conditions, *one.facts)):
        if node.op is Op.READ:
            pairs = zip(node.args, node.variable.keys, strict=True)
            found |= {arg.value for arg, key in pairs if key == domain and arg.is_const}
    return found


def _is_member(value: Any, domain: Domain) -> bool:
    return type(value).__name__ == domain.name and hasattr(value, "number")


def _generalised(one: Statement, domain: Domain, code: int, anyone: Parameter) -> Statement:
    """A statement about one member as one about any."""

    def rule(node: Term, args: tuple[Term, ...]) -> Term:
        if node.op is not Op.READ:
            return rebuilt(node, args)
        pairs = zip(args, node.variable.keys, strict=True)
        put = tuple(parameter(anyone) if key == domain and arg is number(code) else arg for arg, key in pairs)
        return term(Op.READ, put, node.variable, node.boolean)

    def known(place: Place) -> Place:
        pairs = ((name, anyone if _is_member(value, domain) else value) for name, value in place.known)
        return replace(place, known=tuple(pairs))

    return replace(
        one,
        places=tuple(map(known, one.places)),
        conditions=tuple(transform(part, rule, {}) for part in one.conditions),
        facts=tuple(transform(part, rule, {}) for part in one.facts),
    )
