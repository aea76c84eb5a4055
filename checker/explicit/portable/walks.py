"""The portable walker: the same walks in plain Python."""

from __future__ import annotations

from collections.abc import Sequence

from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.portable.search import total
from raceproof.checker.explicit.portable.step import PortableStep
from raceproof.checker.explicit.questions import Ledger, Questions
from raceproof.checker.explicit.walking import Generator, Stop, Walked, base_state, open_entries
from raceproof.checker.system.transition import ClaimKind, FaultKind

NAME = "portable"
SLICE = 1 << 11
"""States between two looks at the limits: some hundredths of a second."""


class PortableWalker:
    """A walker for any system that is finite."""

    def __init__(self, questions: Questions, layout: Layout, seed: int, walks: int, length: int) -> None:
        self.questions, self.seed, self.walks, self.length = questions, seed, walks, length
        step = PortableStep(questions.system, layout)
        self.failed, self.successors = step.failed, step.labelled
        self.broken = total(step.violated, questions.state_terms, len(questions.by_state))
        self.broken_step = total(step.violated_step, questions.step_terms, len(questions.by_step))
        self.restless = step.violated([questions.system.at_rest])
        self.base, self.open = base_state(layout), open_entries(layout)
        self.hit = self.number = self.steps = self._longest = 0
        self._taken = [0] * len(questions.system.commands)
        self._start()

    @property
    def position(self) -> int:
        return len(self._commands)

    @property
    def longest(self) -> int:
        return max(self._longest, self.position)

    @property
    def taken(self) -> Sequence[int]:
        return self._taken

    def ask(self, ledger: Ledger) -> None:
        self.wanted_states, self.wanted_steps = ledger.open_states, ledger.open_steps
        self.wants_stuck = ledger.asks_for_stuck
        self.wants_asserts = any(n not in ledger.found for n in self.questions.numbered(ClaimKind.ASSERTION))

    def walked(self) -> Walked:
        return Walked(tuple(self._states), tuple(self._commands))

    def walk(self, most: int) -> Stop:
        for _ in range(most):
            if (why := self._look()) is not None:
                return why
            state = self._states[-1]
            out = self.successors(state) if self.position < self.length else []
            if self.failed and self._is_wanted():
                self.failed.clear()
                return Stop.FAULT
            sound = not self.failed
            self.failed.clear()
            if out:
                self._take(*out[self._random.draw(len(out))])
                continue
            if self.position < self.length and sound and self.wants_stuck and self.restless(state):
                return Stop.STUCK
            self._longest = self.longest
            self.number += 1
            self._start()
            if self.number >= self.walks:
                return Stop.DONE
        return Stop.SLICE

    def _look(self) -> Stop | None:
        """What is asked of the step that was taken, and of the state that it has led to."""
        if self._commands and self.wanted_steps:
            self.hit = self.broken_step(*self._states[-2:]) & self.wanted_steps
            if self.hit:
                return Stop.STEP
        if self.wanted_states:
            self.hit = self.broken(self._states[-1]) & self.wanted_states
            if self.hit:
                return Stop.STATE
        return None

    def _is_wanted(self) -> bool:
        faults = self.questions.system.faults
        return self.wants_asserts or any(faults[number].kind is not FaultKind.ASSERTION for number, _ in self.failed)

    def _take(self, command: int, state: int) -> None:
        self._states.append(state)
        self._commands.append(command)
        self._taken[command] += 1
        self.steps += 1

    def _start(self) -> None:
        self._random = Generator.of_walk(self.seed, self.number)
        state = self.base
        for position, values, first in self.open:
            state |= self._random.draw(values) + first << position
        self._states: list[int] = [state]
        self._commands: list[int] = []
