"""What two engines may both say of the same claim in the same scope, and what not."""

from __future__ import annotations

import pytest

from raceproof.checker.assure.agreement import Answer, Book, Counts, Disagreement, Fact, contradict
from raceproof.checker.assure.scopes import Sizes
from raceproof.checker.system.transition import ClaimKind

HERE: Sizes = (("Plan", 2), ("Worker", 2))
THERE: Sizes = (("Plan", 3), ("Worker", 2))


def answer(fact: Fact, engine: str = "native", scope: Sizes = HERE, *, open: bool = False) -> Answer:
    return Answer(engine, scope, f"{engine} again", "claim", ClaimKind.ALWAYS, fact, open=open)


def counted(states: int, branches: frozenset[str] = frozenset()) -> Answer:
    return Answer("native", HERE, "again", counts=Counts(states, 2 * states, 3, branches))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Fact(True, 4), Fact(True, 4), False),
        (Fact(True, 4), Fact(True, 5), True),
        (Fact(True, 4), Fact(True, None), False),
        (Fact(True, 4), Fact(False), True),
        (Fact(True, None), Fact(False), True),
        (Fact(False), Fact(False), False),
        (Fact(True, 4), Fact(None, none_within=3), False),
        (Fact(True, 4), Fact(None, none_within=4), True),
        (Fact(True, 0), Fact(None, none_within=0), True),
        (Fact(False), Fact(None, none_within=9), False),
        (Fact(True, None), Fact(None, none_within=9), False),
        (Fact(None, none_within=3), Fact(None, none_within=9), False),
    ],
)
def test_two_facts_about_a_claim_contradict_each_other_or_not(one: Fact, other: Fact, expected: bool) -> None:
    assert expected == contradict(answer(one), answer(other))
    assert expected == contradict(answer(other), answer(one))


def test_counts_must_be_the_same() -> None:
    assert not contradict(counted(7), counted(7))
    assert contradict(counted(7), counted(8))


def test_branches_must_be_the_same_where_both_engines_tell() -> None:
    some, others = frozenset({"a"}), frozenset({"a", "b"})

    assert contradict(counted(7, some), counted(7, others))
    assert not contradict(counted(7, some), counted(7))


def test_a_model_goes_wrong_for_all_engines_or_for_none() -> None:
    wrong = Answer("portable", HERE, "again", wrong="the model itself goes wrong: boom")

    assert contradict(wrong, counted(7))
    assert contradict(counted(7), wrong)
    assert not contradict(wrong, wrong)


def test_answers_about_other_scopes_and_claims_are_not_compared() -> None:
    book = Book()
    book.enter(answer(Fact(True, 4)))
    book.enter(answer(Fact(False), scope=THERE))
    book.enter(Answer("native", HERE, "again", "another", ClaimKind.ALWAYS, Fact(False)))

    assert [] == book.disagreements


def test_a_disagreement_has_both_answers() -> None:
    book = Book()
    first, second = answer(Fact(True, 4)), answer(Fact(None, none_within=4), "bounded")
    book.enter(first)
    book.enter(second)

    assert [Disagreement("claim", HERE, first, second)] == book.disagreements
    assert ["violated in 4 steps", "no violation within 4 steps"] == [first.said, second.said]
    assert book.disputed("claim")
    assert not book.disputed("another")


def test_a_dispute_about_states_is_one_about_every_claim() -> None:
    book = Book()
    book.enter(counted(7))
    book.enter(counted(8))

    assert book.disputed("any")


def test_a_proof_for_every_size_is_compared_with_every_scope_of_its_closed_sizes() -> None:
    book = Book()
    book.enter(answer(Fact(True, 4)))
    book.enter(answer(Fact(False), "parametric", (("Plan", 9),), open=True))
    assert [] == book.disagreements

    proof = answer(Fact(False), "parametric", (("Worker", 2),), open=True)
    book.enter(proof)
    later = answer(Fact(True, 9), scope=THERE)
    book.enter(later)

    assert [HERE, THERE] == [found.scope for found in book.disagreements]
    assert "holds for any number" == proof.said


def test_an_engine_that_knows_nothing_stands_behind_nothing() -> None:
    book = Book()
    book.enter(answer(Fact(None), "pdr"))
    book.enter(answer(Fact(False), "portable"))
    book.enter(answer(Fact(False), "native"))
    book.enter(answer(Fact(None, none_within=3), "bounded"))

    assert ("native", "portable") == book.engines("claim", HERE, event=False)
    assert () == book.engines("claim", HERE, event=True)
