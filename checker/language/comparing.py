"""Which comparisons mean nothing: between two domains, with None, with a text, with a method that was not called."""

from __future__ import annotations

import enum

from raceproof.checker.errors import Code, ModelError, mistake, with_article

_NEVER_EQUAL = (str, bytes, float, tuple, list, dict, set, frozenset, enum.Enum)


def refuse_comparison(name: str, none: str, other: object) -> ModelError:
    """The error for comparing a value of the domain `name`, which may write `none` for "no value", with `other`."""
    one = with_article(name)
    if other is None:
        hint = f"write {none} for the value that is no {name}" if none else f"{one} always has a value of its domain"
        return mistake(f"compares {one} with None", hint, code=Code.COMPARISON)
    if isinstance(other, type):
        return mistake(
            f"compares {one} with the class {other.__name__}",
            f"compare it with a value, such as {none or 'a member'}",
            code=Code.COMPARISON,
        )
    if callable(other):
        return mistake(f"compares {one} with a function", how_to_call(other), code=Code.COMPARISON)
    return refuse_domains(name, type(other).__name__)


def refuse_domains(one: str, other: str) -> ModelError:
    """The error for comparing values of two domains."""
    return mistake(
        f"compares {with_article(one)} with {with_article(other)}",
        "values of two domains are never equal; compare like with like",
        code=Code.COMPARISON,
    )


def never_equal(other: object) -> bool:
    """Whether a value can be equal to no value of any domain that is no number."""
    return other is None or callable(other) or isinstance(other, _NEVER_EQUAL)


def how_to_call(function: object) -> str:
    """What to write where a function stands for what it returns."""
    name = getattr(function, "__name__", "<lambda>")
    return "write the value itself, without lambda" if name == "<lambda>" else f"call it: {name}()"
