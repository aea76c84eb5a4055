"""Random transition systems: the bounded engine says what the explicit one says, at the same shortest length."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from raceproof.checker.bounded import unroll
from raceproof.checker.errors import Location
from raceproof.checker.explicit import explore
from raceproof.checker.system import build
from raceproof.checker.system.build import TRUE, number, read
from raceproof.checker.system.domain import BOOL, Domain, Kind
from raceproof.checker.system.terms import Term, Variable
from raceproof.checker.system.transition import (
    Actor,
    ClaimKind,
    Command,
    Fault,
    FaultKind,
    ProcessInfo,
    Property,
    Step,
    TransitionSystem,
    Undefined,
    Write,
)
from raceproof.checker.verdict import FaultFound, Verdict

Outcome = Callable[[Callable[[], tuple[Verdict, ...]]], tuple[str, int | None]]

MOST_STEPS = 8
PLACE = Domain("Place", Kind.ID, 0, 2)
DOMAINS = (
    BOOL,
    PLACE,
    Domain("small", Kind.INT, 0, 2),
    Domain("negative", Kind.INT, -2, 1),
    Domain("far", Kind.INT, 7, 9),
    Domain("one", Kind.INT, 1, 1),
)
KEYS = ((), (), (PLACE,), (BOOL,))
NOWHERE = Location("nowhere.py", 1)


class Terms:
    """Draws random terms over some variables, in the state before a step or, where `steps`, around it."""

    def __init__(self, draw: st.DrawFn, variables: tuple[Variable, ...], *, steps: bool = False) -> None:
        self.draw = draw
        self.variables = variables
        self.steps = steps

    def within(self, node: Term, domain: Domain) -> Term:
        """A term that is always one of the domain's members, made from any number."""
        if domain.kind is Kind.BOOL:
            return build.as_truth(node)
        members = domain.members
        return build.add(build.mod(build.as_number(node), number(len(members))), number(members.start))

    def entry(self, depth: int) -> Term:
        variable = self.draw(st.sampled_from(self.variables))
        index = tuple(self.within(self.any(depth - 1), key) for key in variable.keys)
        return read(variable, index, after=self.steps and self.draw(st.booleans()))

    def any(self, depth: int = 2) -> Term:
        return self.draw(st.sampled_from((self.number, self.truth)))(depth)

    def number(self, depth: int = 2) -> Term:
        choices = ("constant", "entry") if depth <= 0 else ("entry", "two", "divided", "choice")
        match self.draw(st.sampled_from(choices)):
            case "constant":
                return number(self.draw(st.integers(-3, 9)))
            case "entry":
                return build.as_number(self.entry(depth))
            case "two":
                operator = self.draw(st.sampled_from((build.add, build.sub, build.mul)))
                return operator(self.number(depth - 1), self.number(depth - 1))
            case "divided":
                operator = self.draw(st.sampled_from((build.div, build.mod)))
                return operator(self.number(depth - 1), number(self.draw(st.sampled_from((-3, -2, -1, 2, 3, 4)))))
            case _:
                return build.ite(self.truth(depth - 1), self.number(depth - 1), self.number(depth - 1))

    def truth(self, depth: int = 2) -> Term:
        if depth <= 0:
            return build.as_truth(self.entry(0))
        match self.draw(st.sampled_from(("compared", "compared", "not", "joined", "equal", "choice"))):
            case "compared":
                operator = self.draw(st.sampled_from((build.lt, build.le, build.eq)))
                return operator(self.number(depth - 1), self.number(depth - 1))
            case "not":
                return build.negation(self.truth(depth - 1))
            case "joined":
                joined = self.draw(st.sampled_from((build.conjunction, build.disjunction)))
                return joined((self.truth(depth - 1), self.truth(depth - 1)))
            case "equal":
                return build.eq(self.truth(depth - 1), self.truth(depth - 1))
            case _:
                return build.ite(self.truth(depth - 1), self.truth(depth - 1), self.truth(depth - 1))

    def point(self) -> Term:
        """That two or three entries have certain values, which a run seldom reaches in few steps."""
        parts = []
        for _ in range(self.draw(st.integers(2, 3))):
            variable = self.draw(st.sampled_from(self.variables))
            index = tuple(number(self.draw(st.sampled_from(key.members))) for key in variable.keys)
            entry = read(variable, index, after=self.steps and self.draw(st.booleans()))
            code = self.draw(st.sampled_from(variable.domain.members))
            parts.append(build.eq(entry, build.truth(bool(code)) if entry.boolean else number(code)))
        return build.conjunction(parts)

    def guard(self) -> tuple[Term, ...]:
        parts = st.sampled_from((self.truth, self.truth, self.point))
        return tuple(self.draw(parts)() for _ in range(self.draw(st.integers(0, 2))))

    def write(self) -> Write:
        variable = self.draw(st.sampled_from(self.variables))
        index = tuple(self.within(self.any(1), key) for key in variable.keys)
        new = self.any() if self.draw(st.booleans()) else build.add(build.as_number(read(variable, index)), number(1))
        return Write(variable, index, self.within(new, variable.domain))


