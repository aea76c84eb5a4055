"""The step function: what a state leads to, and which claims it breaks. The seam between search and code generation.

`StepFunction` is what the search needs of a system; `PortableStep` provides it by writing Python text from the guarded
commands, one function for each place at which an actor may stand, and compiling it once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from raceproof.checker.explicit.emit import Emitter
from raceproof.checker.explicit.layout import Layout
from raceproof.checker.system.build import negation
from raceproof.checker.system.terms import Op, Term, Variable
from raceproof.checker.system.transition import Command, Fault, TransitionSystem


class StepFunction(Protocol):
    """A system, compiled. States are packed integers."""

    @property
    def fired(self) -> bytearray:
        """One byte for each command, set when the command has fired."""
        ...

    @property
    def failed(self) -> list[tuple[int, int]]:
        """(fault, state) for each faulty step met since it was last cleared."""
        ...

    @property
    def successors(self) -> Callable[[int], list[int]]:
        """The states after one step, one for each command that may fire, in the order of the commands' places."""
        ...

    @property
    def labelled(self) -> Callable[[int], list[tuple[int, int]]]:
        """The same as (command, state)."""
        ...

    def violated(self, terms: Sequence[Term]) -> Callable[[int], int]:
        """A function from a state to a bit mask of the terms that do not hold in it."""
        ...

    def violated_step(self, terms: Sequence[Term]) -> Callable[[int, int], int]:
        """A function from the states before and after a step to a bit mask of the terms that do not hold of it."""
        ...


Leaf = tuple[int, Command | Fault]


@dataclass
class _Branch:
    """A node of the decision tree over the guards of one place: what fires here, and under which further conditions."""

    leaves: list[Leaf] = field(default_factory=list)
    children: dict[Term, _Branch] = field(default_factory=dict)

    def insert(self, guard: Sequence[Term], leaf: Leaf) -> None:
        if guard:
            self.children.setdefault(guard[0], _Branch()).insert(guard[1:], leaf)
        else:
            self.leaves.append(leaf)

    def terms(self) -> Iterable[Term]:
        for condition, child in self.children.items():
            yield condition
            yield from child.terms()
        for _, leaf in self.leaves:
            if isinstance(leaf, Command):
                for write in leaf.writes:
                    yield from (*write.index, write.value)


class PortableStep:
    """The step function as compiled Python: no compiler needed, exact integers, any number of bits."""

    def __init__(self, system: TransitionSystem, layout: Layout) -> None:
        self.system = system
        self.layout = layout
        self.fired = bytearray(len(system.commands))
        self.failed: list[tuple[int, int]] = []
        self.successors: Callable[[int], list[int]] = self._compiled(labelled=False)
        self._labelled: Callable[[int], list[tuple[int, int]]] | None = None

    @property
    def labelled(self) -> Callable[[int], list[tuple[int, int]]]:
        found = self._labelled or self._compiled(labelled=True)
        self._labelled = found
        return found

    def violated(self, terms: Sequence[Term]) -> Callable[[int], int]:
        return self._mask(terms, "s")

    def violated_step(self, terms: Sequence[Term]) -> Callable[[int, int], int]:
        return self._mask(terms, "s, t")

    def _mask(self, terms: Sequence[Term], arguments: str) -> Callable[..., int]:
        emitter = Emitter(self.layout)
        lines = [f"    {line}" for line in emitter.share(terms)]
        texts = [emitter.text(term) for term in terms]
        mask = " | ".join(f"(0 if {text} else {1 << bit})" for bit, text in enumerate(texts)) or "0"
        lines.append(f"    if {' and '.join(texts) or 'True'}: return 0")
        text = [f"def violated({arguments}):", *lines, f"    return {mask}"]
        compiled: Callable[..., int] = self._run(text)["violated"]
        return compiled

    def _compiled(self, *, labelled: bool) -> Any:
        lines: list[str] = []
        body: list[str] = []
        for number, (control, index, places) in enumerate(self._actors()):
            names = {code: f"at_{number}_{code}" for code in places}
            for code, branch in places.items():
                lines += self._place(names[code], branch, labelled)
            if control is None:
                body.append(f"    {names[0]}(s, emit)")
                continue
            table = ", ".join(names.get(code, "stay") for code in range(control.domain.greatest + 1))
            lines.append(f"table_{number} = ({table},)")
            shift = self.layout.position(control, index)
            body.append(f"    table_{number}[s >> {shift} & {(1 << control.domain.bits) - 1}](s, emit)")
        main = ["def successors(s):", "    out = []", "    emit = out.append", *body, "    return out"]
        return self._run(["def stay(s, emit): pass", *lines, *main])["successors"]

    def _actors(self) -> Iterable[tuple[Variable | None, tuple[int, ...], dict[int, _Branch]]]:
        """For each actor: its control location, if it has one, and a decision tree for each place."""
        groups: dict[tuple[str, tuple[int, ...]], dict[int, _Branch]] = defaultdict(dict)
        leaves: list[Leaf] = [*enumerate(self.system.commands), *enumerate(self.system.faults)]
        for number, leaf in leaves:
            place = self.system.steps[leaf.step].code
            guard = leaf.guard if place is None else leaf.guard[1:]
            places = groups[leaf.actor.process, leaf.actor.instance]
            places.setdefault(place or 0, _Branch()).insert(guard, (number, leaf))
        for (process, instance), places in groups.items():
            yield self.system.by_name[process].control, instance, places

    def _place(self, name: str, branch: _Branch, labelled: bool) -> list[str]:
        emitter = Emitter(self.layout)
        shared = emitter.share(list(branch.terms()))
        body = [*shared, *self._branch(branch, emitter, labelled)]
        return [f"def {name}(s, emit):", *(f"    {line}" for line in body or ["pass"])]

    def _branch(self, branch: _Branch, emitter: Emitter, labelled: bool) -> list[str]:
        lines: list[str] = []
        for number, leaf in branch.leaves:
            if isinstance(leaf, Fault):
                lines.append(f"failed.append(({number}, s))")
            else:
                after = emitter.next_state(leaf.writes)
                lines.append(f"emit(({number}, {after}))" if labelled else f"emit({after})")
                lines += [] if labelled else [f"fired[{number}] = 1"]
        remaining = dict(branch.children)
        while remaining:
            condition = next(iter(remaining))
            child = remaining.pop(condition)
            other = remaining.pop(negation(condition), None)
            positive = condition.op is not Op.NOT
            lines.append(f"if {emitter.text(condition if positive or other is None else negation(condition))}:")
            first, second = (child, other) if positive or other is None else (other, child)
            lines += [f"    {line}" for line in self._branch(first, emitter, labelled)]
            if second is not None:
                lines.append("else:")
                lines += [f"    {line}" for line in self._branch(second, emitter, labelled)]
        return lines

    def _run(self, lines: Sequence[str]) -> dict[str, Any]:
        """Compile text that was written here from terms; nothing in it comes from outside."""
        namespace: dict[str, Any] = {"fired": self.fired, "failed": self.failed}
        exec(compile("\n".join(lines), "<step function>", "exec"), namespace)
        return namespace
