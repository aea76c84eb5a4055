"""The native walker: the compiled walks, and the memory that they work on."""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import c_uint64

import numpy as np

from raceproof.checker.errors import InternalError
from raceproof.checker.explicit.layout import WORD, Layout
from raceproof.checker.explicit.native.control import Field, address
from raceproof.checker.explicit.native.fitting import check_native
from raceproof.checker.explicit.native.machine import Machine
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.native.walks import CONTROL_WORDS, Here, Walks
from raceproof.checker.explicit.questions import Ledger, Questions
from raceproof.checker.explicit.walking import Stop, Walked
from raceproof.checker.system.transition import ClaimKind

NAME = "native"
SLICE = 1 << 18
"""States between two looks at the limits: some hundredths of a second."""


class NativeWalker:
    """A walker in machine code. Raises NotNative for a system that does not fit into machine words."""

    def __init__(self, questions: Questions, layout: Layout, seed: int, walks: int, length: int) -> None:
        check_native(questions, layout)
        self.module = Module(questions, layout)
        Walks(self.module).write()
        self.machine = Machine(self.module.text())
        self._walk = self.machine.function("walk", c_uint64)
        stride = layout.words + 1
        commands = max(len(questions.system.commands), 1)
        self.control = np.zeros(CONTROL_WORDS, np.uint64)
        self.buffer = np.zeros((length + 1, stride), np.uint64)
        self.following = np.zeros((commands + 1) * stride, np.uint64)
        self.counts = np.zeros(commands, np.uint64)
        self.records = np.zeros((self.module.lost_record + 1, self.module.record_words), np.uint64)
        self.fired = np.zeros(commands, np.uint8)
        for which, array in (
            (Here.BUFFER, self.buffer),
            (Here.NEXT, self.following),
            (Here.TAKEN, self.counts),
            (Field.RECORDS, self.records),
            (Field.FIRED, self.fired),
        ):
            self.control[which] = address(array)
        for here, number in ((Here.SEED, seed), (Here.END, walks), (Here.LENGTH, length)):
            self.control[here] = number
        self.machine.function("start", c_uint64)(address(self.control))

    @property
    def hit(self) -> int:
        return int(self.control[Here.HIT])

    @property
    def number(self) -> int:
        return int(self.control[Here.NUMBER])

    @property
    def position(self) -> int:
        return int(self.control[Here.PLACE])

    @property
    def steps(self) -> int:
        return int(self.control[Here.STEPS])

    @property
    def longest(self) -> int:
        return max(int(self.control[Here.LONGEST]), self.position)

    @property
    def taken(self) -> Sequence[int]:
        return [int(count) for count in self.counts]

    def ask(self, ledger: Ledger) -> None:
        open_asserts = any(n not in ledger.found for n in ledger.questions.numbered(ClaimKind.ASSERTION))
        self.control[Field.WANTED_STATES] = ledger.open_states
        self.control[Field.WANTED_STEPS] = ledger.open_steps
        self.control[Field.WANTED_STUCK] = ledger.asks_for_stuck
        self.control[Here.ASSERTS] = open_asserts

    def walk(self, most: int) -> Stop:
        self.control[Here.BUDGET] = most
        status = Stop(self._walk(address(self.control)))
        if self.control[Field.MISFIT]:
            raise InternalError("a step stored a value outside of its domain")
        return status

    def walked(self) -> Walked:
        rows = [[int(value) for value in row] for row in self.buffer[: self.position + 1]]
        states = tuple(sum(value << WORD * place for place, value in enumerate(row[:-1])) for row in rows)
        return Walked(states, tuple(row[-1] for row in rows[1:]))
