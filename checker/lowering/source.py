"""A method of the model as syntax: parsed once, linted, with its namespace and what is live at its yields."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any

from raceproof.checker.errors import Location, ModelError
from raceproof.checker.lowering.lint import lint
from raceproof.checker.lowering.liveness import Names, liveness, names_stored, yield_of


@dataclass(slots=True)
class Source:
    """A generator function of the author's: its `arguments` (self first), the `locals` that it assigns, and for each
    yield statement in `live` those of both that matter while the process waits there."""

    function: Callable[..., Any]
    tree: ast.FunctionDef
    file: str
    arguments: tuple[str, ...]
    locals: Names
    live: Mapping[ast.stmt, Names]
    annotated: Mapping[str, ast.expr]
    _code: dict[ast.AST, CodeType] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.tree.name

    def location(self, node: ast.AST) -> Location:
        return Location(self.file, getattr(node, "lineno", self.tree.lineno))

    def evaluate(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        """The value of an expression of this function, as Python computes it over `scope`."""
        code = self._code.get(node)
        if code is None:
            code = self._code[node] = compile(ast.Expression(node), self.file, "eval")
        return eval(code, scope)

    def execute(self, node: ast.stmt, scope: dict[str, Any]) -> None:
        """Run a simple statement of this function over `scope`, where its assignments land."""
        code = self._code.get(node)
        if code is None:
            code = self._code[node] = compile(ast.Module([_without_annotation(node)], []), self.file, "exec")
        exec(code, scope)

    def annotation(self, name: str) -> Any:
        """What a local is annotated with, or None."""
        node = self.annotated.get(name)
        return None if node is None else self.evaluate(node, self.namespace())

    def namespace(self) -> dict[str, Any]:
        """The names the function sees from outside: its module's and those it closes over."""
        found = dict(self.function.__globals__)
        cells = self.function.__closure__ or ()
        for name, cell in zip(self.function.__code__.co_freevars, cells, strict=True):
            found[name] = cell.cell_contents
        for name in self.locals:
            found.pop(name, None)
        return found


def _without_annotation(node: ast.stmt) -> ast.stmt:
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.copy_location(ast.Assign([node.target], node.value), node)
    return node


def bind(target: ast.expr, value: Any, scope: dict[str, Any], source: Source) -> None:
    """Assign a value that came from outside, such as a choice or a loop's next item, to a target."""
    if isinstance(target, ast.Name):
        scope[target.id] = value
        return
    holder = ast.copy_location(ast.Name("__raceproof_value__", ast.Load()), target)
    statement = ast.fix_missing_locations(ast.copy_location(ast.Assign([target], holder), target))
    scope["__raceproof_value__"] = value
    source.execute(statement, scope)


@lru_cache(maxsize=512)
def source_of(function: Callable[..., Any]) -> Source:
    """Parse a method. Raises ModelError where its source cannot be read or uses what cannot be lowered."""
    location = Location(function.__code__.co_filename, function.__code__.co_firstlineno)
    try:
        lines, start = inspect.getsourcelines(function)
    except (OSError, TypeError) as error:
        raise ModelError(
            f"the source of {function.__name__} cannot be read",
            hint="models live in files (or notebook cells), not in exec() or a plain interactive prompt",
            location=location,
        ) from error
    module = ast.parse(textwrap.dedent("".join(lines)))
    ast.increment_lineno(module, start - 1)
    tree = module.body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise ModelError(f"{function.__name__} is no plain method", hint="write it with def", location=location)
    lint(tree, location.file)
    names = tuple(argument.arg for argument in tree.args.args)
    assigned = names_stored(tree) - set(names)
    kept = assigned | set(names[1:])
    live = {statement: found & kept for statement, found in liveness(tree).items()}
    reassigned = names_stored(tree) & set(names)
    if reassigned and any(yield_of(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)):
        name = min(reassigned)
        raise ModelError(
            f"{tree.name} assigns its argument {name}",
            hint="copy it to a local of another name",
            location=Location(location.file, tree.lineno),
        )
    annotated = {
        node.target.id: node.annotation
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    return Source(function, tree, location.file, names, assigned, live, annotated)
