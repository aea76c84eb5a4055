"""A system with any number of members, at one size: an ordinary finite system, which the explicit search can explore.

It is what the proof speaks of, at that size: every run of the model in that scope is one of its runs. It may have more,
where a loop over any number of members was lowered to "any later member".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from raceproof.checker.system.build import FALSE, conjunction, number, parameter, truth
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.open import size_variable
from raceproof.checker.system.substitute import rebuilt, substitute, transform
from raceproof.checker.system.terms import Op, Parameter, Term, Variable, free_parameters, term
from raceproof.checker.system.transition import Actor, Command, Fault, Property, TransitionSystem, Write


@dataclass
class Closing:
    """Gives the open domains of a system sizes, by name."""

    system: TransitionSystem
    sizes: Mapping[str, int]
    variables: dict[Variable, Variable] = field(init=False)

    def __post_init__(self) -> None:
        names = {size_variable(domain) for domain in self._open_domains()}
        self.variables = {
            variable: Variable(variable.name, tuple(map(self.domain, variable.keys)), self.domain(variable.domain))
            for variable in self.system.variables
            if variable not in names
        }

    def _open_domains(self) -> set[Domain]:
        found = {domain for variable in self.system.variables for domain in (*variable.keys, variable.domain)}
        return {replace(domain, low=0) if domain.has_none else domain for domain in found if domain.name in self.sizes}

    def domain(self, domain: Domain) -> Domain:
        return replace(domain, high=self.sizes[domain.name]) if domain.name in self.sizes else domain

    def members(self, of: Parameter) -> range:
        domain = self.domain(of.domain)
        return range(domain.low, domain.greatest + 1)

    def term(self, root: Term) -> Term:
        """A term without free parameters, in this size."""
        return transform(root, self._rule, {})

    def _rule(self, node: Term, args: tuple[Term, ...]) -> Term:
        if node.op is Op.FORALL:
            symbol = parameter(node.parameter)
            members = self.members(node.parameter)
            return conjunction(self.term(substitute(args[0], {symbol: number(code)})) for code in members)
        if node.op not in (Op.READ, Op.READ_AFTER):
            return rebuilt(node, args)
        if node.variable not in self.variables:
            if node.variable.name.endswith(".last"):
                return number(self.sizes[node.variable.domain.name])
            return node
        return term(node.op, args, self.variables[node.variable], node.boolean)

    def closed(self) -> TransitionSystem:
        """The system at this size."""
        system = self.system
        return replace(
            system,
            variables=tuple(self.variables.values()),
            initial={new: self._initial(old, new) for old, new in self.variables.items()},
            commands=tuple(self._commands()),
            faults=tuple(self._faults()),
            processes=tuple(
                replace(
                    process,
                    keys=tuple(map(self.domain, process.keys)),
                    control=process.control and self.variables[process.control],
                    locals={name: self.variables[variable] for name, variable in process.locals.items()},
                )
                for process in system.processes
            ),
            at_rest=self.term(system.at_rest),
            scope={name: self.sizes.get(name, size) for name, size in system.scope.items()},
        )

    def property(self, claim: Property) -> Property:
        undefined = tuple(replace(each, condition=self.term(each.condition)) for each in claim.undefined)
        predicate, premise = self.term(claim.predicate), self.term(claim.premise)
        return replace(claim, predicate=predicate, premise=premise, undefined=undefined)

    def _initial(self, old: Variable, new: Variable) -> tuple[int | None, ...]:
        codes = self.system.initial[old]
        return codes * new.size if len(codes) == 1 else codes

    def _values(self, parameters: tuple[Parameter, ...]) -> Iterator[dict[Term, Term]]:
        for codes in product(*map(self.members, parameters)):
            yield {
                parameter(each): truth(bool(code)) if each.domain.kind is Kind.BOOL else number(code)
                for each, code in zip(parameters, codes, strict=True)
            }

    def _commands(self) -> Iterator[Command]:
        for command in self.system.commands:
            for values in self._values(command.parameters):
                guard = self._guard(command.guard, values)
                if guard is not None:
                    writes = tuple(write for each in command.writes for write in self._writes(each, values))
                    yield Command(self._actor(command.actor, values), command.step, guard, writes)

    def _faults(self) -> Iterator[Fault]:
        for fault in self.system.faults:
            open_ = tuple(sorted(free_parameters(fault.guard), key=lambda each: each.name))
            for values in self._values(open_):
                guard = self._guard(fault.guard, values)
                if guard is not None:
                    yield replace(fault, actor=self._actor(fault.actor, values), guard=guard)

    def _guard(self, guard: tuple[Term, ...], values: Mapping[Term, Term]) -> tuple[Term, ...] | None:
        parts = tuple(self.term(substitute(part, values)) for part in guard)
        return None if FALSE in parts else tuple(part for part in parts if not part.is_const)

    def _writes(self, write: Write, values: Mapping[Term, Term]) -> Iterator[Write]:
        for codes in product(*map(self.members, write.over)):
            more = {parameter(each): number(code) for each, code in zip(write.over, codes, strict=True)}
            put = {**values, **more}
            index = tuple(self.term(substitute(part, put)) for part in write.index)
            yield Write(self.variables[write.variable], index, self.term(substitute(write.value, put)))

    def _actor(self, actor: Actor, values: Mapping[Term, Term]) -> Actor:
        if not actor.anybody:
            return actor
        parts = zip(actor.instance, actor.anybody, strict=True)
        instance = tuple(code if who is None else values[parameter(who)].value for code, who in parts)
        return replace(actor, instance=instance, anybody=())