@st.composite
def systems(draw: st.DrawFn, kinds: tuple[FaultKind, ...]) -> TransitionSystem:
    """Two to four variables, two to six commands of one to three actions, now and then a fault of `kinds`."""
    shapes = draw(st.lists(st.tuples(st.sampled_from(DOMAINS), st.sampled_from(KEYS)), min_size=2, max_size=4))
    variables = tuple(Variable(f"v{i}", keys, domain) for i, (domain, keys) in enumerate(shapes))
    starts = {
        v: tuple(draw(st.sampled_from((*(v.domain.default,) * 4, *v.domain.members, None))) for _ in range(v.size))
        for v in variables
    }
    terms = Terms(draw, variables)
    names = ("first", "second", "third")[: draw(st.integers(1, 3))]
    commands, faults = [], []
    for _ in range(draw(st.integers(2, 6))):
        place = draw(st.integers(0, len(names) - 1))
        writes = tuple(terms.write() for _ in range(draw(st.integers(1, 3))))
        commands.append(Command(Actor(names[place]), place, terms.guard(), writes))
    for kind in kinds:
        place = draw(st.integers(0, len(names) - 1))
        faults.append(Fault(Actor(names[place]), place, (*terms.guard(), terms.point()), kind, kind.value, None))
    return TransitionSystem(
        "random",
        variables,
        starts,
        tuple(Step(name, name, NOWHERE) for name in names),
        tuple(commands),
        tuple(faults),
        tuple(ProcessInfo(name, (), None) for name in names),
        build.FALSE if draw(st.booleans()) else terms.truth(),
        {},
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[TransitionSystem, Property]:
    """A system and a claim about it, which now and then is undefined somewhere."""
    kind = draw(st.sampled_from(sorted(set(ClaimKind) - {ClaimKind.RECOVERABLE}, key=str)))
    faults = draw(st.sampled_from(((), (), (FaultKind.DOMAIN,), tuple(FaultKind))))
    system = draw(systems((FaultKind.ASSERTION, *faults) if kind is ClaimKind.ASSERTION else faults))
    if kind in (ClaimKind.DEADLOCK, ClaimKind.ASSERTION):
        return system, Property("claim", kind, TRUE, TRUE)
    terms = Terms(draw, system.variables, steps=kind is ClaimKind.EACH_STEP)
    unclear = [Undefined(terms.point(), "asks for nothing", None) for _ in range(draw(st.sampled_from((0, 0, 0, 1))))]
    predicate = terms.truth() if draw(st.booleans()) else terms.point()
    if kind is not ClaimKind.REACHABLE:
        predicate = build.negation(predicate)
    return system, Property("claim", kind, predicate, TRUE, None, tuple(unclear))


def depth_of(system: TransitionSystem, claim: Property) -> int:
    """One step more than an exhaustive search needs, within reason: enough to see all that can go wrong."""
    try:
        (verdict,) = explore(system, (claim,))
    except FaultFound as fault:
        return min(fault.path.length, MOST_STEPS)
    return min(verdict.statistics.depth + 1, MOST_STEPS)


@given(question=questions())
def test_random_systems_get_the_same_answer(question: tuple[TransitionSystem, Property], outcome: Outcome) -> None:
    system, claim = question
    depth = depth_of(system, claim)
    name, length = outcome(lambda: explore(system, (claim,)))
    if length is not None and length > depth:
        name, length = "violated" if claim.kind is ClaimKind.REACHABLE else "holds", None

    assert (name, length) == outcome(lambda: unroll(system, (claim,), depth))
