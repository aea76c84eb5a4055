"""Random walks, compiled: `walk(control) → why it has come back`, and `start(control)`, which begins a walk.

The states of a walk and the commands between them stand one after the other in a buffer. Whatever has to be looked at
is asked again when the function is called again, and only then the next step is drawn: so it can come back anywhere.
"""

from __future__ import annotations

from enum import IntEnum

from raceproof.checker.explicit.layout import WORD
from raceproof.checker.explicit.native.assembly import WORD_MASK, Function, Value, word
from raceproof.checker.explicit.native.control import Field
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.native.steps import Steps
from raceproof.checker.explicit.walking import (
    FIRST_FACTOR,
    FIRST_SHIFT,
    GOLDEN,
    SECOND_FACTOR,
    SECOND_SHIFT,
    THIRD_SHIFT,
    Stop,
    base_state,
    open_entries,
)
from raceproof.checker.system.transition import FaultKind


class Here(IntEnum):
    """The words of a walker's control block, behind those that it shares with the search."""

    SEED = len(Field)
    RANDOM = len(Field) + 1  # the state of the generator
    BUFFER = len(Field) + 2  # address of the walk
    NEXT = len(Field) + 3  # address of the successors
    TAKEN = len(Field) + 4  # address of a word for each command
    NUMBER = len(Field) + 5  # of the walk, and of the first that is not wanted
    END = len(Field) + 6
    PLACE = len(Field) + 7  # the steps of this walk so far, and how many are wanted
    LENGTH = len(Field) + 8
    BUDGET = len(Field) + 9  # the states that may still be looked at in this call
    HIT = len(Field) + 10
    ASSERTS = len(Field) + 11  # whether failed asserts are wanted
    STEPS = len(Field) + 12
    LONGEST = len(Field) + 13


CONTROL_WORDS = len(Field) + len(Here)


