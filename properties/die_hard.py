"""What is claimed of the jugs: one claim is false on purpose, and its counterexample solves the puzzle."""

from raceproof.checker.language import always, reachable
from raceproof.model.die_hard import BIG_JUG, SMALL_JUG, DieHard


@always
def goal_is_never_reached(m: DieHard) -> bool:
    """There are never four litres in the big jug."""
    return m.big != 4


@always
def a_jug_is_empty_or_full(m: DieHard) -> bool:
    """Whoever only fills, empties and pours always has a jug that is empty or full."""
    return m.small == 0 or m.small == SMALL_JUG or m.big == 0 or m.big == BIG_JUG


@reachable
def one_litre(m: DieHard) -> bool:
    """One can measure a single litre in the small jug."""
    return m.small == 1
