"""Systems in which a domain may have any number of members: how many it has, and writes to the entries of all.

The number is a variable that no command writes, so a claim about every run is one about every number.
"""

from __future__ import annotations

from raceproof.checker.system.build import conjunction, eq, ite, parameter, read
from raceproof.checker.system.domain import Domain
from raceproof.checker.system.substitute import substitute
from raceproof.checker.system.terms import Parameter, Term, Variable

Index = tuple[Term, ...]

Entry = tuple[Index, Term, tuple[Parameter, ...]]
"""What was written to the entry with an index, or to those of all members that the parameters stand for."""


def size_variable(domain: Domain) -> Variable:
    """How many members an open domain has: any number, and always the same in a run."""
    return Variable(f"{domain.name}.last", (), domain.of_members)


def last_of(domain: Domain) -> Term:
    """The last member of an open domain."""
    return read(size_variable(domain))


def after(entry: Entry, index: Index, old: Term) -> Term:
    """The value of the entry with an index, which was `old` before an entry, or those of all members, was written."""
    written, value, over = entry
    for member in over:
        new = {parameter(member): index[written.index(parameter(member))]}
        written = tuple(substitute(part, new) for part in written)
        value = substitute(value, new)
    return ite(conjunction(eq(a, b) for a, b in zip(written, index, strict=True)), value, old)
