"""The meaning of a transition system, term by term and step by step: plain, slow, and the standard for engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import add, eq, floordiv, le, lt, mod, mul, sub

from raceproof.checker.system.terms import Op, Term, Variable
from raceproof.checker.system.transition import Actor, Command, Fault, TransitionSystem

State = tuple[int, ...]

_BINARY: Mapping[Op, Callable[[int, int], int]] = {
    Op.ADD: add,
    Op.SUB: sub,
    Op.MUL: mul,
    Op.DIV: floordiv,
    Op.MOD: mod,
    Op.LT: lt,
    Op.LE: le,
    Op.EQ: eq,
}


@dataclass(frozen=True)
class Interpreter:
    """Evaluates terms and takes steps of one system; a state is a code for every slot, in the system's order."""

    system: TransitionSystem

    def position(self, variable: Variable, codes: tuple[int, ...]) -> int:
        """Where an entry stands in a state. Raises IndexError where a code is no member of its key."""
        return self.system.offsets[variable] + variable.slot(codes)

    def value(self, node: Term, state: State, after: State = ()) -> int:
        """The value of a term in a state (of two, for a claim about a step); truth values are 0 and 1.

        Raises IndexError where a table is read at a key that it does not have, TypeError for an open parameter.
        """

        def of(arg: Term) -> int:
            return self.value(arg, state, after)

        match node.op:
            case Op.CONST:
                return node.value
            case Op.READ | Op.READ_AFTER:
                where = after if node.op is Op.READ_AFTER else state
                return where[self.position(node.variable, tuple(map(of, node.args)))]
            case Op.NOT:
                return int(not of(node.args[0]))
            case Op.AND:
                return int(all(map(of, node.args)))
            case Op.OR:
                return int(any(map(of, node.args)))
            case Op.ITE:
                return of(node.args[1] if of(node.args[0]) else node.args[2])
            case Op.PARAMETER:
                raise TypeError(f"{node!r} has no value")
            case _:
                return int(_BINARY[node.op](of(node.args[0]), of(node.args[1])))

    def allows(self, leaf: Command | Fault, state: State) -> bool:
        """Whether every part of the guard holds, asked in order: a later part may rely on an earlier one."""
        return all(self.value(part, state) for part in leaf.guard)

    def apply(self, command: Command, state: State) -> State:
        """The state after the command's writes."""
        found = list(state)
        for write in command.writes:
            index = tuple(self.value(arg, state) for arg in write.index)
            found[self.position(write.variable, index)] = self.value(write.value, state)
        return tuple(found)

    def steps(self, state: State) -> Iterator[tuple[Command, State]]:
        """Every command that may fire, with where it leads."""
        for command in self.system.commands:
            if self.allows(command, state):
                yield command, self.apply(command, state)

    def take(self, actor: Actor, state: State) -> tuple[Command, State] | None:
        """The one step that an actor can take with its choice, or None when it is disabled."""
        for command in self.system.commands:
            if command.actor == actor and self.allows(command, state):
                return command, self.apply(command, state)
        return None

    def faults(self, state: State) -> Iterator[Fault]:
        """Every step that would go wrong."""
        return (fault for fault in self.system.faults if self.allows(fault, state))
