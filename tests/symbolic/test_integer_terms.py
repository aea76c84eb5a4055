"""Every operator on all small values, and steps: clauses over integers say what a plain reading says."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from types import ModuleType

import z3

from raceproof.checker.symbolic.finite.horn import Horn
from raceproof.checker.symbolic.finite.integer_terms import TABLE, IntegerTerms, State, Value, symbol
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.terms import Op
from raceproof.checker.system.transition import TransitionSystem

Given = list[tuple[z3.ExprRef, z3.ExprRef]]


def given(symbols: State, codes: tuple[int, ...]) -> Given:
    """Values for symbols."""
    pairs = [(symbol, code) for symbol, code in zip(symbols, codes, strict=True) if not z3.is_int_value(symbol)]
    return [(s, z3.BoolVal(bool(code), s.ctx) if z3.is_bool(s) else z3.IntVal(code, s.ctx)) for s, code in pairs]


def value_of(translated: Value, values: Given) -> int:
    found = z3.simplify(z3.substitute(translated, *values)) if values else z3.simplify(translated)
    return found.as_long() if isinstance(found, z3.IntNumRef) else int(z3.is_true(found))


def test_every_term_has_its_value(shared: Callable[[str], ModuleType], evaluate: Callable[..., int]) -> None:
    terms = shared("bounded/test_translation")
    horn = Horn(terms.SYSTEM, z3.Context())
    after = tuple(symbol(f"after {place}", d, horn.context) for place, d in enumerate(horn.domains))
    wrong = []
    for node in terms.CASES:
        translated = IntegerTerms(terms.SYSTEM, horn.context, horn.state, after).value(node)
        for before_codes, after_codes, expected in terms.rows_of(node, evaluate):
            values = [*given(horn.state, before_codes), *given(after, after_codes)]
            if expected != value_of(translated, values):
                wrong.append((node, before_codes, after_codes))

    assert [] == wrong


def test_every_operator_is_translated() -> None:
    assert set(Op) - {Op.FORALL} == set(TABLE)


def steps_of(horn: Horn, state: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
    """The commands that may fire by the clauses, and where they lead."""
    values = given(horn.state, state)
    return [
        (number, tuple(value_of(value, values) for value in move.terms.after))
        for number, move in enumerate(horn.moves)
        if value_of(move.given, values)
    ]


def walked(system: TransitionSystem, dice: Random) -> list[tuple[int, ...]]:
    """The states of a random run."""
    codes = [code for variable in system.variables for code in system.initial[variable]]
    domains = [variable.domain for variable in system.variables for _ in range(variable.size)]
    state = tuple(d.members[0] if code is None else code for code, d in zip(codes, domains, strict=True))
    found = [state]
    for _ in range(5):
        following = [after for _, after in Interpreter(system).steps(found[-1])]
        if following:
            found.append(dice.choice(following))
    return found


def test_every_command_does_what_it_says(shared: Callable[[str], ModuleType]) -> None:
    for seed in range(40):
        system, _ = shared("explicit/random_systems").small(seed)
        horn, interpreter = Horn(system, z3.Context()), Interpreter(system)
        for state in walked(system, Random(seed)):
            expected = [(system.commands.index(command), after) for command, after in interpreter.steps(state)]

            assert sorted(expected) == sorted(steps_of(horn, state))
            assert value_of(horn.in_domains(horn.state), given(horn.state, state))
