"""What Python allows and a model may not use, because it would mean something else over symbols, or nothing at all.

Each finding names the line, what is wrong, and what to write instead.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from raceproof.checker.errors import Location, ModelError
from raceproof.checker.lowering.liveness import yield_of

Finding = tuple[ast.AST, str, str]

_STATEMENTS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Try: ("uses try", "a step cannot fail and go on; test the condition with if, or block with require(...)"),
    ast.TryStar: ("uses try", "a step cannot fail and go on; test the condition with if, or block with require(...)"),
    ast.With: ("uses with", "a lock is state: wait with until(...) and write who holds it"),
    ast.Global: ("uses global", "state lives in attributes of the model, self.name"),
    ast.Nonlocal: ("uses nonlocal", "state lives in attributes of the model, self.name"),
    ast.Delete: ("uses del", "state has a fixed shape; assign a value that means 'absent'"),
    ast.Import: ("imports inside a step", "import at the top of the file"),
    ast.ImportFrom: ("imports inside a step", "import at the top of the file"),
    ast.Match: ("uses match", "compare with if and elif"),
    ast.ClassDef: ("defines a class inside a step", "define it at the top of the file"),
    ast.FunctionDef: ("defines a function inside a step", "make it a method, or use a lambda"),
    ast.AsyncFunctionDef: ("is asynchronous", "write def, and yield where another process may run"),
    ast.Raise: ("raises an exception", "state a claim with assert, or block with require(...)"),
}
_EXPRESSIONS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Await: ("awaits", "yield where another process may run"),
    ast.NamedExpr: ("assigns inside an expression (:=)", "assign on a line of its own"),
}
_CALLS = {
    "isinstance": ("asks for the type of a value", "the types of state are known; compare values"),
    "type": ("asks for the type of a value", "the types of state are known; compare values"),
    "id": ("asks for an object's identity", "compare values with =="),
    "print": ("prints", "show a state with a @view, or step through the oracle with pdb"),
    "input": ("reads input", "leave the value open: choose(Domain, ...)"),
    "open": ("opens a file", "a model has no side effects; read constants before the class is made"),
}
_MODULES = {
    "random": ("uses random", "leave the value open: choose(Domain, ...), so that every value is explored"),
    "time": ("uses the time", "a yield already stands for any delay; model a time-out as an @action"),
    "datetime": ("uses the time", "a yield already stands for any delay; model a time-out as an @action"),
    "os": ("uses os", "a model has no side effects"),
    "threading": ("uses threading", "processes are generators marked @process"),
    "asyncio": ("uses asyncio", "processes are generators marked @process"),
}


def lint(function: ast.FunctionDef, file: str) -> None:
    """Raises ModelError at the first thing in the function that a model may not use."""
    generator = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))
    for node, message, hint in _findings(function, generator):
        location = Location(file, getattr(node, "lineno", function.lineno))
        raise ModelError(f"{function.name} {message}", hint=hint, location=location)


def lint_lambda(node: ast.AST, name: str, file: str) -> None:
    """Raises ModelError at the first expression in a predicate that a model may not use."""
    for found in ast.walk(node):
        finding = _expression(found)
        if finding:
            location = Location(file, getattr(found, "lineno", 0))
            raise ModelError(f"{name} {finding[0]}", hint=finding[1], location=location)


def _findings(function: ast.FunctionDef, generator: bool) -> Iterator[Finding]:
    statement_yields = {
        found for node in ast.walk(function) if isinstance(node, ast.stmt) and (found := yield_of(node))
    }
    for node in ast.walk(function):
        if node is function:
            continue
        found = _STATEMENTS.get(type(node)) or _expression(node)
        if found:
            yield node, *found
        if isinstance(node, ast.Yield | ast.YieldFrom) and node not in statement_yields:
            yield node, "yields inside an expression", "put the yield on a line of its own: value = yield choose(...)"
        if isinstance(node, ast.While | ast.For):
            yield from _loop(node, generator)


def _expression(node: ast.AST) -> tuple[str, str] | None:
    if isinstance(node, ast.Compare) and any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
        against_none = any(isinstance(side, ast.Constant) and side.value is None for side in node.comparators)
        hint = "compare with the domain's none: x == Plan.none" if against_none else "compare with == or !="
        return "compares with `is`", hint
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _CALLS.get(node.func.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return _MODULES.get(node.value.id)
    return _EXPRESSIONS.get(type(node))


def _loop(node: ast.While | ast.For, generator: bool) -> Iterator[Finding]:
    if node.orelse:
        yield node.orelse[0], "uses else on a loop", "set a flag before the break and test it after the loop"
    if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value:
        leaves = (ast.Yield, ast.YieldFrom, ast.Break, ast.Return)
        if not any(isinstance(inner, leaves) for inner in ast.walk(node)):
            yield node, "loops for ever without a yield", "yield inside the loop: every turn is then a step of its own"
    if generator and isinstance(node, ast.For):
        targets = {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}
        for inner in node.body:
            for name in ast.walk(inner):
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store) and name.id in targets:
                    yield name, f"assigns the loop variable {name.id}", "use another name for the new value"
