"""Why a condition is true or false: its syntax is followed as far as Python evaluates it, and each part is asked.

`and` is false because of its first false part, `forall` because of the first member of which it is; a call of the
author's own function because of what that returns. Every value comes from Python itself, evaluated over the real state;
where the syntax cannot be followed, the condition as a whole is the reason.
"""

from __future__ import annotations

import ast
import enum
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, product
from types import CodeType, FunctionType, MethodType
from typing import Any

from raceproof.checker.errors import is_authors
from raceproof.checker.explain.findings import Reason
from raceproof.checker.explain.syntax import Syntax, function_of
from raceproof.checker.language.domains import is_element
from raceproof.checker.language.quantifiers import count, exists, forall
from raceproof.checker.language.steps import members
from raceproof.checker.lowering.source import names_around

_DEEPEST = 30
_MOST_MEMBERS = 16

Names = dict[str, Any]


class _Unclear(Exception):
    """The syntax says no more than that the condition is what it is."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """An expression where it stands, with the names that it sees."""

    syntax: Syntax
    node: ast.expr
    names: Names
    depth: int = 0

    def at(self, node: ast.expr) -> _Asked:
        return replace(self, node=node, depth=self.depth + 1)

    def value(self) -> Any:
        """What Python makes of it; may raise what the author's code raises."""
        return eval(compile(ast.Expression(self.node), self.syntax.file, "eval"), self.names)


def why(function: Callable[..., Any], *arguments: Any) -> Reason | None:
    """Why a predicate of the author's is true or false of its arguments; None where its source cannot be followed."""
    return _unless_unclear(lambda: _of_call(function, arguments, {}, 0))


def why_expression(syntax: Syntax, node: ast.expr, names: Names) -> Reason | None:
    """Why an expression is true or false where these names have these values; None where it has no value."""
    return _unless_unclear(lambda: _of(_Asked(syntax, node, names)))


def why_returned(code: CodeType, names: Names) -> Reason | None:
    """Why what a function or lambda returns is true or false, where it sees these names."""
    found = function_of(code)
    return None if found is None else _unless_unclear(lambda: _of_body(*found, names, 0))


def _unless_unclear(ask: Callable[[], Reason]) -> Reason | None:
    """A reason, or None: the author's code may raise anything where a value is not there."""
    try:
        return ask()
    except Exception:
        return None


def _of(asked: _Asked) -> Reason:
    """Raises what the author's code raises where the expression has no value."""
    if asked.depth > _DEEPEST:
        raise _Unclear
    holds = bool(asked.value())
    try:
        because = _parts(asked, holds)
        also = _others(asked, holds) if because else ()
    except Exception:  # a part has no value by itself, or its syntax cannot be followed
        because, also = (), ()
    text, place = asked.syntax.text(asked.node), asked.syntax.place(asked.node)
    values = () if because and not isinstance(asked.node, ast.Compare) else tuple(_values(asked))
    return Reason(text, place, holds, values, because, also)


def _parts(asked: _Asked, holds: bool) -> tuple[Reason, ...]:
    """The parts of a condition that decide it; none for one that decides by its values."""
    match asked.node:
        case ast.BoolOp(op=op, values=values):
            decisive = isinstance(op, ast.Or)
            if holds is not decisive:
                return tuple(_of(asked.at(value)) for value in values)
            return (next(_of(asked.at(value)) for value in values if bool(asked.at(value).value()) is holds),)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _of(asked.at(operand)).because
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return (_of(asked.at(test)), _of(asked.at(body if asked.at(test).value() else orelse)))
        case ast.Compare(left=left, comparators=comparators):
            return tuple(reason for part in (left, *comparators) for reason in _counted(asked.at(part)))
        case ast.Call(func=callee, args=arguments, keywords=keywords):
            function = asked.at(callee).value()
            if function in (forall, exists):
                return tuple(_deciding(asked, arguments, holds, all_members=holds is (function is forall)))
            return _called(asked, function, arguments, keywords, holds)
        case _:
            return ()


def _others(asked: _Asked, holds: bool) -> tuple[str, ...]:
    """The members after the first one that would have decided a quantifier as well."""
    match asked.node:
        case ast.Call(func=callee, args=arguments) if asked.at(callee).value() is (exists if holds else forall):
            return tuple(name for name, reason in _each(asked, arguments) if reason.holds is holds)[1:_MOST_MEMBERS]
        case _:
            return ()


def _deciding(asked: _Asked, arguments: list[ast.expr], holds: bool, *, all_members: bool) -> Iterator[Reason]:
    """The members that decide a quantifier: the first one, or all. What holds of all needs no telling of each."""
    if not all_members:
        yield next(reason for _, reason in _each(asked, arguments) if reason.holds is holds)
    elif not holds:
        yield from (reason for _, reason in islice(_each(asked, arguments), _MOST_MEMBERS))


