"""Dining philosophers who take one fork after the other, and starve together.

E. W. Dijkstra's problem of the five philosophers (EWD 310, "Hierarchical ordering of sequential processes", 1971). If
everybody takes the fork on the left first, everybody can come to hold one fork and to wait for the other, for ever.
Dijkstra's remedy is to number the forks and to take them in the order of their numbers, which turns one philosopher
round.
"""

from raceproof.checker.language import Model, Ordinal, Steps, Variant, each, process, until


class Seat(Ordinal, size=3):
    """A seat at the table. The fork of the same number lies to its left."""


class NaiveDining(Model):
    """Everybody takes the left fork, then the right one, eats, and puts both back.

    With `fixed`, everybody takes the fork of the lower number first.
    """

    taken: dict[Seat, bool] = each(False)

    def __init__(self, *, fixed: bool = False) -> None:
        self.fixed = fixed

    @process(each=Seat, fair="strong")
    def philosopher(self, me: Seat) -> Steps:
        """Eats again and again."""
        while True:
            yield until(lambda: not self.taken[self.first_fork(me)], "take a fork")
            self.taken[self.first_fork(me)] = True
            yield until(lambda: not self.taken[self.second_fork(me)], "take the other fork")
            self.taken[self.second_fork(me)] = True
            yield "eat"
            self.taken[self.first_fork(me)] = False
            self.taken[self.second_fork(me)] = False

    def first_fork(self, me: Seat) -> Seat:
        """The left one; but the last philosopher's right fork has the lower number."""
        return Seat.first if self.fixed and me == Seat.last else me

    def second_fork(self, me: Seat) -> Seat:
        """The right one; but the last philosopher's left fork has the higher number."""
        if me == Seat.last:
            return Seat.last if self.fixed else Seat.first
        return me + 1


VARIANTS = {
    "left-first": Variant("Everybody takes the left fork first.", lambda: NaiveDining()),
    "lower-first": Variant("Everybody takes the fork of the lower number first.", lambda: NaiveDining(fixed=True)),
}
