"""Which locals of a process still matter at each of its yields.

A local that will be overwritten before it is read is dead; keeping its old value would only multiply states. Backward
data-flow over the function's syntax tree. (Kildall, "A Unified Approach to Global Program Optimization", POPL 1973.)
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from raceproof.checker.language.reading import names_stored

Names = frozenset[str]
_NONE: Names = frozenset()


def names_read(node: ast.AST | None, bound: Names = _NONE) -> Names:
    """The names that an expression reads from around it: without those that a lambda or comprehension binds."""
    match node:
        case None:
            return _NONE
        case ast.Name(id=name, ctx=ast.Load()):
            return _NONE if name in bound else frozenset({name})
        case ast.Lambda(args=arguments, body=body):
            inner = bound | {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
            defaults = [*arguments.defaults, *(d for d in arguments.kw_defaults if d)]
            return _union(names_read(d, bound) for d in defaults) | names_read(body, inner)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            inner = bound | _union(names_stored(g.target) for g in node.generators)
            parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            parts += [condition for g in node.generators for condition in g.ifs]
            iterables = _union(names_read(g.iter, inner) for g in node.generators[1:])
            return _union(names_read(p, inner) for p in parts) | iterables | names_read(node.generators[0].iter, bound)
        case _:
            return _union(names_read(child, bound) for child in ast.iter_child_nodes(node))


def _union(parts: Iterable[Names]) -> Names:
    return frozenset[str]().union(*parts)


def yield_of(statement: ast.stmt) -> ast.Yield | ast.YieldFrom | None:
    """The yield that a statement consists of: `yield x`, `y = yield x`, `yield from z`."""
    match statement:
        case ast.Expr(value=ast.Yield() | ast.YieldFrom() as found):
            return found
        case ast.Assign(value=ast.Yield() | ast.YieldFrom() as found):
            return found
        case ast.AnnAssign(value=ast.Yield() | ast.YieldFrom() as found):
            return found
        case _:
            return None


@dataclass(frozen=True, slots=True)
class _Around:
    """What is live where control goes from here: after the loop, and at its head."""

    leave: Names = _NONE
    again: Names = _NONE


@dataclass(slots=True)
class Liveness:
    """For each yield statement of a function, the names that are live while the process waits there."""

    at: dict[ast.stmt, Names] = field(default_factory=dict)

    def block(self, body: list[ast.stmt], after: Names, around: _Around) -> Names:
        for statement in reversed(body):
            after = self._before(statement, after, around)
        return after

    def _before(self, statement: ast.stmt, after: Names, around: _Around) -> Names:
        found = yield_of(statement)
        if found is not None:
            live = (after - names_stored(statement)) | names_read(_target_reads(statement))
            if isinstance(found, ast.Yield):
                live |= names_read(found.value)
            self.at[statement] = self.at.get(statement, _NONE) | live
            return live | names_read(found.value)
        match statement:
            case ast.If(test=test, body=body, orelse=orelse):
                return names_read(test) | self.block(body, after, around) | self.block(orelse, after, around)
            case ast.While(test=test, body=body):
                endless = isinstance(test, ast.Constant) and bool(test.value)
                return self._loop(body, names_read(test) | (_NONE if endless else after), after, _NONE)
            case ast.For(target=target, iter=iterable, body=body):
                return self._loop(body, after, after, names_stored(target)) | names_read(iterable)
            case ast.Break():
                return around.leave
            case ast.Continue():
                return around.again
            case ast.Return(value=value):
                return names_read(value)
            case ast.Assign() | ast.AnnAssign():
                return (after - _plain_targets(statement)) | names_read(statement)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                return after | {name} | names_read(value)
            case _:
                return after | names_read(statement)

    def _loop(self, body: list[ast.stmt], head: Names, after: Names, bound: Names) -> Names:
        while True:
            grown = head | (self.block(body, head, _Around(after, head)) - bound)
            if grown == head:
                return head
            head = grown


def _plain_targets(statement: ast.Assign | ast.AnnAssign) -> Names:
    if isinstance(statement, ast.AnnAssign):
        return names_stored(statement.target) if statement.value else _NONE
    return _union(names_stored(target) for target in statement.targets)


def _target_reads(statement: ast.stmt) -> ast.AST | None:
    """The part of `self.x[y] = yield ...` that is read: the target's own expressions."""
    return ast.Tuple([*statement.targets], ast.Store()) if isinstance(statement, ast.Assign) else None


def liveness(function: ast.FunctionDef) -> dict[ast.stmt, Names]:
    """For each yield statement of the function, the names live while the process waits there."""
    analysis = Liveness()
    analysis.block(function.body, _NONE, _Around())
    return analysis.at
