"""`prove`: claims for every number of processes and values, with a certificate that two solvers have checked.

First every claim is asked of a small scope: a violation there is a real one, and is shown. What holds there is proved
by an inductive invariant over any number of members, with the help of the author's lemmas. The proof is checked again,
from the lowered model on, before anybody hears of it. Where nothing is left open, or another method is asked for, the
proof is of one scope.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from raceproof.checker.check import Prepared, prepare, run
from raceproof.checker.errors import Code, ModelError, UsageError, did_you_mean
from raceproof.checker.in_scope import prove_in_scope
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.model import Model
from raceproof.checker.language.scope import UNBOUNDED
from raceproof.checker.limits import LimitReached, Limits, memory_bytes
from raceproof.checker.opened import Opened, open_domains, open_model
from raceproof.checker.recheck import certificate
from raceproof.checker.symbolic.certificate import encode
from raceproof.checker.symbolic.discharging import MILLISECONDS, Failure, failures
from raceproof.checker.symbolic.invariant import Invariant
from raceproof.checker.symbolic.obligations import PROVABLE, Obligation
from raceproof.checker.symbolic.obstacle import Obstacle
from raceproof.checker.symbolic.parametric import Search
from raceproof.checker.system.fingerprint import fingerprint
from raceproof.checker.system.transition import ClaimKind
from raceproof.checker.verdict import INTERRUPTED, FaultFound, Proved, Statistics, Undecided, Verdict

if TYPE_CHECKING:
    from raceproof.checker.symbolic.houdini import Look
    from raceproof.checker.symbolic.words.python import Written

NAME = "parametric"

IN_SCOPE_ONLY = "holds in the usual scope, not proved for every size"
"""What is known of a claim without an invariant; why there is none follows."""

NOT_USED = "not used: the proof does without it, or it does not follow from itself and the rest"
"""What is known of a lemma that no invariant uses."""

Method = Literal["auto", "parametric", "pdr", "induction"]
METHODS: tuple[str, ...] = get_args(Method)

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `prove` has found: a verdict for each claim, the model they are about, the invariant, if there is one, and
    why claims are not inductive that are not proved. `lemmas` has the verdicts of the author's lemmas: proved where the
    invariant uses them, undecided where it can do without."""

    prepared: Prepared
    verdicts: tuple[Verdict, ...]
    opened: Opened | None = None
    invariant: Invariant | None = None
    obstacles: tuple[Obstacle, ...] = ()
    lemmas: tuple[Verdict, ...] = ()

    def python(self, width: int = 88) -> str:
        """The invariant besides the claims, as lemmas to paste into a file of claims; nothing where there is none.
        Raises Unsayable where the language has no words for it."""
        if self.invariant is None:
            return ""
        taken = {verdict.claim.name for verdict in (*self.verdicts, *self.lemmas)}
        written = self.written(taken, width, lambda: MILLISECONDS)
        return "\n".join(written.lines()) if written.lemmas else ""

    def written(self, taken: Iterable[str], width: int, look: Look) -> Written:
        """The same, of an invariant that there is; `taken` are names that no lemma may have. Raises Unsayable."""
        from raceproof.checker.symbolic.words.python import write
        from raceproof.checker.symbolic.words.telling import worth_telling

        assert self.opened is not None
        assert self.invariant is not None
        clauses = worth_telling(self.opened.system, self.invariant, look)
        return write(self.opened.model, self.opened.lowered, clauses, taken, width)


