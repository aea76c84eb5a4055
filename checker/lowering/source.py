"""A method of the model as syntax: parsed once, linted, with its namespace and what is live at its yields."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any

from raceproof.checker.errors import Code, Location, ModelError, definition_of
from raceproof.checker.language.reading import names_stored, syntax_of
from raceproof.checker.lowering.lint import lint
from raceproof.checker.lowering.liveness import Names, liveness, yield_of


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
        return Location.of(self.file, node if hasattr(node, "lineno") else self.tree)

    def evaluate(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        """The value of an expression of this function, as Python computes it over `scope`."""
        code = self._code.get(node)
        if code is None:
            code = self._code[node] = compile(ast.Expression(node), self.file, "eval")
        try:
            return eval(code, scope)
        except NameError as error:
            raise self._unassigned(error) from None

    def execute(self, node: ast.stmt, scope: dict[str, Any]) -> None:
        """Run a simple statement of this function over `scope`, where its assignments land."""
        code = self._code.get(node)
        if code is None:
            code = self._code[node] = compile(ast.Module([_without_annotation(node)], []), self.file, "exec")
        try:
            exec(code, scope)
        except NameError as error:
            raise self._unassigned(error) from None

    def _unassigned(self, error: NameError) -> NameError:
        """A local without a value is told apart from a name that does not exist, as Python does it."""
        if error.name not in self.locals or isinstance(error, UnboundLocalError):
            return error
        return UnboundLocalError(str(error), name=error.name).with_traceback(error.__traceback__)

    def annotation(self, name: str, domains: Mapping[str, Any]) -> Any:
        """What a local is annotated with, or None. Python never evaluates these annotations, so a function that uses a
        domain of the function around it in one does not see it: `domains` has those of the model."""
        node = self.annotated.get(name)
        if node is None:
            return None
        names = {**domains, **self.namespace()}
        found = self.evaluate(node, names)
        return eval(found, names) if isinstance(found, str) else found

    def namespace(self) -> dict[str, Any]:
        """The names the function sees from outside: its module's and those it closes over."""
        found = names_around(self.function)
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


def names_around(function: Callable[..., Any]) -> dict[str, Any]:
    """The names that a function sees from its module and from the functions around it, as they are now."""
    found = dict(function.__globals__)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with suppress(ValueError):  # not assigned yet
            found[name] = cell.cell_contents
    return found


@lru_cache(maxsize=512)
def source_of(function: Callable[..., Any]) -> Source:
    """Parse a method. Raises ModelError where its source cannot be read or uses what cannot be lowered."""
    location = definition_of(function)
    try:
        tree = syntax_of(function)
    except (OSError, TypeError, SyntaxError, IndexError) as error:
        raise ModelError(
            f"the source of {function.__name__} cannot be read",
            hint="models live in files (or notebook cells), not in exec() or a plain interactive prompt",
            location=location,
            code=Code.SOURCE,
        ) from error
    if not isinstance(tree, ast.FunctionDef):
        raise ModelError(
            f"{function.__name__} is no plain method", hint="write it with def", location=location, code=Code.SOURCE
        )
    every = (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)
    names = tuple(argument.arg for argument in every)
    stored = names_stored(tree)
    assigned = stored - set(names)
    around = names_around(function)
    lint(tree, location.file, {name: around[name] for name in around.keys() - assigned - set(names)})
    if any(yield_of(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)):
        _check_generator(function, tree, names, stored, location)
    kept = assigned | set(names[1:])
    live = {statement: found & kept for statement, found in liveness(tree).items()}
    annotated = {argument.arg: argument.annotation for argument in tree.args.args[1:] if argument.annotation}
    annotated |= {
        node.target.id: node.annotation
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    return Source(function, tree, location.file, names, assigned, live, annotated)


def _check_generator(
    function: Callable[..., Any], tree: ast.FunctionDef, names: tuple[str, ...], stored: Names, location: Location
) -> None:
    """Raises ModelError for what only a method that yields may not have."""
    wrong: tuple[str, str] | None = None
    reassigned = stored & set(names)
    if hasattr(function, "__wrapped__"):
        wrong = "is wrapped by a decorator", "a method that yields has no decorator but @process"
        location = definition_of(inspect.unwrap(function))
    elif tree.args.vararg or tree.args.kwarg or not names:
        wrong = "takes any number of arguments", "name its arguments: (self, plan, endpoint)"
    elif reassigned:
        wrong = f"assigns its argument {min(reassigned)}", "copy it to a local of another name"
        location = Location(location.file, _first_line_assigning(tree, min(reassigned)))
    if wrong:
        raise ModelError(f"{tree.name} {wrong[0]}", hint=wrong[1], location=location, code=Code.DECLARATION)


def _first_line_assigning(tree: ast.FunctionDef, name: str) -> int:
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    return min(node.lineno for node in named if isinstance(node.ctx, ast.Store))
