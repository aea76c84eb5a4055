"""What is known on a path: intervals of terms and settled truth values.

Decides many conditions without a solver, so that lowering makes no command that can never fire and no check that
can never fail. (Interval analysis: Cousot and Cousot, "Abstract Interpretation", POPL 1977.) It is sound, not
complete: "unknown" is always a right answer.
"""

from __future__ import annotations

import math

from raceproof.checker.system.build import eq, negation
from raceproof.checker.system.terms import Op, Term

Interval = tuple[float, float]


class Facts:
    """Conditions assumed so far; `assume` adds one, `decide` asks whether another follows."""

    __slots__ = ("_intervals", "_known")

    def __init__(self, other: Facts | None = None) -> None:
        self._known: dict[Term, bool] = dict(other._known) if other else {}
        self._intervals: dict[Term, Interval] = dict(other._intervals) if other else {}

    def interval(self, node: Term) -> Interval:
        """Bounds, both included, of every value that the term may have here."""
        low, high = self._derived(node)
        narrowed = self._intervals.get(node)
        return (max(low, narrowed[0]), min(high, narrowed[1])) if narrowed else (low, high)

    def _derived(self, node: Term) -> Interval:
        match node.op:
            case Op.CONST:
                return node.value, node.value
            case Op.READ | Op.READ_AFTER | Op.PARAMETER:
                domain = node.parameter.domain if node.op is Op.PARAMETER else node.variable.domain
                return domain.low, math.inf if domain.high is None else domain.high
            case Op.ADD | Op.SUB | Op.MUL:
                (a, b), (c, d) = self.interval(node.args[0]), self.interval(node.args[1])
                if node.op is Op.ADD:
                    return a + c, b + d
                if node.op is Op.SUB:
                    return a - d, b - c
                corners = [_product(x, y) for x in (a, b) for y in (c, d)]
                return min(corners), max(corners)
            case Op.MOD:
                divisor = node.args[1].value
                return (0, divisor - 1) if divisor > 0 else (divisor + 1, 0)
            case Op.DIV:
                low, high = self.interval(node.args[0])
                ends = [_quotient(end, node.args[1].value) for end in (low, high)]
                return min(ends), max(ends)
            case Op.ITE:
                settled = self.decide(node.args[0])
                if settled is not None:
                    return self.interval(node.args[1] if settled else node.args[2])
                (a, b), (c, d) = self.interval(node.args[1]), self.interval(node.args[2])
                return min(a, c), max(b, d)
            case _:
                return 0, 1

    def decide(self, node: Term) -> bool | None:
        """Whether the condition holds, as far as the facts tell."""
        if node.op is Op.CONST:
            return bool(node.value)
        known = self._known.get(node)
        if known is not None:
            return known
        match node.op:
            case Op.NOT:
                inner = self.decide(node.args[0])
                return None if inner is None else not inner
            case Op.AND | Op.OR:
                absorbing = node.op is Op.OR
                parts = [self.decide(arg) for arg in node.args]
                if absorbing in parts:
                    return absorbing
                return None if None in parts else not absorbing
            case Op.LT | Op.LE:
                return self._compare(node)
            case Op.EQ:
                (a, b), (c, d) = self.interval(node.args[0]), self.interval(node.args[1])
                if b < c or d < a:
                    return False
                return True if a == b == c == d else None
            case Op.ITE:
                settled = self.decide(node.args[0])
                return None if settled is None else self.decide(node.args[1] if settled else node.args[2])
            case _:
                return None

    def _compare(self, node: Term) -> bool | None:
        left, right = node.args
        (a, b), (c, d) = self.interval(left), self.interval(right)
        strict = node.op is Op.LT
        if b < c or (not strict and b == c):
            return True
        if a > d or (strict and a == d):
            return False
        if strict and self._known.get(eq(left, right)):
            return False
        return None

    def assume(self, node: Term, holds: bool = True) -> bool:
        """Add a condition; False when it contradicts what is known."""
        if self.decide(node) is (not holds):
            return False
        self._known[node] = holds
        self._known[negation(node)] = not holds
        match node.op:
            case Op.NOT:
                return self.assume(node.args[0], not holds)
            case Op.AND if holds:
                return all(self.assume(arg) for arg in node.args)
            case Op.OR if not holds:
                return all(self.assume(arg, False) for arg in node.args)
            case Op.LT | Op.LE:
                left, right = node.args if holds else reversed(node.args)
                gap = int((node.op is Op.LT) is holds)
                if gap:
                    self._known[eq(left, right)] = False
                    self._known[negation(eq(left, right))] = True
                return self._order(left, right, gap)
            case Op.EQ:
                return self._equate(node.args[0], node.args[1], holds)
            case _:
                return True

    def _order(self, left: Term, right: Term, gap: int) -> bool:
        low, high = self.interval(left)[0], self.interval(right)[1]
        return self._narrow(left, -math.inf, high - gap) and self._narrow(right, low + gap, math.inf)

    def _equate(self, left: Term, right: Term, equal: bool) -> bool:
        if left.boolean:
            return True
        if equal:
            return self._narrow(left, *self.interval(right)) and self._narrow(right, *self.interval(left))
        if right.is_const:
            low, high = self.interval(left)
            low += low == right.value
            high -= high == right.value
            return self._narrow(left, low, high)
        return True

    def _narrow(self, node: Term, low: float, high: float) -> bool:
        a, b = self.interval(node)
        low, high = max(a, low), min(b, high)
        self._intervals[node] = (low, high)
        if node.op is Op.ADD and node.args[1].is_const:
            offset = node.args[1].value
            return self._narrow(node.args[0], low - offset, high - offset)
        return low <= high


def _product(x: float, y: float) -> float:
    return 0 if x == 0 or y == 0 else x * y


def _quotient(end: float, divisor: int) -> float:
    return end if math.isinf(end) and divisor > 0 else -end if math.isinf(end) else end // divisor
