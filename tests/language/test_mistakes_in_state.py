"""Models whose state is not what their author meant: each is refused at its line, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

MISTAKES: dict[str, tuple[str, str, str]] = {
    "a model without a process": (
        """
        class M(Model):  # wrong
            busy: bool = False
        """,
        "M has no process and no action",
        "mark its methods with @process or @action",
    ),
    "a method that hides state": (
        """
        class Base(Model):
            newest: Plan = Plan.none

            @action
            def work(self) -> None:
                self.newest = Plan.first


        class M(Base):
            def newest(self) -> Plan:  # wrong
                return Plan.first
        """,
        "M.newest hides the state variable newest",
        "give it another name",
    ),
    "an inherited variable with a value of another type": (
        """
        class Base(Model):
            newest: Plan = Plan.none

            @action
            def work(self) -> None:
                self.newest = Plan.first


        class M(Base):
            newest = 3  # wrong
        """,
        "newest is a Plan and gets 3",
        "write Plan(3)",
    ),
    "an initial value in __init__ of another type": (
        """
        class M(Model):
            newest: Plan = Plan.none

            def __init__(self) -> None:
                self.newest = 3  # wrong

            @action
            def work(self) -> None:
                self.newest = Plan.first
        """,
        "newest is a Plan and gets 3",
        "write Plan(3)",
    ),
    "an entry of a table in __init__": (
        """
        class M(Model):
            root: dict[Endpoint, Plan] = each(Plan.none)

            def __init__(self) -> None:
                self.root[Endpoint.first] = Plan.first  # wrong

            @action
            def work(self) -> None:
                self.root[Endpoint.first] = Plan.none
        """,
        "reads or assigns an entry of a table before the model runs",
        "start a whole table at once: self.root = each(lambda endpoint: ...), or a dict with every key",
    ),
    "a private name": (
        """
        class M(Model):
            _newest: Plan = Plan.none

            @action
            def work(self) -> None:
                self._newest = Plan.first  # wrong
        """,
        "'_newest' is a constant of M, and a step may write state only",
        "declare it in the class: newest: <domain> = <initial value>",
    ),
    "no annotation": (
        """
        class M(Model):
            newest = Plan.none

            @action
            def work(self) -> None:
                self.newest = Plan.first  # wrong
        """,
        "'newest' is a constant of M, and a step may write state only",
        "declare it in the class: newest: <domain> = <initial value>",
    ),
    "no initial value, and a write": (
        """
        class M(Model):
            newest: Plan

            @action
            def work(self) -> None:
                self.newest = Plan.first  # wrong
        """,
        "'newest' is no state of M, and a step may write state only",
        "declare it in the class: newest: <domain> = <initial value>",
    ),
    "no initial value, and a read": (
        """
        class M(Model):
            busy: bool = False
            newest: Plan

            @action
            def work(self) -> None:
                self.busy = self.newest == Plan.first  # wrong
        """,
        "M.newest has no value",
        "newest: <domain> = <initial value> makes it state; set in __init__ it is a constant",
    ),
    "a domain without a size, as state": (
        """
        class Job(Id):
            pass


        class M(Model):
            job: Job = Job.none  # wrong

            @action
            def work(self) -> None:
                self.job = Job.first
        """,
        "Job has no size",
        "sizes belong to a check: scope={Job: 3}, or a default: class Job(..., size=3)",
    ),
    "a domain without a size, for each process": (
        """
        class Job(Id):
            pass


        class M(Model):
            @process(each=Job)
            def work(self, me: Job) -> Steps:  # wrong
                yield "a"
        """,
        "Job has no size",
        "sizes belong to a check: scope={Job: 3}, or a default: class Job(..., size=3)",
    ),
    "a domain without a size, to choose from": (
        """
        class Job(Id):
            pass


        class M(Model):
            @process
            def work(self) -> Steps:
                yield choose(Job, "take")  # wrong
        """,
        "Job has no size",
        "sizes belong to a check: scope={Job: 3}, or a default: class Job(..., size=3)",
    ),
    "a loop over an unbounded domain": (
        """
        SCOPE = {Plan: UNBOUNDED}


        class M(Model):
            newest: Plan = Plan.none

            @action
            def work(self) -> None:
                for plan in Plan:  # wrong
                    self.newest = plan
        """,
        "Plan is unbounded in this scope and cannot be counted or looped over",
        "compare and copy its values only, or give it a size",
    ),
    "an unbounded table with a dict of values": (
        """
        SCOPE = {Plan: UNBOUNDED}


        class M(Model):
            exists: dict[Plan, bool] = {}  # wrong

            @action
            def work(self) -> None:
                self.exists[Plan.first] = True
        """,
        "exists has infinitely many entries and needs one initial value for all",
        "exists = each(value)",
    ),
    "the last member of a domain in the class body": (
        """
        SCOPE = {Plan: 5}


        class M(Model):
            newest: Plan = Plan.last  # wrong

            @action
            def work(self) -> None:
                self.newest = Plan.first
        """,
        "asks for the members of Plan before a check has said how many there are",
        "ask inside a step, or leave Plan at its default size of 3",
    ),
    "the members of a domain in __init__": (
        """
        SCOPE = {Plan: 5}


        class M(Model):
            newest: Plan = Plan.none

            def __init__(self) -> None:
                self.plans = tuple(Plan)  # wrong

            @action
            def work(self) -> None:
                self.newest = self.plans[0]
        """,
        "asks for the members of Plan before a check has said how many there are",
        "ask inside a step, or leave Plan at its default size of 3",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_model_is_refused_with_what_to_write_instead(
    name: str, refusal: Callable[[str], tuple[str, str, str]]
) -> None:
    lines, message, hint = MISTAKES[name]

    assert (message, hint) == refusal(lines)[:2]
