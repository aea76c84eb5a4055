"""How a helper's arguments are kept while the process waits inside the helper.

It is decided by how the call is written, never by the values that one path happens to pass: two ways to the same yield
must come to the same place. `helper(endpoint)` of a loop variable is known at the place; `helper(mine)` of a stored
local is that local, for nobody can change it during the call; anything else is state of its own.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from typing import Any

from raceproof.checker.lowering.items import is_fixed
from raceproof.checker.lowering.liveness import Names, names_read, yield_of
from raceproof.checker.lowering.source import Source
from raceproof.checker.lowering.walk import Call


def passed(call: Call) -> Mapping[str, ast.expr | None]:
    """What the caller wrote for each argument: None for one whose default is taken. Unpacked arguments are left out."""
    statement = yield_of(call.caller) if call.caller else None
    if not isinstance(statement, ast.YieldFrom) or not isinstance(statement.value, ast.Call):
        return {}
    written = statement.value
    names = list(call.source.arguments[1:])
    found: dict[str, ast.expr | None] = {}
    unpacked = False
    for name, node in zip(names, written.args, strict=False):
        unpacked = unpacked or isinstance(node, ast.Starred)
        if unpacked:
            break
        found[name] = node
    unpacked = unpacked or any(keyword.arg is None for keyword in written.keywords)
    found.update({keyword.arg: keyword.value for keyword in written.keywords if keyword.arg})
    return found if unpacked else {**dict.fromkeys(names), **found}


def is_static(node: ast.expr, caller: Source, known: Names, model: Any) -> bool:
    """Whether an expression of the caller's depends on names that are known at each of its places, and on constants."""
    this = caller.arguments[0]
    own = set(caller.locals) | set(caller.arguments)
    attributes = {
        inner.value: inner.attr
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id == this
    }
    bare = [inner for inner in ast.walk(node) if isinstance(inner, ast.Name) and inner.id == this]
    if any(name not in attributes or not _is_constant(model, attributes[name]) for name in bare):
        return False
    return all(name in known or name not in own for name in names_read(node) - {this})


def _is_constant(model: Any, name: str) -> bool:
    """Whether an attribute of the model is a constant, of its own or of its class; methods may read state."""
    return name in vars(model) or is_fixed(inspect.getattr_static(type(model), name, object()))