def _called(
    asked: _Asked, function: Any, arguments: list[ast.expr], keywords: list[ast.keyword], holds: bool
) -> tuple[Reason, ...]:
    """What a function of the author's returns decides a call of it."""
    if any(isinstance(argument, ast.Starred) for argument in arguments) or any(word.arg is None for word in keywords):
        raise _Unclear
    given = [asked.at(argument).value() for argument in arguments]
    named = {str(word.arg): asked.at(word.value).value() for word in keywords}
    reason = _of_call(function, tuple(given), named, asked.depth + 1)
    return reason.because if reason.because and reason.holds is holds and _is_plain(reason) else (reason,)


def _is_plain(reason: Reason) -> bool:
    return not reason.values


def _counted(asked: _Asked) -> Iterator[Reason]:
    """The members that a count in a comparison has counted."""
    match asked.node:
        case ast.Call(func=callee, args=arguments) if asked.at(callee).value() is count:
            yield from (reason for _, reason in _each(asked, arguments) if reason.holds)
        case _:
            return


def _each(asked: _Asked, arguments: list[ast.expr]) -> Iterator[tuple[str, Reason]]:
    """Each member of a quantifier's domains, and the reason for it, with the members as values."""
    *domains, predicate = arguments
    for values in product(*(tuple(members(asked.at(domain).value())) for domain in domains)):
        if isinstance(predicate, ast.Lambda):
            names = [argument.arg for argument in predicate.args.args]
            bound = dict(zip(names, values, strict=True))
            reason = _of(replace(asked.at(predicate.body), names={**asked.names, **bound}))
            told = tuple((name, shown(value)) for name, value in bound.items())
        else:
            reason = _of_call(asked.at(predicate).value(), values, {}, asked.depth + 1)
            told = tuple((asked.syntax.text(domain), shown(v)) for domain, v in zip(domains, values, strict=True))
        others = tuple(value for value in reason.values if value not in told)
        yield ", ".join(value for _, value in told), replace(reason, values=(*told, *others))


def _of_call(function: Any, arguments: tuple[Any, ...], named: Names, depth: int) -> Reason:
    """The reason for what a function of the author's returns."""
    function = getattr(function, "predicate", function)
    if isinstance(function, MethodType):
        function, arguments = function.__func__, (function.__self__, *arguments)
    if not isinstance(function, FunctionType) or not is_authors(function.__code__.co_filename):
        raise _Unclear
    found = function_of(function.__code__)
    if found is None or inspect.isgeneratorfunction(function):
        raise _Unclear
    syntax, node = found
    bound = inspect.signature(function).bind(*arguments, **named)
    bound.apply_defaults()
    names = {**names_around(function), **bound.arguments}
    return _of_body(syntax, node, names, depth)


def _of_body(syntax: Syntax, node: ast.FunctionDef | ast.Lambda, names: Names, depth: int) -> Reason:
    if isinstance(node, ast.Lambda):
        return _of(_Asked(syntax, node.body, names, depth))
    return _returned(_Asked(syntax, ast.Constant(None), names, depth), node.body, None)


def _returned(asked: _Asked, body: list[ast.stmt], last: ast.expr | None) -> Reason:
    """The reason for what a list of statements returns; `last` is the last condition that was asked on the way."""
    for statement in body:
        match statement:
            case ast.Return(value=ast.Constant(value=bool() as value)) if last is not None:
                reason = _of(asked.at(last))
                return Reason(asked.syntax.text(statement), asked.syntax.place(statement), value, (), (reason,))
            case ast.Return(value=ast.expr() as value):
                return _of(asked.at(value))
            case ast.If(test=test, body=then, orelse=orelse):
                inner = then if asked.at(test).value() else orelse
                if _leaves(inner):
                    return _returned(asked, inner, test)
                _run(asked, inner)
                last = test
            case _:
                _run(asked, [statement])
    raise _Unclear


def _leaves(body: list[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Return) for statement in body for node in ast.walk(statement))


def _run(asked: _Asked, body: list[ast.stmt]) -> None:
    """Take statements that only name things. Raises _Unclear for any other."""
    for statement in body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            statement = ast.copy_location(ast.Assign([statement.target], statement.value), statement)
        plain = isinstance(statement, ast.Assign) and all(isinstance(t, ast.Name) for t in statement.targets)
        comment = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not plain and not comment:
            raise _Unclear
        exec(compile(ast.Module([statement], []), asked.syntax.file, "exec"), asked.names)


def _values(asked: _Asked) -> Iterator[tuple[str, str]]:
    """What the parts of an expression stand for, each once, the larger parts first."""
    seen: set[str] = set()
    for node in _outer_first(asked.node):
        text = asked.syntax.text(node)
        if node is asked.node or text in seen or isinstance(node, ast.Constant):
            continue
        if isinstance(node, ast.Attribute) and node.attr == "none":
            continue
        try:
            value = replace(asked, node=node).value()
        except Exception:
            continue
        if is_element(value) or isinstance(value, bool | int | enum.Enum):
            seen.add(text)
            yield re.sub(r", lambda .*", ", …)", text), shown(value)


def _outer_first(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions in an expression whose values say something, without what a lambda binds."""
    if isinstance(node, ast.Lambda | ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _outer_first(child)


def shown(value: object) -> str:
    """A value as traces show it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.name if isinstance(value, enum.Enum) else str(value)
