"""Statements that a step may not contain: each is refused at its line, with what is wrong and what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

STATEMENTS: dict[str, tuple[str, str]] = {
    "print(self.count)": ("work prints", "show a state with a @view, or step through the oracle with pdb"),
    'open("x")': ("work opens a file", "a model has no side effects; read constants before the class is made"),
    "self.busy = random.random() < 0.5": (
        "work uses random",
        "leave the value open: choose(Domain, ...), so that every value is explored",
    ),
    "self.busy = time.time() > 3": (
        "work uses the time",
        "a yield already stands for any delay; model a time-out as an @action",
    ),
    "global X": ("work uses global", "state lives in attributes of the model, self.name"),
    "del self.root[Endpoint.first]": ("work uses del", "state has a fixed shape; assign a value that means 'absent'"),
    "import os": ("work imports inside a step", "import at the top of the file"),
    'raise ValueError("no")': ("work raises an exception", "state a claim with assert, or block with require(...)"),
    "self.busy = self.nwest > 3": ("M has no attribute 'nwest'", "did you mean 'newest'?"),
    "self.newst = Plan.first": (
        "'newst' is no state of M, and a step may write state only",
        "did you mean 'newest'? If not, declare it in the class: newst: <domain> = <initial value>",
    ),
    "self.LIMIT = 3": (
        "'LIMIT' is a constant of M, and a step may write state only",
        "declare it in the class: LIMIT: <domain> = <initial value>",
    ),
    "self.busy = not self.work": ("work asks whether the method work is true, which it always is", "call it: work()"),
    '"apply"': ("work has a text on a line of its own", 'write yield "text" for a place, or make it a comment'),
    "self.busy == True": (
        "work compares and does nothing with the answer",
        "write = to assign, or return the comparison",
    ),
    "self.busy": ("work has a line without any effect", "call it with (), or leave it out"),
    'assert (self.busy, "no")': (
        "work asserts a tuple, which is always true",
        "write assert condition, message without parentheses",
    ),
    "require(None)": ("require() gets None", "the usual cause is a missing `return`"),
    "require(lambda: self.busy)": (
        "require() gets a function, which is always true",
        "write the value itself, without lambda",
    ),
    "LOG.append(self.count)": (
        "work changes LOG, which is outside of the model",
        "declare it as state; a list or set of members is dict[Domain, bool] = each(False)",
    ),
    "LOG[0] = self.count": (
        "work changes LOG, which is outside of the model",
        "declare it as state; a list or set of members is dict[Domain, bool] = each(False)",
    ),
    "self.busy = M.busy": ("work reads busy from the class M", "write self.busy"),
    "self.busy = unknown_name": (
        "uses unknown_name, which has no value here",
        "check the spelling; a local needs a value on every way to this line",
    ),
    'self.busy = {}["a"]': (
        "raised KeyError: 'a'",
        "the step failed while raceproof read it; run it under pdb with the oracle to look closer",
    ),
    "self.busy = 1 // 0 == 1": (
        "raised ZeroDivisionError: integer division or modulo by zero",
        "the step failed while raceproof read it; run it under pdb with the oracle to look closer",
    ),
    'self.busy = getattr(self, "bu" + "sy")': (
        "work asks for an attribute by its name",
        "write self.name, or keep a table: dict[Domain, ...]",
    ),
    "for self.count in range(3): self.busy = True": (
        "work loops with something else than names",
        "write for name in ..., and assign inside the loop",
    ),
    "self.__count = 3": ("work uses __count, a name of two underscores", "write it with one, or none"),
    "self.root == self.tree": (
        "work compares and does nothing with the answer",
        "write = to assign, or return the comparison",
    ),
}


@pytest.mark.parametrize("line", STATEMENTS)
def test_a_statement_is_refused_with_what_to_write_instead(
    line: str, refusal_in_step: Callable[[str], tuple[str, str, str]]
) -> None:
    assert (*STATEMENTS[line], line) == refusal_in_step(line)


YIELDS: dict[str, tuple[str, str]] = {
    'x = (yield "a") or 3': (
        "work yields inside an expression",
        "put the yield on a line of its own: value = yield choose(...)",
    ),
    "f = lambda: (yield 3)": (
        "work yields inside an expression",
        "put the yield on a line of its own: value = yield choose(...)",
    ),
    "yield 3": ("work yields 3", 'yield a label, until(lambda: ...) or choose(Domain, ...): for example yield "apply"'),
    "yield": (
        "work yields nothing",
        'yield a label, until(lambda: ...) or choose(Domain, ...): for example yield "apply"',
    ),
    'yield ""': (
        "work yields ''",
        'yield a label, until(lambda: ...) or choose(Domain, ...): for example yield "apply"',
    ),
    "yield self.busy": (
        "work yields a value of the state",
        'write yield until(lambda: ..., "label") to wait for a condition',
    ),
    "yield lambda: self.busy": (
        "work yields a function",
        'write yield until(lambda: ..., "label") to wait for a condition',
    ),
    "yield Plan": ("work yields Plan", 'write yield choose(Plan, "label") to take a value'),
    "yield self.count > 3": (
        "work yields a value of the state",
        'write yield until(lambda: ..., "label") to wait for a condition',
    ),
    'yield "a", "b"': (
        "work yields ('a', 'b')",
        'yield a label, until(lambda: ...) or choose(Domain, ...): for example yield "apply"',
    ),
    'yield f"count {self.count}"': (
        "turns a value of the state into text",
        "labels and messages are fixed texts; use @view to describe a state",
    ),
    'yield f"count {self.count!r}"': (
        "turns a value of the state into text",
        "labels and messages are fixed texts; use @view to describe a state",
    ),
    'yield "a" if self.busy else "b"': (
        "yields one thing or another, as the state has it",
        "put the condition into until(lambda: ...), or yield on both sides of an if",
    ),
    'yield until(self.busy, "x")': (
        "until() got a value, not a function",
        "write until(lambda: condition), so that it is asked again",
    ),
    'yield until(lambda: None, "x")': ("a condition is None", "the usual cause is a missing `return`"),
    'yield until(lambda: (self.busy, self.count), "x")': (
        "a condition is a tuple, not a truth value",
        "write a comparison",
    ),
    'yield until(lambda m: self.busy, "x")': (
        "raised TypeError: <lambda>() missing 1 required positional argument: 'm'",
        "the step failed while raceproof read it; run it under pdb with the oracle to look closer",
    ),
    'yield until(lambda: self.busy, "")': (
        "until() got '' as its label",
        'the label is the text a trace shows, such as "apply"',
    ),
    'yield choose("pick", Plan)': (
        "choose() got Plan as its label",
        'the label is the text a trace shows, such as "apply"',
    ),
    'yield choose(Plan, "pick", where=self.busy)': (
        "choose() got a value as `where`, not a function",
        "write where=lambda x: ..., asked of each x",
    ),
    'yield choose([self.newest], "pick")': (
        "choose() offers values of the state",
        "choose from a domain: choose(Domain, label, where=lambda x: ...)",
    ),
    'yield choose({Plan.first}, "pick")': (
        "takes values from a set, which has no order",
        "give a tuple: the same order in every run",
    ),
    'yield choose(3, "pick")': ("3 has no members", "give a domain, bool, an Enum, a range or a tuple of values"),
    'yield choose(int, "pick")': ("int has no members", "give a domain, bool, an Enum, a range or a tuple of values"),
    'yield choose(range(self.count), "pick")': (
        "uses a value of the state where Python needs a known number",
        "compare with each member of the domain: for x in Domain: if self.x == x",
    ),
    'until(lambda: self.busy, "x")': ("work calls until() without yield", "write yield until(...): only a yield waits"),
    'x = choose(Plan, "x")': ("work calls choose() without yield", "write yield choose(...): only a yield waits"),
}


@pytest.mark.parametrize("line", YIELDS)
def test_a_thing_to_yield_is_refused_with_what_to_write_instead(
    line: str, refusal_in_step: Callable[[str], tuple[str, str, str]]
) -> None:
    assert (*YIELDS[line], line) == refusal_in_step(line)
