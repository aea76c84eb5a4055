"""From a path of states of ranks to a real one: the same steps, in a system with a member for every one that is made.

A search that leaves out what nobody remembers counts again from 1 after every step. The real path counts on: it starts
where the other one does, and the same actors take the same steps; who chose the second of the members that were
remembered chooses the second again. After each step the real state must be one that the other one stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from raceproof.checker.errors import InternalError
from raceproof.checker.explicit.layout import initial_states
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.newest import sums
from raceproof.checker.system.ordinals import Ranks, endless_domains
from raceproof.checker.system.transition import Actor, Fault, FaultKind, TransitionSystem
from raceproof.checker.verdict import Path, State


def sizes_needed(path: Path) -> dict[str, int]:
    """How many members of each endless domain a path needs that never counts again from 1."""
    found: dict[str, int] = {}
    for domain in endless_domains(path.system):
        starts = [path.system.initial[variable] for variable in path.system.variables if variable.domain == domain]
        first = max((code or 0 for codes in starts for code in codes), default=0)
        made = sum(bool(sums(command, domain)) for command in path.commands)
        found[domain.name] = max(domain.greatest, first + made)
    return found


def concrete(path: Path, real: TransitionSystem) -> Path:
    """The path in the same system of a sufficient size. Raises InternalError where there is none: then the states of
    ranks do not stand for real ones."""
    ranks, interpreter = Ranks(real), Interpreter(real)
    before = next((s for s in initial_states(real) if ranks.in_order(s, path.system) == path.states[0]), None)
    if before is None:
        raise InternalError("a path of ranks starts in a state in which the system does not start")
    states, commands = [before], []
    for number, (command, ranked) in enumerate(zip(path.commands, path.states[1:], strict=True)):
        actor = _actor(path.system, command.actor, command.step, ranks.remembered(before))
        step = interpreter.take(actor, before)
        if step is None:
            raise InternalError(f"a step of ranks is disabled: {real.show_actor(actor)}, step {number + 1}")
        before = step[1]
        if ranks.in_order(before, path.system) != Ranks(path.system)(ranked):
            raise InternalError(f"a step of ranks leads elsewhere: {real.show_actor(actor)}, step {number + 1}")
        commands.append(step[0])
        states.append(before)
    fault = path.fault and _fault(interpreter, path, path.fault, before)
    return Path(real, tuple(states), tuple(commands), fault)


def _fault(interpreter: Interpreter, path: Path, like: Fault, state: State) -> Fault:
    real = interpreter.system
    actor = _actor(path.system, like.actor, like.step, Ranks(real).remembered(state))
    if like.kind is FaultKind.NEWEST:
        return replace(like, actor=actor)
    faults = (fault for fault in interpreter.faults(state) if fault.actor == actor and fault.kind is like.kind)
    found = next(faults, None)
    if found is None:
        raise InternalError(f"a step of ranks goes wrong, and the real one does not: {real.show_actor(actor)}")
    return found


def _actor(system: TransitionSystem, actor: Actor, step: int, remembered: Mapping[str, tuple[int, ...]]) -> Actor:
    """Who acts in a state that remembers other members: the choice and the instance by their rank."""

    def renumbered(domain: Domain | None, code: int) -> int:
        known = remembered.get(domain.name, ()) if domain else ()
        return known[code - 1] if domain and domain.endless and 1 <= code <= len(known) else code

    keys = zip(system.by_name[actor.process].keys, actor.instance, strict=True)
    instance = tuple(renumbered(key, code) for key, code in keys)
    choice = None if actor.choice is None else renumbered(system.steps[step].choice, actor.choice)
    return Actor(actor.process, instance, choice)
