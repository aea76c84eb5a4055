"""What claims ask of a process, and how they are told that they ask for something that does not exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from raceproof.checker import (
    Claim,
    Id,
    Model,
    ModelError,
    Ordinal,
    Steps,
    always,
    check,
    each,
    each_step,
    forall,
    lemma,
    process,
)
from raceproof.checker.check import prepare


class Worker(Id, size=2):
    """Somebody."""


class Desk(Id, size=2, names=("left", "right")):
    """Where papers lie."""


class Paper(Ordinal, size=2):
    """Something to sign."""


class Office(Model):
    """Papers are signed at two desks."""

    newest: Paper = Paper.none
    signed: dict[Desk, Paper] = each(Paper.none)

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        yield "come in"
        for desk in Desk:
            yield from self.sign(desk)
        done = self.newest  # noqa: F841 - claims ask for it

    @process
    def cleaner(self) -> Steps:
        yield from self.never()

    def sign(self, desk: Desk) -> Steps:
        old = self.signed[desk]
        yield "sign"
        self.signed[desk] = old

    def never(self) -> Steps:
        nothing = Paper.none  # noqa: F841 - claims ask for it
        yield "never"


Ask = Callable[[Office, Worker], bool]

MISTAKES: dict[str, tuple[Ask, str, str]] = {
    "an unknown place": (
        lambda m, w: m.worker[w].at("sing"),
        "worker has no place 'sing'",
        "did you mean 'sign'?",
    ),
    "a place of another function": (
        lambda m, w: m.worker[w].sign.at("come in"),
        "worker.sign has no place 'come in'",
        "there is sign",
    ),
    "an unknown loop variable": (
        lambda m, w: m.worker[w].at("sign", dek=Desk.left),
        "'dek' has no one value where worker waits at 'sign'",
        "at() tells the turns of a loop apart, and the calls of a helper; did you mean 'desk'?",
    ),
    "a loop variable outside of its loop": (
        lambda m, w: m.worker[w].at("come in", desk=Desk.left),
        "'desk' has no one value where worker waits at 'come in'",
        "at() tells the turns of a loop apart, and the calls of a helper; there is none",
    ),
    "a loop variable of another domain": (
        lambda m, w: m.worker[w].at("sign", desk=Paper.first),
        "compares a Paper with a Desk",
        "values of two domains are never equal; compare like with like",
    ),
    "an unknown helper": (
        lambda m, w: m.worker[w].sing.old == Paper.none,
        "worker has no local 'sing' at its yields",
        "did you mean 'sign'?",
    ),
    "an unknown local of a helper": (
        lambda m, w: m.worker[w].sign.odl == Paper.none,
        "worker has no local 'sign.odl' at its yields",
        "did you mean 'old'?",
    ),
    "a helper that the process never calls": (
        lambda m, w: m.worker[w].never.nothing == Paper.none,
        "worker has no local 'never.nothing' at its yields",
        "it has no value while worker.never waits",
    ),
    "an unknown member": (
        lambda m, w: m.signed[Desk.letf] == Paper.none,
        "raised AttributeError: Desk has no member 'letf'; did you mean 'left'?",
        "the step failed while raceproof read it; run it under pdb with the oracle to look closer",
    ),
}


def asked(ask: Ask) -> Claim:
    def answer(m: Office) -> bool:
        return forall(Worker, lambda w: ask(m, w))

    return always(answer)


@pytest.mark.parametrize("name", MISTAKES)
def test_what_does_not_exist_is_refused_with_what_does(name: str) -> None:
    ask, message, hint = MISTAKES[name]
    with pytest.raises(ModelError) as caught:
        prepare(Office(), (asked(ask),))

    assert (message, hint) == (caught.value.message, caught.value.hint)


def test_members_with_names_are_attributes() -> None:
    assert (Desk.first, Desk.last, Paper.first) == (Desk.left, Desk.right, Paper(1))
    with pytest.raises(AttributeError, match=r"^Paper has no member 'left'; there is first, last, none$"):
        _ = Paper.left


@pytest.mark.parametrize("engine", ["explicit", "oracle"])
def test_places_are_told_apart_by_their_turn(engine: str) -> None:
    """Whoever signs at the right desk has signed at the left one, in the lowered system and in Python."""
    some = asked(lambda m, w: not m.worker[w].at("sign", desk=Desk.right) or m.worker[w].sign.at("sign"))
    none = asked(lambda m, w: not m.worker[w].at("sign", desk=Desk.right))
    first, second = check(Office(), (some, none), engine=engine)  # type: ignore[call-overload]

    assert ["holds-in-scope", "violated"] == [first.name, second.name]
    assert second.path.length == 2


def test_a_lemma_is_about_one_state() -> None:
    with pytest.raises(ModelError) as caught:
        lemma(lambda before, after: True)  # type: ignore[misc, arg-type]

    assert "<lambda> takes 2 arguments; a claim @lemma takes 1" == caught.value.message


def test_lemmas_and_claims_are_told_apart() -> None:
    helping, claimed, stepping = (lemma(lambda m: True), always(lambda m: True), each_step(lambda a, b: True))

    assert [True, False, False] == [helping.helper, claimed.helper, stepping.helper]
    assert helping.kind is claimed.kind
