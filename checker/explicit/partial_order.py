"""Partial-order reduction: of the steps that a state enables, the few that have to be taken now.

An actor is a process instance or an action; where it stands is its place. Some actors of a state are **closed** if what
any of them does at its place commutes with, and neither enables nor disables, whatever another can ever do from its own
place on. What the others do meanwhile then leaves the closed ones' steps as they are, which makes those a persistent
set. (Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", LNCS 1032, 1996; closures:
Valmari, "Stubborn sets for reduced state space generation", 1989.) A state is expanded by a closed set if that has a
**key**: an actor with an enabled step, at a place that is **quiet**. Places are quiet if no step from them writes what
a claim asks of single states, and so that each cycle of a process's control flow has one that is not. This proviso is
static: the reduced graph depends neither on the order of the search nor on who shares it. (Kurshan, Levin, Minea,
Peled, Yenigün, "Static partial order reduction", TACAS 1998.)

Why nothing that is asked gets lost. Let a run of n steps lead from a visited state to one that breaks a claim, or ends
in a fault (its last step), or fires a command for the first time. Where every actor is expanded, its first step is
taken, and n - 1 remain. Otherwise let the closed set be C. If the run has a step by an actor of C, the first such step
is one from where that actor stands now; nothing before it affects it, so that it can go first: it is taken (or, if it
is the fault, noted), the others lead to the same end, and n - 1 remain. If not, an enabled step of C's key may go
before the run, which leads on to where it did, but for that step. What the claims ask is the same there, the fault is
still enabled, and n remain. That cannot go on for ever: each time a process leaves a quiet place, and without a cycle
there is a last one for each process. Where the run ends in a deadlock, this case is impossible: the key could still
move there. What the others in C do need not be quiet: they are not who goes before the run.

With symmetry (Emerson, Jha, Peled, "Combining partial order and symmetry reductions", TACAS 1997): the state that
stands for a visited one has the same runs with renamed actors, of the same length, and ends that are as bad. As a place
is quiet for all instances of a process or for none, renaming them leaves untouched how many quiet places are still to
be passed, and the argument goes through from either.

Claims about steps, about what is reachable, or about what can be recovered are not preserved. Neither is length: the
way to a violation may be longer than in the whole graph. And it is not used with endless ordinals, whose members are
renumbered after every step: that steps commute in a system of some size says less about them than is needed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from raceproof.checker.explicit.decisions import ActorTrees
from raceproof.checker.explicit.footprint import Footprint, Footprints, constant_index
from raceproof.checker.explicit.questions import Questions
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.system.terms import Variable
from raceproof.checker.system.transition import ClaimKind, Command, Fault

NAME = "partial order"
PRESERVED = frozenset({ClaimKind.ALWAYS, ClaimKind.DEADLOCK, ClaimKind.ASSERTION})

Edges = dict[int, set[int]]
"""From a place to those that one step leads to."""


def applies(questions: Questions) -> bool:
    """Whether the reduction gives the right answers to these questions. Where there are none, every state is wanted."""
    claims = questions.claims
    return bool(claims) and all(claim.kind in PRESERVED for claim in claims) and not endless_domains(questions.system)


@dataclass(frozen=True)
class PartialOrder:
    """Which actors' futures depend on which places. A place is numbered by `first[actor]` plus its position in the
    process's control locations; sets of places, of whichever actors, are numbers with a bit for each.
    """

    questions: Questions
    actors: tuple[ActorTrees, ...]

    @property
    def useful(self) -> bool:
        """Whether some place may ever be enough to expand a state by."""
        return bool(self.quiet)

    @cached_property
    def first(self) -> tuple[int, ...]:
        """The number of each actor's first place, and last how many there are."""
        found = [0]
        for actor in self.actors:
            found.append(found[-1] + len(_codes(actor)))
        return tuple(found)

    def places(self, actor: int) -> int:
        """All places of an actor."""
        return (1 << self.first[actor + 1]) - (1 << self.first[actor])

    @cached_property
    def moving(self) -> int:
        """The places that have a step, be it one that goes wrong."""
        return sum(1 << self._number(actor, code) for actor, tree in enumerate(self.actors) for code in tree.places)

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """For each place, those of other actors from which a step can follow that its own steps depend on."""
        futures = [future for actor in range(len(self.actors)) for future in self._futures(actor)]
        found = []
        for actor, tree in enumerate(self.actors):
            for code in _codes(tree):
                here = self._here[actor].get(code, Footprint())
                row = sum(1 << number for number, future in enumerate(futures) if here.meets(future))
                found.append(row & ~self.places(actor))
        return tuple(found)

    @cached_property
    def quiet(self) -> int:
        """The places whose steps no claim sees and that leave other actors out, without a cycle of control flow."""
        found = 0
        for process in dict.fromkeys(actor.process for actor in self.actors):
            members = [number for number, actor in enumerate(self.actors) if actor.process == process]
            codes = self._without_cycles(members, self._candidates(members))
            found |= sum(1 << self._number(actor, code) for actor in members for code in codes)
        return found

    # Footprints and control flow

    @cached_property
    def _footprints(self) -> Footprints:
        return Footprints(self.questions.system)

    @cached_property
    def _leaves(self) -> tuple[dict[int, list[Command | Fault]], ...]:
        """The steps of each actor, by place."""
        system = self.questions.system
        actors = {(tree.process, tree.instance): number for number, tree in enumerate(self.actors)}
        found: tuple[dict[int, list[Command | Fault]], ...] = tuple({} for _ in self.actors)
        leaves: tuple[Command | Fault, ...] = (*system.commands, *system.faults)
        for leaf in leaves:
            actor = actors[leaf.actor.process, leaf.actor.instance]
            found[actor].setdefault(system.steps[leaf.step].code or 0, []).append(leaf)
        return found

    @cached_property
    def _here(self) -> tuple[dict[int, Footprint], ...]:
        """What each actor's steps read and write, by place."""
        return tuple(
            {code: _union(map(self._footprints.of, leaves)) for code, leaves in places.items()}
            for places in self._leaves
        )

    @cached_property
    def _moved_by_others(self) -> set[tuple[Variable, tuple[int, ...]]]:
        """The control locations that somebody else may write."""
        system, found = self.questions.system, set()
        controls = {process.control for process in system.processes if process.control}
        for command in system.commands:
            for write in command.writes:
                own = write.variable is system.by_name[command.actor.process].control
                if write.variable in controls and not (own and constant_index(write.index) == command.actor.instance):
                    found |= {(write.variable, codes) for codes in write.variable.codes()}
        return found

    def _is_moved(self, actor: int) -> bool:
        tree = self.actors[actor]
        return tree.control is not None and (tree.control, tree.instance) in self._moved_by_others

    def _edges(self, actor: int) -> Edges:
        """Where an actor's own steps lead; anywhere, where others can move it too."""
        tree = self.actors[actor]
        everywhere = set(_codes(tree))
        if self._is_moved(actor):
            return dict.fromkeys(everywhere, everywhere)
        found: Edges = {code: set() for code in everywhere}
        for code, leaves in self._leaves[actor].items():
            for command in leaves:
                if isinstance(command, Command):
                    targets = [write.value for write in command.writes if write.variable is tree.control]
                    found[code] |= {targets[-1].value} if targets and targets[-1].is_const else set()
                    found[code] |= everywhere if targets and not targets[-1].is_const else set()
                    found[code] |= set() if targets else {code}
        return found

    def _futures(self, actor: int) -> list[Footprint]:
        """For each place of an actor what it may read and write from there on."""
        edges = self._edges(actor)
        return [
            _union(self._here[actor].get(after, Footprint()) for after in _reachable(edges, code))
            for code in _codes(self.actors[actor])
        ]

    def _number(self, actor: int, code: int) -> int:
        return self.first[actor] + code - _codes(self.actors[actor]).start

    # Quiet places

    def _candidates(self, members: list[int]) -> set[int]:
        """The places of a process whose steps no claim sees, and beside which some other actor may be left out."""
        if any(map(self._is_moved, members)):
            return set()
        claims = self.questions.claims
        asked = self._footprints.read(
            term
            for claim in claims
            for term in (claim.predicate, claim.premise, *(unclear.condition for unclear in claim.undefined))
        )
        found = set()
        for code in set().union(*(self._here[actor] for actor in members)):
            seen = any(self._here[actor].get(code, Footprint()).writes & asked for actor in members)
            if not seen and any(self._leaves_out(actor, code) for actor in members):
                found.add(code)
        return found

    def _leaves_out(self, actor: int, code: int) -> bool:
        return bool(self.moving & ~self.places(actor) & ~self.rows[self._number(actor, code)])

    def _without_cycles(self, members: list[int], codes: set[int]) -> set[int]:
        """As many of the places as the control flow can pass in an order. Of a cycle, one that depends on most goes."""
        edges: Edges = {}
        for actor in members:
            for code, after in self._edges(actor).items():
                edges.setdefault(code, set()).update(after)
        kept = set(codes)
        while True:
            within = {code: edges[code] & kept for code in kept}
            ends = {code: _reachable(within, *within[code]) for code in kept}
            cyclic = [code for code in kept if code in ends[code]]
            if not cyclic:
                return kept
            kept.remove(max(cyclic, key=lambda code: (self._dependents(members, code), -code)))

    def _dependents(self, members: list[int], code: int) -> int:
        return sum(self.rows[self._number(actor, code)].bit_count() for actor in members)


def _codes(actor: ActorTrees) -> range:
    """The codes of an actor's places; an action has one."""
    return range(1) if actor.control is None else actor.control.domain.members


def _union(footprints: Iterable[Footprint]) -> Footprint:
    found = Footprint()
    for footprint in footprints:
        found |= footprint
    return found


def _reachable(edges: Edges, *starts: int) -> set[int]:
    """The places that some lead to, they themselves included."""
    found, waiting = set(starts), list(starts)
    while waiting:
        for after in edges[waiting.pop()] - found:
            found.add(after)
            waiting.append(after)
    return found
