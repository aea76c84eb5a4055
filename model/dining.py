"""Dining philosophers who hand each other clean forks, after Chandy and Misra.

From K. M. Chandy and J. Misra, "The drinking philosophers problem", ACM Transactions on Programming Languages and
Systems 6(4), 1984; in the TLA+ Examples as DiningPhilosophers, with the same steps as here. Philosophers sit round a
table with one fork between any two neighbours, and eat with two forks. Eating makes a fork dirty; a dirty fork is
cleaned and handed to the neighbour, a clean one is kept until its holder has eaten.
"""

from raceproof.checker.language import Model, Ordinal, Steps, each, process


class Philosopher(Ordinal, size=5):
    """A seat at the table. The fork of the same number lies to its left."""


def left_of(seat: Philosopher) -> Philosopher:
    """The neighbour on the left."""
    return Philosopher.last if seat == Philosopher.first else seat - 1


def right_of(seat: Philosopher) -> Philosopher:
    """The neighbour on the right, whose left fork is this one's right fork."""
    return Philosopher.first if seat == Philosopher.last else seat + 1


def first_holder(fork: Philosopher) -> Philosopher:
    """At the start the first philosopher holds two forks, the second none, and everybody else one."""
    return Philosopher.first if fork == 2 else fork


class DiningPhilosophers(Model):
    """Each philosopher eats and thinks in turns, and gives every dirty fork away before it looks whether it can eat."""

    holder: dict[Philosopher, Philosopher] = each(first_holder)
    clean: dict[Philosopher, bool] = each(False)

    @process(each=Philosopher, fair="weak")
    def philosopher(self, me: Philosopher) -> Steps:
        """Hands over at most one dirty fork at a time, then eats if it holds two clean forks."""
        hungry = True
        while True:
            yield "look around"
            if self.holder[me] == me and not self.clean[me]:
                self.holder[me] = left_of(me)
                self.clean[me] = True
            elif self.holder[right_of(me)] == me and not self.clean[right_of(me)]:
                self.holder[right_of(me)] = right_of(me)
                self.clean[right_of(me)] = True
            if not hungry:
                yield "think"
                hungry = True
            elif self.can_eat(me):
                yield "eat"
                hungry = False
                self.clean[me] = False
                self.clean[right_of(me)] = False

    def can_eat(self, me: Philosopher) -> bool:
        """Whether a philosopher holds two clean forks."""
        has_left = self.holder[me] == me and self.clean[me]
        return has_left and self.holder[right_of(me)] == me and self.clean[right_of(me)]
