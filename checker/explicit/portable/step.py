"""The portable step function: what a state leads to, and which claims it breaks, as compiled Python.

The text is written from the guarded commands, one function for each place at which an actor may stand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from raceproof.checker.explicit.decisions import Branch, actor_trees
from raceproof.checker.explicit.layout import Layout
from raceproof.checker.explicit.portable.emit import Emitter
from raceproof.checker.system.terms import Term
from raceproof.checker.system.transition import Fault, TransitionSystem


class PortableStep:
    """A system as compiled Python: no compiler needed, exact integers, any number of bits. States are packed integers.

    `fired` has one byte for each command, set when the command has fired; `failed` collects (fault, state) for each
    faulty step met since it was last cleared; `successors` gives the states after one step, one for each command that
    may fire, in the order of the commands' places.
    """

    def __init__(self, system: TransitionSystem, layout: Layout) -> None:
        self.system = system
        self.layout = layout
        self.fired = bytearray(len(system.commands))
        self.failed: list[tuple[int, int]] = []
        self.successors: Callable[[int], list[int]] = self._compiled(labelled=False)
        self._labelled: Callable[[int], list[tuple[int, int]]] | None = None

    @property
    def labelled(self) -> Callable[[int], list[tuple[int, int]]]:
        """The successors as (command, state)."""
        found = self._labelled or self._compiled(labelled=True)
        self._labelled = found
        return found

    def violated(self, terms: Sequence[Term]) -> Callable[[int], int]:
        """A function from a state to a bit mask of the terms that do not hold in it."""
        return self._mask(terms, "s")

    def violated_step(self, terms: Sequence[Term]) -> Callable[[int, int], int]:
        """A function from the states before and after a step to a bit mask of the terms that do not hold of it."""
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
        for number, actor in enumerate(actor_trees(self.system)):
            control, index, places = actor.control, actor.instance, actor.places
            names = {code: f"at_{number}_{code}" for code in places}
            for code, branch in places.items():
                lines += self._place(names[code], branch, labelled)
            still = 0 if control is None else self.layout.constants.get(control)
            if control is None or still is not None:
                body += [f"    {names[still]}(s, emit)"] if still in names else []
                continue
            table = ", ".join(names.get(code, "stay") for code in range(control.domain.greatest + 1))
            lines.append(f"table_{number} = ({table},)")
            shift = self.layout.position(control, index)
            body.append(f"    table_{number}[s >> {shift} & {(1 << control.domain.bits) - 1}](s, emit)")
        main = ["def successors(s):", "    out = []", "    emit = out.append", *body, "    return out"]
        return self._run(["def stay(s, emit): pass", *lines, *main])["successors"]

    def _place(self, name: str, branch: Branch, labelled: bool) -> list[str]:
        emitter = Emitter(self.layout)
        shared = emitter.share(list(branch.terms()))
        body = [*shared, *self._branch(branch, emitter, labelled)]
        return [f"def {name}(s, emit):", *(f"    {line}" for line in body or ["pass"])]

    def _branch(self, branch: Branch, emitter: Emitter, labelled: bool) -> list[str]:
        lines: list[str] = []
        for number, leaf in branch.leaves:
            if isinstance(leaf, Fault):
                lines.append(f"failed.append(({number}, s))")
            else:
                after = emitter.next_state(leaf.writes)
                lines.append(f"emit(({number}, {after}))" if labelled else f"emit({after})")
                lines += [] if labelled else [f"fired[{number}] = 1"]
        for condition, then, otherwise in branch.forks():
            lines.append(f"if {emitter.text(condition)}:")
            lines += [f"    {line}" for line in self._branch(then, emitter, labelled)]
            if otherwise is not None:
                lines.append("else:")
                lines += [f"    {line}" for line in self._branch(otherwise, emitter, labelled)]
        return lines

    def _run(self, lines: Sequence[str]) -> dict[str, Any]:
        """Compile text that was written here from terms; nothing in it comes from outside."""
        namespace: dict[str, Any] = {"fired": self.fired, "failed": self.failed}
        exec(compile("\n".join(lines), "<step function>", "exec"), namespace)
        return namespace
