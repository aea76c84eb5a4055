"""Random models as Python source: small classes that use the whole language, for comparing the engines."""

from __future__ import annotations

from hypothesis import strategies as st

HEAD = """
from typing import Annotated

from raceproof.checker import *


class Who(Id, size=2):
    pass


class Age(Ordinal, size=2):
    pass


class Random(Model):
    number: Annotated[int, range(0, 3)] = {number}
    flag: bool = {flag}
    age: Age = Age.none
    holds: dict[Who, bool] = each(False)
    seen: dict[Age, bool] = each(False)
"""

CLAIMS = """

@always
def claim_always(m):
    return {always}


@each_step
def claim_step(before, after):
    return {step}


@reachable
def claim_reachable(m):
    return {reachable}


@recoverable(by={by})
def claim_recoverable(m):
    return {recoverable}


CLAIMS = (claim_always, claim_step, claim_reachable, claim_recoverable, no_deadlock, assertions)
"""

NUMBERS = (
    "0",
    "1",
    "2",
    "{m}.number",
    "({m}.number + 1) % 3",
    "count(Who, lambda w: {m}.holds[w])",
    "{m}.age - Age.none",
)
LOCAL_NUMBERS = (*NUMBERS, "x", "(x + 2) % 3", "(x if {m}.flag else {m}.number)")


def numbers(model: str, *, local: bool) -> st.SearchStrategy[str]:
    return st.sampled_from(LOCAL_NUMBERS if local else NUMBERS).map(lambda text: text.format(m=model))


@st.composite
def conditions(draw: st.DrawFn, model: str, *, local: bool, depth: int = 2) -> str:
    """A truth value over the state, and over the locals x and me where there are any."""
    number = numbers(model, local=local)
    kinds = (
        ["compare", "flag", "age", "quantifier"] + (["mine"] if local else []) + (["and", "or", "not"] if depth else [])
    )
    match draw(st.sampled_from(kinds)):
        case "compare":
            return f"{draw(number)} {draw(st.sampled_from(['==', '!=', '<', '<=', '>']))} {draw(number)}"
        case "flag":
            return f"{model}.flag"
        case "age":
            against = draw(st.sampled_from(["Age.none", "Age.first", "Age.last"]))
            return f"{model}.age {draw(st.sampled_from(['==', '<', '>=']))} {against}"
        case "quantifier":
            return f"{draw(st.sampled_from(['forall', 'exists']))}(Who, lambda w: {model}.holds[w])"
        case "mine":
            return f"{model}.holds[me]"
        case "not":
            return f"not ({draw(conditions(model, local=local, depth=depth - 1))})"
        case joint:
            one, two = (draw(conditions(model, local=local, depth=depth - 1)) for _ in range(2))
            return f"(({one}) {joint} ({two}))"


