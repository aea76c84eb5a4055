"""Changes to what is not state: a constant of the model, an object of its module. They would be made once, while the
step is read, and seen by every state."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import ModuleType

from raceproof.checker.errors import Code, ModelError
from raceproof.checker.language.model import Model, declarations
from raceproof.checker.language.reading import place_of
from raceproof.checker.lowering.lint import Finding
from raceproof.checker.lowering.source import Source

_MUTATORS = frozenset(
    (
        *("add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop"),
        *("popitem", "popleft", "remove", "reverse", "setdefault", "sort", "update"),
    )
)
_HINT = "declare it as state; a list or set of members is dict[Domain, bool] = each(False)"


def changes(source: Source, model: Model | None = None) -> Iterator[Finding]:
    """Every line of a method of the model, or of a function, that changes an object which is neither state nor a
    local."""
    me = source.arguments[0] if model and source.arguments else None
    constants = set(dir(model)) - declarations(model).keys() if model else set()
    names = source.namespace()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Lambda):
            yield from _changes_in_question(node)
        match node:
            case ast.Subscript(value=changed, ctx=ast.Store()) | ast.Attribute(value=changed, ctx=ast.Store()):
                pass
            case ast.Call(func=ast.Attribute(value=changed, attr=method)) if method in _MUTATORS:
                pass
            case _:
                continue
        path = _path(changed)
        if len(path) > 1 and path[0] == me and path[1] in constants:
            yield node, Code.NOT_STATE, f"changes {'.'.join(path[:2])}, which is a constant", _HINT
        elif path and path[0] in names and not isinstance(names[path[0]], ModuleType | type):
            yield node, Code.NOT_STATE, f"changes {path[0]}, which is outside of the model", _HINT


def _changes_in_question(question: ast.Lambda) -> Iterator[Finding]:
    """A lambda is run for all its answers at once: what it changed would be changed too often."""
    for node in ast.walk(question.body):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MUTATORS:
            what = f"changes something inside a lambda: .{node.func.attr}()"
            yield node, Code.CHANGE_IN_QUESTION, what, "change it in a statement of the step"


def _path(node: ast.expr) -> list[str]:
    """The names that lead to an object: self, log for `self.log[3]`; none for the result of a call."""
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=value, attr=name):
            inner = _path(value)
            return [*inner, name] if inner else []
        case ast.Subscript(value=value):
            return _path(value)
        case _:
            return []


def constants_of(model: Model) -> dict[str, str]:
    """The objects of a model that could be changed and are not state, as text."""
    values = {name: value for cls in reversed(type(model).__mro__) for name, value in vars(cls).items()} | vars(model)
    return {name: repr(value) for name, value in values.items() if isinstance(value, list | dict | set | bytearray)}


def check_unchanged(model: Model, before: dict[str, str]) -> None:
    """Raises ModelError where reading the model's steps has changed one of its constants."""
    after = constants_of(model)
    for name, value in before.items():
        if after.get(name) != value:
            raise ModelError(
                f"a step changes self.{name}, which is a constant",
                hint=_HINT,
                location=place_of(type(model)),
                code=Code.NOT_STATE,
            )
