"""Expressions that would mean something else over a state than they seem to: refused at their line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

EXPRESSIONS: dict[str, tuple[str, str]] = {
    "if Worker.first + 1 == self.owner: self.busy = True": (
        "calculates with a Worker",
        "an Id is no number; use an Ordinal",
    ),
    "if self.owner is Worker.none: self.busy = True": ("work compares with `is`", "compare with == or !="),
    "if self.owner is None: self.busy = True": (
        "work compares with `is`",
        "write self.owner == Domain.none, with the name of its domain",
    ),
    "if isinstance(self.count, int): self.busy = True": (
        "work asks for the type of a value",
        "the types of state are known; compare values",
    ),
    "if type(self.count) == int: self.busy = True": (
        "work asks for the type of a value",
        "the types of state are known; compare values",
    ),
    "if id(self.count) == 3: self.busy = True": ("work asks for an object's identity", "compare values with =="),
    "d = {self.owner: 3}": (
        "uses a value of the state as a key of a dict or set of Python",
        "ask x in (A, B), with a tuple, or declare a table: dict[Domain, ...] as state",
    ),
    "x = [1, 2][self.count]": (
        "uses a value of the state where Python needs a known number",
        "compare with each member of the domain: for x in Domain: if self.x == x",
    ),
    "x = len(self.root[Endpoint.first])": ("asks for the length of a state value", "use count(Domain, lambda x: ...)"),
    "self.busy = self.owner == self.newest": (
        "compares a Worker with a Plan",
        "values of two domains are never equal; compare like with like",
    ),
    "self.busy = self.newest == self.epoch": (
        "compares a Plan with an Epoch",
        "values of two domains are never equal; compare like with like",
    ),
    "self.busy = self.owner == Plan.first": (
        "compares a Worker with a Plan",
        "values of two domains are never equal; compare like with like",
    ),
    "self.busy = self.owner == 1": (
        "compares a Worker with an int",
        "values of two domains are never equal; compare like with like",
    ),
    'self.busy = self.owner == "worker 1"': (
        "compares a Worker with a str",
        "values of two domains are never equal; compare like with like",
    ),
    'self.busy = self.light == "RED"': (
        "compares a Light with a str",
        "values of two domains are never equal; compare like with like",
    ),
    'self.busy = self.count == "3"': (
        "compares an int with a str",
        "values of two domains are never equal; compare like with like",
    ),
    "self.busy = self.owner == Worker": (
        "compares a Worker with the class Worker",
        "compare it with a value, such as Worker.none",
    ),
    "self.busy = self.owner == self.count + 1": (
        "compares a Worker with an int",
        "values of two domains are never equal; compare like with like",
    ),
    "self.busy = self.owner < Worker.last": (
        "Worker values have no order",
        "compare them with == or !=, or make Worker an Ordinal",
    ),
    "self.busy = self.light < Light.GREEN": (
        "Light values have no order",
        "compare them with == or !=, or make Light an Ordinal",
    ),
    "self.busy = self.newest == None": ("compares a Plan with None", "write Plan.none for the value that is no Plan"),
    "self.busy = self.light == None": ("compares a Light with None", "a Light always has a value of its domain"),
    "self.busy = self.count == None": ("compares an int with None", "an int always has a value of its domain"),
    "self.busy = ~self.busy": ("~ is not negation: ~True is -2 in Python", "write `not`"),
    "self.count = self.count * 0.5": ("calculates with a float", "state is whole numbers; scale it"),
    "self.count = self.count / 2": ("divides with /, which gives a float", "write // for whole numbers"),
    "self.count = self.count ** 2": ("calculates with **, << or >>", "state has + - * // % and comparisons"),
    "self.count = 6 // (self.count + 1)": ("divides by a value of the state", "divide by a constant other than 0"),
    "self.count = self.count // self.count": ("divides by a value of the state", "divide by a constant other than 0"),
    "self.count = self.count % 0": ("divides by zero", "divide by a constant other than 0"),
    "self.count = divmod(self.count, 2)[0]": ("divides by a value of the state", "divide by a constant other than 0"),
    "self.count = round(self.count)": (
        "converts a value of the state into a number",
        "leave it out: numbers of the state are whole; an Ordinal is Plan.none + number",
    ),
    "self.count = int(self.count)": (
        "converts a value of the state into a number",
        "leave it out: numbers of the state are whole; an Ordinal is Plan.none + number",
    ),
    'self.busy = self.light.name == "RED"': (
        "asks for .name of a value of the state",
        "compare it with the members of the Enum",
    ),
    "self.count = self.newest.number": (
        "asks for .number of a value of the state",
        "an Ordinal is a number already: compare it, add to it",
    ),
    "x = self.count[0]": ("asks for an entry of a single value", "declare a table: dict[Domain, ...] as state"),
    "if self.light: self.busy = True": (
        "asks whether a Light is true, which every member is",
        "compare it: == Light.RED",
    ),
    "self.busy = self.count": ("busy is a bool and gets a number", "compare the number with something"),
    "self.root.append(3)": (
        "uses .append of the table root",
        "a table has a fixed entry for every key: read it, assign it, loop over its keys",
    ),
    "if Endpoint.first in self.root: self.busy = True": (
        "asks whether a key is in root",
        "every member has an entry; compare the entry's value",
    ),
    'self.busy = str(self.count) == "3"': (
        "turns a value of the state into text",
        "labels and messages are fixed texts; use @view to describe a state",
    ),
    "self.busy = self.count & 1 == 0": (
        "& | and ^ take two truth values here",
        "use `and`, `or`, or arithmetic on int and Ordinal",
    ),
    "x = self.count()": (
        "raised TypeError: a value of the state is not callable",
        "the step failed while raceproof read it; run it under pdb with the oracle to look closer",
    ),
    "x = sorted(self.root)[self.count]": (
        "Endpoint values have no order",
        "compare them with == or !=, or make Endpoint an Ordinal",
    ),
    "if self.owner in {Worker.first}: self.busy = True": (
        "uses a value of the state as a key of a dict or set of Python",
        "ask x in (A, B), with a tuple, or declare a table: dict[Domain, ...] as state",
    ),
    'x = f"{self.owner}"': (
        "turns a value of the state into text",
        "labels and messages are fixed texts; use @view to describe a state",
    ),
    "x = forall(Plan, lambda p: None)": ("a condition is None", "the usual cause is a missing `return`"),
    "x = forall(Plan)": ("the last argument must be the predicate", "write forall(Domain, lambda x: ...)"),
    "x = forall(self.newest, lambda p: True)": ("loops over a state value", "loop over its domain: for x in Domain"),
}


@pytest.mark.parametrize("line", EXPRESSIONS)
def test_an_expression_is_refused_with_what_to_write_instead(
    line: str, refusal_in_step: Callable[[str], tuple[str, str, str]]
) -> None:
    assert (*EXPRESSIONS[line], line) == refusal_in_step(line)


VALUES: dict[str, tuple[str, str]] = {
    "for i in range(self.count): self.busy = True": (
        "uses a value of the state where Python needs a known number",
        "compare with each member of the domain: for x in Domain: if self.x == x",
    ),
    "for x in self.count: self.busy = True": ("loops over a state value", "loop over its domain: for x in Domain"),
    "for x in {1, 2}: self.busy = True": (
        "loops over a set, which has no order",
        "loop over a tuple: the same order in every run",
    ),
    "self.count[0] = 3": (
        "raised TypeError: a value of the state does not support item assignment",
        "the step failed while raceproof read it; run it under pdb with the oracle to look closer",
    ),
    "self.newest = 1": ("newest is a Plan and gets 1", "write Plan(1)"),
    "self.newest = self.count": ("newest is a Plan and gets an int in 0..5", "write Plan.none + number"),
    "self.count = self.newest": (
        "count is an int in 0..5 and gets a Plan",
        "the number of a Plan is its distance to none: value - Plan.none",
    ),
    "self.count = Plan.first": (
        "count is an int in 0..5 and gets Plan(1)",
        "the number of a Plan is its distance to none: value - Plan.none",
    ),
    "self.newest = None": ("newest is a Plan and gets None", "write Plan.none"),
    "self.newest = Plan": ("newest is a Plan and gets Plan", "write Plan.none"),
    "self.owner = Plan.first": ("owner is a Worker and gets Plan(1)", "write Worker.none, or a member of Worker"),
    'self.light = "RED"': ("light is a Light and gets 'RED'", "write one of Light.RED, Light.GREEN"),
    "self.busy = 1": ("busy is a bool and gets 1", "write True or False"),
    "self.count = self.busy": ("count is an int in 0..5 and gets a bool", "write 1 if condition else 0"),
    "self.count = True": ("count is an int in 0..5 and gets True", "write a whole number"),
    "self.root = {}": ("assigns the whole table root", "assign its entries: self.root[key] = value"),
    "self.root[Plan.first] = Plan.first": (
        "the key of root is an Endpoint and gets Plan(1)",
        "give an Endpoint that is a member",
    ),
    "self.root[Endpoint.first, Plan.first] = Plan.first": (
        "root is asked with 2 keys; it has 1",
        "write root[endpoint]",
    ),
    "self.tree[Endpoint.first] = True": ("tree is asked with 1 key; it has 2", "write tree[endpoint, plan]"),
    "self.newest = self.newest + self.newest": ("adds two values of Plan", "add a whole number to a Plan"),
    "self.count = self.newest - self.epoch": (
        "calculates with a Plan and an Epoch: -",
        "two ordinals may be subtracted where they are of one domain",
    ),
    "self.count = self.newest - Epoch.first": (
        "calculates with a Plan and an Epoch: -",
        "two ordinals may be subtracted where they are of one domain",
    ),
    "self.newest = Plan.first + self.newest": ("adds two values of Plan", "add a whole number to a Plan"),
    'self.busy = "%s" % self.count == "3"': (
        "turns a value of the state into text",
        "labels and messages are fixed texts; use @view to describe a state",
    ),
}


@pytest.mark.parametrize("line", VALUES)
def test_a_value_of_another_type_is_refused_with_what_to_write_instead(
    line: str, refusal_in_step: Callable[[str], tuple[str, str, str]]
) -> None:
    assert (*VALUES[line], line) == refusal_in_step(line)
