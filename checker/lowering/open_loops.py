"""Loops that yield over any number of members: from one member a process goes on to any later one, or leaves the loop.

Which turns do something depends on the state. A turn that does nothing is not taken: the path on which the process goes
on to a later member at once does the same.
"""

from __future__ import annotations

import ast
from typing import Any

from raceproof.checker.errors import Code, mistake
from raceproof.checker.language.reading import names_stored
from raceproof.checker.language.scope import is_open
from raceproof.checker.language.values import Values, values_of
from raceproof.checker.lowering.forking import Infeasible, current_path
from raceproof.checker.lowering.items import Items, OpenItems
from raceproof.checker.lowering.symbols import Symbol
from raceproof.checker.system.build import lt, parameter
from raceproof.checker.system.domain import BOOL

Scope = dict[str, Any]


def later_member(node: ast.For, items: OpenItems, at: int, scope: Scope) -> tuple[bool, Symbol | None]:
    """Whether the loop goes on, and with which member. Raises Infeasible after a turn that has done nothing, ModelError
    after one that has done something without a yield."""
    path = current_path()
    assert isinstance(node.target, ast.Name)
    now = (path.written, {name: value for name, value in scope.items() if name != node.target.id})
    before = path.heads.setdefault(items, now)
    if before is not now:
        if not _same(before, now):
            raise mistake(
                "a turn of a loop over any number of members goes on to the next one without a yield, and has "
                "changed something",
                "yield in every turn that does something",
                code=Code.OPEN_LOOP,
            )
        raise Infeasible
    values = values_of(items.domain)
    members = Values(values.python, values.domain.of_members)
    if not path.ask(parameter(path.fresh("another turn", BOOL))):
        return False, None
    element = parameter(path.fresh(node.target.id, members.domain))
    if at:
        path.assume(lt(scope[node.target.id].term, element))
    return True, Symbol(element, members)


def _same(before: object, now: tuple[int, Scope]) -> bool:
    """Whether neither the state nor a local has changed since."""
    assert isinstance(before, tuple)
    written, scope = before
    if written != now[0] or scope.keys() != now[1].keys():
        return False
    return all(_term(value) is _term(now[1][name]) for name, value in scope.items())


def _term(value: Any) -> Any:
    return value.term if isinstance(value, Symbol) else value


def items_of(loop: ast.For, iterable: Any) -> Items | OpenItems:
    """What a loop goes over. Raises ModelError for a loop that yields over what has no fixed order."""
    if not is_open(iterable) or not any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(loop)):
        return Items(iterable)
    if not isinstance(loop.target, ast.Name) or loop.target.id in names_stored(ast.Module(loop.body, [])):
        raise mistake(
            "assigns the variable of a loop over any number of members", "use another name", code=Code.OPEN_LOOP
        )
    return OpenItems(iterable)
