"""The author's functions and lambdas as syntax, found again from the code that Python runs; and expressions as text."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

from raceproof.checker.errors import Location

_LONGEST_TEXT = 120


@dataclass(frozen=True, slots=True)
class Syntax:
    """A file of the author's: its lines, and what stands where."""

    file: str
    lines: tuple[str, ...]
    functions: tuple[ast.FunctionDef | ast.Lambda, ...]
    tests: dict[int, tuple[ast.expr, bool]]
    """For each line on which the test of an `if`, `while`, `assert` or `require` begins, that test, and whether the
    step can only be taken if it holds."""

    def text(self, node: ast.AST) -> str:
        """An expression as the author wrote it, on one line."""
        first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
        if first is None or last is None:
            return ast.unparse(node)
        # Columns count bytes of UTF-8, as in ast.get_source_segment, which splits the whole file for every node.
        taken = [line.encode() for line in self.lines[first - 1 : last]]
        taken[-1] = taken[-1][: getattr(node, "end_col_offset", None)]
        taken[0] = taken[0][getattr(node, "col_offset", 0) :]
        flat = " ".join(b"".join(taken).decode().split()).replace("( ", "(").replace(" )", ")")
        return flat if len(flat) <= _LONGEST_TEXT else flat[: _LONGEST_TEXT - 1] + "…"

    def place(self, node: ast.AST) -> str:
        """`dns.py:42`."""
        return Location(self.file, getattr(node, "lineno", 0)).short


@lru_cache(maxsize=256)
def syntax_in(file: str) -> Syntax | None:
    """The syntax of a file, or None where it cannot be read."""
    lines = tuple(linecache.getlines(file))
    try:
        tree = ast.parse("".join(lines))
    except SyntaxError:
        return None
    if not lines:
        return None
    functions = tuple(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda))
    tests = {test.lineno: (test, demanded) for test, demanded in _tests(tree)}
    return Syntax(file, lines, functions, tests)


def _tests(tree: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    for node in ast.walk(tree):
        match node:
            case ast.If(test=test) | ast.While(test=test):
                if not isinstance(test, ast.Constant):
                    yield test, False
            case ast.Assert(test=test) | ast.Expr(value=ast.Call(func=ast.Name(id="require"), args=[test])):
                yield test, True
            case _:
                pass


@lru_cache(maxsize=1024)
def function_of(code: CodeType) -> tuple[Syntax, ast.FunctionDef | ast.Lambda] | None:
    """Where a function or lambda is defined, or None where that cannot be told."""
    syntax = syntax_in(code.co_filename)
    for node in syntax.functions if syntax else ():
        if _begins(node) == code.co_firstlineno and syntax is not None and _is_of(node, code):
            return syntax, node
    return None


def _begins(node: ast.FunctionDef | ast.Lambda) -> int:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return decorators[0].lineno if decorators else node.lineno


def _is_of(node: ast.FunctionDef | ast.Lambda, code: CodeType) -> bool:
    if isinstance(node, ast.FunctionDef):
        return node.name == code.co_name
    if code.co_name != "<lambda>" or [a.arg for a in node.args.args] != list(code.co_varnames[: code.co_argcount]):
        return False
    body = node.body
    first, last = (body.lineno, body.col_offset), (body.end_lineno or 0, body.end_col_offset or 0)
    for line, end_line, column, end_column in code.co_positions():
        if line is None or column is None or end_line is None or end_column is None:
            continue
        if (line, column) != (end_line, end_column) and column | end_column:
            return first <= (line, column) and (end_line, end_column) <= last
    return True
