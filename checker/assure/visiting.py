"""Visits: one scope, explored by one engine or by several, whose answers are compared.

Which engines can explore a scope depends on its size: the author's own Python a few thousand states, the portable
engine some ten thousand, machine code as many as the budget allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from raceproof.checker.assure.agreement import Answer, Book, Counts, fact_of
from raceproof.checker.assure.branches import Branch, branches
from raceproof.checker.assure.engines import (
    ALL_REDUCTIONS,
    PLAIN,
    REDUCED,
    Ask,
    EngineName,
    Interrupted,
    was_interrupted,
)
from raceproof.checker.assure.scopes import Sizes
from raceproof.checker.check import BrokenModel, Prepared, prepare
from raceproof.checker.errors import Code, InternalError, ModelError, UsageError
from raceproof.checker.language.claims import EVERY_STATE, Claim
from raceproof.checker.language.model import Model
from raceproof.checker.limits import Limits
from raceproof.checker.options import Options
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.verdict import FaultFound, HoldsInScope, Undecided, Verdict

PORTABLE_STATES = 100_000
"""What Python explores in about a second."""

QUICK_STATES = 20_000
"""Up to here Python is done before machine code has been compiled."""

ORACLE_STATES, QUICK_ORACLE_STATES = 2_000, 120
"""What the author's generators explore in a few seconds, and in a fraction of one."""

PLAIN_STATES = 500_000
"""States of a reduced search that is done once more without reductions."""

Command = Callable[[EngineName, str | None, Sizes, Options, int], str]
"""The command line that asks an engine about a claim, or about all of them, in a scope."""


class Unconfirmed(Exception):
    """Python does not confirm what an engine has found."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One scope: the verdict on each claim by name, what was counted, and who has explored it.

    `states` is the number of all states where it is known (`reduced` is false), else of those that reductions leave;
    `searched` is what the first engine had to search. `why` says what kept the search from the end. `taken` are the
    branches that happened, of those that are `possible` in the source. `commands` check one claim each in this scope.
    """

    scope: Sizes
    verdicts: Mapping[str, Verdict]
    states: int
    transitions: int
    depth: int
    searched: int
    reduced: bool
    exhausted: bool
    why: str
    taken: frozenset[Branch]
    possible: frozenset[Branch]
    engines: tuple[str, ...]
    commands: Mapping[str, str]


