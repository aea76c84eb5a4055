"""Expressions as lines of Python that are not too long, broken where ruff format leaves them as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import assert_never


@dataclass(frozen=True, slots=True)
class Call:
    """`name(argument, ...)`."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Lambda:
    """`lambda names: body`."""

    names: str
    body: Expression


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions with `and` or `or` between them."""

    word: str
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`not condition`."""

    condition: Expression


Expression = str | Call | Lambda | Joined | Not
"""Texts are put as they are: names, comparisons."""


def joined(word: str, parts: Sequence[Expression]) -> Expression:
    """The conditions with a word between them; one alone as it is."""
    flattened: list[Expression] = []
    for part in parts:
        flattened += part.parts if isinstance(part, Joined) and part.word == word else [part]
    return flattened[0] if len(flattened) == 1 else Joined(word, tuple(flattened))


def flat(node: Expression) -> str:
    """The expression on one line."""
    match node:
        case str():
            return node
        case Call(name, arguments):
            return f"{name}({', '.join(map(flat, arguments))})"
        case Lambda(names, body):
            return f"lambda {names}: {flat(body)}"
        case Joined(word, parts):
            return f" {word} ".join(f"({flat(part)})" if isinstance(part, Joined) else flat(part) for part in parts)
        case Not(condition):
            return f"not ({flat(condition)})" if isinstance(condition, Joined) else f"not {flat(condition)}"
        case _:
            assert_never(node)


def returning(node: Expression, indent: int, width: int) -> list[str]:
    """The statement that returns the expression."""
    if indent + len("return ") + len(flat(node)) <= width:
        return [f"{' ' * indent}return {flat(node)}"]
    if isinstance(node, Joined):
        return list(_parenthesised("return ", node, "", indent, width))
    return list(_placed("return ", node, "", indent, width))


def _lines(node: Joined, indent: int, width: int) -> Iterator[str]:
    """The parts of an expression in parentheses: side by side, or one below the other."""
    if indent + len(flat(node)) <= width:
        yield f"{' ' * indent}{flat(node)}"
        return
    for position, part in enumerate(node.parts):
        yield from _placed(f"{node.word} " if position else "", part, "", indent, width)


def _placed(before: str, node: Expression, after: str, indent: int, width: int) -> Iterator[str]:
    """An expression with what stands before and after it, on one line if that is not too long."""
    space = " " * indent
    text = f"({flat(node)})" if isinstance(node, Joined) else flat(node)
    if indent + len(before) + len(text) + len(after) <= width:
        yield f"{space}{before}{text}{after}"
        return
    match node:
        case Call(name, arguments):
            yield f"{space}{before}{name}("
            for argument in arguments:
                yield from _placed("", argument, ",", indent + 4, width)
            yield f"{space}){after}"
        case Lambda(names, body):
            yield from _parenthesised(f"{before}lambda {names}: ", body, after, indent, width)
        case Joined():
            yield from _parenthesised(before, node, after, indent, width)
        case Not(condition) if isinstance(condition, Joined):
            yield from _parenthesised(f"{before}not ", condition, after, indent, width)
        case Not(condition):
            yield from _placed(f"{before}not ", condition, after, indent, width)
        case str():
            yield f"{space}{before}{text}{after}"
        case _:
            assert_never(node)


def _parenthesised(before: str, node: Expression, after: str, indent: int, width: int) -> Iterator[str]:
    if not isinstance(node, Joined):
        yield from _placed(before, node, after, indent, width)
        return
    yield f"{' ' * indent}{before}("
    yield from _lines(node, indent + 4, width)
    yield f"{' ' * indent}){after}"


def docstring(text: str, indent: int, width: int) -> list[str]:
    """A text in triple quotes."""
    space = " " * indent
    lines = wrap(f'"""{text}"""', width - indent, break_long_words=False, break_on_hyphens=False)
    return [space + line for line in lines]


def _kind_of_name(name: str) -> int:
    if not name[0].isupper():
        return 2
    return 0 if name.isupper() and len(name) > 1 else 1


def importing(module: str, names: Sequence[str], width: int) -> list[str]:
    """The import of some names, sorted as ruff sorts them: constants, classes, functions."""
    ordered = sorted(set(names), key=lambda name: (_kind_of_name(name), name))
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= width:
        return [line]
    return [f"from {module} import (", *(f"    {name}," for name in ordered), ")"]
