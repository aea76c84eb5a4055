"""What has to be shown of an inductive invariant: that it holds at the start, that every command keeps it, that it
excludes what must not happen.

An obligation is a set of conditions that no state may meet: if a solver finds them unsatisfiable, it is discharged.
They speak of one state; what a term is after a command is said by substitution. (Weakest preconditions: Dijkstra, CACM
18(8), 1975; inductive invariants: Manna and Pnueli, "Temporal Verification of Reactive Systems: Safety", 1995.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from raceproof.checker.system.build import TRUE, eq, negation, number, parameter, truth
from raceproof.checker.system.domain import Kind
from raceproof.checker.system.open import after
from raceproof.checker.system.substitute import rebuilt, transform
from raceproof.checker.system.terms import Op, Term, Variable, term
from raceproof.checker.system.transition import ClaimKind, Command, Property, TransitionSystem

PROVABLE = (ClaimKind.ALWAYS, ClaimKind.EACH_STEP, ClaimKind.ASSERTION)
"""The kinds of claims that an inductive invariant can prove."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """`given` and not `goal` must be unsatisfiable. `name` says what is shown, in the model's words."""

    name: str
    given: tuple[Term, ...]
    goal: Term


def after_step(root: Term, command: Command) -> Term:
    """What a term that reads the state after the step is, said of the state before it."""
    found: dict[Term, Term] = {parameter(p): parameter(p) for p in command.parameters}

    def rule(node: Term, args: tuple[Term, ...]) -> Term:
        return value_after(command, node.variable, args) if node.op is Op.READ_AFTER else rebuilt(node, args)

    return transform(root, rule, found)


def value_after(command: Command, variable: Variable, index: tuple[Term, ...]) -> Term:
    """What an entry holds after the command."""
    boolean = variable.domain.kind is Kind.BOOL
    value = term(Op.READ, index, variable, boolean)
    for write in command.writes:
        if write.variable == variable:
            value = after((write.index, write.value, write.over), index, value)
    return value


def next_state(root: Term) -> Term:
    """A condition on a state as one on the state after a step."""
    return transform(
        root,
        lambda node, args: (
            term(Op.READ_AFTER, args, node.payload, node.boolean) if node.op is Op.READ else rebuilt(node, args)
        ),
        {},
    )


def at_start(system: TransitionSystem, root: Term) -> Term:
    """What a term is in an initial state: what starts as anything stays open."""

    def rule(node: Term, args: tuple[Term, ...]) -> Term:
        if node.op is not Op.READ:
            return rebuilt(node, args)
        return _first_value(system, node.variable, args)

    return transform(root, rule, {})


def _first_value(system: TransitionSystem, variable: Variable, index: tuple[Term, ...]) -> Term:
    codes, boolean = system.initial[variable], variable.domain.kind is Kind.BOOL
    node = term(Op.READ, index, variable, boolean)

    def shown(code: int | None) -> Term:
        return node if code is None else truth(bool(code)) if boolean else number(code)

    if len(set(codes)) == 1:
        return shown(codes[0])
    from raceproof.checker.system.build import conjunction, ite

    value = shown(codes[-1])
    for keys, code in list(zip(variable.codes(), codes, strict=True))[:-1]:
        here = conjunction(eq(part, number(key)) for part, key in zip(index, keys, strict=True))
        value = ite(here, shown(code), value)
    return value


def initiation(system: TransitionSystem, lemma: Term, name: str) -> Obligation:
    return Obligation(f"{name} holds at the start", (), at_start(system, lemma))


def consecution(command: Command, shown: str, invariant: Sequence[Term], lemma: Term, name: str) -> Obligation:
    """That a command keeps a lemma."""
    goal = after_step(next_state(lemma), command)
    return Obligation(f"{name} is kept by {shown}", (*invariant, *command.guard), goal)


def safety(system: TransitionSystem, claim: Property, invariant: Sequence[Term]) -> Iterator[Obligation]:
    """That the invariant implies a claim, or excludes every step that would break it."""
    for unclear in claim.undefined:
        wrong = (unclear.condition,)
        if claim.kind is ClaimKind.EACH_STEP:
            for number_, command in enumerate(system.commands):
                condition = after_step(unclear.condition, command)
                name = f"{claim.name} is defined after command {number_}"
                yield Obligation(name, (*invariant, *command.guard), negation(condition))
        else:
            yield Obligation(f"{claim.name} is defined", tuple(invariant), negation(wrong[0]))
    match claim.kind:
        case ClaimKind.ALWAYS:
            yield Obligation(f"{claim.name} follows", tuple(invariant), claim.predicate)
        case ClaimKind.EACH_STEP:
            for number_, command in enumerate(system.commands):
                goal = after_step(claim.predicate, command)
                if goal is not TRUE:
                    name = f"{claim.name} holds of command {number_}, {told(system, command)}"
                    yield Obligation(name, (*invariant, *command.guard), goal)
        case ClaimKind.ASSERTION:
            return
        case _:
            raise ValueError(f"an inductive invariant cannot prove that {claim.name} is {claim.kind.value}")


def soundness(system: TransitionSystem, invariant: Sequence[Term]) -> Iterator[Obligation]:
    """That no step goes wrong: no value leaves its domain, no assert fails."""
    for position, fault in enumerate(system.faults):
        name = f"fault {position} cannot happen: {fault.message}"
        yield Obligation(name, (*invariant, *fault.guard), truth(False))


def told(system: TransitionSystem, command: Command) -> str:
    """A command in the model's words."""
    return f"{command.actor.process}: {system.steps[command.step].label}"
