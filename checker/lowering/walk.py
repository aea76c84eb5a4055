"""Walking a process from one yield to the next.

Control flow (if, while, for, break, continue, return, yield, yield from) is followed over the syntax tree, with an
explicit stack of frames, so that the walk can stop at any yield and start again from it later; everything else is
executed by Python itself. A stack of frames is a continuation: it is what a control location stands for.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from raceproof.checker.errors import Code, Location, ModelError, blaming
from raceproof.checker.lowering.items import Items, OpenItems
from raceproof.checker.lowering.liveness import yield_of
from raceproof.checker.lowering.open_loops import items_of, later_member
from raceproof.checker.lowering.source import Source, bind, source_of

MOST_TURNS = 10_000
MOST_CALLS = 20


@dataclass(frozen=True, slots=True)
class Block:
    """In the middle of a list of statements: `at` is the next one."""

    body: tuple[ast.stmt, ...]
    at: int


@dataclass(frozen=True, slots=True)
class While:
    """Inside a while loop: its condition comes next."""

    node: ast.While


@dataclass(frozen=True, slots=True)
class For:
    """Inside a for loop: item `at` comes next."""

    node: ast.For
    items: Items | OpenItems
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """Inside a function: the process itself, or a helper called by the statement `caller`, with its arguments."""

    source: Source
    arguments: tuple[tuple[str, Any], ...]
    caller: ast.stmt | None


Frame = Block | While | For | Call
Scope = dict[str, Any]


@dataclass(slots=True)
class Walk:
    """A process under way: the stack of frames and one scope of names for each Call frame."""

    frames: list[Frame]
    scopes: list[Scope]

    @property
    def calls(self) -> list[Call]:
        return [frame for frame in self.frames if isinstance(frame, Call)]

    @property
    def source(self) -> Source:
        return self.calls[-1].source

    def waiting_at(self) -> ast.stmt:
        """The yield statement at which the walk has stopped."""
        block = self.frames[-1]
        assert isinstance(block, Block)
        return block.body[block.at]

    def run(self) -> bool:
        """Go on to the next yield; False when the process has returned. Raises ModelError for an endless walk."""
        for _ in range(MOST_TURNS):
            if not self.frames:
                return False
            match self.frames[-1]:
                case Block(body=body, at=at):
                    if at == len(body):
                        self.frames.pop()
                    elif isinstance(yield_of(body[at]), ast.Yield):
                        return True
                    else:
                        self.frames[-1] = Block(body, at + 1)
                        with blaming(self.source.location(body[at])):
                            self._statement(body[at])
                case While(node=node):
                    with blaming(self.source.location(node)):
                        goes_on = bool(self._evaluate(node.test))
                    if goes_on:
                        self._enter(node.body)
                    else:
                        self.frames.pop()
                case For(node=node, items=items, at=at):
                    with blaming(self.source.location(node)):
                        self._turn(node, items, at)
                case Call():
                    self._leave(None)
        loops = [frame.node for frame in self.frames if isinstance(frame, While | For)]
        raise mistake_at(
            Code.ENDLESS_STEP,
            self.source.location(loops[-1] if loops else self.source.tree),
            f"{self.source.name} does not reach a yield within {MOST_TURNS} statements",
            "yield inside the loop; to wait for another process write yield until(lambda: ...)",
        )

    def resume(self, sent: Any) -> None:
        """Step past the yield at which the walk waits, giving it a value."""
        statement = self.waiting_at()
        block = self.frames[-1]
        assert isinstance(block, Block)
        self.frames[-1] = Block(block.body, block.at + 1)
        match statement:
            case ast.Assign(targets=targets):
                for target in targets:
                    bind(target, sent, self.scopes[-1], self.source)
            case ast.AnnAssign(target=target):
                bind(target, sent, self.scopes[-1], self.source)
            case _:
                pass

    def _enter(self, body: list[ast.stmt]) -> None:
        self.frames.append(Block(tuple(body), 0))

    def _evaluate(self, node: ast.expr) -> Any:
        return self.source.evaluate(node, self.scopes[-1])

    def _statement(self, statement: ast.stmt) -> None:
        found = yield_of(statement)
        if found is not None:
            assert isinstance(found, ast.YieldFrom)
            self._call(statement, found)
            return
        match statement:
            case ast.If(test=test, body=body, orelse=orelse):
                self._enter(body if self._evaluate(test) else orelse)
            case ast.While():
                self.frames.append(While(statement))
            case ast.For(iter=iterable):
                self.frames.append(For(statement, items_of(statement, self._evaluate(iterable)), 0))
            case ast.Continue():
                self._unwind_to_loop()
            case ast.Break():
                self._unwind_to_loop()
                self.frames.pop()
            case ast.Return(value=value):
                result = self._evaluate(value) if value else None
                while not isinstance(self.frames[-1], Call):
                    self.frames.pop()
                self._leave(result)
            case ast.Pass() | ast.Expr(value=ast.Call(func=ast.Name(id="breakpoint"))):
                pass  # a debugger is for real values: it stops when the oracle runs this line
            case _:
                self.source.execute(statement, self.scopes[-1])

    def _unwind_to_loop(self) -> None:
        while not isinstance(self.frames[-1], While | For):
            self.frames.pop()

    def _turn(self, node: ast.For, items: Items | OpenItems, at: int) -> None:
        if isinstance(items, OpenItems):
            goes_on, item, at = *later_member(node, items, at, self.scopes[-1]), 0
        else:
            goes_on = items.reaches(at)
            item = items[at] if goes_on else None
        if not goes_on:
            self.frames.pop()
            return
        bind(node.target, item, self.scopes[-1], self.source)
        self.frames[-1] = For(node, items, at + 1)
        self._enter(node.body)

    def _call(self, statement: ast.stmt, found: ast.YieldFrom) -> None:
        """Go into a helper: `yield from self.helper(arguments)`."""
        here = self.source.location(statement)
        model = self.scopes[-1][self.source.arguments[0]]
        if not isinstance(found.value, ast.Call):
            raise mistake_at(Code.HELPER, here, *_NO_HELPER)
        method = self._evaluate(found.value.func)
        if not inspect.ismethod(method) or method.__self__ is not model:
            raise mistake_at(Code.HELPER, here, *_NO_HELPER)
        name = method.__name__
        if not inspect.isgeneratorfunction(method):
            raise mistake_at(
                Code.HELPER,
                here,
                f"yields from {name}, which has no yield",
                f"write self.{name}(...) without yield from",
            )
        source = source_of(method.__func__)
        if any(call.source is source for call in self.calls) or len(self.calls) > MOST_CALLS:
            raise mistake_at(Code.HELPER, here, f"{name} calls itself", "a process has a fixed depth; use a loop")
        known = self._arguments(found.value, method, here)
        self.frames.append(Call(source, known, statement))
        self.scopes.append(scope_of(source, model, known))
        self._enter(source.tree.body)

    def _arguments(self, call: ast.Call, method: Any, here: Location) -> tuple[tuple[str, Any], ...]:
        """What a helper gets, by name, as Python passes it."""
        positional: list[Any] = []
        named: dict[str, Any] = {}
        for argument in call.args:
            if isinstance(argument, ast.Starred):
                positional += self._evaluate(argument.value)
            else:
                positional.append(self._evaluate(argument))
        for keyword in call.keywords:
            value = self._evaluate(keyword.value)
            named.update({keyword.arg: value} if keyword.arg else value)
        signature = inspect.signature(method)
        try:
            bound = signature.bind(*positional, **named)
        except TypeError as error:
            raise mistake_at(
                Code.HELPER, here, f"{method.__name__}: {error}", f"it takes {_shown(signature)}"
            ) from error
        bound.apply_defaults()
        return tuple(bound.arguments.items())

    def _leave(self, result: Any) -> None:
        call = self.frames.pop()
        assert isinstance(call, Call)
        self.scopes.pop()
        match call.caller:
            case ast.Assign(targets=targets):
                for target in targets:
                    bind(target, result, self.scopes[-1], self.source)
            case ast.AnnAssign(target=target):
                bind(target, result, self.scopes[-1], self.source)
            case _:
                pass


_NO_HELPER = ("yields from something that is no method of the model", "write yield from self.helper(arguments)")


def _shown(signature: inspect.Signature) -> str:
    return f"({', '.join(signature.parameters)})" if signature.parameters else "no arguments"


def mistake_at(code: Code, location: Location, message: str, hint: str) -> ModelError:
    return ModelError(message, hint=hint, location=location, code=code)


def scope_of(source: Source, model: Any, known: Iterable[tuple[str, Any]]) -> Scope:
    """The names that a function starts with: its module's, its model and its arguments."""
    scope = source.namespace()
    if "__class__" in scope:
        defining = scope["__class__"]
        scope["super"] = lambda: super(defining, model)
    scope[source.arguments[0]] = model
    scope.update(known)
    return scope
