"""The native step function: what a state leads to.

`expand(state, out, control, fired)` writes every successor at `out` and returns the address behind the last;
`expand_N` does so for the moves of some processes only. There is a function for each actor, which goes to the decision
tree of the place where the actor stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from raceproof.checker.explicit.decisions import ActorTrees, Branch, actor_trees
from raceproof.checker.explicit.layout import WORD
from raceproof.checker.explicit.native.assembly import Cell, Function, constant, word
from raceproof.checker.explicit.native.control import Field
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.native.terms import TermWriter
from raceproof.checker.system.ranges import Facts
from raceproof.checker.system.terms import Op
from raceproof.checker.system.transition import Command, Fault, Write

STEP = (("ptr noalias", "state"), ("ptr noalias", "out"), ("ptr noalias", "control"), ("ptr noalias", "fired"))


@dataclass
class Steps:
    """Writes the step functions into a module, each when it is first asked for. `labelled` ones write behind each
    successor the number of the command that leads to it."""

    module: Module
    labelled: bool = False
    trees: list[ActorTrees] = field(init=False)
    _expanders: dict[frozenset[str] | None, str] = field(default_factory=dict)
    _actors: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.trees = actor_trees(self.module.questions.system)

    def expander(self, by: frozenset[str] | None = None) -> str:
        """The name of the function that writes the successors by moves of these processes, all for None."""
        if by not in self._expanders:
            self._expanders[by] = "expand" if by is None else f"expand_{len(self._expanders)}"
            code = self.module.function(self._expanders[by], "ptr", STEP, "noinline")
            state, out, control, fired = map(code.argument, range(4))
            for number, actor in enumerate(self.trees):
                if by is None or actor.process in by:
                    out = code.call(self._actor(number, actor), "ptr", state, out, control, fired)
            code.give(out)
        return self._expanders[by]

    def actor(self, number: int) -> str:
        """The name of the function that writes the successors by one actor's moves."""
        return self._actor(number, self.trees[number])

    def _actor(self, number: int, actor: ActorTrees) -> str:
        if number in self._actors:
            return self._actors[number]
        name = self._actors[number] = f"actor_{number}"
        code = self.module.function(name, "ptr", STEP)
        writer = TermWriter(code, self.module.layout, self.module.constants, (code.argument(0),))
        out = code.cell("ptr", code.argument(1))
        still = 0 if actor.control is None else self.module.layout.constants.get(actor.control)
        if actor.control is None or still is not None:
            if still in actor.places:
                self._branch(code, writer, out, actor.places[still])
            code.give(out.get())
            return name
        position = self.module.layout.position(actor.control, actor.instance)
        at = code.binary("lshr", writer.words[0][position // WORD], position % WORD)
        at = code.binary("and", at, (1 << actor.control.domain.bits) - 1)
        labels = {place: code.label() for place in actor.places}
        end = code.label()
        arms = " ".join(f"i64 {place - actor.control.domain.low}, label %{label}" for place, label in labels.items())
        code.do(f"switch i64 {at.text}, label %{end} [ {arms} ]")
        code.ended = True
        for place, branch in actor.places.items():
            code.start(labels[place])
            self._branch(code, writer.branched(), out, branch)
            code.jump(end)
        code.place(end)
        code.give(out.get())
        return name

    def _branch(self, code: Function, writer: TermWriter, out: Cell, branch: Branch) -> None:
        for number, leaf in branch.leaves:
            if isinstance(leaf, Fault):
                state, control = code.argument(0), code.argument(2)
                self.module.set_control(code, control, Field.FAULTY, code.convert("ptrtoint", state, "i64"))
                code.call("note", "void", control, word(self.module.first_fault_record + number), state)
            else:
                self._fire(code, writer, out, number, leaf)
        for condition, then, otherwise in branch.forks():
            value = writer.value(condition)
            yes, no, after = code.label(), code.label(), code.label()
            code.branch(value, yes, no)
            for label, child in ((yes, then), (no, otherwise)):
                code.start(label)
                if child is not None:
                    self._branch(code, writer.branched(), out, child)
                code.jump(after)
            code.place(after)

    def _fire(self, code: Function, writer: TermWriter, out: Cell, number: int, command: Command) -> None:
        for write in command.writes:
            if write.variable not in self.module.layout.constants and not _in_domain(command, write):
                self._guard_store(code, writer, write)
        target = out.get()
        writer.write_state(command.writes, target)
        code.store(constant(1, "i8"), code.offset(code.argument(3), number, "i8"))
        if self.labelled:
            code.store(word(number), code.offset(target, self.module.words))
        out.set(code.offset(target, self.module.words + self.labelled))

    def _guard_store(self, code: Function, writer: TermWriter, write: Write) -> None:
        """Note a value that would not fit its field: the commands' guards should have kept it away."""
        domain = write.variable.domain
        above = code.binary("sub", writer.number(write.value), domain.low)
        with code.when(code.compare("ugt", above, domain.greatest - domain.low), likely=False):
            self.module.set_control(code, code.argument(2), Field.MISFIT, word(1))


def _in_domain(command: Command, write: Write) -> bool:
    """Whether it is plain that the value lies in the variable's domain."""
    domain, value = write.variable.domain, write.value
    if value.op in (Op.CONST, Op.READ):
        low, high = Facts().interval(value)
        if domain.low <= low <= high <= domain.greatest:
            return True
    if value.boolean and domain.low <= 0 < domain.greatest:
        return True
    facts = Facts()
    for condition in command.guard:
        facts.assume(condition)
    low, high = facts.interval(value)
    return domain.low <= low <= high <= domain.greatest
