"""The puzzle of the film "Die Hard 3": measure four litres with a jug of three and a jug of five.

Lamport's first example for TLC, in the TLA+ Examples as DieHard. The claim "there are never four litres in the big jug"
is there to be violated: the shortest trace to the violation is the quickest solution of the puzzle.
"""

from typing import Annotated

from raceproof.checker.language import Model, action

SMALL_JUG = 3
BIG_JUG = 5


class DieHard(Model):
    """Two jugs, a tap and a drain. The jugs have no marks, so one can only fill them, empty them, or pour."""

    small: Annotated[int, range(SMALL_JUG + 1)] = 0
    big: Annotated[int, range(BIG_JUG + 1)] = 0

    @action
    def fill_the_small_jug(self) -> None:
        self.small = SMALL_JUG

    @action
    def fill_the_big_jug(self) -> None:
        self.big = BIG_JUG

    @action
    def empty_the_small_jug(self) -> None:
        self.small = 0

    @action
    def empty_the_big_jug(self) -> None:
        self.big = 0

    @action
    def pour_small_into_big(self) -> None:
        """Until the one is empty or the other full."""
        poured = min(self.small, BIG_JUG - self.big)
        self.small -= poured
        self.big += poured

    @action
    def pour_big_into_small(self) -> None:
        """Until the one is empty or the other full."""
        poured = min(self.big, SMALL_JUG - self.small)
        self.big -= poured
        self.small += poured
