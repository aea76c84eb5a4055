"""Random models that go where random_models.py does not: identities as state, aliasing, helpers in helpers, loops."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

HEAD = """
from enum import Enum
from typing import Annotated

from raceproof.checker import *


class Who(Id, size=2):
    pass


class Age(Ordinal, size=2):
    pass


class Mood(Enum):
    LOW = "low"
    MID = "mid"
    HIGH = "high"


Small = Annotated[int, range(-1, 2)]


class Base(Model):
"""

STATE = {
    "n": ("Small", ("0", "-1", "1", "anything")),
    "flag": ("bool", ("False", "anything")),
    "k": ("Who", ("Who.none", "Who.first", "anything")),
    "age": ("Age", ("Age.none", "Age.first", "Age.last")),
    "mood": ("Mood", ("Mood.LOW", "Mood.MID", "anything")),
    "t": ("dict[Who, Small]", ("each(0)", "each(lambda w: 1 if w == Who.first else -1)", "each(anything)")),
    "u": ("dict[Age, Who]", ("each(Who.none)", "each(lambda a: Who.first if a == Age.last else Who.none)")),
    "p": ("dict[tuple[Who, Age], bool]", ("each(False)", "each(lambda w, a: a == Age.last)")),
}
LOCALS = {"x": "Small", "y": "Who", "z": "Age", "b": "bool", "e": "Mood"}
FIRST = {"Small": "0", "Who": "Who.none", "Age": "Age.none", "bool": "False", "Mood": "Mood.LOW"}
EACH = (
    ("", "", ()),
    ("(each=Who)", ", me: Who", (("me", "Somebody"),)),
    ("(each=Age)", ", mine: Age", (("mine", "AnAge"),)),
    ("(each=(Who, Age))", ", me: Who, mine: Age", (("me", "Somebody"), ("mine", "AnAge"))),
)
LOOPS = (
    *((f"@ in {over}", ("Small",)) for over in ("(1, 1)", "range(-1, 1)", "reversed((0, 1))")),
    *((f"@ in {over}", (kind,)) for over, kind in (("Who", "Somebody"), ("Age", "AnAge"))),
    ("@, & in zip((0, 1), (Who.last, Who.first))", ("Small", "Somebody")),
    ("@, & in enumerate((Mood.HIGH, Mood.LOW))", ("Small", "Mood")),
)

# What a <name> in a text may become, between tildes: without going deeper, and otherwise. $ is the state, <name1> is
# the same wherever it stands in the text, @ and & are fresh variables, of the types that follow a plus.
GRAMMAR: dict[str, tuple[str, str]] = {
    "Who": ("$.k ~ Who.first ~ Who.last ~ Who.none", "$.u[<AnAge>] ~ (<Who> if <bool> else <Who>)"),
    "Somebody": ("Who.first ~ Who.last", ""),
    "Age": (
        "$.age ~ Age.none ~ Age.first ~ Age.last",
        "min($.age + 1, Age.last) ~ max($.age - 1, Age.none) ~ Age.first + 1 ~ (<Age> if <bool> else <Age>)",
    ),
    "AnAge": ("Age.first ~ Age.last", ""),
    "Mood": ("$.mood ~ Mood.LOW ~ Mood.HIGH", "(<Mood> if <bool> else <Mood>)"),
    "Small": (
        "$.n ~ -1 ~ 0 ~ 1 ~ 2 ~ $.t[<Somebody>]",
        "min(<Small>, <Small>) ~ max(<Small>, <Small>) ~ abs(<Small>) ~ -(<Small>) ~ (1 if $.flag else 0) ~ "
        "sum($.t.values()) ~ sum($.t[w] for w in Who) ~ count(Who, lambda @: <bool+Somebody>) ~ "
        "(<Small> // <divisor>) ~ (<Small> % <divisor>) ~ (<Age> - <Age>) ~ "
        "($.t[<Who1>] if <Who1> != Who.none else <Small>) ~ $.t[<Who>] ~ (<Small> * <Small>) ~ (<Small> + <Small>) ~ "
        "(<Small> - <Small>) ~ (<Small> if <bool> else <Small>)",
    ),
    "fit": ("((<Small>) % 3 - 1)", "((<Small>) % 3 - 1) ~ " * 6 + "<Small>"),
    "bool": (
        "<Small> <order> <Small> ~ -1 <= <Small> < $.n + 2 ~ <Who> <same> <Who> ~ "
        "<Who> <among> (<Who>, <Who>) ~ <Age> <among> (<Age>, <Age>) ~ <Age> <order> <Age> ~ "
        "<Mood> <same> <Mood> ~ <Mood> <among> (<Mood>, $.mood) ~ $.flag ~ $.p[<Somebody>, <AnAge>] ~ "
        "0 < <Small> <= $.n ~ bool($.flag) ~ ($.k != Who.none and $.age != Age.none and $.p[$.k, $.age])",
        "((<bool>) and (<bool>)) ~ ((<bool>) or (<bool>)) ~ not (<bool>) ~ <ask>(Who, lambda @: <bool+Somebody>) ~ "
        "<Small> <order> <Small> ~ <ask>(Who, lambda @: <ask>(Age, lambda &: <bool+Somebody+AnAge>)) ~ "
        "(<bool> if <bool> else <bool>) ~ <ask>(Who, Age, lambda @, &: <bool+Somebody+AnAge>) ~ "
        "<Who> <same> <Who> ~ bool(<bool>)",
    ),
    "divisor": ("2 ~ 3 ~ -2", ""),
    "order": ("== ~ != ~ < ~ <= ~ > ~ >=", ""),
    "same": ("== ~ !=", ""),
    "among": ("in ~ not in", ""),
    "ask": ("forall ~ exists", ""),
    "label": ("'a' ~ 'b' ~ 'c'", ""),
    "write n": ("$.n = <fit> ~ if $.n < 1:\n    $.n += 1 ~ $.n += <fit>", ""),
    "write flag": ("$.flag = <bool> ~ $.flag = not $.flag", ""),
    "write k": ("$.k = <Who>", ""),
    "write age": ("$.age = <Age> ~ if $.age < Age.last:\n    $.age += 1 ~ $.age = $.age + <fit>", ""),
    "write mood": ("$.mood = <Mood>", ""),
    "write t": (
        "if <Who1> != Who.none:\n    $.t[<Who1>] = <fit>\n    $.t[<Somebody>] = ($.t[<Who1>] + <Small>) % 3 - 1 ~ "
        "$.t[<Who>] = <fit> ~ $.t[<Somebody>] = <fit>",
        "",
    ),
    "write u": (
        "if <Age1> != Age.none:\n    $.u[<Age1>] = <Who>\n    $.u[<AnAge>] = $.u[<Age1>] ~ $.u[<Age>] = <Who>",
        "",
    ),
    "write p": (
        "if <Who1> != Who.none:\n    $.p[<Who1>, <AnAge2>] = <bool>\n    "
        "$.p[<Somebody>, <AnAge>] = $.p[<Who1>, <AnAge2>] ~ "
        "$.p[<Somebody>, <Age>] = <bool> ~ $.p[<Somebody>, <AnAge>] = not $.p[<Somebody>, <AnAge>]",
        "",
    ),
    "step": (
        "yield <label> ~ yield until(lambda: <bool>, <label>, idle=True) ~ "
        "yield until(lambda: <bool>, <label>) ~ require(<bool>) ~ "
        "assert <bool> ~ x = yield choose(range(-1, 2), <label>, where=lambda @: <bool+Small>) ~ x = <fit> ~ "
        "y = <Who> ~ z = <Age> ~ y = yield choose(Who, <label>, where=lambda @: <bool+Somebody>) ~ "
        "b = <bool> ~ e = <Mood> ~ z = yield choose(Age, <label>, where=lambda @: <bool+AnAge>) ~ "
        "x = self.plain(<Somebody>, <fit>) ~ b = yield choose(bool, <label>, where=lambda @: <bool+bool>) ~ "
        "for w in Who:\n    self.t[w] = <fit> ~ e = yield choose(Mood, <label>, where=lambda @: <bool+Mood>)",
        "",
    ),
}
ALSO = {"Who": "Somebody", "Age": "AnAge"}


@dataclass(frozen=True)
class Writer:
    """Writes the parts of a model about one state, drawing every decision; knows the variables there, with types."""

    draw: Callable[[Sequence[Any]], Any]
    used: tuple[str, ...]
    known: tuple[tuple[str, str], ...]
    model: str = "self"
    helpers: tuple[str, ...] = ()

    def knowing(self, *known: tuple[str, str]) -> Writer:
        return replace(self, known=(*self.known, *known))

    def text(self, kind: str, depth: int = 1) -> str:
        """Any text that the grammar has for this kind."""
        plain, deep = (tuple(filter(None, texts.split(" ~ "))) for texts in GRAMMAR[kind])
        plain += tuple(name for name, its in self.known if its in (kind, ALSO.get(kind)))
        return self.filled(self.draw(deep if depth and deep and self.draw((False, True)) else plain), depth)

    def filled(self, text: str, depth: int) -> str:
        fresh = (f"q{len(self.known)}", f"r{len(self.known)}")
        same: dict[str, str] = {}

        def fill(match: re.Match[str]) -> str:
            kind, *types = match[1].split("+")
            inner = self.knowing(*zip(fresh, types, strict=False))
            if kind[-1].isdigit():
                same[kind] = same.get(kind) or inner.text(kind[:-1], 0)
                return same[kind]
            return inner.text(kind, depth - 1 if types or depth else 0)

        text = text.replace("@", fresh[0]).replace("&", fresh[1]).replace("$", self.model)
        return re.sub(r"<([A-Za-z]\w*(?:\+\w+)*)>", fill, text)

    def write(self) -> list[str]:
        return self.text(f"write {self.draw(self.used)}").split("\n")

    def block(self, depth: int, *, loop: bool) -> list[str]:
        return [line for _ in self.draw(((1,), (1, 2), (1, 2, 3))) for line in self.statement(depth, loop=loop)]

    def statement(self, depth: int, *, loop: bool) -> list[str]:
        nested = ("if", "if", "for", "while") if depth else ()
        match self.draw(("write", "write", "step", "step", "step", "leave", *self.helpers, *nested, *["stop"] * loop)):
            case "write":
                return self.write()
            case "step":
                return self.text("step").split("\n")
            case "leave":
                return [
                    f"if {self.text('bool', 0)}:",
                    "    return" + (" x" if ("given", "Small") in self.known else ""),
                ]
            case "stop":
                return [f"if {self.text('bool', 0)}:", f"    {self.draw(('break', 'continue'))}"]
            case "if":
                lines = [f"if {self.text('bool')}:", *indented(self.block(depth - 1, loop=loop))]
                other = self.block(depth - 1, loop=loop) if self.draw((False, True)) else []
                return lines + (["else:", *indented(other)] if other else [])
            case "while":
                body = [f"yield {self.text('label')}", *self.block(depth - 1, loop=True)]
                return [f"while {self.text('bool')}:", *indented(body)]
            case "for":
                head, types = self.draw(LOOPS)
                names = (f"i{len(self.known)}", f"j{len(self.known)}")
                body = self.knowing(*zip(names, types, strict=False)).block(depth - 1, loop=True)
                body += [f"yield {self.text('label')}"] if self.draw((False, True)) else []
                return [f"for {head.replace('@', names[0]).replace('&', names[1])}:", *indented(body)]
            case helper:
                given = self.draw(("0", "1", "x", self.text("fit")))
                return [f"x = yield from self.{helper}({given}, {self.text('Somebody')})"]

    def routine(self, head: str, body: list[str]) -> list[str]:
        return ["", f"    def {head}:", *indented([f"{x}: {k} = {FIRST[k]}" for x, k in LOCALS.items()] + body, 2)]

    def helper(self, name: str, depth: int) -> list[str]:
        inside = self.knowing(("given", "Small"), ("whom", "Somebody"))
        body = [f"x = {self.draw(('given', '0'))}", *inside.block(depth, loop=False), f"yield {self.text('label')}"]
        return self.routine(f"{name}(self, given: Small, whom: Who)", [*body, f"return {inside.text('fit')}"])


def indented(lines: list[str], by: int = 1) -> list[str]:
    return ["    " * by + line for line in lines]


@st.composite
def models(draw: st.DrawFn) -> str:
    """The source of a module with a class Random and a tuple CLAIMS."""
    return written(lambda options: options[draw(st.integers(0, len(options) - 1))])


def written(draw: Callable[[Sequence[Any]], Any]) -> str:
    """A model for the decisions that are drawn; random.choice draws faster than hypothesis."""
    used = tuple(draw(tuple(STATE)) for _ in range(3))
    base = [f"    {n}: {k} = {draw(first if n in used else first[:2])}" for n, (k, first) in STATE.items()]
    plain = Writer(draw, used, (("whom", "Somebody"), ("given", "Small")))
    lines = [*plain.write(), f"if {plain.text('bool')}:", "    return given", *plain.write()]
    base += ["", "    def plain(self, whom: Who, given: Small):", *indented([*lines, f"return {plain.text('fit')}"], 2)]
    write = Writer(draw, used, tuple(LOCALS.items()), helpers=("inner", "outer"))
    each, given, bound = draw(EACH)
    place = draw(("start", "first"))
    mine = write.knowing(*bound)
    body = ["yield 'start'", *mine.block(2, loop=True)]
    turning = "while True:" if place == "start" else f"while {mine.text('bool')}:"
    body = [*([] if place == "start" else ["yield 'first'"]), turning, *indented(body)]
    lines = ["", f"    @process{each}", *write.routine(f"worker(self{given})", body)[1:]]
    if draw((False, True)):
        body = ["yield 'begin'", *write.block(1, loop=False)]
        lines += ["", "    @process", *write.routine("other(self)", body)[1:]]
    if "self.outer(" in "".join(lines):
        lines += replace(write, helpers=("inner",)).helper("outer", 0)
    if "self.inner(" in "".join(lines):
        base += replace(write, helpers=()).helper("inner", 1)
        lines += replace(write, helpers=()).helper("inner", 0) if draw((False, True)) else []
    if draw((False, True)):
        act = Writer(draw, used, (("w", "Somebody"),))
        lines += ["", "    @action(each=Who)", "    def weather(self, w: Who):", *indented(act.write(), 2)]
        lines += [f"        require({act.text('bool')})"]
    return HEAD + "\n".join([*base, "", "", "class Random(Base):", *lines[1:], *claims(draw, each, place)]) + "\n"


def claims(draw: Callable[[Sequence[Any]], Any], each: str, place: str) -> list[str]:
    """The claims; some ask for places and locals of processes, dead ones too."""

    def claim(m: str) -> str:
        if draw((False, True)):
            return Writer(draw, (), (), m).text("bool", 2)
        worker = m + ".worker" + {"": "", "(each=Who)": "[w]", "(each=Age)": "[a]"}.get(each, "[w, a]")
        known = (("w", "Somebody"), ("a", "AnAge"), *((f"{worker}.{x}", kind) for x, kind in LOCALS.items()))
        asking = Writer(draw, (), known, m)
        what = draw((f"{worker}.at('{place}')", f"{worker}.done", asking.text("bool"), asking.text("bool")))
        joint = draw(("and", "or", "==", "!="))
        return f"{draw(('forall', 'exists'))}(Who, Age, lambda w, a: ({what}) {joint} ({asking.text('bool')}))"

    by = draw(("", "by=('worker',), "))
    given = draw(("", "given=lambda m: " + claim("m")))
    bodies = (
        ("always", "m", claim("m")),
        ("each_step", "before, after", f"({claim('before')}) or ({claim('after')})"),
        ("reachable", "m", claim("m")),
        (f"recoverable({by}{given})", "m", claim("m")),
    )
    lines: list[str] = []
    for number, (kind, over, body) in enumerate(bodies):
        lines += ["", "", f"@{kind}", f"def claim_{number}({over}):", f"    return {body}"]
    return [*lines, "", "", "CLAIMS = (claim_0, claim_1, claim_2, claim_3, no_deadlock, assertions)"]
