"""Stale decisions: what somebody knew, who changed it, and the step that relied on it all the same.

Time of check to time of use (Bishop and Dilger, "Checking for Race Conditions in File Accesses", Computing Systems
9(2), 1996), over a run instead of a program: the check is a step that read or wrote an entry, the use a later one of
the same actor from which the violation comes. In between somebody else has given the entry another value, and the actor
has not looked again. Whether that matters is asked of the lowered system: would the check, with the value that the
entry has at the use, still let the actor through?
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from raceproof.checker.explain.conjuncts import Wanted
from raceproof.checker.explain.course import Course, Owner
from raceproof.checker.explain.findings import StaleKind
from raceproof.checker.explain.flow import Flow, Positions
from raceproof.checker.system.transition import Command
from raceproof.checker.verdict import State

_ORDER: Mapping[StaleKind, int] = {"decision": 0, "copy": 1, "result": 2, "permission": 3}

Origins = frozenset[tuple[int, int]]
"""Where a local's value comes from: shared positions, and the steps that read them."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A stale decision by positions and step numbers; `effect` is the position that the use changed, None where it is
    none that the claim reads. `local` is the position in which a copy was kept."""

    kind: StaleKind
    owner: Owner
    position: int
    check: int
    overwritten: int
    use: int
    effect: int | None = None
    local: int | None = None


@dataclass(frozen=True)
class Staleness:
    """The stale decisions of a flow, for what a claim wants of it."""

    flow: Flow
    wanted: Wanted

    @property
    def course(self) -> Course:
        return self.flow.course

    @cached_property
    def matters(self) -> frozenset[int]:
        """The steps from which comes what the claim reads; the last one always does."""
        last = len(self.course.leaves)
        return self.flow.slice(self.wanted) | ({last} if last else frozenset())

    @cached_property
    def final(self) -> Mapping[int, frozenset[int]]:
        """The positions that the claim reads, by the step that wrote them last."""
        found: dict[int, frozenset[int]] = {}
        for position, time in self.wanted:
            number = self.flow.last_write(position, time)
            found[number] = found.get(number, frozenset()) | {position}
        return found

    @cached_property
    def decisions(self) -> tuple[Stale, ...]:
        """What bears most on the violation first; one for each use."""
        by_use: dict[tuple[Owner, int], list[Stale]] = {}
        for stale in self._candidates():
            by_use.setdefault((stale.owner, stale.use), []).append(stale)
        best = sorted((min(found, key=self._rank) for found in by_use.values()), key=self._rank)
        direct = [stale for stale in best if stale.kind == "permission" or stale.use in self.final]
        return tuple(direct or best)

    def _rank(self, stale: Stale) -> tuple[object, ...]:
        """A use that wrote what the claim reads comes first, then what is about the same members as its effect; of
        several checks the one that was made last."""
        apart = self._is_apart(stale)
        return (
            stale.use not in self.final,
            apart,
            _ORDER[stale.kind],
            -stale.check,
            -stale.overwritten,
            stale.position,
        )

    def _is_apart(self, stale: Stale) -> bool:
        """Whether an entry and the effect of its use are about different members of a domain."""
        if stale.effect is None:
            return False
        one, other = (self.course.entries[position] for position in (stale.position, stale.effect))
        keys = dict(zip(one.variable.keys, one.codes, strict=True))
        return any(keys.get(key, code) != code for key, code in zip(other.variable.keys, other.codes, strict=True))

    def _candidates(self) -> Iterator[Stale]:
        for use in sorted(self.matters):
            yield from self._copies(use)
            yield from self._decisions(use)
            yield from self._results(use)
        yield from self._permissions()

    def _earlier(self, use: int) -> Iterator[int]:
        """The steps that the same actor has taken before, the last one first."""
        owner = self.course.owner(use)
        return (number for number in range(use - 1, 0, -1) if self.course.owner(number) == owner)

    def _spoilt(self, position: int, check: int, use: int) -> int | None:
        """The last step between two of an actor's in which somebody else changed an entry, where it differs at the use
        from what it was after the check, and the actor itself has not written it since."""
        states = self.course.states
        if states[check][position] == states[use - 1][position]:
            return None
        owner = self.course.owner(check)
        writers = [number for number in range(check + 1, use) if self.flow.changed(position, number)]
        if not writers or any(self.course.owner(number) == owner for number in writers):
            return None
        return writers[-1]

    def _effect(self, use: int, sources: frozenset[int] | None = None) -> int | None:
        """What a use wrote that matters: of what the claim reads if it wrote any of that, else anything shared."""
        written = self.flow.taken[use - 1].written
        found = [p for p in written if sources is None or written[p] & sources]
        shared = [p for p in found if self.course.entries[p].owner is None]
        final = self.final.get(use, frozenset())
        first = [p for p in shared if p in final] + [p for p in found if p in final]
        changed = [p for p in shared if self.flow.changed(p, use)]
        return next(iter([*first, *changed, *shared]), None)

    @cached_property
    def _origins(self) -> tuple[Mapping[int, Origins], ...]:
        """For the state after each step, where the values of locals come from."""
        now: dict[int, Origins] = {}
        found = [now]
        for number, taken in enumerate(self.flow.taken, start=1):
            now = dict(now)
            for position, sources in taken.written.items():
                if self._is_local(position):
                    fresh = frozenset((p, number) for p in sources if self._is_shared(p))
                    now[position] = fresh.union(*(found[-1].get(p, frozenset()) for p in sources))
            found.append(now)
        return tuple(found)

    def _is_local(self, position: int) -> bool:
        entry = self.course.entries[position]
        return entry.owner is not None and not entry.is_place

    def _is_shared(self, position: int) -> bool:
        return self.course.entries[position].owner is None

    def _copies(self, use: int) -> Iterator[Stale]:
        """A local that is written into the state, or decides what is, and that would now be set to something else."""
        taken = self.flow.taken[use - 1]
        for local in sorted(p for p in taken.read if self._is_local(p)):
            for position, check in sorted(self._origins[use - 1].get(local, frozenset())):
                overwritten = self._spoilt(position, check, use)
                if overwritten is None:
                    continue
                written = any(local in sources for p, sources in taken.written.items() if not self._is_local(p))
                effect = self._effect(use, frozenset({local})) if written else self._effect(use) or self._place(use)
                if written and (effect is None or not self._moved_on(effect, position, check, use)):
                    continue
                fails = use > len(self.course.path.commands)
                decides = fails or (effect is not None and position not in taken.asked)
                relies = written or (local in taken.asked and decides)
                if relies and not self._acts_alike(local, check, position, use, effect):
                    yield Stale("copy", taken.owner, position, check, overwritten, use, effect, local)

    def _acts_alike(self, local: int, check: int, position: int, use: int, effect: int | None) -> bool:
        """Whether a use would do the same if its local had been set anew, with what the entry holds at the use."""
        leaf, states = self.course.leaves[check - 1], self.course.states
        checked = self.course.take(leaf.actor, _changed(states[check - 1], {position: states[use - 1][position]}))
        if checked is None:
            return effect is not None and local not in self._sources(use, effect)
        used, fresh = self.course.leaves[use - 1], _changed(states[use - 1], {local: checked[1][local]})
        if not isinstance(used, Command) or effect is None:
            return self.course.interpreter.allows(used, fresh)
        taken = self.course.take(used.actor, fresh)
        return taken is not None and taken[1][effect] == states[use][effect]

    def _sources(self, use: int, effect: int) -> Positions:
        """The positions from which comes what a step wrote, conditions aside."""
        return self.flow.taken[use - 1].written[effect]

    def _moved_on(self, effect: int, source: int, check: int, use: int) -> bool:
        """Whether what is written was changed by somebody else since its new value was read: else the new value is old,
        but nothing newer is lost."""
        owner = self.course.owner(use)
        between = (number for number in range(check + 1, use) if self.course.owner(number) != owner)
        return effect == source or any(self.flow.changed(effect, number) for number in between)

    def _decisions(self, use: int) -> Iterator[Stale]:
        """A condition that let the actor through at an earlier step, and would not now."""
        again: set[int] = set()
        asked_again = {self.course.leaves[use - 1].step}
        for check in self._earlier(use):
            taken, step = self.flow.taken[check - 1], self.course.leaves[check - 1].step
            if step in asked_again:
                continue  # the actor has come by here once more: that is when it was let through
            asked_again.add(step)
            copied = {position for origins in self._origins[use - 1].values() for position, _ in origins}
            for position in sorted(p for p in taken.asked if self._is_shared(p)):
                if position in again or position in copied:
                    continue
                overwritten = self._spoilt(position, check, use)
                if overwritten is not None and self._refuses(check, position, use - 1):
                    yield Stale(
                        "decision",
                        taken.owner,
                        position,
                        check,
                        overwritten,
                        use,
                        self._effect(use) or self._place(use),
                    )
            again |= taken.read

    def _place(self, use: int) -> int | None:
        """Where the actor is after a step, if the claim asks for that."""
        return next((p for p in self.final.get(use, ()) if self.course.entries[p].is_place), None)

    def _refuses(self, check: int, position: int, time: int) -> bool:
        """Whether a step would not have led its actor to where it did, had an entry then had the value that it has at a
        later time.

        Where the step itself wrote the entry, it knew what it would be: then all that is shared must be as it is later,
        and that one entry be what stands in the way.
        """
        before, later = self.course.states[check - 1], self.course.states[time]
        if position not in self.flow.taken[check - 1].written:
            return not self._leads_there(check, before, {position: later[position]})
        shared = {p: code for p, code in enumerate(later) if self._is_shared(p)}
        restored = {**shared, position: before[position]}
        return not self._leads_there(check, before, shared) and self._leads_there(check, before, restored)

    def _leads_there(self, number: int, state: State, changes: Mapping[int, int]) -> bool:
        """Whether the actor of a step could take it in a state with some entries changed, and come to the same place,
        be it in another way."""
        leaf = self.course.leaves[number - 1]
        info = self.course.system.by_name[leaf.actor.process]
        if not isinstance(leaf, Command) or info.control is None:
            return True
        position = self.course.interpreter.position(info.control, leaf.actor.instance)
        taken = self.course.take(leaf.actor, _changed(state, changes))
        return taken is not None and taken[1][position] == self.course.states[number][position]

    def _results(self, use: int) -> Iterator[Stale]:
        """An entry that the claim reads, which the actor had written, and then wrote another one that the claim reads,
        without having looked."""
        if use not in self.final:
            return
        roots = frozenset(position for position, _ in self.wanted)
        seen: set[int] = set(self.flow.taken[use - 1].read)
        for check in self._earlier(use):
            taken = self.flow.taken[check - 1]
            for position in sorted(p for p in taken.written if p in roots and self._is_shared(p) and p not in seen):
                overwritten = self._spoilt(position, check, use)
                if overwritten is not None:
                    yield Stale("result", taken.owner, position, check, overwritten, use, self._effect(use))
            seen |= taken.read | taken.written.keys()

    def _permissions(self) -> Iterator[Stale]:
        """A condition that let somebody go to where the claim finds it, and would not now."""
        last = len(self.course.leaves)
        for check, positions in self.final.items():
            if check in (0, last) or not any(self.course.entries[p].is_place for p in positions):
                continue
            taken = self.flow.taken[check - 1]
            for position in sorted(p for p in taken.asked if self._is_shared(p)):
                overwritten = self._spoilt(position, check, last + 1)
                if overwritten is not None and self._refuses(check, position, last):
                    yield Stale("permission", taken.owner, position, check, overwritten, last)


def _changed(state: State, changes: Mapping[int, int]) -> State:
    return tuple(changes.get(position, code) for position, code in enumerate(state))
