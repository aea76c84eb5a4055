"""Which systems fit the native engine: those whose numbers, states and claims fit into machine words."""

from __future__ import annotations

from raceproof.checker.explicit.layout import WORD, Layout
from raceproof.checker.explicit.native.terms import fits
from raceproof.checker.explicit.questions import Questions
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.system.terms import Term

MOST_WORDS = 64
MOST_TERMS = 64
MOST_REMEMBERED = 62


class NotNative(Exception):
    """The system cannot be compiled to machine code of 64 bits; the message says why, in a few words."""


def check_native(questions: Questions, layout: Layout) -> None:
    """Raises NotNative where a system is too large for the native engine, or its numbers are."""
    system = questions.system
    terms: list[Term] = [*questions.state_terms, *questions.step_terms, system.at_rest]
    for claim in questions.claims:
        terms += [claim.predicate, claim.premise]
    for command in system.commands:
        terms += command.guard
        for write in command.writes:
            terms += [*write.index, write.value]
    for fault in system.faults:
        terms += fault.guard
    wide = any(v.domain.bits >= WORD for v in system.variables if v not in layout.constants)
    if wide or not fits(terms):
        raise NotNative("its numbers do not fit into 64 bits")
    if layout.words > MOST_WORDS:
        raise NotNative(f"a state takes more than {MOST_WORDS * WORD} bits")
    if any(domain.greatest > MOST_REMEMBERED for domain in endless_domains(system)):
        raise NotNative(f"more than {MOST_REMEMBERED} members of an endless domain are to be remembered")
    if len(questions.state_terms) > MOST_TERMS or len(questions.step_terms) > MOST_TERMS:
        raise NotNative(f"there are more than {MOST_TERMS} claims")
