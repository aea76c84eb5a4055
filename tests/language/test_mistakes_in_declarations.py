"""Annotations and initial values that declare no state: each is refused at its line, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

DECLARATIONS: dict[str, tuple[str, str]] = {
    "count: int = 0": (
        "int is no domain",
        "an int needs its bounds: Annotated[int, range(0, 6)], or use an Ordinal, sized by the scope",
    ),
    'name: str = "x"': (
        "str is no domain",
        "state is bool, an Enum, an Id, an Ordinal, Annotated[int, range(a, b)], or a dict of those; "
        "constants belong in __init__ or are ClassVar",
    ),
    "names: list[str] = []": (
        "list[str] is no domain",
        "state is bool, an Enum, an Id, an Ordinal, Annotated[int, range(a, b)], or a dict of those; "
        "constants belong in __init__ or are ClassVar",
    ),
    "names: set[Worker] = set()": ("set[Worker] is no domain", "a set is a table: dict[Domain, bool] = each(False)"),
    "ratio: float = 0.5": (
        "float is no domain",
        "state is bool, an Enum, an Id, an Ordinal, Annotated[int, range(a, b)], or a dict of those; "
        "constants belong in __init__ or are ClassVar",
    ),
    "maybe: Plan | None = None": (
        "Plan | None is no domain",
        "every Plan may be none: write Plan alone, and Plan.none for the value that is no Plan",
    ),
    "maybe: Optional[Light] = None": (
        "Optional[Light] is no domain",
        "add a bool that says whether there is a Light, or a member to the Enum",
    ),
    'side: Literal["a", "b"] = "a"': ("Literal['a', 'b'] is no domain", "declare an Enum with these members"),
    "flags: Flags = Flags.UP": (
        "Flags is no domain",
        "a flag is a bool: declare one for each, or a table dict[Flag, bool] over a plain Enum",
    ),
    "where: Nowhere = None": (
        "the annotation of M.where cannot be read: name 'Nowhere' is not defined",
        "define the domain above the model, and do not hide it behind TYPE_CHECKING",
    ),
    "root: dict[Endpoint, dict[Plan, bool]] = each(False)": (
        "M.root is a table of tables",
        "write dict[tuple[Endpoint, Plan], bool] and ask table[endpoint, plan]",
    ),
    "root: dict[Endpoint, list[Plan]] = each(False)": (
        "list[Plan] is no domain",
        "state is bool, an Enum, an Id, an Ordinal, Annotated[int, range(a, b)], or a dict of those; "
        "constants belong in __init__ or are ClassVar",
    ),
    "root: dict[str, Plan] = each(Plan.none)": (
        "str is no domain",
        "state is bool, an Enum, an Id, an Ordinal, Annotated[int, range(a, b)], or a dict of those; "
        "constants belong in __init__ or are ClassVar",
    ),
    "root: dict = {}": ("M.root is a table without its domains", "write dict[Endpoint, Plan]"),
    "root: dict[Endpoint, Plan] = Plan.none": ("root is a table", "start every entry alike with each(Plan.none)"),
    "root: dict[Endpoint, Plan] = {Endpoint.first: Plan.none}": (
        "root has no initial value for endpoint 2",
        "give one for every key, or use each(...)",
    ),
    "root: dict[Endpoint, Plan] = each(lambda: Plan.none)": (
        "root has no initial value: M.<lambda>() takes 0 positional arguments but 1 was given",
        "each(f) calls f with every key",
    ),
    "root: dict[Endpoint, Plan] = each(Plan)": ("root is a Plan and gets Plan", "write Plan.none"),
    "root: dict[Endpoint, Plan] = each(Plan(4))": (
        "root starts as Plan(4), which is not in Plan (none, plan 1 .. plan 3)",
        "choose another value or a larger scope",
    ),
    "newest: Plan = each(Plan.none)": ("newest is one value, not a table", "write the value alone, without each(...)"),
    "newest: Plan = Plan": ("newest is a Plan and gets Plan", "write Plan.none"),
    "newest: Plan = None": ("newest is a Plan and gets None", "write Plan.none"),
    "newest: Plan = 0": ("newest is a Plan and gets 0", "write Plan.none"),
    "newest: Plan = Plan(7)": (
        "newest starts as Plan(7), which is not in Plan (none, plan 1 .. plan 3)",
        "choose another value or a larger scope",
    ),
    "newest: Plan = Epoch.first": ("newest is a Plan and gets Epoch(1)", "write Plan.none, or a member of Plan"),
    "count: Annotated[int, range(0, 3)] = 7": (
        "count starts as 7, which is not in 0..2",
        "choose another value or a larger scope",
    ),
    'count: Annotated[int, range(0, 3)] = "x"': ("count is an int in 0..2 and gets 'x'", "write a whole number"),
    "count: Annotated[int, range(0, 0)] = 0": (
        "Annotated[int, range(0, 0)] is no domain",
        "the bounds of an int are a range that is not empty, in steps of 1: Annotated[int, range(0, 6)]",
    ),
    "count: Annotated[int, 3] = 0": (
        "Annotated[int, 3] is no domain",
        "the bounds of an int are a range that is not empty, in steps of 1: Annotated[int, range(0, 6)]",
    ),
    "busy: bool = 0": ("busy is a bool and gets 0", "write True or False"),
    'light: Light = "RED"': ("light is a Light and gets 'RED'", "write one of Light.RED, Light.GREEN"),
}

MODEL = """
class Flags(enum.Flag):
    UP = 1
    DOWN = 2


class M(Model):
    {}  # wrong

    @process
    def work(self) -> Steps:
        yield "a"
"""


@pytest.mark.parametrize("line", DECLARATIONS)
def test_a_declaration_is_refused_with_what_to_write_instead(
    line: str, refusal: Callable[[str], tuple[str, str, str]]
) -> None:
    assert (*DECLARATIONS[line], line) == refusal(MODEL.format(line))
