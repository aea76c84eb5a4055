"""A plain reading of terms and runs, which the engines are judged against."""

import operator
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from raceproof.checker.system.terms import Op, Term, Variable
from raceproof.checker.system.transition import TransitionSystem, Write
from raceproof.checker.verdict import FaultFound, Path, State, Undecided, Verdict, Violated

_OPERATORS: Mapping[Op, Callable[[int, int], int]] = {
    Op.ADD: operator.add,
    Op.SUB: operator.sub,
    Op.MUL: operator.mul,
    Op.DIV: operator.floordiv,
    Op.MOD: operator.mod,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.EQ: operator.eq,
}


@cache
def _first_slots(variables: tuple[Variable, ...]) -> Mapping[Variable, int]:
    found, position = {}, 0
    for variable in variables:
        found[variable] = position
        position += variable.size
    return found


def _slot(system: TransitionSystem, variable: Variable, codes: tuple[int, ...]) -> int:
    return _first_slots(system.variables)[variable] + variable.slot(codes)


def _evaluate(system: TransitionSystem, node: Term, before: State, after: State = ()) -> int:
    """The value of a term. Raises IndexError where a table is asked with a key that it does not have."""
    if node.op is Op.ITE:
        condition, then, otherwise = node.args
        return _evaluate(system, then if _evaluate(system, condition, before, after) else otherwise, before, after)
    if node.op in (Op.AND, Op.OR):
        wanted = node.op is Op.OR
        return wanted is any(bool(_evaluate(system, arg, before, after)) is wanted for arg in node.args)
    args = tuple(_evaluate(system, arg, before, after) for arg in node.args)
    match node.op:
        case Op.CONST:
            return node.value
        case Op.READ:
            return before[_slot(system, node.variable, args)]
        case Op.READ_AFTER:
            return after[_slot(system, node.variable, args)]
        case Op.NOT:
            return not args[0]
        case _:
            return _OPERATORS[node.op](*args)


def _written(system: TransitionSystem, state: State, writes: tuple[Write, ...]) -> State:
    after = list(state)
    for write in writes:
        codes = tuple(_evaluate(system, key, state) for key in write.index)
        after[_slot(system, write.variable, codes)] = int(_evaluate(system, write.value, state))
    return tuple(after)


def _mistakes(path: Path) -> list[str]:
    system = path.system
    found: list[str] = []
    starts = [
        variable.domain.members if code is None else (code,)
        for variable in system.variables
        for code in system.initial[variable]
    ]
    if not all(code in options for code, options in zip(path.states[0], starts, strict=True)):
        found.append("the first state is not an initial one")
    if len(path.states) != len(path.commands) + 1:
        found.append(f"{len(path.states)} states and {len(path.commands)} commands")
    for number, (before, after) in enumerate(zip(path.states, path.states[1:], strict=False)):
        command = path.commands[number]
        if not all(_evaluate(system, part, before) for part in command.guard):
            found.append(f"step {number} is not allowed")
        if after != _written(system, before, command.writes):
            found.append(f"step {number} does not lead to the state after it")
    if path.fault and not all(_evaluate(system, part, path.states[-1]) for part in path.fault.guard):
        found.append("the fault does not happen")
    return found


@pytest.fixture(scope="session")
def evaluate() -> Callable[..., int]:
    """(system, term, state before, state after) to the value of the term."""
    return _evaluate


@pytest.fixture(scope="session")
def mistakes() -> Callable[[Path], list[str]]:
    """What keeps a path from being a run of its system; nothing for a run."""
    return _mistakes


def _outcome(search: Callable[[], tuple[Verdict, ...]]) -> tuple[str, int | None]:
    path: Path | None
    try:
        (verdict,) = search()
    except FaultFound as fault:
        name, path = "fault", fault.path
    else:
        path = verdict.path if isinstance(verdict, Violated) else getattr(verdict, "witness", None)
        missed = isinstance(verdict, Undecided) and verdict.why.startswith("not reached within")
        name = "violated" if missed else verdict.name.split("-")[0]
    assert path is None or [] == _mistakes(path)
    return name, path.length if path else None


@pytest.fixture(scope="session")
def outcome() -> Callable[[Callable[[], tuple[Verdict, ...]]], tuple[str, int | None]]:
    """What an engine says of one claim, and the length of the run that shows it, which is checked to be one.

    Holding in the scope and up to a depth are the same here, and so are "reachable nowhere" and "not reached".
    """
    return _outcome
