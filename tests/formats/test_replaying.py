"""A schedule is followed through the author's Python as far as the model lets it, and the claim is asked on the way."""

from __future__ import annotations

import pytest

from raceproof.checker import (
    Claim,
    Id,
    Model,
    Ordinal,
    Steps,
    UsageError,
    action,
    always,
    anything,
    assertions,
    check,
    choose,
    count,
    each_step,
    no_deadlock,
    process,
    reachable,
    recoverable,
    require,
    until,
)
from raceproof.checker.replaying import Followed, Move, follow
from raceproof.checker.results import trace_in


class Worker(Id, size=2):
    """Somebody who works."""


class Level(Ordinal, size=2):
    """How far the work has come."""


class Bench(Model):
    """Workers take a bench that is free, and may break it for good."""

    free: bool = True
    broken: bool = False
    light: bool = anything
    level: Level = Level.none

    def __init__(self, *, fixed: bool = False) -> None:
        self.fixed = fixed

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        yield until(lambda: self.free, "look")
        if self.fixed:
            self.free = False
        yield "sit down"
        self.free = False
        how = yield choose(Level, "work")
        self.level = max(self.level, how)
        assert not (self.light and how == Level.last)
        yield until(lambda: not self.broken, "go home", idle=False)

    @action
    def break_it(self) -> None:
        require(not self.broken)
        self.broken = True


@always
def one_sits(m: Bench) -> bool:
    """Only one at a time."""
    return count(Worker, lambda w: m.worker[w].at("work")) <= 1


@each_step
def never_breaks(before: Bench, after: Bench) -> bool:
    """Nothing breaks."""
    return before.broken or not after.broken


@reachable
def work_gets_done(m: Bench) -> bool:
    """Something comes of it."""
    return m.level == Level.last


@recoverable
def can_be_whole(m: Bench) -> bool:
    """What is broken can be repaired."""
    return not m.broken


LOOK = Move("worker 1", "look")
SIT = Move("worker 1", "sit down")
BOTH = (LOOK, Move("worker 2", "look"), SIT, Move("worker 2", "sit down"))


def test_a_schedule_that_breaks_the_claim_says_after_which_step() -> None:
    followed = follow(Bench(), one_sits, BOTH)

    assert (True, False, (4,), 4, None) == (
        followed.violated,
        followed.reached,
        followed.settled,
        followed.taken,
        followed.stopped,
    )
    assert "one_sits is violated after step 4; the model takes all 4 steps" == str(followed)


@pytest.mark.parametrize(
    ("schedule", "taken", "stopped"),
    [
        ((*BOTH[:2], *BOTH[2:]), 1, "step 2: worker 2 cannot take 'look' now: it has to wait"),
        ((SIT,), 0, "step 1: worker 1 is at 'look', not at 'sit down'"),
        ((Move("worker 9", "look"),), 0, "step 1: there is no worker 9"),
        ((Move("nobody", "look"),), 0, "step 1: there is no nobody"),
        ((LOOK, SIT, Move("worker 1", "work", "level 7")), 2, "step 3: worker 1 cannot choose level 7 in 'work'"),
        ((LOOK, SIT, Move("worker 1", "work")), 2, "step 3: worker 1 cannot choose None in 'work'"),
        (
            (LOOK, SIT, Move("worker 1", "work", "level 1"), Move("worker 1", "go home"), Move("worker 1", "go home")),
            4,
            "step 5: worker 1 is done",
        ),
    ],
)
def test_a_schedule_that_cannot_be_followed_says_where_and_why(
    schedule: tuple[Move, ...], taken: int, stopped: str
) -> None:
    followed = follow(Bench(fixed=True), one_sits, schedule)

    assert (False, taken, stopped) == (followed.violated, followed.taken, followed.stopped)
    assert (
        f"one_sits is not violated by this schedule; the model takes {taken} of its {len(schedule)} steps: {stopped}"
        == str(followed)
    )


def test_a_claim_about_steps_is_asked_of_each_step() -> None:
    followed = follow(Bench(), never_breaks, (LOOK, Move("break_it", "break it"), SIT))

    assert (2,) == followed.settled
    assert "never_breaks is violated after step 2; the model takes all 3 steps" == str(followed)


def test_what_is_to_be_reached_is_reached_and_not_violated() -> None:
    followed = follow(Bench(), work_gets_done, (LOOK, SIT, Move("worker 1", "work", "level 2")))

    assert (True, False, (3,)) == (followed.reached, followed.violated, followed.settled)
    assert not follow(Bench(), work_gets_done, (LOOK,)).reached


def test_a_claim_that_is_broken_at_the_start_says_so() -> None:
    @always
    def dark(m: Bench) -> bool:
        """The light is off."""
        return not m.light

    assert not follow(Bench(), dark, ()).violated
    assert "dark is violated at the start; the model takes all 0 steps" == str(
        follow(Bench(), dark, (), start={"light": "true"})
    )


def test_an_initial_state_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="Bench has no initial state with light = true, level = level 1"):
        follow(Bench(), one_sits, (), start={"light": "true", "level": "level 1"})


def test_an_assertion_that_fails_in_the_last_step_is_a_violation() -> None:
    schedule = (LOOK, SIT, Move("worker 1", "work", "level 2"))

    assert (3,) == follow(Bench(), assertions, schedule, start={"light": "true"}).settled
    assert not follow(Bench(), assertions, schedule, start={"light": "false"}).violated
    other = follow(Bench(), one_sits, schedule, start={"light": "true"})
    assert (other.stopped or "").startswith("step 3: worker 1 fails in 'work': ")


def test_a_deadlock_is_found_where_nobody_can_move() -> None:
    work = [Move(f"worker {number}", "work", "level 1") for number in (1, 2)]
    schedule = [*BOTH, *work, Move("break_it", "break it")]

    assert (7,) == follow(Bench(), no_deadlock, schedule).settled
    assert not follow(Bench(), no_deadlock, schedule[:6]).violated


def test_what_can_never_be_repaired_is_lost_and_what_can_is_not() -> None:
    assert (1,) == follow(Bench(), can_be_whole, [Move("break_it", "break it")]).settled
    assert not follow(Bench(), can_be_whole, [LOOK]).violated


def test_whether_something_is_lost_is_not_guessed_at_a_limit() -> None:
    with pytest.raises(UsageError, match="whether can_be_whole is lost takes more than 3 states to see: ask check"):
        follow(Bench(), can_be_whole, [Move("break_it", "break it")], most_states=3)


@pytest.mark.parametrize("claim", [one_sits, never_breaks, can_be_whole, assertions], ids=lambda claim: claim.name)
def test_every_counterexample_can_be_followed_again(claim: Claim) -> None:
    trace = trace_in(check(Bench(), claim))
    assert trace is not None
    schedule = [Move(step.process, step.label, step.choice) for step in trace.steps]

    followed: Followed = follow(Bench(), claim, schedule, start=dict(trace.initial))

    assert (len(trace),) == followed.settled
    assert followed.violated
