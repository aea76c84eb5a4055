"""Endless ordinals: canonical forms against brute force, verdicts against bounded twins, and what cannot be endless."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from ctypes import c_uint64
from itertools import combinations, pairwise

import numpy as np
import pytest

from raceproof.checker import Id, Model, Ordinal, Remembered, Steps, always, check, each, process, until
from raceproof.checker.check import BrokenModel, Prepared, prepare, run
from raceproof.checker.errors import InternalError
from raceproof.checker.explicit.layout import Layout, initial_states
from raceproof.checker.explicit.native import ranks as native_ranks
from raceproof.checker.explicit.native.control import address
from raceproof.checker.explicit.native.machine import Machine
from raceproof.checker.explicit.native.module import Module
from raceproof.checker.explicit.portable import search as portable
from raceproof.checker.explicit.questions import Questions
from raceproof.checker.options import Options
from raceproof.checker.system.interpret import Interpreter, State
from raceproof.checker.system.newest import watched
from raceproof.checker.system.ordinals import Ranks
from raceproof.checker.system.transition import TransitionSystem
from raceproof.checker.verdict import Undecided, Violated
from raceproof.model.rollout import Rollout, Version, Worker
from raceproof.properties import rollout

CLAIMS = (rollout.live_version_is_stored, rollout.never_back_to_an_older_version, rollout.newest_version_goes_live)
WHOLE = Options(symmetry=False, partial_order=False)


class Turn(Ordinal, size=2, endless=True):
    """A number that nobody remembers for long."""


class Counter(Model):
    turn: Turn = Turn.none

    @process
    def counts(self) -> Steps:
        while True:
            yield "count"
            self.turn += 1


@always
def whatever(m: Model) -> bool:
    """True of every state."""
    return True


class Plan(Ordinal, size=3):
    """Of these a check may have a fixed number, or any."""


class Enactor(Id, size=2):
    """One of several interchangeable workers."""


class Automation(Model):
    """A planner and enactors that install the newest plan in two steps and delete older ones."""

    newest: Plan = Plan.none
    alias: Plan = Plan.none
    tree: dict[Plan, bool] = each(False)

    def __init__(self, *, fixed: bool = False) -> None:
        self.fixed = fixed

    @process
    def planner(self) -> Steps:
        while True:
            yield until(lambda: Plan.endless or self.newest < Plan.last, "plan", idle=True)
            self.newest += 1

    @process(each=Enactor)
    def enactor(self, me: Enactor) -> Steps:
        while True:
            yield until(lambda: self.alias < self.newest, "pick up", idle=True)
            mine = self.newest
            self.tree[mine] = True
            yield "install"
            if not self.fixed or self.alias < mine:
                self.alias = mine
            for old in Plan:
                if old < (self.alias if self.fixed else mine):
                    self.tree[old] = False


@always
def alias_has_a_tree(m: Automation) -> bool:
    """What the alias points to exists."""
    return m.alias == Plan.none or m.tree[m.alias]


@always
def alias_is_second(m: Automation) -> bool:
    """Some plan is between the alias and none, or there is no alias: false of the first plan."""
    return m.alias == Plan.none or m.newest == m.alias


def subject(size: int = 6, *, fixed: bool = True) -> Prepared:
    return prepare(Rollout(fixed=fixed), CLAIMS, {Version: size, Worker: 2})


def reached(system: TransitionSystem) -> set[State]:
    """The states of ranks, found by plain search."""
    ranks, interpreter = Ranks(system), Interpreter(watched(system))
    waiting = [ranks(state) for state in initial_states(system)]
    seen = set(waiting)
    while waiting:
        for _, after in interpreter.steps(waiting.pop()):
            if ranks(after) not in seen:
                seen.add(ranks(after))
                waiting.append(ranks(after))
    return seen


def random_states(system: TransitionSystem, number: int) -> Iterator[State]:
    chance = random.Random(7)
    codes = [v.domain for v in system.variables for _ in range(v.size)]
    for _ in range(number):
        yield tuple(chance.randint(domain.low, chance.choice((domain.low, domain.greatest))) for domain in codes)


def native_form(system: TransitionSystem) -> Callable[[State], State]:
    """The canonical form as the native search computes it."""
    layout = Layout(system)
    module = Module(Questions(system, ()), layout)
    native_ranks.write_ranks(module)
    code = module.function("canonical", "void", [("ptr", "state")], shown=True)
    module.canonize(code, code.argument(0))
    code.give()
    alive = [Machine(module.text())]
    compiled = alive[0].function("canonical", c_uint64)

    def form(state: State) -> State:
        assert alive
        packed = layout.pack(state)
        words = np.array([packed >> 64 * n & (1 << 64) - 1 for n in range(layout.words)], np.uint64)
        compiled(address(words))
        return layout.unpack(sum(int(word) << 64 * n for n, word in enumerate(words)))

    return form


# States


@pytest.mark.parametrize("engine", ["portable", "native"])
def test_a_planner_that_counts_for_ever_has_two_states(engine: str) -> None:
    verdict = run(prepare(Counter(), [whatever]), engine)[0]  # type: ignore[arg-type]

    assert ("holds-in-scope", 2, 2, 1) == (
        verdict.name,
        verdict.statistics.states,
        verdict.statistics.transitions,
        verdict.statistics.depth,
    )
    assert ("ranks of Turn",) == verdict.statistics.reductions
    assert {"Turn": "2+"} == {name: str(size) for name, size in verdict.scope.items()}


def test_states_that_differ_by_who_is_counted_how_have_one_form() -> None:
    system = subject().lowered.system
    ranks = Ranks(system)
    for state in random_states(system, 60):
        remembered = ranks.remembered(state)["Version"]
        forms = set()
        for codes in combinations(range(1, 7), len(remembered)):
            moved = ranks.moved(state, {"Version": dict(zip(remembered, codes, strict=True))}, system)
            assert codes == ranks.remembered(moved)["Version"]
            forms.add(ranks(moved))

        assert {ranks(state)} == forms
        assert tuple(range(1, len(remembered) + 1)) == ranks.remembered(ranks(state))["Version"]


def test_states_of_another_order_have_another_form() -> None:
    system = subject().lowered.system
    ranks = Ranks(system)
    states = [ranks(state) for state in random_states(system, 200)]
    for one, other in pairwise(sorted(set(states))):
        held, other_held = ranks.remembered(one)["Version"], ranks.remembered(other)["Version"]
        if len(held) == len(other_held):
            renumbered = dict(zip(held, other_held, strict=True))

            assert ranks.moved(one, {"Version": renumbered}, system) != other


@pytest.mark.parametrize("made", [subject(), prepare(Automation(), (), {Plan: Remembered(5)})])
def test_the_compiled_form_is_the_one_of_python(made: Prepared) -> None:
    system = made.lowered.system
    layout, ranks, form = Layout(system), Ranks(system), native_form(system)
    for state in random_states(system, 300):
        state = layout.unpack(layout.pack(state))

        assert ranks(state) == form(state)


def test_a_compiled_form_that_forgets_the_tables_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    system = subject().lowered.system
    forgetful = native_ranks._Ranks._remembered
    monkeypatch.setattr(native_ranks._Ranks, "_remembered", lambda self, held, tables: forgetful(self, held, []))
    layout, ranks, form = Layout(system), Ranks(system), native_form(system)
    states = [layout.unpack(layout.pack(state)) for state in random_states(system, 60)]

    assert any(ranks(state) != form(state) for state in states)


def test_a_search_with_a_wrong_form_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def backwards(layout: Layout) -> object:
        ranks = Ranks(layout.system)

        def form(packed: int) -> int:
            state = layout.unpack(packed)
            codes = ranks.remembered(state)["Version"]
            newest_first = dict(zip(codes, reversed(range(1, len(codes) + 1)), strict=True))
            return layout.pack(ranks.moved(state, {"Version": newest_first}, layout.system))

        return form

    monkeypatch.setattr(portable, "packed_ranks", backwards)
    with pytest.raises((InternalError, LookupError)):
        run(subject(fixed=False), "portable")


# Verdicts


@pytest.mark.parametrize("fixed", [False, True])
def test_the_engines_visit_the_same_states(fixed: bool) -> None:
    made = subject(fixed=fixed)
    expected = len(reached(made.lowered.system))

    states = [run(made, "portable")[-1].statistics.states, run(made, "native", options=WHOLE)[-1].statistics.states]
    assert [expected] * 2 == states


def test_the_states_are_those_of_ever_larger_scopes_in_their_order() -> None:
    system = subject(6).lowered.system
    expected = reached(system)
    found: list[set[State]] = []
    for size in range(2, 9):
        larger = prepare(Rollout(fixed=True), (), {Version: size, Worker: 2}).lowered.system
        ranks, interpreter = Ranks(larger), Interpreter(larger)
        start = next(iter(initial_states(larger)))
        waiting, seen = [start], {start}
        while waiting:
            for _, after in interpreter.steps(waiting.pop()):
                if max(after[position] for position, _ in ranks._holders) <= size and after not in seen:
                    seen.add(after)
                    waiting.append(after)
        found.append({ranks.in_order(state, system) for state in seen})

    assert all(smaller <= larger for smaller, larger in pairwise(found))
    assert all(states <= expected for states in found)
    assert expected == found[-1]


@pytest.mark.parametrize("engine", ["portable", "native"])
@pytest.mark.parametrize("claim", [alias_has_a_tree, alias_is_second])
def test_a_violation_is_as_long_as_with_a_fixed_number(claim: object, engine: str) -> None:
    endless, bounded = (
        check(Automation(), claim, scope={Plan: size}, engine=engine)  # type: ignore[call-overload]
        for size in (Remembered(4), 4)
    )

    assert isinstance(endless, Violated)
    assert len(bounded.trace) == len(endless.trace or ())
    assert [step.label for step in bounded.trace.steps] == [step.label for step in endless.trace.steps]  # type: ignore[union-attr]


def test_what_holds_for_any_number_holds_for_each() -> None:
    scopes = [Remembered(5), 1, 2, 3, 4, 5]

    verdicts = [check(Automation(fixed=True), alias_has_a_tree, scope={Plan: size}) for size in scopes]

    assert ["holds-in-scope"] * 6 == [verdict.name for verdict in verdicts]


def test_a_trace_counts_on_and_never_again_from_1() -> None:
    verdict = check(Rollout(), rollout.live_version_is_stored)
    assert isinstance(verdict, Violated)
    assert verdict.trace is not None

    newest = [change.after for step in verdict.trace.steps for change in step.changes if change.name == "newest"]
    assert [f"version {number}" for number in range(1, len(newest) + 1)] == newest


def test_more_than_can_be_remembered_is_undecided() -> None:
    verdict = check(Rollout(fixed=True), rollout.live_version_is_stored, scope={Version: 3})

    assert isinstance(verdict, Undecided)
    assert "more than 3 versions are remembered at once; raise --scope Version=3" == verdict.why


def test_a_violation_within_what_can_be_remembered_counts() -> None:
    verdicts = check(Rollout(), CLAIMS, scope={Version: 4})

    assert ["violated", "violated", "undecided"] == [verdict.name for verdict in verdicts]


class Follower(Model):
    """Somebody makes a newer number from one that is not the newest."""

    ahead: Turn = Turn.none
    behind: Turn = Turn.none

    @process
    def counts(self) -> Steps:
        yield "ahead"
        self.ahead += 1
        yield "behind"
        self.behind += 1


@pytest.mark.parametrize("engine", ["portable", "native"])
def test_only_the_newest_can_be_followed_by_a_newer_one(engine: str) -> None:
    with pytest.raises(BrokenModel) as caught:
        run(prepare(Follower(), [whatever]), engine)  # type: ignore[arg-type]

    assert "counts adds 1 to a Turn that is not the newest one" == caught.value.message
    assert "make a newer one from the variable that always holds the newest: self.newest += 1" == caught.value.hint
    assert caught.value.location
    assert 'yield "behind"' == caught.value.location.text
    assert 2 == len(caught.value.trace)


class Round(Ordinal, size=2, endless=True):
    """Another number that nobody remembers for long."""


class TwoCounters(Counter):
    round: Round = Round.none
    seen: dict[tuple[Turn, Round], bool] = each(False)

    @process
    def goes_round(self) -> Steps:
        while True:
            yield "go round"
            self.round += 1


@pytest.mark.parametrize("engine", ["portable", "native"])
def test_two_endless_domains_are_counted_each_for_itself(engine: str) -> None:
    verdict = run(prepare(TwoCounters(), [whatever]), engine)[0]  # type: ignore[arg-type]

    assert (4, ("ranks of Turn", "ranks of Round")) == (verdict.statistics.states, verdict.statistics.reductions)


def test_a_verdict_says_that_there_may_be_any_number() -> None:
    said = str(check(Counter(), whatever))

    assert "whatever holds in this scope, with any number of turns: 2 states, 2 transitions, depth 1" == said
