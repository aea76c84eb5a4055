"""`prove`: claims for every number of processes and values, with a certificate that two solvers have checked.

First every claim is asked of a small scope: a violation there is a real one, and is shown. What holds there is proved
by an inductive invariant over any number of members. The proof is checked again, from the lowered model on, before
anybody hears of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from raceproof.checker.check import Prepared, prepare, run
from raceproof.checker.errors import ModelError, UsageError
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model, actions, domains, processes
from raceproof.checker.language.scope import AnySize, DomainType, Scope
from raceproof.checker.limits import LimitReached, Limits, memory_bytes
from raceproof.checker.lowering.claims import lower_all
from raceproof.checker.results import versions
from raceproof.checker.symbolic.certificate import Certificate, CertificateRefused, decode_lemma, encode, lemma_entry
from raceproof.checker.symbolic.discharging import Failure, failures
from raceproof.checker.symbolic.obligations import PROVABLE, Obligation
from raceproof.checker.symbolic.parametric import Invariant, Search
from raceproof.checker.system.fingerprint import fingerprint
from raceproof.checker.system.transition import ClaimKind, Property, TransitionSystem
from raceproof.checker.verdict import FaultFound, Proved, Statistics, Undecided, Verdict

SMALL_PROCESSES, SMALL_ORDINALS = 2, 3
"""The sizes of open domains in the scope that is explored to find lemmas."""

MILLISECONDS = 10_000
"""What a solver may take for one question."""

NAME = "parametric"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """A model of any number of members of its open domains, lowered once."""

    model: Model
    scope: AnySize
    system: TransitionSystem
    properties: tuple[Property, ...]

    @property
    def names(self) -> list[str]:
        """The open domains."""
        return sorted(domain.__name__ for domain in self.scope.open)

    @property
    def closed_sizes(self) -> dict[str, int]:
        """The sizes of the others."""
        return {name: size for name, size in sorted(self.system.scope.items()) if size is not None}

    def small(self) -> dict[str, int]:
        """A small size for every open domain."""
        found = {}
        for domain in self.scope.open:
            found[domain.__name__] = SMALL_PROCESSES if domain.interchangeable else SMALL_ORDINALS
        return found


def open_domains(model: Model, sizes: Iterable[str]) -> frozenset[DomainType]:
    """The domains that may have any number of members: those that somebody who acts is one of, and the ordinals,
    unless they have a size here, or none by default."""
    known, given = domains(model), set(sizes)
    members = (*processes(model).values(), *actions(model).values())
    keys = {domain for member in members for domain in member.each if isinstance(domain, DomainType)}
    return frozenset(
        domain
        for name, domain in known.items()
        if name not in given and domain.default_size != 0 and (domain in keys or not domain.interchangeable)
    )


def open_model(model: Model, claims: Sequence[Claim], sizes: Mapping[str, int]) -> Opened:
    """Lower a model for any number of members. Raises ModelError where something in it needs to know how many."""
    scope = AnySize(Scope.named(sizes, domains(model)).sizes, open_domains(model, sizes))
    if not scope.open:
        raise UsageError("every domain has a size here: nothing is left open to prove")
    lowered, properties = lower_all(model, scope, tuple(claims))
    return Opened(model, scope, lowered.system, properties)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `prove` has found: a verdict for each claim, the model they are about, the invariant, if there is one."""

    prepared: Prepared
    verdicts: tuple[Verdict, ...]
    opened: Opened | None = None
    invariant: Invariant | None = None


def prove(
    model: Model,
    claims: Sequence[Claim],
    *,
    name: str,
    variant: str,
    sizes: Mapping[str, int] | None = None,
    limits: Limits | None = None,
    tell: Tell = lambda text: None,
) -> Outcome:
    """Prove claims for every number of members of the open domains; `sizes` are those of the others. `name` and
    `variant` say in the certificate how to find the model again. Raises ModelError, UsageError."""
    sizes, limits = dict(sizes or {}), limits or Limits()
    started = time.perf_counter()
    tell("searching a small scope")
    prepared = prepare(model, claims, sizes)
    first = run(prepared, "explicit", limits=limits)
    verdicts: dict[int, Verdict] = {n: v for n, v in enumerate(first) if not v.holds}
    asked = [n for n in range(len(first)) if n not in verdicts and claims[n].kind in PROVABLE]
    for number in range(len(first)):
        if number not in verdicts and number not in asked:
            why = f"holds in this scope; {_KIND[claims[number].kind]} is not proved for every size yet"
            verdicts[number] = Undecided(first[number].claim, first[number].scope, first[number].statistics, why)
    opened: Opened | None = None
    invariant: Invariant | None = None
    while asked:
        try:
            opened = open_model(model, [claims[n] for n in asked], sizes)
            verdicts |= (found := _Proof(opened, name, variant, limits, tell, started)).run(asked)
        except ModelError as error:
            why = f"holds in this scope, and cannot be lowered for any number: {error.message}"
            for number in asked:
                verdicts[number] = Undecided(first[number].claim, first[number].scope, first[number].statistics, why)
            break
        proved, invariant = [n for n in asked if isinstance(verdicts[n], Proved)], found.invariant
        if not invariant or _is_about(open_model(model, [claims[n] for n in proved], sizes), opened, invariant):
            break
        asked, invariant = proved, None  # without the other claims it is another system: they ask for more of its state
    return Outcome(prepared, tuple(verdicts[number] for number in range(len(first))), opened, invariant)


