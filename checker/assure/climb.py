"""The climb: every claim, from the smallest scope that shows anything to a proof for every size.

On each rung the answers of all engines that can stand on it are entered in one book, which compares them; a claim stops
where it is violated. The rungs: the smallest scope that exercises what the default scope does; the smallest scope that
violates; scopes that grow by one member at a time, searched to their end; runs of bounded depth; proofs in the default
scope by k-induction and property-directed reachability; a proof for every size. (The small-scope hypothesis: Jackson,
"Software Abstractions", 2006.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from raceproof.checker.assure.agreement import Answer, Book, Fact, fact_of
from raceproof.checker.assure.budget import Budget, Part
from raceproof.checker.assure.engines import REDUCED, Ask, EngineName, Interrupted
from raceproof.checker.assure.rungs import Assurance, Depth, Rung
from raceproof.checker.assure.scopes import Growth, Sizes, Space
from raceproof.checker.assure.standing import assurance
from raceproof.checker.assure.visiting import Command, Unconfirmed, Visit, Visitor
from raceproof.checker.check import Prepared
from raceproof.checker.errors import InternalError, ModelError, UsageError
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model
from raceproof.checker.limits import Limits
from raceproof.checker.prove import IN_SCOPE_ONLY, Outcome
from raceproof.checker.symbolic.obligations import PROVABLE
from raceproof.checker.system.ordinals import endless_domains
from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.verdict import HoldsInScope, Proved, Undecided, Verdict, Violated

MOST_DEPTH = 100
"""How deep the bounded engine looks where the depth of the default scope is not known."""

Tell = Callable[[str, Sizes | None], None]
"""Is told which rung is being climbed, and in which scope."""

Prove = Callable[[Sequence[Claim], Limits], Outcome]
"""Proves claims for every size. Raises ModelError, UsageError."""


@dataclass(slots=True)
class Climb:
    """One climb. `prove` is asked for proofs for every size, None where nothing is of any size; `ask` asks the other
    engines."""

    model: Model
    claims: tuple[Claim, ...]
    space: Space
    budget: Budget
    command: Command
    prove: Prove | None
    tell: Tell
    ask: Ask
    book: Book = field(default_factory=Book)
    visits: dict[Sizes, Visit] = field(default_factory=dict)
    visitor: Visitor = field(init=False)
    exercised: Visit | None = None
    depths: dict[str, Depth] = field(default_factory=dict)
    proved_here: dict[str, tuple[str, ...]] = field(default_factory=dict)
    proofs: dict[str, Proved] = field(default_factory=dict)
    opened: tuple[str, ...] = ()
    closed: Mapping[str, int] = field(default_factory=dict)
    missed: dict[tuple[str, Rung], str] = field(default_factory=dict)
    interrupted: bool = False

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.model, self.claims, self.book, self.ask, self.command)

    def run(self) -> Assurance:
        """Climb. Raises ModelError and UsageError where the default scope cannot be explored at all."""
        try:
            self._default()
            self._smaller()
            self._grow()
            self._confirm()
            self._here()
            self._for_every_size()
        except (Interrupted, KeyboardInterrupt):
            self.interrupted = True
        return assurance(self)

    def _default(self) -> None:
        self.tell("the default scope", self.space.default)
        visit = self.visitor.thorough(self.space.default, self.budget.limits(Part.DEFAULT))
        if visit is None:
            if not self.book.disagreements:
                raise self.visitor.errors[self.space.default]
            return
        self.visits[visit.scope] = visit

    def _smaller(self) -> None:
        """Smaller scopes, smallest first: all within the default one; others while something is looked for."""
        default = self.visits.get(self.space.default)
        if default is None:
            return
        wanted = {claim.name for claim in self.claims if self._has_event(default, claim.name)}
        for scope in self.space.before(self.space.default):
            if not (wanted or self.exercised is None or self.space.is_within_default(scope)):
                continue
            if self.budget.is_spent(Part.SMALLER):
                break
            self.tell("smaller scopes", scope)
            visit = self.visitor.quick(scope, self.budget.limits(Part.SMALLER))
            if visit is None:
                continue
            self.visits[scope] = visit
            wanted -= {name for name in wanted if self._has_event(visit, name)}
            if self.exercised is None and visit.exhausted and visit.taken >= default.taken:
                self.exercised = visit
        if self.exercised is None and default.exhausted:
            self.exercised = default

    def _has_event(self, visit: Visit, name: str) -> bool:
        """Whether a claim is violated in a scope, or reached if that is what it asks for."""
        verdict = visit.verdicts[name]
        return fact_of(verdict).event is True

    def event(self, name: str) -> Visit | None:
        """The smallest scope explored that has what a claim looks for."""
        found = [visit for visit in self.visits.values() if self._has_event(visit, name)]
        return min(found, key=lambda visit: (self.space.members(visit.scope), visit.scope), default=None)

    def _grow(self) -> None:
        """Larger scopes, those with the fewest states first."""
        default = self.visits.get(self.space.default)
        if default is None or not default.exhausted:
            return
        growth = Growth(self.space)
        for visit in self.visits.values():
            if visit.exhausted:
                growth.note(visit.scope, visit.searched)
        while self._standing_claims() and (scope := growth.next()) and not self.budget.is_spent(Part.GROW):
            self.tell("larger scopes", scope)
            found = self.visitor.thorough(scope, self.budget.limits(Part.GROW), everything=False)
            if found is None:
                continue
            self.visits[scope] = found
            if found.exhausted:
                growth.note(scope, found.searched)

    def _confirm(self) -> None:
        """The scopes that the smallest failures rest on, and the exercise, again by every engine there is."""
        events = {visit.scope: visit for claim in self.claims if (visit := self.event(claim.name))}
        if self.exercised:
            events.setdefault(self.exercised.scope, self.exercised)
        for scope in sorted(events, key=lambda scope: (self.space.members(scope), scope)):
            if self.budget.is_spent(Part.CONFIRM):
                return
            self.tell("every engine, in", scope)
            if scope != self.space.default:
                again = self.visitor.thorough(scope, self.budget.limits(Part.CONFIRM))
                if again and again.exhausted:
                    self.visits[scope] = again
                    if self.exercised and self.exercised.scope == scope:
                        self.exercised = again
            lengths = [fact_of(verdict).nearest or 0 for verdict in self.visits[scope].verdicts.values()]
            if scope != self.space.default and any(lengths):
                self._asked("bounded", self._without_every(scope), scope, Part.CONFIRM, max(lengths))

    def _without_every(self, scope: Sizes) -> Prepared:
        prepared = self.visitor.prepare(scope)
        return replace(prepared, claims=prepared.claims[:-1], properties=prepared.properties[:-1])

    def _asked(
        self, engine: EngineName, prepared: Prepared, scope: Sizes, part: Part, depth: int = 0
    ) -> tuple[Verdict, ...]:
        """What an engine says, nothing where it cannot be asked."""
        if endless_domains(prepared.lowered.system) or not prepared.claims:
            return ()
        try:
            verdicts = self.visitor.asked(engine, prepared, scope, self.budget.limits(part), REDUCED, depth)
        except (ModelError, UsageError, Unconfirmed):
            return ()
        for verdict in verdicts:
            self._take_over(scope, verdict)
        return verdicts

    def _take_over(self, scope: Sizes, verdict: Verdict) -> None:
        """What an engine has found counts, also where the search of every state did not come so far."""
        visit, name = self.visits[scope], verdict.claim.name
        if isinstance(visit.verdicts[name], Undecided) and fact_of(verdict).event:
            self.visits[scope] = replace(visit, verdicts={**visit.verdicts, name: verdict})

    def _standing_claims(self) -> list[Claim]:
        """The claims that no scope violates, and that do not only ask for something to be reached."""
        return [c for c in self.claims if c.kind is not ClaimKind.REACHABLE and self.event(c.name) is None]

    def _here(self) -> None:
        """Bounded depth and proofs, in the default scope."""
        scope, default = self.space.default, self.visits.get(self.space.default)
        if default is None:
            return
        prepared = self._without_every(scope)
        for domain in endless_domains(prepared.lowered.system):
            for claim in self.claims:
                for rung in (Rung.BOUNDED, Rung.PROVED_HERE):
                    self.missed[claim.name, rung] = f"{domain.name} has no last member, which the solvers need"
            return
        self.tell("bounded depth", scope)
        depth = default.depth if default.exhausted else MOST_DEPTH
        for verdict in self._asked("bounded", prepared, scope, Part.BOUNDED, depth):
            fact = fact_of(verdict)
            if fact.event is False or fact.none_within >= 0:
                steps = verdict.statistics.depth if fact.event is False else fact.none_within
                self.depths[verdict.claim.name] = Depth(steps, verdict.statistics.engine)
        engines: tuple[tuple[EngineName, Part], ...] = (("induction", Part.INDUCTION), ("pdr", Part.PDR))
        for engine, part in engines:
            self.tell({"induction": "k-induction", "pdr": "property-directed reachability"}[engine], scope)
            standing = [c for c in self._standing_claims() if c.kind is not ClaimKind.RECOVERABLE]
            self._proved_here(engine, part, _only(prepared, standing), scope)

    def _proved_here(self, engine: EngineName, part: Part, prepared: Prepared, scope: Sizes) -> None:
        for verdict in self._asked(engine, prepared, scope, part):
            name = verdict.claim.name
            if isinstance(verdict, HoldsInScope):
                self.proved_here[name] = (*self.proved_here.get(name, ()), engine)
            elif isinstance(verdict, Undecided):
                why = self.missed.get((name, Rung.PROVED_HERE))
                self.missed[name, Rung.PROVED_HERE] = f"{f'{why}; ' if why else ''}{engine}: {verdict.why}"

    def _for_every_size(self) -> None:
        asked = [c for c in self._standing_claims() if c.kind in PROVABLE]
        if self.prove is None or not asked or self.space.default not in self.visits:
            return
        self.tell("proofs for every size", None)
        try:
            found = self.prove(asked, self.budget.limits(Part.PROVE))
        except (ModelError, UsageError) as error:
            for claim in asked:
                self.missed[claim.name, Rung.PROVED] = str(error).partition("\n")[0]
            return
        except InternalError as error:
            command = self.command("parametric", None, (), REDUCED, 0)
            self.book.refuse(Answer("parametric", self.space.default, command, wrong=str(error)))
            return
        if found.opened:
            self.opened, self.closed = tuple(found.opened.names), found.opened.closed_sizes
        for verdict in found.verdicts:
            self._for_this(verdict)

    def _for_this(self, verdict: Verdict) -> None:
        name = verdict.claim.name
        closed = tuple(sorted(self.closed.items()))
        command = self.command("parametric", name, closed, REDUCED, 0)
        if isinstance(verdict, Proved):
            self.proofs[name] = verdict
            self.book.enter(Answer("parametric", closed, command, name, verdict.claim.kind, Fact(False), open=True))
        elif isinstance(verdict, Undecided):
            if verdict.interrupted:
                raise Interrupted
            self.missed[name, Rung.PROVED] = verdict.why.removeprefix(f"{IN_SCOPE_ONLY}: ")
        elif isinstance(verdict, Violated):
            self.book.enter(Answer("explicit", self.space.default, command, name, verdict.claim.kind, fact_of(verdict)))


def _only(prepared: Prepared, claims: Sequence[Claim]) -> Prepared:
    """A prepared model with some of its claims."""
    pairs = [(c, p) for c, p in zip(prepared.claims, prepared.properties, strict=True) if c in claims]
    return replace(prepared, claims=tuple(c for c, _ in pairs), properties=tuple(p for _, p in pairs))