@st.composite
def blocks(draw: st.DrawFn, depth: int, *, loop: bool) -> list[str]:
    """A few statements of a process; every loop yields."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        lines += draw(statements(depth, loop=loop))
    return lines


@st.composite
def statements(draw: st.DrawFn, depth: int, *, loop: bool) -> list[str]:
    condition = conditions("self", local=True, depth=1)
    number = numbers("self", local=True)
    simple = [
        "number",
        "flag",
        "holds",
        "others",
        "age",
        "seen",
        "local",
        "yield",
        "until",
        "choose",
        "require",
        "helper",
    ]
    rare = ["assert", "unsafe"] if draw(st.integers(0, 9)) == 0 else []
    nested = ["if", "while", "for", "leave"] if depth else []
    kind = draw(st.sampled_from(simple + rare + nested + (["break", "continue"] if loop else [])))
    match kind:
        case "number":
            return [f"self.number = ({draw(number)}) % 3"]
        case "flag":
            return [f"self.flag = bool({draw(condition)})" if draw(st.booleans()) else "self.flag = not self.flag"]
        case "holds":
            return [f"self.holds[me] = {draw(st.sampled_from(['True', 'False', 'not self.flag']))}"]
        case "others":
            return ["for o in Who:", "    if o != me:", f"        self.holds[o] = {draw(st.booleans())}"]
        case "age":
            return ["if self.age < Age.last:", "    self.age += 1"] if draw(st.booleans()) else ["self.age = Age.none"]
        case "seen":
            return ["if self.age != Age.none:", "    self.seen[self.age] = not self.seen[self.age]"]
        case "local":
            return [f"x = ({draw(number)}) % 3"]
        case "yield":
            return [f"yield {draw(st.sampled_from(['a', 'b', 'c']))!r}"]
        case "until":
            return [f"yield until(lambda: {draw(condition)}, 'wait', idle={draw(st.booleans())})"]
        case "choose":
            return [f"x = yield choose(range(3), 'pick', where=lambda v: v != {draw(number)})"]
        case "require":
            return [f"require({draw(condition)})"]
        case "helper":
            return [f"x = yield from self.helper(x, {draw(st.sampled_from(['1', 'self.number', 'x']))})"]
        case "assert":
            return [f"assert {draw(condition)}"]
        case "unsafe":
            return [
                draw(st.sampled_from(["self.number += 1", "self.age += 1", "self.seen[self.age] = True", "x = x + 1"]))
            ]
        case "if":
            lines = [f"if {draw(condition)}:", *indented(draw(blocks(depth - 1, loop=loop)))]
            return lines + (["else:", *indented(draw(blocks(depth - 1, loop=loop)))] if draw(st.booleans()) else [])
        case "while":
            return [f"while {draw(condition)}:", "    yield 'turn'", *indented(draw(blocks(depth - 1, loop=True)))]
        case "for":
            return [f"for w{depth} in Who:", "    yield 'each'", *indented(draw(blocks(depth - 1, loop=True)))]
        case "leave":
            return [f"if {draw(condition)}:", "    return"]
        case _:
            return [kind]


def indented(lines: list[str], by: int = 1) -> list[str]:
    return ["    " * by + line for line in lines]


@st.composite
def models(draw: st.DrawFn) -> str:
    """The source of a module with a class Random and a tuple CLAIMS."""
    lines = ["    @process(each=Who)", "    def worker(self, me):", "        x: Annotated[int, range(0, 3)] = 0"]
    body = draw(blocks(2, loop=True))
    lines += indented(["while True:", "    yield 'start'", *indented(body)], 2)
    if draw(st.booleans()):
        lines += [
            "",
            "    @process",
            "    def other(self):",
            "        x: Annotated[int, range(0, 3)] = 1",
            "        me = Who.first",
        ]
        lines += indented(["yield 'begin'", *draw(blocks(1, loop=False))], 2)
    if any("self.helper(" in line for line in lines):
        lines += [
            "",
            "    def helper(self, given: Annotated[int, range(0, 3)], more: Annotated[int, range(0, 3)]):",
            "        y: Annotated[int, range(0, 3)] = more % 3",
        ]
        label = draw(st.sampled_from(["h", "i"]))
        lines += indented([f"yield {label!r}", "if self.flag:", "    return (given + y) % 3", "return y"], 2)
    if draw(st.booleans()):
        effect = draw(st.sampled_from(["self.flag = not self.flag", "self.number = (self.number + 1) % 3"]))
        guard = draw(conditions("self", local=False, depth=0))
        lines += ["", "    @action", "    def weather(self):", f"        require({guard})", f"        {effect}"]
    before, after = (draw(conditions(when, local=False, depth=1)) for when in ("before", "after"))
    head = HEAD.format(
        number=draw(st.sampled_from(["0", "2", "anything"])), flag=draw(st.sampled_from(["False", "anything"]))
    )
    claims = CLAIMS.format(
        always=draw(conditions("m", local=False)),
        step=f"({before}) or ({after})",
        reachable=draw(conditions("m", local=False)),
        recoverable=draw(conditions("m", local=False)),
        by=draw(st.sampled_from(["None", "('worker',)"])),
    )
    return head + "\n" + "\n".join(lines) + "\n" + claims
