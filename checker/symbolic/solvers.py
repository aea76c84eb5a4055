"""Two solvers that read the same script, so that neither has to be trusted alone."""

from __future__ import annotations

from enum import Enum
from functools import cache

import z3


class Answer(Enum):
    """What a solver says of a script."""

    UNSATISFIABLE = "unsat"
    SATISFIABLE = "sat"
    UNKNOWN = "unknown"


def ask_z3(script: str, milliseconds: int) -> Answer:
    """Z3's answer. (de Moura and Bjørner, "Z3: An Efficient SMT Solver", TACAS 2008.)"""
    solver = z3.SolverFor("QF_UFLIA", ctx=_context())
    solver.set(timeout=milliseconds, ctrl_c=False)
    solver.from_string(script)
    return Answer(str(solver.check()))


@cache
def _context() -> z3.Context:
    """One for all scripts, as making one takes longer than most answers; each script has a solver of its own."""
    return z3.Context()


def ask_cvc5(script: str, milliseconds: int) -> Answer:
    """cvc5's answer. (Barbosa et al., "cvc5: A Versatile and Industrial-Strength SMT Solver", TACAS 2022.)"""
    import cvc5

    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    solver.setOption("tlimit-per", str(milliseconds))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "obligation")
    symbols = parser.getSymbolManager()
    while True:
        command = parser.nextCommand()
        if command.isNull():
            break
        command.invoke(solver, symbols)
    result = solver.checkSat()
    if result.isUnsat():
        return Answer.UNSATISFIABLE
    return Answer.SATISFIABLE if result.isSat() else Answer.UNKNOWN