@dataclass(slots=True)
class Visitor:
    """Explores scopes and enters what each engine says in the book. `errors` has the scopes that cannot be explored,
    and why."""

    model: Model
    claims: Sequence[Claim]
    book: Book
    ask: Ask
    command: Command
    errors: dict[Sizes, Exception] = field(default_factory=dict)
    no_native: str = ""

    @property
    def wrong(self) -> dict[Sizes, str]:
        """Why scopes could not be explored, in one line."""
        return {scope: str(error).partition("\n")[0] for scope, error in self.errors.items()}

    def prepare(self, scope: Sizes) -> Prepared:
        return prepare(self.model, (*self.claims, EVERY_STATE), dict(scope))

    def quick(self, scope: Sizes, limits: Limits) -> Visit | None:
        """Explore a small scope by Python, and a very small one by the author's own too; None where the model cannot be
        explored in it, which is noted."""
        return self._noting(scope, lambda: self._quick(scope, limits))

    def thorough(self, scope: Sizes, limits: Limits, *, everything: bool = True) -> Visit | None:
        """Explore a scope by machine code, with and without reductions, and by Python; with `everything` also with all
        reductions, and by the author's own Python. None where the model cannot be explored in it, which is noted."""
        return self._noting(scope, lambda: self._thorough(scope, limits, everything))

    def _noting(self, scope: Sizes, explore: Callable[[], Visit]) -> Visit | None:
        try:
            return explore()
        except (ModelError, UsageError, Unconfirmed) as error:
            self.errors[scope] = error
            return None

    def _quick(self, scope: Sizes, limits: Limits) -> Visit:
        prepared = self.prepare(scope)
        most = QUICK_STATES if limits.max_states is None else min(limits.max_states, QUICK_STATES)
        visit = self._explored("portable", prepared, scope, replace(limits, max_states=most), PLAIN)
        if not visit.exhausted:
            return self._explored(self._first, prepared, scope, limits, REDUCED)
        if visit.states <= QUICK_ORACLE_STATES:
            visit = self._confirmed(visit, "oracle", prepared, limits, PLAIN)
        return visit

    @property
    def _first(self) -> EngineName:
        return "portable" if self.no_native else "native"

    def _thorough(self, scope: Sizes, limits: Limits, everything: bool) -> Visit:
        prepared = self.prepare(scope)
        try:
            visit = self._explored(self._first, prepared, scope, limits, REDUCED)
        except UsageError as error:
            if "native engine" not in str(error):
                raise
            self.no_native = str(error)
            visit = self._explored(self._first, prepared, scope, limits, REDUCED)
        if not visit.exhausted:
            return visit
        if visit.reduced and visit.states <= PLAIN_STATES:
            plain = self._confirmed(visit, self._first, prepared, limits, PLAIN)
            visit = plain if not plain.reduced else visit
        if everything and visit.states <= PLAIN_STATES and not self.no_native:
            visit = self._confirmed(visit, "native", prepared, limits, ALL_REDUCTIONS)
        if visit.states <= PORTABLE_STATES and not self.no_native:
            visit = self._confirmed(visit, "portable", prepared, replace(limits, max_states=PORTABLE_STATES), PLAIN)
        if everything and visit.states <= ORACLE_STATES and not visit.reduced:
            visit = self._confirmed(visit, "oracle", prepared, limits, PLAIN)
        return visit

    def _confirmed(
        self, visit: Visit, engine: EngineName, prepared: Prepared, limits: Limits, options: Options
    ) -> Visit:
        """The visit, with another search of the same scope: its engine, and its counts where only it has all states.
        What contradicts it is in the book."""
        if engine in ("oracle", "bounded") and endless_domains(prepared.lowered.system):
            return visit
        try:
            again = self._explored(engine, prepared, visit.scope, limits, options)
        except (ModelError, UsageError, Unconfirmed):
            return visit
        if not again.exhausted:
            return visit
        engines = tuple(dict.fromkeys((*visit.engines, *again.engines)))
        better = replace(visit, engines=engines)
        if visit.reduced and not again.reduced:
            counts = (again.states, again.transitions, again.depth)
            better = replace(better, states=counts[0], transitions=counts[1], depth=counts[2], reduced=False)
        return better

    def _explored(
        self, engine: EngineName, prepared: Prepared, scope: Sizes, limits: Limits, options: Options
    ) -> Visit:
        """One search by one engine. Raises ModelError, UsageError; what an engine says is entered in the book."""
        *verdicts, every = self.asked(engine, prepared, scope, limits, options)
        counted, system = every.statistics, prepared.lowered.system
        exhausted = isinstance(every, HoldsInScope)
        taken = branches(system, counted.fired)
        reduced = tuple(name for name in counted.reductions if not name.startswith("ranks of "))
        if exhausted and not reduced:
            named = frozenset(branch.text for branch in taken)
            counts = Counts(counted.states, counted.transitions, counted.depth, named)
            command = self.command(engine, None, scope, options, 0)
            self.book.enter(Answer(counted.engine, scope, command, counts=counts))
        return Visit(
            scope,
            {verdict.claim.name: verdict for verdict in verdicts},
            counted.states,
            counted.transitions,
            counted.depth,
            counted.states,
            bool(reduced),
            exhausted,
            every.why if isinstance(every, Undecided) else "",
            taken,
            branches(system, range(len(system.commands))),
            (counted.engine,) if exhausted else (),
            {v.claim.name: self.command("explicit", v.claim.name, scope, REDUCED, 0) for v in verdicts},
        )

    def asked(
        self,
        engine: EngineName,
        prepared: Prepared,
        scope: Sizes,
        limits: Limits,
        options: Options = REDUCED,
        depth: int = 0,
    ) -> tuple[Verdict, ...]:
        """The verdicts of one engine, entered in the book. Raises ModelError, UsageError, Interrupted; an engine whose
        path Python does not confirm disagrees with Python, and raises Unconfirmed."""
        command = self.command(engine, None, scope, options, depth)
        try:
            verdicts = self.ask(engine, prepared, limits, options, depth)
        except (BrokenModel, FaultFound) as error:
            message = f"the model itself goes wrong: {str(error).partition(chr(10))[0]}"
            self.book.enter(Answer(engine, scope, command, wrong=message))
            raise error if isinstance(error, ModelError) else ModelError(message, code=Code.EXCEPTION) from error
        except InternalError as error:
            self.book.refuse(Answer(engine, scope, command, wrong=str(error)))
            raise Unconfirmed(f"{engine}: {error}") from error
        if was_interrupted(verdicts):
            raise Interrupted
        for verdict in verdicts:
            name = verdict.claim.name
            if name != EVERY_STATE.name:
                line = self.command(engine, name, scope, options, depth)
                self.book.enter(
                    Answer(verdict.statistics.engine, scope, line, name, verdict.claim.kind, fact_of(verdict))
                )
        return verdicts
