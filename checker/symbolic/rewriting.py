"""The same rewriting of many terms that share most of what they are made of: each subterm is rewritten once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from raceproof.checker.symbolic.obligations import after_step, next_state, value_after
from raceproof.checker.system.build import forall, parameter
from raceproof.checker.system.substitute import rebuilt, substitute
from raceproof.checker.system.terms import Op, Parameter, Term, free_parameters
from raceproof.checker.system.transition import Command

Rule = Callable[[Term, tuple[Term, ...]], Term]


@dataclass(slots=True)
class Rewriting:
    """Applies a rule to each node and its new arguments, arguments first; `quantified` rewrites a FORALL as a whole."""

    rule: Rule
    quantified: Callable[[Term], Term]
    done: dict[Term, Term] = field(default_factory=dict)

    def of(self, root: Term) -> Term:
        """The term that a term becomes."""
        done, stack = self.done, [root]
        while stack:
            node = stack[-1]
            if node in done:
                stack.pop()
            elif node.op is Op.FORALL:
                done[node] = self.quantified(node)
                stack.pop()
            elif missing := [arg for arg in node.args if arg not in done]:
                stack += missing
            else:
                done[node] = self.rule(node, tuple([done[arg] for arg in node.args]))
                stack.pop()
        return done[root]


def putting(member: Term, what: Parameter) -> Rewriting:
    """Says a member's name where a parameter is."""
    old = parameter(what)
    return Rewriting(
        lambda node, args: member if node is old else rebuilt(node, args), lambda node: substitute(node, {old: member})
    )


def stepping(command: Command) -> Rewriting:
    """Says of the state before a command what a condition says of the state after it."""
    terms = (*(term for write in command.writes for term in (*write.index, write.value)), *command.guard)
    taken = free_parameters(terms) | frozenset(command.parameters)
    for write in command.writes:
        taken |= frozenset(write.over)

    def rule(node: Term, args: tuple[Term, ...]) -> Term:
        return value_after(command, node.variable, args) if node.op is Op.READ else rebuilt(node, args)

    def quantified(node: Term) -> Term:
        if node.parameter in taken:
            return after_step(next_state(node), command)
        return forall(node.parameter, found.of(node.args[0]))

    found = Rewriting(rule, quantified)
    return found
