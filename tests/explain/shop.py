"""Small models of which every explanation can be checked by reading them."""

from __future__ import annotations

from typing import Annotated

from raceproof.checker import (
    Id,
    Model,
    Ordinal,
    Steps,
    action,
    always,
    choose,
    each_step,
    picture,
    process,
    recoverable,
    require,
    until,
)

Number = Annotated[int, range(-2, 3)]


class Clerk(Id, size=2):
    """Sells what it has seen in stock."""


class Shelf(Ordinal, size=2):
    """Where things lie."""


class Shop(Model):
    """Clerks look and then sell; somebody else takes one in a single step; the shop closes when nothing is left."""

    stock: Number = 1
    open: bool = True
    taken: bool = False
    chosen: Shelf = Shelf.none

    @process(each=Clerk)
    def clerk(self, me: Clerk) -> Steps:
        while True:
            yield until(lambda: self.open, "look", idle=True)
            seen = self.stock > 0
            yield "sell"
            if seen:
                self.stock -= 1
                assert self.stock >= 0, "oversold"

    @process
    def thief(self) -> Steps:
        yield "take one"
        if self.takes_one():
            self.taken = True

    def takes_one(self) -> bool:
        """Both asks and does: to be called once in a step."""
        if self.stock > 0:
            self.stock -= 1
            return True
        return False

    @process
    def sorter(self) -> Steps:
        found = yield choose(Shelf, "sort", where=lambda s: s > self.chosen and not self.open, idle=True)
        self.chosen = found

    @action
    def close(self) -> None:
        require(self.open)
        require(self.stock <= 0)
        self.open = False

    @picture
    def shelf(self) -> str:
        return f"stock {self.stock}  \n{'open' if self.open else 'closed'}"


@always
def always_closed(m: Shop) -> bool:
    """Nobody ever comes in."""
    return not m.open


@recoverable(by=("clerk", "thief"))
def opens_again(m: Shop) -> bool:
    """It can always open."""
    return m.open


@each_step
def stays_open(before: Shop, after: Shop) -> bool:
    """It never closes, unless there was nothing to sell."""
    if before.stock > 0:
        return True
    return after.open or not before.open


@always
def sells_in_order(m: Shop) -> bool:
    """It is open while there is something to sell."""
    return m.stock <= 0 or m.open
