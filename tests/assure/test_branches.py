"""Branches: the ways in which steps can go, without regard to who takes them."""

from __future__ import annotations

from raceproof.checker import Id, Model, Steps, assertions, choose, process, until
from raceproof.checker.assure.branches import Branch, branches
from raceproof.checker.check import prepare, run


class Worker(Id, size=2):
    """Somebody who works."""


class Shop(Model):
    """A step with three ways, one of which nobody ever goes."""

    open: bool = True
    sold: bool = False
    closed_early: bool = False

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        friend = yield choose(Worker, "greet")
        yield until(lambda: self.open, "serve")
        if self.closed_early:
            self.sold = False
            return
        if friend != me:
            self.sold = True
            yield "rest"
        else:
            yield "rest"
        self.open = True


def short(found: frozenset[Branch]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(branch.step, branch.after, branch.writes) for branch in sorted(found)]


def test_instances_and_chosen_values_are_not_told_apart() -> None:
    system = prepare(Shop()).lowered.system

    assert [
        ("greet", "serve", ()),
        ("rest", "the end", ("open",)),
        ("serve", "rest", ()),
        ("serve", "rest", ("sold",)),
        ("serve", "the end", ("sold",)),
    ] == sorted(set(short(branches(system, range(len(system.commands))))))


def test_a_branch_that_does_not_happen_is_missing_from_those_that_fired() -> None:
    prepared = prepare(Shop(), [assertions])
    (verdict,) = run(prepared, "portable")

    assert ("serve", "the end", ("sold",)) not in short(branches(prepared.lowered.system, verdict.statistics.fired))


def test_a_branch_is_told_with_its_line() -> None:
    system = prepare(Shop()).lowered.system
    (greet,) = [b for b in branches(system, range(len(system.commands))) if b.step == "greet"]

    assert "greet (test_branches.py:23), then serve" == greet.text
