"""Exact integers as bit-vectors: every number knows its interval and is as wide as it takes, so nothing ever wraps.

A number with a negative lower bound is in two's complement, any other is unsigned. Results are computed at a width that
holds the operands and the result, then cut to the width of the result's interval. (Intervals: Cousot and Cousot,
"Abstract Interpretation", POPL 1977; bit-vectors: Kroening and Strichman, "Decision Procedures", ch. 6.)
"""

from __future__ import annotations

from dataclasses import dataclass

import z3


@dataclass(frozen=True, slots=True)
class Number:
    """An integer in `low..high`; `bits` has exactly `width(low, high)` bits."""

    bits: z3.BitVecRef
    low: int
    high: int

    @property
    def signed(self) -> bool:
        return self.low < 0

    def widened(self, size: int) -> z3.BitVecRef:
        """The same number in at least as many bits."""
        more = size - self.bits.size()
        if not more:
            return self.bits
        return z3.SignExt(more, self.bits) if self.signed else z3.ZeroExt(more, self.bits)

    def stored(self, size: int) -> z3.BitVecRef:
        """The number in exactly `size` bits, the lowest of them where it does not fit."""
        return z3.Extract(size - 1, 0, self.bits) if size < self.bits.size() else self.widened(size)


def width(low: int, high: int) -> int:
    """The bits of a number in `low..high`: at least 1, with a sign where `low` is negative."""
    if low >= 0:
        return max(high.bit_length(), 1)
    return max((-low - 1).bit_length(), max(high, 0).bit_length()) + 1


def constant(value: int, context: z3.Context) -> Number:
    return Number(z3.BitVecVal(value, width(value, value), context), value, value)


def add(a: Number, b: Number) -> Number:
    low, high = a.low + b.low, a.high + b.high
    left, right = _both(a, b, low, high)
    return _cut(left + right, low, high)


def subtract(a: Number, b: Number) -> Number:
    low, high = a.low - b.high, a.high - b.low
    left, right = _both(a, b, low, high)
    return _cut(left - right, low, high)


def multiply(a: Number, b: Number) -> Number:
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    low, high = min(corners), max(corners)
    left, right = _both(a, b, low, high)
    return _cut(left * right, low, high)


def divide(a: Number, divisor: int) -> Number:
    """`a // divisor` as in Python, rounded down, for a divisor other than 0."""
    if divisor < 0:
        return divide(_negated(a), -divisor)
    lift, lifted = _lifted(a, divisor)
    quotient = z3.UDiv(lifted.bits, _value(divisor, lifted))
    low, high = lifted.low // divisor, lifted.high // divisor
    return subtract(_cut(quotient, low, high), constant(lift, a.bits.ctx))


def modulo(a: Number, divisor: int) -> Number:
    """`a % divisor` as in Python, with the sign of the divisor, which is not 0."""
    if divisor < 0:
        return _negated(modulo(_negated(a), -divisor))
    if 0 <= a.low and a.high < divisor:
        return a
    _, lifted = _lifted(a, divisor)
    return _cut(z3.URem(lifted.bits, _value(divisor, lifted)), 0, divisor - 1)


def less(a: Number, b: Number) -> z3.BoolRef:
    if a.high < b.low or a.low >= b.high:
        return z3.BoolVal(a.high < b.low, a.bits.ctx)
    left, right = _both(a, b)
    return left < right if a.signed or b.signed else z3.ULT(left, right)


def less_or_equal(a: Number, b: Number) -> z3.BoolRef:
    return z3.Not(less(b, a))


def equal(a: Number, b: Number) -> z3.BoolRef:
    if a.high < b.low or b.high < a.low:
        return z3.BoolVal(False, a.bits.ctx)
    left, right = _both(a, b)
    return left == right


def choose(condition: z3.BoolRef, a: Number, b: Number) -> Number:
    """`a` where the condition holds, else `b`."""
    left, right = _both(a, b)
    return Number(z3.If(condition, left, right), min(a.low, b.low), max(a.high, b.high))


def _both(a: Number, b: Number, *more: int) -> tuple[z3.BitVecRef, z3.BitVecRef]:
    """Two numbers at one width that holds both, and `more`."""
    size = width(min(a.low, b.low, *more), max(a.high, b.high, *more))
    return a.widened(size), b.widened(size)


def _cut(bits: z3.BitVecRef, low: int, high: int) -> Number:
    """A number known to lie in `low..high`, in no more bits than that takes."""
    size = width(low, high)
    return Number(z3.Extract(size - 1, 0, bits) if size < bits.size() else bits, low, high)


def _negated(a: Number) -> Number:
    return subtract(constant(0, a.bits.ctx), a)


def _lifted(a: Number, divisor: int) -> tuple[int, Number]:
    """The least `lift` for which `a + lift * divisor` is never negative, and that sum, wide enough for the divisor."""
    lift = max(-(a.low // divisor), 0)
    sum_ = add(a, constant(lift * divisor, a.bits.ctx)) if lift else a
    high = max(sum_.high, divisor)
    return lift, Number(sum_.widened(width(0, high)), sum_.low, sum_.high)


def _value(divisor: int, like: Number) -> z3.BitVecRef:
    return z3.BitVecVal(divisor, like.bits.size(), like.bits.ctx)
