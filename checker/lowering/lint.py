"""What Python allows and a model may not use, because it would mean something else over symbols, or nothing at all.

Each finding names the line, what is wrong, and what to write instead.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from raceproof.checker.errors import Code, Location, ModelError
from raceproof.checker.language.reading import names_stored
from raceproof.checker.language.steps import choose, until
from raceproof.checker.lowering.liveness import yield_of

Wrong = tuple[Code, str, str]
"""The kind of mistake, what is wrong, and what to write instead."""

Finding = tuple[ast.AST, Code, str, str]
"""Where, and the same."""

Names = Mapping[str, Any]

_TRY = (
    Code.STATEMENT,
    "uses try",
    "a step cannot fail and go on; test the condition with if, or block with require(...)",
)
_STATEMENTS: dict[type[ast.AST], Wrong] = {
    ast.Try: _TRY,
    ast.TryStar: _TRY,
    ast.With: (Code.STATEMENT, "uses with", "a lock is state: wait with until(...) and write who holds it"),
    ast.Global: (Code.STATEMENT, "uses global", "state lives in attributes of the model, self.name"),
    ast.Nonlocal: (Code.STATEMENT, "uses nonlocal", "state lives in attributes of the model, self.name"),
    ast.Delete: (Code.STATEMENT, "uses del", "state has a fixed shape; assign a value that means 'absent'"),
    ast.Import: (Code.STATEMENT, "imports inside a step", "import at the top of the file"),
    ast.ImportFrom: (Code.STATEMENT, "imports inside a step", "import at the top of the file"),
    ast.Match: (Code.STATEMENT, "uses match", "compare with if and elif"),
    ast.ClassDef: (Code.STATEMENT, "defines a class inside a step", "define it at the top of the file"),
    ast.FunctionDef: (Code.STATEMENT, "defines a function inside a step", "make it a method, or use a lambda"),
    ast.AsyncFunctionDef: (Code.YIELDS, "is asynchronous", "write def, and yield where another process may run"),
    ast.Raise: (Code.STATEMENT, "raises an exception", "state a claim with assert, or block with require(...)"),
}
_EXPRESSIONS: dict[type[ast.AST], Wrong] = {
    ast.Await: (Code.YIELDS, "awaits", "yield where another process may run"),
    ast.NamedExpr: (Code.STATEMENT, "assigns inside an expression (:=)", "assign on a line of its own"),
}
_TYPE = (Code.REFLECTION, "asks for the type of a value", "the types of state are known; compare values")
_ATTRIBUTE = (
    Code.REFLECTION,
    "asks for an attribute by its name",
    "write self.name, or keep a table: dict[Domain, ...]",
)
_CALLS = {
    "isinstance": _TYPE,
    "type": _TYPE,
    "getattr": _ATTRIBUTE,
    "setattr": _ATTRIBUTE,
    "hasattr": _ATTRIBUTE,
    "vars": _ATTRIBUTE,
    "id": (Code.REFLECTION, "asks for an object's identity", "compare values with =="),
    "print": (Code.EFFECT, "prints", "show a state with a @view, or step through the oracle with pdb"),
    "input": (Code.EFFECT, "reads input", "leave the value open: choose(Domain, ...)"),
    "open": (Code.EFFECT, "opens a file", "a model has no side effects; read constants before the class is made"),
}
_RANDOM = (Code.EFFECT, "uses random", "leave the value open: choose(Domain, ...), so that every value is explored")
_TIME = (Code.EFFECT, "uses the time", "a yield already stands for any delay; model a time-out as an @action")
_EFFECTS = "a model has no side effects"
_PROCESSES = "processes are generators marked @process"
_MODULES = {
    "random": _RANDOM,
    "secrets": _RANDOM,
    "uuid": _RANDOM,
    "time": _TIME,
    "datetime": _TIME,
    "os": (Code.EFFECT, "uses os", _EFFECTS),
    "posix": (Code.EFFECT, "uses os", _EFFECTS),
    "nt": (Code.EFFECT, "uses os", _EFFECTS),
    "pathlib": (Code.EFFECT, "uses files", _EFFECTS),
    "socket": (Code.EFFECT, "uses the network", _EFFECTS),
    "subprocess": (Code.EFFECT, "runs a program", _EFFECTS),
    "logging": (Code.EFFECT, "writes a log", "show a state with a @view; traces tell the rest"),
    "threading": (Code.EFFECT, "uses threading", _PROCESSES),
    "multiprocessing": (Code.EFFECT, "uses multiprocessing", _PROCESSES),
    "asyncio": (Code.EFFECT, "uses asyncio", _PROCESSES),
}


def lint(function: ast.FunctionDef, file: str, names: Names) -> None:
    """Raises ModelError at the first line of the function that uses what a model may not; `names` are those that it
    sees from outside."""
    _report(_findings(function, names), function.name, file)


def lint_expression(node: ast.AST, name: str, file: str, names: Names) -> None:
    """Raises ModelError at the first line of a predicate that uses what a model may not."""
    _report(((found, *wrong) for found in ast.walk(node) if (wrong := _expression(found, names))), name, file)


def _report(findings: Iterator[Finding], name: str, file: str) -> None:
    found = min(findings, key=lambda finding: getattr(finding[0], "lineno", 0), default=None)
    if found:
        node, code, message, hint = found
        raise ModelError(f"{name} {message}", hint=hint, location=Location.of(file, node), code=code)


def module_finding(value: Any) -> Wrong | None:
    """What is wrong with using a value that belongs to one of the modules that a model may not use."""
    if isinstance(value, ModuleType):
        return _MODULES.get(value.__name__.partition(".")[0])
    owner = getattr(value, "__module__", None) or type(getattr(value, "__self__", None)).__module__
    return _MODULES.get(owner.partition(".")[0]) if isinstance(owner, str) else None


def _findings(function: ast.FunctionDef, names: Names) -> Iterator[Finding]:
    generator = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))
    statement_yields = {
        found for node in ast.walk(function) if isinstance(node, ast.stmt) and (found := yield_of(node))
    }
    lines: set[int] = set()
    for found in sorted(statement_yields, key=lambda node: (node.lineno, node.col_offset)):
        if found.lineno in lines:
            yield (
                found,
                Code.PLACE,
                "yields twice on one line",
                "put each yield on a line of its own: traces name the line",
            )
        lines.add(found.lineno)
    docstring = function.body[0] if ast.get_docstring(function, clean=False) is not None else None
    inside = [node for statement in function.body for node in ast.walk(statement)]
    for node in inside:
        wrong = _STATEMENTS.get(type(node)) or _expression(node, names)
        if wrong:
            yield node, *wrong
        if isinstance(node, ast.Yield | ast.YieldFrom) and node not in statement_yields:
            what = "choose(...)" if isinstance(node, ast.Yield) else "from self.helper(...)"
            yield (
                node,
                Code.PLACE,
                "yields inside an expression",
                f"put the yield on a line of its own: value = yield {what}",
            )
        if isinstance(node, ast.While | ast.For):
            yield from _loop(node, generator)
        if isinstance(node, ast.Expr | ast.Assign) and node is not docstring:
            yield from _without_yield(node, names)
        if isinstance(node, ast.Expr) and node is not docstring:
            yield from _without_effect(node)
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Tuple):
            yield (
                node,
                Code.NOTHING_DONE,
                "asserts a tuple, which is always true",
                "write assert condition, message without parentheses",
            )


def _expression(node: ast.AST, names: Names) -> Wrong | None:
    if isinstance(node, ast.Compare) and any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
        against_none = any(isinstance(side, ast.Constant) and side.value is None for side in node.comparators)
        hint = (
            f"write {ast.unparse(node.left)} == Domain.none, with the name of its domain"
            if against_none
            else "compare with == or !="
        )
        return Code.IDENTITY, "compares with `is`", hint
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name = node.func.id
        value = names.get(name)
        if name in _CALLS and (value is None or value is getattr(builtins, name)):
            return _CALLS[name]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        return module_finding(names[node.id])
    return _EXPRESSIONS.get(type(node))


def _without_yield(node: ast.Expr | ast.Assign, names: Names) -> Iterator[Finding]:
    match node.value:
        case ast.Call(func=ast.Name(id=name)) if names.get(name) in (until, choose):
            yield node, Code.PLACE, f"calls {name}() without yield", f"write yield {name}(...): only a yield waits"
        case _:
            pass


def _without_effect(node: ast.Expr) -> Iterator[Finding]:
    match node.value:
        case ast.Call() | ast.Yield() | ast.YieldFrom() | ast.Await() | ast.Constant(value=builtins.Ellipsis):
            return
        case ast.Constant(value=str()):
            yield (
                node,
                Code.NOTHING_DONE,
                "has a text on a line of its own",
                'write yield "text" for a place, or make it a comment',
            )
        case ast.Compare(ops=[ast.Eq()]):
            yield (
                node,
                Code.NOTHING_DONE,
                "compares and does nothing with the answer",
                "write = to assign, or return the comparison",
            )
        case ast.Compare():
            yield (
                node,
                Code.NOTHING_DONE,
                "compares and does nothing with the answer",
                "return the comparison, or ask it with if",
            )
        case ast.Attribute() | ast.Name():
            yield node, Code.NOTHING_DONE, "has a line without any effect", "call it with (), or leave it out"
        case _:
            yield node, Code.NOTHING_DONE, "has a line without any effect", "assign the value, or leave it out"


def _loop(node: ast.While | ast.For, generator: bool) -> Iterator[Finding]:
    if node.orelse:
        yield (
            node.orelse[0],
            Code.STATEMENT,
            "uses else on a loop",
            "set a flag before the break and test it after the loop",
        )
    if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value:
        leaves = (ast.Yield, ast.YieldFrom, ast.Break, ast.Return)
        if not any(isinstance(inner, leaves) for inner in ast.walk(node)):
            yield (
                node,
                Code.ENDLESS_STEP,
                "loops for ever without a yield",
                "yield inside the loop: every turn is then a step of its own",
            )
    if generator and isinstance(node, ast.For):
        for target in ast.walk(node.target):
            if isinstance(target, ast.Attribute | ast.Subscript | ast.Starred):
                yield (
                    node,
                    Code.LOOP,
                    "loops with something else than names",
                    "write for name in ..., and assign inside the loop",
                )
        targets = names_stored(node.target)
        for inner in node.body:
            assigned = targets & names_stored(inner)
            if assigned:
                yield from _assignment(inner, min(assigned))


def _assignment(node: ast.AST, name: str) -> Iterator[Finding]:
    """The innermost statement below the node that assigns the name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt) and name in names_stored(child):
            yield from _assignment(child, name)
            return
    yield node, Code.LOOP, f"assigns the loop variable {name}", "use another name for the new value"
