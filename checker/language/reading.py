"""Reading a function or class as syntax, with the line numbers of its file."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from raceproof.checker.errors import Location


def syntax_of(thing: Any) -> ast.stmt:
    """The statement that defines a function or class. Raises OSError or TypeError where its source cannot be read."""
    lines, start = inspect.getsourcelines(thing)
    if lines[0][:1].isspace():
        module = ast.parse("if True:\n" + "".join(lines))
        ast.increment_lineno(module, start - 2)
        (around,) = module.body
        assert isinstance(around, ast.If)
        return around.body[0]
    module = ast.parse("".join(lines))
    ast.increment_lineno(module, start - 1)
    return module.body[0]


def place_of(cls: type) -> Location | None:
    """The line that begins the definition of a class, as far as its source can be read."""
    try:
        return Location(inspect.getsourcefile(cls) or "", syntax_of(cls).lineno)
    except (OSError, TypeError, SyntaxError):
        return None


def names_stored(node: ast.AST) -> frozenset[str]:
    """The names that a target, or any statement below the node, assigns; not those that a comprehension binds."""
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        return frozenset()
    if isinstance(node, ast.Name):
        return frozenset({node.id} if isinstance(node.ctx, ast.Store) else ())
    return frozenset[str]().union(*map(names_stored, ast.iter_child_nodes(node)))
