"""Counterexamples to induction: what is shown is allowed by the lemmas, is a step, and breaks the claim."""

from __future__ import annotations

import pytest

from raceproof.checker.language import Claim, Model, Steps, assertions, each, each_step, forall, process, until
from raceproof.checker.limits import Limits
from raceproof.checker.prove import Outcome, prove
from raceproof.checker.symbolic.closing import Closing
from raceproof.checker.symbolic.obstacle import Obstacle
from raceproof.checker.system.interpret import Interpreter
from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.trace import show_state
from raceproof.model.naive_dining import NaiveDining
from raceproof.model.peterson import Peterson, Side, other
from raceproof.properties.naive_dining import forks_are_not_shared
from raceproof.properties.peterson import flags_tell_who_is_about, inside, mutual_exclusion


class Guarded(Peterson):
    """The same algorithm, and whoever enters asserts that the other has not."""

    @process(each=Side)
    def side(self, me: Side) -> Steps:
        """Enters the critical section again and again."""
        while True:
            yield "ask to enter"
            self.wants[me] = True
            yield "give the other the turn"
            self.turn = other(me)
            yield until(lambda: not self.wants[other(me)] or self.turn == me, "wait")
            assert not self.inside[other(me)]
            self.inside[me] = True
            yield "leave"
            self.inside[me] = False
            self.wants[me] = False

    inside: dict[Side, bool] = each(False)


@each_step
def nobody_joins(before: Peterson, after: Peterson) -> bool:
    """Nobody enters while the other side is inside."""
    return forall(Side, lambda s: inside(before, s) or not inside(after, s) or not inside(before, other(s)))


def proved(model: Model, *claims: Claim, limits: Limits | None = None) -> Outcome:
    return prove(model, claims, name="toy", variant="only", limits=limits)


def check_is_an_obstacle(outcome: Outcome, obstacle: Obstacle) -> None:
    """Everything that an obstacle says, checked by the plain meaning of the system."""
    assert outcome.opened
    system, path, claim = obstacle.system, obstacle.path, obstacle.claim
    closing = Closing(outcome.opened.system, {**outcome.opened.small(), **obstacle.sizes})
    interpreter, state = Interpreter(system), path.states[0]
    assert [1] * len(obstacle.known) == [interpreter.value(closing.term(lemma), state) for lemma in obstacle.known]
    assert [0] * len(obstacle.suggested) == [interpreter.value(closing.term(t), state) for t in obstacle.suggested]
    if path.fault:
        assert interpreter.allows(path.fault, state)
        return
    (command,) = path.commands
    assert interpreter.allows(command, state)
    assert interpreter.apply(command, state) == path.states[1]
    predicate = closing.property(claim).predicate
    if claim.kind is ClaimKind.ALWAYS:
        assert [1, 0] == [interpreter.value(predicate, each) for each in path.states]
    else:
        assert 0 == interpreter.value(predicate, *path.states)


@pytest.mark.parametrize(
    ("model", "claim"),
    [
        (Peterson(), mutual_exclusion),
        (Peterson(), nobody_joins),
        (Guarded(), assertions),
        (NaiveDining(), forks_are_not_shared),
    ],
)
def test_what_is_shown_is_a_step_from_an_allowed_state_that_breaks_the_claim(model: Model, claim: Claim) -> None:
    outcome = proved(model, claim)
    (obstacle,) = outcome.obstacles

    check_is_an_obstacle(outcome, obstacle)
    assert ("undecided", False) == (outcome.verdicts[0].name, obstacle.reached)


def test_the_state_is_as_much_as_possible_like_the_first_one() -> None:
    (obstacle,) = proved(Peterson(), mutual_exclusion).obstacles
    shown = show_state(obstacle.system, obstacle.path.states[0])
    names = list(shown)

    assert {"Side": 2} == obstacle.sizes
    assert {
        "wants[side 1]": "true",
        "wants[side 2]": "true",
        "side 1.at": "wait",
        "side 2.at": "critical section",
    } == {names[slot]: shown[names[slot]] for slot in obstacle.unusual}
    assert 42 == obstacle.explored


def test_suggested_lemmas_hold_in_every_reachable_state_and_not_in_this_one() -> None:
    outcome = proved(NaiveDining(), forks_are_not_shared)
    (obstacle,) = outcome.obstacles

    assert 2 == len(obstacle.suggested)
    check_is_an_obstacle(outcome, obstacle)


def test_what_is_proved_has_no_obstacle() -> None:
    outcome = proved(Peterson(), flags_tell_who_is_about, assertions)

    assert ["proved", "proved"] == [verdict.name for verdict in outcome.verdicts]
    assert () == outcome.obstacles


def test_without_time_the_verdicts_stand_without_an_obstacle() -> None:
    outcome = proved(Peterson(), mutual_exclusion, limits=Limits(max_seconds=0.000001))

    assert ["undecided"] == [verdict.name for verdict in outcome.verdicts]
    assert () == outcome.obstacles
