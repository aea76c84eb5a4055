"""Terms: the expressions over a state that guards, updates and claims are made of.

A term is immutable and interned: two terms built from the same parts are the same object, so equality is
identity and a shared subexpression is stored, compared and translated once. (Hash-consing: Filliâtre and Conchon,
"Type-Safe Modular Hash-Consing", ML Workshop 2006.) Values are integers, or truth values where `boolean`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from weakref import WeakKeyDictionary, WeakValueDictionary

from raceproof.checker.system.domain import Domain


class Op(Enum):
    """The operators; every translation is a table over these."""

    CONST = "const"
    READ = "read"
    READ_AFTER = "read after the step"
    PARAMETER = "parameter"
    ADD = "+"
    SUB = "-"
    MUL = "*"
    DIV = "//"
    MOD = "%"
    LT = "<"
    LE = "<="
    EQ = "=="
    NOT = "not"
    AND = "and"
    OR = "or"
    ITE = "if"
    FORALL = "for all"

    __hash__ = object.__hash__  # members are compared by identity; that of Enum is written in Python, and slow


@dataclass(frozen=True, slots=True)
class Variable:
    """A shared variable, a process's local or its control location: one value, or a table with a slot for each
    combination of members of `keys`."""

    name: str
    keys: tuple[Domain, ...]
    domain: Domain

    def __hash__(self) -> int:
        return hash(self.name)  # enough to tell the variables of a system apart, and much faster than all fields

    @property
    def size(self) -> int:
        """The number of slots: 1 without keys."""
        size = 1
        for key in self.keys:
            size *= len(key.members)
        return size

    def slot(self, codes: tuple[int, ...]) -> int:
        """The position of an entry, row by row. Raises IndexError where a code is no member of its key."""
        position = 0
        for key, code in zip(self.keys, codes, strict=True):
            if code not in key.members:
                raise IndexError(f"{self.name} has no entry for {key.show(code)}")
            position = position * len(key.members) + code - key.members.start
        return position

    def codes(self) -> Iterator[tuple[int, ...]]:
        """Every entry's key codes, in the order of `slot`."""
        found: list[tuple[int, ...]] = [()]
        for key in self.keys:
            found = [(*codes, code) for codes in found for code in key.members]
        return iter(found)

    def show_slot(self, codes: tuple[int, ...]) -> str:
        """The entry in the model's words: `root[public]`."""
        if not codes:
            return self.name
        return f"{self.name}[{', '.join(k.show(c) for k, c in zip(self.keys, codes, strict=True))}]"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a term leaves open, or that FORALL binds: any member of its domain. A command may fire with any
    values of those that it leaves open."""

    name: str
    domain: Domain


Payload = int | Variable | Parameter | None


class Term:
    """One interned node. Build terms with the functions of `raceproof.checker.system.build`, which simplify."""

    __slots__ = ("__weakref__", "args", "boolean", "op", "payload")

    op: Op
    args: tuple[Term, ...]
    payload: Payload
    boolean: bool

    def __reduce__(self) -> tuple[object, ...]:
        return (term, (self.op, self.args, self.payload, self.boolean))

    def __copy__(self) -> Term:
        return self

    def __deepcopy__(self, memo: object) -> Term:
        return self

    def __repr__(self) -> str:
        return show(self)

    @property
    def is_const(self) -> bool:
        return self.op is Op.CONST

    @property
    def value(self) -> int:
        """The number of a constant (0 or 1 for a truth value). Raises TypeError for any other term."""
        if not isinstance(self.payload, int):
            raise TypeError(f"{self!r} is not a constant")
        return self.payload

    @property
    def variable(self) -> Variable:
        """The variable of a read. Raises TypeError for any other term."""
        if not isinstance(self.payload, Variable):
            raise TypeError(f"{self!r} does not read a variable")
        return self.payload

    @property
    def parameter(self) -> Parameter:
        """The parameter of a parameter term, or that FORALL binds. Raises TypeError for any other term."""
        if not isinstance(self.payload, Parameter):
            raise TypeError(f"{self!r} is not a parameter")
        return self.payload


_terms: WeakValueDictionary[tuple[object, ...], Term] = WeakValueDictionary()
_lock = threading.Lock()


def term(op: Op, args: tuple[Term, ...], payload: Payload, boolean: bool) -> Term:
    """The one term with these parts, without simplification."""
    key = (op, args, payload, boolean)
    with _lock:
        found = _terms.get(key)
        if found is None:
            found = object.__new__(Term)
            found.op, found.args, found.payload, found.boolean = op, args, payload, boolean
            _terms[key] = found
        return found


def show(node: Term) -> str:
    """The term as Python-like text, for error messages and debugging."""
    match node.op:
        case Op.CONST:
            return str(bool(node.payload)) if node.boolean else str(node.payload)
        case Op.READ | Op.READ_AFTER:
            prime = "'" if node.op is Op.READ_AFTER else ""
            index = f"[{', '.join(map(show, node.args))}]" if node.args else ""
            return f"{node.variable.name}{prime}{index}"
        case Op.PARAMETER:
            return node.parameter.name
        case Op.NOT:
            return f"not {show(node.args[0])}"
        case Op.FORALL:
            return f"(for all {node.parameter.name}: {show(node.args[0])})"
        case Op.ITE:
            return f"({show(node.args[1])} if {show(node.args[0])} else {show(node.args[2])})"
        case _:
            return "(" + f" {node.op.value} ".join(map(show, node.args)) + ")"


def subterms(roots: tuple[Term, ...]) -> Iterator[Term]:
    """Every distinct subterm of `roots`, arguments before the terms that use them."""
    seen: set[Term] = set()
    stack: list[tuple[Term, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((arg, False) for arg in node.args)


_FREE: WeakKeyDictionary[Term, frozenset[Parameter]] = WeakKeyDictionary()


def free_parameters(roots: tuple[Term, ...]) -> frozenset[Parameter]:
    """The parameters that terms leave open: those that no FORALL around them binds."""
    for node in subterms(tuple(root for root in roots if root not in _FREE)):
        if node not in _FREE:
            found = frozenset[Parameter]().union(*(_FREE[arg] for arg in node.args))
            if node.op is Op.PARAMETER:
                found |= {node.parameter}
            elif node.op is Op.FORALL:
                found -= {node.parameter}
            _FREE[node] = found
    return frozenset[Parameter]().union(*(_FREE[root] for root in roots))
