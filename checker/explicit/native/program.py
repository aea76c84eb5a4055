"""A program: one system compiled, and typed access to its functions."""

from __future__ import annotations

from ctypes import c_uint64
from dataclasses import dataclass, field
from functools import cached_property

from raceproof.checker.explicit.layout import MARK, WORD, Layout
from raceproof.checker.explicit.native.ample import Ample
from raceproof.checker.explicit.native.assembly import WORD_MASK
from raceproof.checker.explicit.native.backward import Backward
from raceproof.checker.explicit.native.canonical import write_canonical
from raceproof.checker.explicit.native.fitting import check_native
from raceproof.checker.explicit.native.growing import Growing
from raceproof.checker.explicit.native.kernel import Kernel
from raceproof.checker.explicit.native.machine import Machine
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.native.ranks import write_ranks
from raceproof.checker.explicit.native.scan import Scans
from raceproof.checker.explicit.native.steps import Steps
from raceproof.checker.explicit.native.table import Table
from raceproof.checker.explicit.orbits import Plan
from raceproof.checker.explicit.partial_order import NAME, PartialOrder, applies
from raceproof.checker.explicit.questions import Questions
from raceproof.checker.explicit.symmetry import find_symmetries
from raceproof.checker.options import Options
from raceproof.checker.system.transition import ClaimKind


@dataclass
class Program:
    """A system and its questions as machine code. Raises NotNative."""

    questions: Questions
    layout: Layout
    options: Options
    module: Module = field(init=False)
    machine: Machine = field(init=False)
    reductions: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        check_native(self.questions, self.layout)
        self.module = Module(self.questions, self.layout)
        self.module.write_notes()
        self.reductions += write_ranks(self.module)
        if self.options.symmetry and self.questions.claims:
            self._reduce_by_symmetry()
        table = Table(self.module, self.options.workers)
        steps = Steps(self.module)
        kernel = Kernel(self.module, table, self.options.workers, self._expander(steps))
        kernel.write()
        Growing(self.module, table).write()
        Scans(self.module, steps, table).write()
        Backward(self.module, steps, table, kernel).write()
        self.machine = Machine(self.module.text())
        pointer = c_uint64
        self.search = self.machine.function("search", pointer)
        self.seed = self.machine.function("seed", pointer)
        self.grow = self.machine.function("grow", pointer, pointer, pointer, c_uint64)
        self.deal = self.machine.function("deal", pointer, pointer)
        self.lengthen = self.machine.function("lengthen", pointer)
        self.lead = self.machine.function("lead", pointer, pointer, c_uint64)
        self.mark = self.machine.function("mark", pointer, pointer)
        self.marked = self.machine.function("marked", pointer, pointer)
        self.unmark = self.machine.function("unmark", pointer)
        recoverable = self.questions.numbered(ClaimKind.RECOVERABLE)
        if recoverable:
            self.count = self.machine.function("count", pointer, pointer)
            self.list = self.machine.function("list", pointer, pointer, pointer)
            self.shorten = self.machine.function("shorten", pointer, c_uint64, c_uint64, c_uint64)
        self.good = {n: self.machine.function(f"good_{n}", pointer, c_uint64, c_uint64) for n in recoverable}
        self.back = {n: self.machine.function(f"back_{n}", pointer, pointer, c_uint64, c_uint64) for n in recoverable}
        self.lost = {n: self.machine.function(f"lost_{n}", pointer, pointer, c_uint64, c_uint64) for n in recoverable}

    def _expander(self, steps: Steps) -> str:
        """The name of the search's step function: the whole one, or one that leaves out what need not be taken now."""
        if self.options.partial_order and applies(self.questions):
            order = PartialOrder(self.questions, tuple(steps.trees))
            if order.useful:
                self.reductions += (NAME,)
                return Ample(self.module, steps, order).expander()
        return steps.expander()

    def _reduce_by_symmetry(self) -> None:
        """Let one state stand for all that differ in who is who, where neither the system nor a claim can tell."""
        plan = Plan(self.layout, find_symmetries(self.questions.system, self.questions.claims))
        if plan.domains:
            self.module.canonizers.append(write_canonical(self.module, plan))
            self.reductions += (f"symmetry ({', '.join(domain.name for domain in plan.domains)})",)

    @cached_property
    def words(self) -> int:
        return self.layout.words

    def split(self, packed: int) -> list[int]:
        """A packed state as the words of the kernel, with the mark."""
        packed |= MARK
        return [packed >> WORD * number & WORD_MASK for number in range(self.words)]

    def join(self, words: list[int]) -> int:
        """The packed state in some words of the kernel."""
        return sum(value << WORD * number for number, value in enumerate(words)) & ~MARK