class Walks:
    """Writes `walk` and `start` into a module of their own."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.steps = Steps(module, labelled=True)
        self.words = module.words
        self.stride = module.words + 1
        self._start = ""

    def write(self) -> None:
        self.module.write_notes()
        self._write_mixed()
        self._write_draw()
        self._write_start()
        if self._serious:
            self._write_goes_wrong()
        self._write_walk()

    def _get(self, code: Function, which: Field | Here, type: str = "i64") -> Value:
        return code.load(type, code.offset(code.argument(0), int(which)))

    def _set(self, code: Function, which: Field | Here, value: Value) -> None:
        code.store(value, code.offset(code.argument(0), int(which)))

    def _at(self, code: Function, base: Value, number: Value) -> Value:
        return code.offset(base, code.binary("mul", number, self.stride))

    # Random numbers

    def _write_mixed(self) -> None:
        code = self.module.function("mixed", "i64", [("i64", "number")])
        number = code.argument(0)
        for shift, factor in ((FIRST_SHIFT, FIRST_FACTOR), (SECOND_SHIFT, SECOND_FACTOR)):
            number = code.binary("mul", code.binary("xor", number, code.binary("lshr", number, shift)), factor)
        code.give(code.binary("xor", number, code.binary("lshr", number, THIRD_SHIFT)))

    def _write_draw(self) -> None:
        """`draw(control, choices)`: a number that is less than `choices`."""
        code = self.module.function("draw", "i64", [("ptr", "control"), ("i64", "choices")])
        state = code.binary("add", self._get(code, Here.RANDOM), GOLDEN)
        self._set(code, Here.RANDOM, state)
        random = code.convert("zext", code.call("mixed", "i64", state), "i128")
        product = code.binary("mul", random, code.convert("zext", code.argument(1), "i128"))
        code.give(code.convert("trunc", code.binary("lshr", product, 64), "i64"))

    # The start of a walk

    def _write_start(self) -> None:
        code = self.module.function("start", "void", [("ptr", "control")], shown=True)
        self._start = code.name
        control, layout = code.argument(0), self.module.layout
        number = code.call("mixed", "i64", code.binary("add", self._get(code, Here.NUMBER), 1))
        seed = code.binary("add", self._get(code, Here.SEED), number)
        self._set(code, Here.RANDOM, code.call("mixed", "i64", seed))
        self._set(code, Here.PLACE, word(0))
        base = base_state(layout)
        words = [word(base >> WORD * place & WORD_MASK) for place in range(self.words)]
        for position, values, first in open_entries(layout):
            place, shift = divmod(position, WORD)
            drawn = code.binary("add", code.call("draw", "i64", control, word(values)), first)
            words[place] = code.binary("or", code.binary("shl", drawn, shift), words[place])
        buffer = self._get(code, Here.BUFFER, "ptr")
        for place, value in enumerate(words):
            code.store(value, code.offset(buffer, place))
        code.give()

    # A walk

    def _write_walk(self) -> None:
        code = self.module.function("walk", "i64", [("ptr", "control")], shown=True)
        control = code.argument(0)
        buffer, following = self._get(code, Here.BUFFER, "ptr"), self._get(code, Here.NEXT, "ptr")
        length, end = self._get(code, Here.LENGTH), self._get(code, Here.END)
        fired, taken = self._get(code, Field.FIRED, "ptr"), self._get(code, Here.TAKEN, "ptr")
        left = code.cell("i64", self._get(code, Here.BUDGET))
        with code.forever() as loop:
            with code.when(code.compare("eq", left.get(), 0), likely=False):
                code.give(word(Stop.SLICE))
            left.add(-1)
            place, over = self._get(code, Here.PLACE), code.label()
            state = self._at(code, buffer, place)
            self._ask_step(code, buffer, place, state)
            self._ask_state(code, state)
            code.jump_when(code.compare("uge", place, length), over, likely=False)
            last = code.call(self.steps.expander(), "ptr", state, following, control, fired)
            faulty = self._ask_fault(code)
            self._ask_stuck(code, state, following, last, faulty)
            code.jump_when(code.compare("eq", following, last), over, likely=False)
            self._take(code, following, last, state, place, taken)
            loop.again()
            code.start(over)
            self._finish(code, place, end)
        code.do("unreachable")

    def _take(self, code: Function, following: Value, last: Value, state: Value, place: Value, taken: Value) -> None:
        bytes = code.binary("sub", code.convert("ptrtoint", last, "i64"), code.convert("ptrtoint", following, "i64"))
        choices = code.binary("udiv", bytes, 8 * self.stride)
        drawn = self._at(code, following, code.call("draw", "i64", code.argument(0), choices))
        after = code.offset(state, self.stride)
        for number in range(self.stride):
            code.store(code.load("i64", code.offset(drawn, number)), code.offset(after, number))
        times = code.offset(taken, code.load("i64", code.offset(drawn, self.words)))
        code.store(code.binary("add", code.load("i64", times), 1), times)
        self._set(code, Here.PLACE, code.binary("add", place, 1))
        self._set(code, Here.STEPS, code.binary("add", self._get(code, Here.STEPS), 1))

    def _finish(self, code: Function, place: Value, end: Value) -> None:
        """The walk is over; begin the next, if there is one."""
        longest = self._get(code, Here.LONGEST)
        self._set(code, Here.LONGEST, code.choose(code.compare("ugt", place, longest), place, longest))
        number = code.binary("add", self._get(code, Here.NUMBER), 1)
        self._set(code, Here.NUMBER, number)
        self._set(code, Here.PLACE, word(0))
        with code.when(code.compare("uge", number, end), likely=False):
            code.give(word(Stop.DONE))
        code.call(self._start, "void", code.argument(0))

    # What is asked

    def _stop_when(self, code: Function, condition: Value, why: Stop) -> None:
        with code.when(condition, likely=False):
            code.give(word(why))

    def _stop_at(self, code: Function, broken: Value, wanted: Value, why: Stop) -> None:
        hit = code.binary("and", broken, wanted)
        with code.when(code.compare("ne", hit, 0), likely=False):
            self._set(code, Here.HIT, hit)
            code.give(word(why))

    def _ask_step(self, code: Function, buffer: Value, place: Value, state: Value) -> None:
        terms = self.module.questions.step_terms
        if not terms:
            return
        wanted = self._get(code, Field.WANTED_STEPS)
        moved = code.compare("ne", place, 0)
        with code.when(code.binary("and", moved, code.compare("ne", wanted, 0))):
            before = code.offset(state, -self.stride)
            broken = code.call(self.module.holder(terms, 2), "i64", before, state)
            self._stop_at(code, broken, wanted, Stop.STEP)

    def _ask_state(self, code: Function, state: Value) -> None:
        terms = self.module.questions.state_terms
        if not terms:
            return
        wanted = self._get(code, Field.WANTED_STATES)
        with code.when(code.compare("ne", wanted, 0)):
            broken = code.call(self.module.holder(terms), "i64", state)
            self._stop_at(code, broken, wanted, Stop.STATE)

    def _ask_fault(self, code: Function) -> Value:
        """Come back where the state has a step that goes wrong in a way that is wanted; returns whether it has any."""
        faulty = code.compare("ne", self._get(code, Field.FAULTY), 0)
        with code.when(faulty, likely=False):
            self._set(code, Field.FAULTY, word(0))
            wrong = code.compare("ne", self._get(code, Here.ASSERTS), 0)
            if self._serious:
                serious = code.compare("ne", code.call("goes_wrong", "i64", code.argument(0)), 0)
                wrong = code.binary("or", wrong, serious)
            self._stop_when(code, wrong, Stop.FAULT)
        return faulty

    @property
    def _serious(self) -> tuple[int, ...]:
        """The faults by which the model itself goes wrong."""
        faults = self.module.questions.system.faults
        return tuple(number for number, fault in enumerate(faults) if fault.kind is not FaultKind.ASSERTION)

    def _write_goes_wrong(self) -> None:
        """`goes_wrong(control)`: whether any such fault was noted, 0 or 1."""
        code = self.module.function("goes_wrong", "i64", [("ptr", "control")], "noinline cold")
        numbers = ", ".join(f"i64 {self.module.first_fault_record + number}" for number in self._serious)
        table = f"@serious = internal constant [{len(self._serious)} x i64] [{numbers}]"
        self.module.constants.lines.append(table)
        records, found = self._get(code, Field.RECORDS, "ptr"), code.cell("i64", word(0))
        with code.each(0, word(len(self._serious))) as number:
            record = code.load("i64", code.offset(Value("@serious", "ptr"), number))
            flag = code.load("i64", code.offset(records, code.binary("mul", record, self.module.record_words)))
            found.set(code.binary("or", flag, found.get()))
        code.give(found.get())

    def _ask_stuck(self, code: Function, state: Value, following: Value, last: Value, faulty: Value) -> None:
        with code.when(code.compare("eq", following, last), likely=False):
            wanted = code.compare("ne", self._get(code, Field.WANTED_STUCK), 0)
            sound = code.binary("xor", faulty, Value("true", "i1"))
            rest = self.module.holder([self.module.questions.system.at_rest])
            restless = code.compare("ne", code.call(rest, "i64", state), 0)
            self._stop_when(code, code.binary("and", code.binary("and", wanted, sound), restless), Stop.STUCK)
