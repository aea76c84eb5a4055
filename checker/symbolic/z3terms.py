"""Ground terms as Z3's own, each translated once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import z3

from raceproof.checker.symbolic.smtlib import typing
from raceproof.checker.system.domain import Kind
from raceproof.checker.system.terms import Op, Term, Variable


@dataclass
class Z3Terms:
    """Translates terms into one context. `sizes` are the sizes of the open domains: what is read lies in its domain."""

    sizes: frozenset[Variable]
    context: Any = field(default_factory=z3.Context)
    _known: dict[Term, Any] = field(default_factory=dict)
    _read: dict[Term, tuple[Term, ...]] = field(default_factory=dict)
    _typed: dict[Term, list[tuple[Term, Any]]] = field(default_factory=dict)

    def of(self, root: Term) -> Any:
        known, stack = self._known, [root]
        while stack:
            node = stack[-1]
            if node in known:
                stack.pop()
            elif missing := [arg for arg in node.args if arg not in known]:
                stack += missing
            else:
                known[node] = self._made(node, [known[arg] for arg in node.args])
                self._read[node] = self._reads(node)
                stack.pop()
        return known[root]

    def _reads(self, node: Term) -> tuple[Term, ...]:
        """What a term reads, given that it is known of its arguments; always in the same order, on which it depends
        what Z3 finds first."""
        parts = list(dict.fromkeys(self._read[arg] for arg in node.args))
        if node.op in (Op.READ, Op.PARAMETER):
            parts.append((node,))
        return parts[0] if len(parts) == 1 else tuple(dict.fromkeys(chain.from_iterable(parts)))

    def types(self, roots: Iterable[Term]) -> list[Any]:
        """That everything that the terms read lies in its domain."""
        read: dict[Term, None] = {}
        for root in roots:
            self.of(root)
            read.update(dict.fromkeys(self._read[root]))
        found: dict[Term, Any] = {}
        for node in read:
            if node not in self._typed:
                self._typed[node] = [(condition, self.of(condition)) for condition in typing((node,), self.sizes)]
            found.update(self._typed[node])
        return list(found.values())

    def literal(self, name: str) -> Any:
        return z3.Bool(name, self.context)

    def solver(self) -> Any:
        solver = z3.SolverFor("QF_UFLIA", ctx=self.context)
        solver.set(ctrl_c=False)  # else Z3 answers "unknown" and nobody hears of it
        return solver

    def implies(self, condition: Any, fact: Any) -> Any:
        return self._truth(z3.Z3_mk_implies(self.context.ref(), condition.ast, fact.ast))

    def same(self, one: Any, other: Any) -> Any:
        return self._truth(z3.Z3_mk_eq(self.context.ref(), one.ast, other.ast))

    def any_of(self, parts: Sequence[Any]) -> Any:
        return self._truth(z3.Z3_mk_or(self.context.ref(), len(parts), asts(parts)))

    def require(self, solver: Any, facts: Iterable[Any]) -> None:
        """Truth values that must hold."""
        for fact in facts:
            z3.Z3_solver_assert(self.context.ref(), solver.solver, fact.ast)

    def check(self, solver: Any, assumed: Sequence[Any]) -> Any:
        """What the solver says where these literals hold."""
        answer = z3.Z3_solver_check_assumptions(self.context.ref(), solver.solver, len(assumed), asts(assumed))
        return z3.CheckSatResult(answer)

    def _truth(self, ast: Any) -> Any:
        return z3.BoolRef(ast, self.context)

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
                return self._truth(z3.Z3_mk_eq(self.context.ref(), args[0].ast, args[1].ast))
            case Op.NOT:
                return self._truth(z3.Z3_mk_not(self.context.ref(), args[0].ast))
            case Op.AND:
                return self._truth(z3.Z3_mk_and(self.context.ref(), len(args), asts(args)))
            case Op.OR:
                return self.any_of(args)
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


def asts(terms: Sequence[Any]) -> Any:
    """Z3's terms as its library takes them. (What z3 offers for Python looks at the sort of each first, which takes
    longer than solving does.)"""
    return (z3.Ast * len(terms))(*[term.ast for term in terms])
