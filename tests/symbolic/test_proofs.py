"""Proofs for any number of members: what is true is proved, what is false at some size is not."""

from __future__ import annotations

import pytest

from raceproof.checker import Id, Model, Ordinal, Proved, Steps, Undecided, Violated, always, each, each_step, forall
from raceproof.checker.language import Claim, exists, process, until
from raceproof.checker.limits import Limits
from raceproof.checker.prove import IN_SCOPE_ONLY, Outcome, prove
from raceproof.checker.recheck import recheck
from raceproof.checker.symbolic import discharging, houdini, parametric
from raceproof.checker.symbolic.certificate import decode
from raceproof.checker.symbolic.obligations import PROVABLE
from raceproof.checker.symbolic.solvers import Answer
from raceproof.model.dns import VARIANTS
from raceproof.model.naive_dining import NaiveDining
from raceproof.model.two_phase_commit import TwoPhaseCommit
from raceproof.properties import dns
from raceproof.properties.naive_dining import (
    forks_are_not_shared,
    no_two_have_the_same_fork,
    what_somebody_has_is_not_on_the_table,
)
from raceproof.properties.two_phase_commit import consistency


class Worker(Id, size=2):
    """Somebody."""


class Ticket(Ordinal, size=3):
    """A number."""


class Token(Model):
    """Whoever holds the token works; `careless` forgets to look at it."""

    holder: Worker = Worker.none
    working: dict[Worker, bool] = each(False)

    def __init__(self, careless: bool = False) -> None:
        self.careless = careless

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: self.careless or self.holder == Worker.none, "take the token")
            self.holder = me
            yield "begin"
            self.working[me] = True
            yield "end"
            self.working[me] = False
            self.holder = Worker.none


@always
def one_works(m: Token) -> bool:
    """Two never work at once."""
    return forall(Worker, Worker, lambda a, b: a == b or not (m.working[a] and m.working[b]))


class Crowd(Model):
    """Workers come in one after the other; nobody counts them."""

    inside: dict[Worker, bool] = each(False)

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        yield "enter"
        self.inside[me] = True


@always
def never_three(m: Crowd) -> bool:
    """True of two workers, false of three."""
    return forall(
        Worker,
        Worker,
        lambda a, b: (
            a == b
            or not (m.inside[a] and m.inside[b])
            or not exists(Worker, lambda c: c != a and c != b and m.inside[c])
        ),
    )


class Counter(Model):
    """A number that goes up to its last."""

    value: Ticket = Ticket.none
    twice: Ticket = Ticket.none

    @process
    def clerk(self) -> Steps:
        while True:
            yield until(lambda: self.value < Ticket.last, "next")
            self.value += 1
            yield "copy"
            self.twice = self.value


@always
def never_five(m: Counter) -> bool:
    """True of three tickets, false of five."""
    return m.value != Ticket.none + 5


@each_step
def never_down(before: Counter, after: Counter) -> bool:
    """The number never goes down, nor does its copy."""
    return before.value <= after.value and before.twice <= after.twice


def outcome(model: Model, *claims: Claim, limits: Limits | None = None) -> Outcome:
    return prove(model, claims, name="test", variant="default", limits=limits)


def test_a_token_keeps_any_number_of_workers_apart() -> None:
    (verdict,) = outcome(Token(), one_works).verdicts

    assert isinstance(verdict, Proved)


def test_without_the_token_two_work() -> None:
    (verdict,) = outcome(Token(careless=True), one_works).verdicts

    assert isinstance(verdict, Violated)
    assert verdict.path is not None
    assert 4 == verdict.path.length


@pytest.mark.parametrize(("model", "claim"), [(Crowd(), never_three), (Counter(), never_five)])
def test_what_is_true_in_small_scopes_only_is_not_proved(model: Model, claim: Claim) -> None:
    (verdict,) = outcome(model, claim).verdicts

    assert isinstance(verdict, Undecided)
    assert f"{IN_SCOPE_ONLY}: no invariant was found among the candidate lemmas" == verdict.why