def prove(
    model: Model,
    claims: Sequence[Claim],
    *,
    lemmas: Sequence[Claim] = (),
    name: str,
    variant: str,
    sizes: Mapping[str, float] | None = None,
    method: Method = "auto",
    limits: Limits | None = None,
    tell: Tell = lambda text: None,
    interrupted: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Prove claims for every number of members of the open domains; `sizes` are those of the others.

    `method` "parametric" insists on every size, and "auto" is the same unless nothing is open; "induction" (k-induction
    with simple paths) and "pdr" (property-directed reachability) are about one scope, in which Ordinals may be
    unbounded for "pdr"; they make no use of `lemmas`. `name` and `variant` say in the certificate how to find the model
    again. `interrupted` says whether to stop, also where a solver has lost the KeyboardInterrupt. Raises ModelError,
    UsageError, BrokenModel.
    """
    if method not in METHODS:
        raise UsageError(f"there is no method {method!r}; {did_you_mean(method, METHODS)}", code=Code.ENGINE)
    limits, sizes = limits or Limits(), dict(sizes or {})
    fixed = {name: int(size) for name, size in sizes.items() if size != UNBOUNDED}
    if method == "parametric" or (method == "auto" and open_domains(model, fixed)):
        return _for_every_size(model, claims, lemmas, name, variant, fixed, limits, tell, interrupted)
    prepared = prepare(model, claims, sizes)
    return Outcome(prepared, prove_in_scope(prepared, method, limits, tell))


def _for_every_size(
    model: Model,
    claims: Sequence[Claim],
    lemmas: Sequence[Claim],
    name: str,
    variant: str,
    sizes: dict[str, int],
    limits: Limits,
    tell: Tell,
    interrupted: Callable[[], bool],
) -> Outcome:
    started = time.perf_counter()
    tell("searching a small scope")
    written = (*claims, *lemmas)
    prepared = prepare(model, written, sizes)
    first = run(prepared, "explicit", limits=limits)
    verdicts: dict[int, Verdict] = {n: v for n, v in enumerate(first) if not v.holds}
    asked = [n for n in range(len(first)) if n not in verdicts and written[n].kind in PROVABLE]
    for number in range(len(first)):
        if written[number].kind is ClaimKind.REACHABLE:
            verdicts[number] = first[number]  # a witness of one size is a witness
        elif number not in verdicts and number not in asked:
            why = f"{IN_SCOPE_ONLY}: {_KIND[written[number].kind]} cannot be yet"
            verdicts[number] = Undecided(first[number].claim, first[number].scope, first[number].statistics, why)
    opened: Opened | None = None
    invariant: Invariant | None = None
    obstacles: tuple[Obstacle, ...] = ()
    while any(number < len(claims) for number in asked):
        about = [number for number in asked if number < len(claims)]
        try:
            opened = open_model(model, [written[n] for n in asked], sizes)
            found = _Proof(opened, len(about), name, variant, limits, tell, interrupted, started)
            verdicts |= found.run(asked)
        except ModelError as error:
            helping = asked[len(about) :]  # it may be a lemma that needs to know a size
            wrong = [n for n in helping if not _can_open(model, [*(written[a] for a in about), written[n]], sizes)]
            for number in wrong or helping or about:
                told = f" (raceproof explain {error.code})" if error.code else ""
                why = f"{IN_SCOPE_ONLY}: {error.message}{told}"
                verdicts[number] = Undecided(first[number].claim, first[number].scope, first[number].statistics, why)
            asked = [number for number in asked if number not in (wrong or helping or about)]
            continue
        obstacles += found.obstacles
        proved, invariant = [n for n in asked if isinstance(verdicts[n], Proved)], found.invariant
        if not invariant or _is_about(open_model(model, [written[n] for n in proved], sizes), opened, invariant):
            break
        asked, invariant = proved, None  # without the other claims it is another system: they ask for more of its state
    every = [verdicts[number] for number in range(len(first))]
    return Outcome(prepared, tuple(every[: len(claims)]), opened, invariant, obstacles, tuple(every[len(claims) :]))


def _can_open(model: Model, claims: Sequence[Claim], sizes: Mapping[str, int]) -> bool:
    """Whether claims can be lowered for any number of members."""
    try:
        open_model(model, claims, sizes)
    except ModelError:
        return False
    return True


def _is_about(again: Opened, opened: Opened, invariant: Invariant) -> bool:
    """Whether a certificate of the claims that are proved alone is about the system that the proof is of."""
    return fingerprint(again.system, again.properties) == fingerprint(opened.system, invariant.claims)


_KIND = {
    ClaimKind.RECOVERABLE: "recoverability",
    ClaimKind.DEADLOCK: "that there is no deadlock",
}


@dataclass
class _Proof:
    """One attempt; of the properties that were lowered the first `claims` are to be proved, the others to help."""

    opened: Opened
    claims: int
    name: str
    variant: str
    limits: Limits
    tell: Tell
    interrupted: Callable[[], bool]
    started: float
    invariant: Invariant | None = None
    obstacles: tuple[Obstacle, ...] = ()

    def run(self, asked: Sequence[int]) -> dict[int, Verdict]:
        """Verdicts for the claims with these numbers, which are those that were lowered."""
        properties = self.opened.properties
        invariant: Invariant | None = None
        why = "no invariant was found among the candidate lemmas"
        try:
            search = Search(
                self.opened.system,
                properties[: self.claims],
                self.opened.small() | self.opened.closed_sizes,
                self.limits,
                self._look,
                self.tell,
                properties[self.claims :],
            )
            invariant = search.run()
            if invariant:
                self.tell("checking the proof with two solvers")
                wrong = next(self._failures(invariant), None)
                if wrong:
                    why, invariant = f"{wrong.solver} says {wrong.answer.value} of: {wrong.name}", None
        except LimitReached as limit:
            why, invariant = INTERRUPTED if self.interrupted() else limit.why, None
        except FaultFound as fault:
            why, invariant = f"with a last member for each Ordinal, {fault}", None
        except KeyboardInterrupt:
            why, invariant = INTERRUPTED, None
        except Exception:  # what ctypes makes of a KeyboardInterrupt that comes while it converts an argument
            if not self.interrupted():
                raise
            why, invariant = INTERRUPTED, None
        else:
            self._find_obstacles(search)
        why = why if why == INTERRUPTED else f"{IN_SCOPE_ONLY}: {why}"
        text = encode(certificate(self.opened, invariant, self.name, self.variant)).decode() if invariant else ""
        verdicts: dict[int, Verdict] = {}
        for number, claim in zip(asked, properties, strict=True):
            common = (claim, self.opened.system.scope, self._statistics())
            proved = invariant is not None and claim in invariant.claims
            why = NOT_USED if claim in properties[self.claims :] else why
            verdicts[number] = Proved(*common, text) if proved else Undecided(*common, why)
        self.invariant = invariant
        return verdicts

    def _find_obstacles(self, search: Search) -> None:
        """Ask why the claims that are left are not inductive, one by one, until a limit: the verdicts stand anyway."""
        with suppress(LimitReached, KeyboardInterrupt):
            for claim in search.left:
                self.tell(f"looking for a counterexample to the induction of {claim.name}")
                if not self.interrupted():
                    found = search.obstacle(claim)
                    self.obstacles += (found,) if found else ()

    def _failures(self, invariant: Invariant) -> Iterator[Failure]:
        return failures(self.opened.system, self._watched(invariant), MILLISECONDS)

    def _watched(self, invariant: Invariant) -> Iterator[Obligation]:
        for obligation in invariant.obligations(self.opened.system):
            self._look()
            yield obligation

    def _look(self) -> int:
        """Raises LimitReached, KeyboardInterrupt; how many milliseconds a solver may take now."""
        if self.interrupted():
            raise KeyboardInterrupt
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