def _is_about(again: Opened, opened: Opened, invariant: Invariant) -> bool:
    """Whether a certificate of the claims that are proved alone is about the system that the proof is of."""
    return fingerprint(again.system, again.properties) == fingerprint(opened.system, invariant.claims)


_KIND = {
    ClaimKind.REACHABLE: "that something is reachable",
    ClaimKind.RECOVERABLE: "recoverability",
    ClaimKind.DEADLOCK: "that there is no deadlock",
}


@dataclass
class _Proof:
    opened: Opened
    name: str
    variant: str
    limits: Limits
    tell: Tell
    started: float
    invariant: Invariant | None = None

    def run(self, asked: Sequence[int]) -> dict[int, Verdict]:
        """Verdicts for the claims with these numbers, which are those that were lowered."""
        properties = self.opened.properties
        invariant: Invariant | None = None
        why = "no invariant was found among the candidate lemmas"
        try:
            search = Search(
                self.opened.system,
                properties,
                self.opened.small() | self.opened.closed_sizes,
                self.limits,
                self._look,
                self.tell,
            )
            invariant = search.run()
            if invariant:
                self.tell("checking the proof with two solvers")
                wrong = next(self._failures(invariant), None)
                if wrong:
                    why, invariant = f"{wrong.solver} says {wrong.answer.value} of: {wrong.name}", None
        except LimitReached as limit:
            why, invariant = limit.why, None
        except FaultFound as fault:
            why, invariant = f"holds in this scope; with a last member for each Ordinal, {fault}", None
        except KeyboardInterrupt:
            why, invariant = "interrupted", None
        text = encode(certificate(self.opened, invariant, self.name, self.variant)).decode() if invariant else ""
        verdicts: dict[int, Verdict] = {}
        for number, claim in zip(asked, properties, strict=True):
            common = (claim, self.opened.system.scope, self._statistics())
            proved = invariant is not None and claim in invariant.claims
            verdicts[number] = Proved(*common, text) if proved else Undecided(*common, why)
        self.invariant = invariant
        return verdicts

    def _failures(self, invariant: Invariant) -> Iterator[Failure]:
        return failures(self.opened.system, self._watched(invariant), MILLISECONDS)

    def _watched(self, invariant: Invariant) -> Iterator[Obligation]:
        for obligation in invariant.obligations(self.opened.system):
            self._look()
            yield obligation

    def _look(self) -> int:
        """Raises LimitReached; how many milliseconds a solver may take now."""
        left = MILLISECONDS
        if self.limits.max_seconds is not None:
            rest = self.limits.max_seconds - (time.perf_counter() - self.started)
            if rest <= 0:
                raise LimitReached(f"more than {self.limits.max_seconds:g} seconds")
            left = min(left, max(int(rest * 1000), 1))
        if self.limits.max_memory_bytes is not None and memory_bytes() > self.limits.max_memory_bytes:
            raise LimitReached(f"more than {self.limits.max_memory_bytes / 2**20:,.0f} MiB of memory")
        return left

    def _statistics(self) -> Statistics:
        return Statistics(NAME, 0, 0, 0, time.perf_counter() - self.started, memory_bytes(), frozenset())


def certificate(opened: Opened, invariant: Invariant, name: str, variant: str) -> Certificate:
    """What the proof rests on."""
    return Certificate(
        1,
        versions()["raceproof"],
        name,
        variant,
        opened.closed_sizes,
        opened.names,
        fingerprint(opened.system, invariant.claims),
        [claim.name for claim in invariant.claims],
        [lemma_entry(lemma) for lemma in invariant.lemmas],
        [obligation.name for obligation in invariant.obligations(opened.system)],
    ).sealed


def recheck(given: Certificate, model: Model, claims: Sequence[Claim]) -> int:
    """Check a certificate: lower its model anew, build every obligation anew, ask both solvers. Returns how many there
    were. Raises CertificateRefused."""
    opened = open_model(model, claims, given.scope)
    if opened.names != given.open or opened.closed_sizes != given.scope:
        raise CertificateRefused("the certificate is about other domains than the model has")
    if fingerprint(opened.system, opened.properties) != given.system:
        raise CertificateRefused(
            "the certificate is of another model: since it was made the model, a claim or the way in "
            "which they are lowered has changed"
        )
    wrong = [claim.name for claim in opened.properties if claim.kind not in PROVABLE]
    if wrong:
        raise CertificateRefused(f"an invariant cannot prove {wrong[0]}")
    lemmas = tuple(decode_lemma(entry, opened.system) for entry in given.lemmas)
    invariant = Invariant(lemmas, opened.properties)
    obligations = invariant.obligations(opened.system)
    if [obligation.name for obligation in obligations] != given.obligations:
        raise CertificateRefused("the obligations are not those that the lemmas and claims lead to")
    for failure in failures(opened.system, obligations, MILLISECONDS):
        raise CertificateRefused(f"{failure.solver} says {failure.answer.value} of: {failure.name}")
    return len(obligations)
