"""What a method may not do that only shows when one knows its model: which attributes are state, which methods yield.

Every method of the model's classes is looked at, and every function of the author's that one of them names.
"""

from __future__ import annotations

import ast
import functools
import inspect
import linecache
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any

from raceproof.checker.errors import Code, Location, ModelError, definition_of, is_authors
from raceproof.checker.language.model import Model, actions, declarations, processes
from raceproof.checker.language.processes import Member, Process, View
from raceproof.checker.language.reading import place_of
from raceproof.checker.lowering.lint import Finding, lint_expression, module_finding
from raceproof.checker.lowering.outside import changes
from raceproof.checker.lowering.source import Source, names_around, source_of


def lint_model(model: Model) -> None:
    """Raises ModelError at the first thing in the model's methods that cannot mean what it says."""
    if not processes(model) and not actions(model):
        name = type(model).__name__
        hint = "mark its methods with @process or @action"
        raise ModelError(
            f"{name} has no process and no action", hint=hint, location=place_of(type(model)), code=Code.NO_PROCESS
        )
    seen: set[Callable[..., Any]] = set()
    used: set[str] = set()
    methods = list(_methods(type(model)))
    for function in methods:
        source = source_of(function)
        _lint_method(source, model)
        used |= {node.attr for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)}
        lint_used(source.tree, names_around(function), seen)
    for function in methods:
        _check_used(function, type(model), used)


def lint_claim(predicate: Callable[..., Any]) -> None:
    """Raises ModelError at the first thing in a predicate, or in a function that it names, that a claim may not use."""
    seen: set[Callable[..., Any]] = set()
    if isinstance(predicate, FunctionType):
        _lint_function(predicate, seen)


def lint_used(tree: ast.AST, names: Mapping[str, Any], seen: set[Callable[..., Any]]) -> None:
    """Look at the functions of the author's that a piece of code names, and at those that they name."""
    body = tree.body if isinstance(tree, ast.FunctionDef) else [tree]
    for name in {node.id for part in body for node in ast.walk(part) if isinstance(node, ast.Name)}:
        function = names.get(name)
        if isinstance(function, FunctionType) and function not in seen and is_authors(function.__code__.co_filename):
            _lint_function(function, seen)


def _lint_function(function: FunctionType, seen: set[Callable[..., Any]]) -> None:
    seen.add(function)
    names = names_around(function)
    if function.__name__ != "<lambda>":
        source = source_of(function)
        _report(source, list(changes(source)))
        lint_used(source.tree, names, seen)
        return
    file, line = function.__code__.co_filename, function.__code__.co_firstlineno
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda) and node.lineno == line:
            lint_expression(node, "a lambda", file, names)
            lint_used(node, names, seen)


def _methods(cls: type[Model]) -> Iterator[FunctionType]:
    """The functions of every class of the model, without those that only describe it to people."""
    for base in cls.__mro__:
        if base is Model:
            return
        for name, value in vars(base).items():
            if isinstance(value, functools.cached_property) or hasattr(value, "cache_info"):
                cached = value.func if isinstance(value, functools.cached_property) else inspect.unwrap(value)
                raise ModelError(
                    f"{name} keeps what it has returned",
                    hint="the state changes between two calls: use @property, or no decorator",
                    location=definition_of(cached),
                    code=Code.REPEATABLE,
                )
            function = _function_of(value)
            if function and not isinstance(value, View) and not name.startswith("__"):
                yield function


def _function_of(value: Any) -> FunctionType | None:
    """The function behind a method, however it is decorated."""
    found: object = value
    match value:
        case Member():
            found = value.function
        case property():
            found = value.fget
        case staticmethod() | classmethod():
            found = value.__func__
        case _:
            pass
    return found if isinstance(found, FunctionType) else None


def _check_used(function: FunctionType, cls: type, used: set[str]) -> None:
    """A method that yields is a process, or a helper that somebody names."""
    name = function.__name__
    marked = any(isinstance(vars(base).get(name), Member) for base in cls.__mro__)
    if inspect.isgeneratorfunction(function) and not marked and name not in used:
        raise ModelError(
            f"{name} yields, but it is no process and nobody yields from it",
            hint="mark it with @process, or leave it out",
            location=definition_of(function),
            code=Code.NO_PROCESS,
        )


def _lint_method(source: Source, model: Model) -> None:
    """Raises ModelError at the first line that misuses an attribute of the model."""
    _report(source, list(_findings(source, model)))


def _report(source: Source, found: list[Finding]) -> None:
    if found:
        node, code, message, hint = min(found, key=lambda finding: getattr(finding[0], "lineno", 0))
        location = Location.of(source.file, node)
        raise ModelError(f"{source.name} {message}", hint=hint, location=location, code=code)


def _findings(source: Source, model: Model) -> Iterator[Finding]:
    if not source.arguments:
        return
    me = source.arguments[0]
    names = source.namespace()
    inlined = {node.value for node in ast.walk(source.tree) if isinstance(node, ast.YieldFrom)}
    state = declarations(model)
    yield from changes(source, model)
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)) if owner == me:
                yield from _call(node, getattr(type(model), name, None), name, node in inlined)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == me:
                wrong = module_finding(vars(model).get(name))
                if wrong:
                    yield node, *wrong
                if name.startswith("__") and not name.endswith("__"):
                    yield node, Code.ATTRIBUTE, f"uses {name}, a name of two underscores", "write it with one, or none"
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if name in state:
                if isinstance(names.get(owner), type) and issubclass(names[owner], Model):
                    yield node, Code.ATTRIBUTE, f"reads {name} from the class {owner}", f"write {me}.{name}"
            case _:
                pass
        for test in _tests(node):
            match test:
                case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == me:
                    if inspect.isroutine(getattr(type(model), name, None)):
                        yield (
                            test,
                            Code.TRUTH,
                            f"asks whether the method {name} is true, which it always is",
                            f"call it: {name}()",
                        )
                case _:
                    pass


def _call(node: ast.Call, called: Any, name: str, inlined: bool) -> Iterator[Finding]:
    if isinstance(called, Process):
        yield (
            node,
            Code.NO_PROCESS,
            f"calls the process {name}",
            "a process runs by itself; share steps in a method without @process",
        )
    elif inspect.isgeneratorfunction(called) and not inlined:
        yield (
            node,
            Code.HELPER,
            f"calls {name} without yield from",
            f"write yield from self.{name}(...): its steps happen only then",
        )


def _tests(node: ast.AST) -> list[ast.expr]:
    """The expressions below a node, if any, of which only the truth matters."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return [test]
        case ast.BoolOp(values=values):
            return values
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return [operand]
        case _:
            return []
