"""Peterson's algorithm: mutual exclusion of two processes with nothing but reading and writing shared variables.

From G. L. Peterson, "Myths about the mutual exclusion problem", Information Processing Letters 12(3), 1981; in the TLA+
Examples as locks_auxiliary_vars/Peterson, with the same steps as here.
"""

from raceproof.checker.language import Id, Model, Steps, Variant, each, process, until


class Side(Id, size=2):
    """One of the two processes."""


def other(side: Side) -> Side:
    """The opposite side."""
    return Side.last if side == Side.first else Side.first


class Peterson(Model):
    """Each side says that it wants to enter, gives the other the turn, and waits while the other wants to enter and has
    the turn. With `turn_first`, the first two steps change places, and both can enter."""

    wants: dict[Side, bool] = each(False)
    turn: Side = Side.first

    def __init__(self, *, turn_first: bool = False) -> None:
        self.turn_first = turn_first

    @process(each=Side, fair="weak")
    def side(self, me: Side) -> Steps:
        """Enters the critical section again and again."""
        while True:
            yield "do something else"
            if self.turn_first:
                yield "give the other the turn"
                self.turn = other(me)
                yield "ask to enter"
                self.wants[me] = True
            else:
                yield "ask to enter"
                self.wants[me] = True
                yield "give the other the turn"
                self.turn = other(me)
            yield until(lambda: not self.wants[other(me)] or self.turn == me, "wait")
            yield "critical section"
            yield "leave"
            self.wants[me] = False


VARIANTS = {
    "published": Variant("A side says that it wants to enter, then gives the other the turn.", lambda: Peterson()),
    "turn-first": Variant("It gives the turn first.", lambda: Peterson(turn_first=True)),
}
