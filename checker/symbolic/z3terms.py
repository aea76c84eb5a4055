"""Ground terms as Z3's own, each translated once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import z3

from raceproof.checker.symbolic.smtlib import typing
from raceproof.checker.system.domain import Kind
from raceproof.checker.system.terms import Op, Term, Variable, subterms


@dataclass
class Z3Terms:
    """Translates terms into one context. `sizes` are the sizes of the open domains: what is read lies in its domain."""

    sizes: frozenset[Variable]
    context: Any = field(default_factory=z3.Context)
    _known: dict[Term, Any] = field(default_factory=dict)
    _typed: dict[Term, list[tuple[Term, Any]]] = field(default_factory=dict)

    def of(self, root: Term) -> Any:
        if root not in self._known:
            for node in subterms((root,)):
                if node not in self._known:
                    self._known[node] = self._made(node, [self._known[arg] for arg in node.args])
        return self._known[root]

    def types(self, roots: Iterable[Term]) -> list[Any]:
        """That everything that the terms read lies in its domain."""
        found: dict[Term, Any] = {}
        for root in roots:
            if root not in self._typed:
                self._typed[root] = [(condition, self.of(condition)) for condition in typing((root,), self.sizes)]
            found.update(self._typed[root])
        return list(found.values())

    def literal(self, name: str) -> Any:
        return z3.Bool(name, self.context)

    def solver(self) -> Any:
        return z3.SolverFor("QF_UFLIA", ctx=self.context)

    def _made(self, node: Term, args: list[Any]) -> Any:
        match node.op:
            case Op.CONST:
                return (
                    z3.BoolVal(bool(node.value), self.context) if node.boolean else z3.IntVal(node.value, self.context)
                )
            case Op.PARAMETER:
                return z3.Const(node.parameter.name, self._sort(node.boolean))
            case Op.READ:
                variable = node.variable
                if not args:
                    return z3.Const(variable.name, self._sort(node.boolean))
                keys = [self._sort(key.kind is Kind.BOOL) for key in variable.keys]
                return z3.Function(variable.name, *keys, self._sort(node.boolean))(*args)
            case Op.ADD:
                return args[0] + args[1]
            case Op.SUB:
                return args[0] - args[1]
            case Op.MUL:
                return args[0] * args[1]
            case Op.DIV | Op.MOD:
                return self._division(node, args[0])
            case Op.LT:
                return args[0] < args[1]
            case Op.LE:
                return args[0] <= args[1]
            case Op.EQ:
                return args[0] == args[1]
            case Op.NOT:
                return z3.Not(args[0])
            case Op.AND:
                return z3.And(args)
            case Op.OR:
                return z3.Or(args)
            case Op.ITE:
                return z3.If(args[0], args[1], args[2])
            case Op.READ_AFTER | Op.FORALL:
                raise ValueError(f"{node!r} is no ground condition on one state")

    def _division(self, node: Term, dividend: Any) -> Any:
        """As Python rounds: down, whatever the signs."""
        divisor = node.args[1].value
        if divisor > 0:
            return dividend / divisor if node.op is Op.DIV else dividend % divisor
        return -dividend / -divisor if node.op is Op.DIV else -(-dividend % -divisor)

    def _sort(self, boolean: bool) -> Any:
        return z3.BoolSort(self.context) if boolean else z3.IntSort(self.context)
