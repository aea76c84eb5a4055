"""Every reachable state of a finite system as a table, and terms evaluated on all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raceproof.checker.explicit.portable.search import reachable
from raceproof.checker.limits import Limits
from raceproof.checker.system.domain import Kind
from raceproof.checker.system.terms import Op, Term, subterms
from raceproof.checker.system.transition import TransitionSystem

Column = NDArray[Any]

_RULES: Mapping[Op, Callable[..., Any]] = {
    Op.ADD: np.add,
    Op.SUB: np.subtract,
    Op.MUL: np.multiply,
    Op.DIV: np.floor_divide,
    Op.MOD: np.mod,
    Op.LT: np.less,
    Op.LE: np.less_equal,
    Op.EQ: np.equal,
    Op.NOT: np.logical_not,
    Op.AND: lambda *parts: np.logical_and.reduce(np.broadcast_arrays(*parts)),
    Op.OR: lambda *parts: np.logical_or.reduce(np.broadcast_arrays(*parts)),
    Op.ITE: np.where,
}


@dataclass
class States:
    """One row for each reachable state, one column for each slot."""

    system: TransitionSystem
    rows: NDArray[np.int64]
    _known: dict[Term, Column] = field(default_factory=dict)

    @staticmethod
    def of(system: TransitionSystem, limits: Limits) -> States:
        """Visit every reachable state. Raises LimitReached, FaultFound."""
        rows = reachable(system, limits)
        return States(system, np.array(rows, np.int64).reshape(len(rows), -1))

    def column(self, root: Term) -> Column:
        """The value of a term in each state; one value where it is the same in all."""
        for node in subterms((root,)):
            if node not in self._known:
                self._known[node] = self._value(node)
        return self._known[root]

    def _value(self, node: Term) -> Column:
        if node.op is Op.CONST:
            return np.asarray(bool(node.value) if node.boolean else node.value)
        if node.op is Op.READ:
            return self._read(node)
        return np.asarray(_RULES[node.op](*(self._known[arg] for arg in node.args)))

    def _read(self, node: Term) -> Column:
        """An entry; of one that does not exist, any: a condition that asks for it says first that it does."""
        variable, offset = node.variable, self.system.offsets[node.variable]
        position: Column = np.asarray(0)
        for key, arg in zip(variable.keys, node.args, strict=True):
            code = np.clip(self._known[arg].astype(np.int64) - key.members.start, 0, len(key.members) - 1)
            position = position * len(key.members) + code
        if position.ndim == 0:
            found: Column = self.rows[:, offset + int(position)]
        else:
            found = self.rows[np.arange(len(self.rows)), offset + position]
        return found.astype(bool) if variable.domain.kind is Kind.BOOL else found

    def always(self, condition: Term) -> bool:
        """Whether a condition holds in every state."""
        return bool(self.column(condition).all())
