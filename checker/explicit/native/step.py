"""The native step function: actors, claims and hashes of one system as functions of a module in LLVM's language.

| function | what it does |
|---|---|
| `expand(state, out, control, fired)` | writes every successor at `out`, returns the address behind the last |
| `expand_N(…)` | the same for the moves of some processes only |
| `holds_N(state) → mask`, `holds_N(before, after)` | a bit for each term of a set that does not hold |
| `note(control, record, state)` | keeps the smallest state that a record has seen |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from raceproof.checker.explicit.decisions import ActorTrees, Branch, actor_trees
from raceproof.checker.explicit.layout import WORD, Layout
from raceproof.checker.explicit.native.assembly import Cell, Function, Value, constant, word
from raceproof.checker.explicit.native.control import Field
from raceproof.checker.explicit.native.terms import Constants, TermWriter, fits
from raceproof.checker.explicit.questions import Questions
from raceproof.checker.system.ranges import Facts
from raceproof.checker.system.terms import Op, Term
from raceproof.checker.system.transition import Command, Fault, Write

STEP = (("ptr", "state"), ("ptr noalias", "out"), ("ptr", "control"), ("ptr", "fired"))
MOST_WORDS = 64
MOST_TERMS = 64


class NotNative(Exception):
    """The system cannot be compiled to machine code of 64 bits; the message says why, in a few words."""


@dataclass
class Module:
    """A module being written for one system."""

    questions: Questions
    layout: Layout
    constants: Constants = field(default_factory=Constants)
    functions: list[Function] = field(default_factory=list)
    _expanders: dict[frozenset[str] | None, str] = field(default_factory=dict)
    _holders: dict[tuple[Term, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.trees = actor_trees(self.questions.system)
        self._actors: dict[int, str] = {}

    @property
    def words(self) -> int:
        return self.layout.words

    @property
    def most_successors(self) -> int:
        """More successors than any state has."""
        return len(self.questions.system.commands)

    def function(
        self,
        name: str,
        result: str,
        parameters: Sequence[tuple[str, str]],
        attributes: str = "",
        *,
        shown: bool = False,
    ) -> Function:
        """A new function of the module; one that is `shown` can be called from outside."""
        found = Function(name, result, tuple(parameters), attributes, "" if shown else "internal")
        self.functions.append(found)
        return found

    def text(self) -> str:
        lines = [*self.constants.lines, *(function.text() for function in self.functions), _DECLARATIONS]
        return "\n".join(lines)

    # Records

    @property
    def record_words(self) -> int:
        """A flag and a state."""
        return 1 + self.words

    @property
    def first_step_record(self) -> int:
        return len(self.questions.state_terms)

    @property
    def first_fault_record(self) -> int:
        return self.first_step_record + len(self.questions.step_terms)

    @property
    def stuck_record(self) -> int:
        return self.first_fault_record + len(self.questions.system.faults)

    @property
    def lost_record(self) -> int:
        return self.stuck_record + 1

    def canonize(self, code: Function, state: Value) -> None:
        """Replace a state by the one that stands for it."""

    def control(self, code: Function, pointer: Value, which: Field, type: str = "i64") -> Value:
        """The value of a word of the control block."""
        return code.load(type, code.offset(pointer, int(which)))

    def set_control(self, code: Function, pointer: Value, which: Field, value: Value) -> None:
        code.store(value, code.offset(pointer, int(which)))

    def write_notes(self) -> None:
        """`note` and, for each bit of a mask, `note_all`."""
        parameters = [("ptr", "control"), ("i64", "record"), ("ptr", "state")]
        code = self.function("note", "void", parameters, "noinline cold")
        control, record, state = map(code.argument, range(3))
        records = self.control(code, control, Field.RECORDS, "ptr")
        place = code.offset(records, code.binary("mul", record, self.record_words))
        kept = code.offset(place, 1)
        replace, done = code.label(), code.label()
        code.jump_when(code.compare("eq", code.load("i64", place), 0), replace)
        for number in reversed(range(self.words)):
            new = code.load("i64", code.offset(state, number))
            old = code.load("i64", code.offset(kept, number))
            code.jump_when(code.compare("ult", new, old), replace)
            code.jump_when(code.compare("ugt", new, old), done)
        code.jump(done)
        code.start(replace)
        code.store(word(1), place)
        for number in range(self.words):
            code.store(code.load("i64", code.offset(state, number)), code.offset(kept, number))
        code.place(done)
        code.give()
        self._write_note_all()

    def _write_note_all(self) -> None:
        parameters = [("ptr", "control"), ("i64", "first"), ("i64", "mask"), ("ptr", "state")]
        code = self.function("note_all", "void", parameters, "noinline cold")
        control, first, mask, state = map(code.argument, range(4))
        left = code.cell("i64", mask)
        with code.forever() as loop:
            now = left.get()
            loop.leave_when(code.compare("eq", now, 0))
            bit = code.call("llvm.cttz.i64", "i64", now, constant(1, "i1"))
            code.call("note", "void", control, code.binary("add", first, bit), state)
            left.set(code.binary("and", now, code.binary("sub", now, 1)))
        code.give()

    # Claims

    def holder(self, terms: Sequence[Term], states: int = 1) -> str:
        """The name of a function from one state, or two, to a mask of the terms that do not hold."""
        key = tuple(terms)
        if key not in self._holders:
            self._holders[key] = f"holds_{len(self._holders)}"
            parameters = [("ptr readonly", "before"), ("ptr readonly", "after")][:states]
            code = self.function(self._holders[key], "i64", parameters)
            writer = TermWriter(code, self.layout, self.constants, tuple(map(code.argument, range(states))))
            mask = word(0)
            for bit, node in enumerate(terms):
                broken = code.binary("xor", writer.value(node), constant(1, "i1"))
                mask = code.binary("or", code.binary("shl", code.convert("zext", broken, "i64"), bit), mask)
            code.give(mask)
        return self._holders[key]

    # Steps

    def expander(self, by: frozenset[str] | None = None) -> str:
        """The name of the function that writes the successors by moves of these processes, all for None."""
        if by not in self._expanders:
            self._expanders[by] = "expand" if by is None else f"expand_{len(self._expanders)}"
            code = self.function(self._expanders[by], "ptr", STEP, "noinline")
            state, out, control, fired = map(code.argument, range(4))
            for number, actor in enumerate(self.trees):
                if by is None or actor.process in by:
                    out = code.call(self._actor(number, actor), "ptr", state, out, control, fired)
            code.give(out)
        return self._expanders[by]

    def _actor(self, number: int, actor: ActorTrees) -> str:
        if number in self._actors:
            return self._actors[number]
        name = self._actors[number] = f"actor_{number}"
        code = self.function(name, "ptr", STEP)
        writer = TermWriter(code, self.layout, self.constants, (code.argument(0),))
        out = code.cell("ptr", code.argument(1))
        still = 0 if actor.control is None else self.layout.constants.get(actor.control)
        if actor.control is None or still is not None:
            if still in actor.places:
                self._branch(code, writer, out, actor.places[still])
            code.give(out.get())
            return name
        position = self.layout.position(actor.control, actor.instance)
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
                self.set_control(code, control, Field.FAULTY, code.convert("ptrtoint", state, "i64"))
                code.call("note", "void", control, word(self.first_fault_record + number), state)
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
            if write.variable not in self.layout.constants and not _in_domain(command, write):
                self._guard_store(code, writer, write)
        target = out.get()
        writer.write_state(command.writes, target)
        code.store(constant(1, "i8"), code.offset(code.argument(3), number, "i8"))
        out.set(code.offset(target, self.words))

    def _guard_store(self, code: Function, writer: TermWriter, write: Write) -> None:
        """Note a value that would not fit its field: the commands' guards should have kept it away."""
        domain = write.variable.domain
        above = code.binary("sub", writer.number(write.value), domain.low)
        with code.when(code.compare("ugt", above, domain.greatest - domain.low), likely=False):
            self.set_control(code, code.argument(2), Field.MISFIT, word(1))


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


def check_native(questions: Questions, layout: Layout) -> None:
    """Raises NotNative where a system is too large for the native engine, or its numbers are."""
    system = questions.system
    terms: list[Term] = [*questions.state_terms, *questions.step_terms, system.at_rest]
    for claim in questions.claims:
        terms += [claim.predicate, claim.premise]
    for command in system.commands:
        terms += command.guard
        for write in command.writes:
            terms += [*write.index, write.value]
    for fault in system.faults:
        terms += fault.guard
    if not fits(terms):
        raise NotNative("its numbers do not fit into 64 bits")
    if layout.words > MOST_WORDS:
        raise NotNative(f"a state takes more than {MOST_WORDS * WORD} bits")
    if len(questions.state_terms) > MOST_TERMS or len(questions.step_terms) > MOST_TERMS:
        raise NotNative(f"there are more than {MOST_TERMS} claims")


_DECLARATIONS = """
declare i64 @llvm.cttz.i64(i64, i1)
declare i8 @llvm.cttz.i8(i8, i1)
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{!"branch_weights", i32 1, i32 2000}
"""