def test_a_lemma_is_found_that_the_claim_needs() -> None:
    found = outcome(Counter(), never_down)
    (verdict,) = found.verdicts

    assert isinstance(verdict, Proved)
    assert found.invariant is not None
    assert ["(twice <= value)"] == [repr(lemma) for lemma in found.invariant.lemmas]


def test_a_limit_is_not_a_proof() -> None:
    (verdict,) = outcome(Token(), one_works, limits=Limits(max_seconds=1e-9)).verdicts

    assert isinstance(verdict, Undecided)


def test_an_answer_of_unknown_is_not_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discharging, "ask_cvc5", lambda script, milliseconds: Answer.UNKNOWN)
    (verdict,) = outcome(Token(), one_works).verdicts

    assert isinstance(verdict, Undecided)
    assert verdict.why.startswith(f"{IN_SCOPE_ONLY}: cvc5 says unknown of: ")


def test_a_wrong_invariant_is_not_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is not trusted: here it keeps every lemma, and calls every claim proved."""
    monkeypatch.setattr(houdini.Houdini, "inductive", lambda self: list(range(len(self.lemmas.all))))
    monkeypatch.setattr(parametric._Needed, "_core", lambda self, question, goal: [])
    (verdict,) = outcome(Crowd(), never_three).verdicts

    assert isinstance(verdict, Undecided)
    assert "says sat of: " in verdict.why


@pytest.mark.parametrize("variant", ["fixed", "atomic"])
def test_what_is_not_violated_of_a_fix_is_proved(variant: str) -> None:
    claims = [claim for claim in dns.CLAIMS if claim.kind in PROVABLE]
    verdicts = prove(VARIANTS[variant].make(), claims, name="dns", variant=variant).verdicts

    expected = ["proved" if dns.EXPECTED[variant][claim.name] != "violated" else "violated" for claim in claims]
    assert expected == [verdict.name for verdict in verdicts]


class Shift(Model):
    """Workers who remember a ticket that nobody but a claim asks for."""

    last: Ticket = Ticket.none

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        mine: Ticket = Ticket.none
        while True:
            yield until(lambda: self.last < Ticket.last, "draw")
            self.last += 1
            mine = self.last  # noqa: F841 - a claim asks for it


@always
def drawn_in_order(m: Shift) -> bool:
    """Proved without a word about what workers remember."""
    return m.last != Ticket.none or m.last == Ticket.none


@always
def never_more_than_three(m: Shift) -> bool:
    """True of three tickets only; asks for what workers remember."""
    return forall(Worker, lambda w: m.worker[w].mine <= Ticket.none + 3)


def test_a_certificate_is_about_the_proved_claims_alone() -> None:
    """A claim that is not proved asks for a local that the model keeps for it: the certificate must not need it."""
    claims = [drawn_in_order, never_more_than_three]
    verdicts = outcome(Shift(), *claims).verdicts

    assert ["proved", "undecided"] == [verdict.name for verdict in verdicts]
    assert isinstance(verdicts[0], Proved)
    assert 0 < recheck(decode(verdicts[0].certificate.encode()), Shift(), [drawn_in_order])


@pytest.mark.parametrize("fixed", [False, True])
def test_philosophers_share_no_fork_however_many_there_are(fixed: bool) -> None:
    lemmas = [what_somebody_has_is_not_on_the_table, no_two_have_the_same_fork]
    outcome = prove(
        NaiveDining(fixed=fixed), [forks_are_not_shared], lemmas=lemmas, name="naive_dining", variant="only"
    )

    assert ["proved"] * 3 == [verdict.name for verdict in (*outcome.verdicts, *outcome.lemmas)]


def test_two_phase_commit_is_consistent_however_many_managers_there_are() -> None:
    outcome = prove(TwoPhaseCommit(), [consistency], name="two_phase_commit", variant="published")

    assert ["proved"] == [verdict.name for verdict in outcome.verdicts]


def test_hasty_two_phase_commit_is_not() -> None:
    outcome = prove(TwoPhaseCommit(hasty=True), [consistency], name="two_phase_commit", variant="hasty")

    assert ["violated"] == [verdict.name for verdict in outcome.verdicts]
