"""An invariant as Python: lemmas that can be pasted into a file of claims, where `prove` finds them.

Nothing rests on this text: what is pasted is lowered and proved like any other claim.
"""

from __future__ import annotations

import builtins
import keyword
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from raceproof.checker.errors import with_article
from raceproof.checker.language.claims import Claim
from raceproof.checker.language.domains import is_element
from raceproof.checker.language.model import Model, declarations, domains
from raceproof.checker.lowering.lower import Lowered
from raceproof.checker.symbolic.words.clauses import Clause, together
from raceproof.checker.symbolic.words.layout import (
    Call,
    Expression,
    Lambda,
    Not,
    docstring,
    importing,
    joined,
    returning,
)
from raceproof.checker.symbolic.words.merging import Place, Statement, statements
from raceproof.checker.symbolic.words.speaking import STATE, Speaker, Unsayable
from raceproof.checker.system.build import FALSE, negation
from raceproof.checker.system.terms import Parameter

MOST_OF_A_NAME = 60
LANGUAGE = "raceproof.checker"

__all__ = ["Unsayable", "Written", "write"]


@dataclass(frozen=True, slots=True)
class Written:
    """Lemmas as Python. `imports` are the names that they need, by module; `lemmas` the text of each, in lines."""

    imports: Mapping[str, tuple[str, ...]]
    lemmas: tuple[tuple[str, ...], ...]
    width: int

    def lines(self) -> Iterator[str]:
        """What to paste."""
        yield from self._importing(self.imports)
        for lemma in self.lemmas:
            yield from ("", "", *lemma)

    def file(self, about: str, claims: Sequence[Claim]) -> str:
        """A file of claims with these, and what `about` says of it."""
        imports: dict[str, tuple[str, ...]] = dict(self.imports)
        names = [claim.name for claim in claims]
        for claim in claims:
            module = claim.predicate.__module__
            imports[module] = (*imports.get(module, ()), claim.name)
        listed = f"({names[0]},)" if len(names) == 1 else "(\n    " + ",\n    ".join(names) + ",\n)"
        lines = [*docstring(about, 0, self.width), "", "from __future__ import annotations", ""]
        lines += self._importing(imports)
        for lemma in self.lemmas:
            lines += ["", "", *lemma]
        if claims:
            lines += ["", "", "CLAIMS = " + listed] if self.lemmas else ["", "CLAIMS = " + listed]
        return "\n".join(lines) + "\n"

    def _importing(self, imports: Mapping[str, Sequence[str]]) -> Iterator[str]:
        for module in sorted(imports):
            yield from importing(module, imports[module], self.width)


def write(model: Model, lowered: Lowered, clauses: Iterable[Clause], taken: Iterable[str], width: int) -> Written:
    """Clauses of an invariant as lemmas; `taken` are names that they may not have. Raises Unsayable where the language
    has no words for one."""
    writing = _Writing(model, lowered, {*taken, type(model).__name__, *domains(model)}, width)
    found = [writing.lemma(one) for one in statements(together(clauses), lowered.system, lowered.spots)]
    return Written(writing.imports(found), tuple(found), width)


@dataclass
class _Writing:
    model: Model
    lowered: Lowered
    taken: set[str]
    width: int
    used: set[str] = field(default_factory=set)

    def lemma(self, one: Statement) -> tuple[str, ...]:
        speaker = Speaker(self.lowered.system, used=self.used).naming(one.over)
        body = self._body(one, speaker)
        over = list(one.over)
        while over:
            bound, over = over[-2:], over[:-2]
            self.used |= {each.domain.name for each in bound}
            names = ", ".join(speaker.names[each] for each in bound)
            body = Call("forall", (*(each.domain.name for each in bound), Lambda(names, body)))
        words = _Words(one, speaker)
        head = f"def {self._name(words.name)}({STATE}: {type(self.model).__name__}) -> bool:"
        return ("@lemma", head, *docstring(words.sentence, 4, self.width), *returning(body, 4, self.width))

    def _body(self, one: Statement, speaker: Speaker) -> Expression:
        parts: list[Expression] = []
        if one.control:
            who = speaker.instance(one.control)
            parts.append(Not(joined("or", [self._at(who, place, speaker) for place in one.places])))
        denied = [negation(condition) for condition in one.conditions]
        for part in (*one.conditions, *one.facts):
            denied += [unclear for unclear in speaker.undefined(part) if unclear not in denied]
        guards = sorted(denied, key=lambda part: any(True for _ in speaker.undefined(part)))
        parts += map(speaker.condition, guards)
        if one.facts != (FALSE,):
            parts.append(joined("and", [speaker.condition(fact) for fact in one.facts]))
        return joined("or", parts)

    def _at(self, who: str, place: Place, speaker: Speaker) -> Expression:
        if place.label is None:
            return f"{who}.done"
        known = (f"{name}={self._constant(value, speaker)}" for name, value in place.known)
        label = '"' + place.label.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return Call(".".join((who, *place.helpers, "at")), (label, *known))

    def _constant(self, value: Any, speaker: Speaker) -> str:
        if isinstance(value, Parameter):
            return speaker.names[value]
        if is_element(value):
            found = {d.name: d for v in self.lowered.system.variables for d in (*v.keys, v.domain)}
            name = type(value).__name__
            self.used.add(name)
            return speaker.member(value.number, found[name]) if name in found else f"{name}({value.number})"
        if isinstance(value, Enum):
            self.used.add(type(value).__name__)
            return f"{type(value).__name__}.{value.name}"
        if isinstance(value, bool | int | str):
            return repr(value)
        raise Unsayable(f"{value!r}")

    def _name(self, wanted: str) -> str:
        """A name of its own."""
        most = min(MOST_OF_A_NAME, self.width - len(f"def _9({STATE}: {type(self.model).__name__}) -> bool:"))
        while len(wanted) > max(most, 1):
            wanted = wanted.rpartition("_")[0] or wanted[:most]
        while "_" in wanted and wanted.rpartition("_")[2] in ("if", "and", "or", "not", "at", "most"):
            wanted = wanted.rpartition("_")[0]
        wanted = wanted if wanted.isidentifier() else f"lemma_{wanted}"
        name, number = wanted, 1
        while name in self.taken or keyword.iskeyword(name) or hasattr(builtins, name) or name in ("forall", "lemma"):
            number += 1
            name = f"{wanted}_{number}"
        self.taken.add(name)
        return name

    def imports(self, lemmas: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """The names that lemmas need, by the module to have them from."""
        if not lemmas:
            return {}
        words = ("forall", "lemma") if any("forall(" in line for lemma in lemmas for line in lemma) else ("lemma",)
        found: dict[str, tuple[str, ...]] = {LANGUAGE: words}
        classes = {type(self.model).__name__: type(self.model), **self._classes()}
        for name in sorted({type(self.model).__name__, *self.used}):
            if name not in classes:
                raise Unsayable(f"{name} is defined where it cannot be imported from")
            module = _home(classes[name])
            found[module] = (*found.get(module, ()), name)
        return found

    def _classes(self) -> dict[str, type]:
        found: dict[str, type] = dict(domains(self.model))
        values = [values.python for values in self.lowered.locals.values()]
        for declaration in declarations(self.model).values():
            values += [declaration.value_type, *declaration.key_types]
        for spot in self.lowered.spots.values():
            values += [type(value) for value in spot.known.values()]
        found.update({value.__name__: value for value in values if isinstance(value, type)})
        return found


def _home(cls: type) -> str:
    """The package that a class is imported from: the outermost that has it. Raises Unsayable for a class inside of a
    function."""
    if "<locals>" in cls.__qualname__:
        raise Unsayable(f"{cls.__name__} is defined where it cannot be imported from")
    parts = cls.__module__.split(".")
    packages = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
    return next(
        (name for name in packages if getattr(sys.modules.get(name), cls.__name__, None) is cls), cls.__module__
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """What a statement says, in words."""

    one: Statement
    speaker: Speaker

    @property
    def sentence(self) -> str:
        facts = "; ".join(dict.fromkeys(self.speaker.words(fact) for fact in self.one.facts))
        conditions = " and ".join(map(self.speaker.words, self.one.conditions))
        where = f"where {conditions}, " if conditions else ""
        every = " and ".join(f"every {each.domain.name.lower()}" for each in self.one.over)
        if self.one.control and self.one.facts == (FALSE,):
            said = f"{self._who} never waits {self._waits}" + (f" where {conditions}" if conditions else "")
        elif self.one.control:
            said = f"while {self._who} waits {self._waits}, {where}{facts}"
        else:
            said = f"{f'of {every}: ' if every else ''}{where}{facts}"
        return f"{said[0].upper()}{said[1:]}."

    @property
    def _who(self) -> str:
        assert self.one.control is not None
        owner = self.speaker.owners[self.one.control.variable].process
        return with_article(owner.keys[0].name.lower()) if owner.keys else f"the {owner.name}"

    @property
    def _waits(self) -> str:
        return " or ".join(dict.fromkeys(map(self._place, self.one.places)))

    def _place(self, place: Place) -> str:
        if place.label is None:
            return "when it is done"
        known = " and ".join(self._value(value) for _, value in place.known)
        inside = f" in {place.helpers[-1]}" if place.helpers else ""
        return f"at '{place.label}'{inside}" + (f" for {known}" if known else "")

    def _value(self, value: Any) -> str:
        return f"the {value.domain.name.lower()}" if isinstance(value, Parameter) else str(value)

    @property
    def name(self) -> str:
        slug = self.speaker.slug
        conditions = "".join(f"_if_{slug(self.speaker.words(part))}" for part in self.one.conditions)
        if not self.one.control:
            every = "every_" if self.one.over else ""
            return every + slug(self.speaker.words(self.one.facts[0])) + conditions
        labels = list(dict.fromkeys(slug(place.label or "done") for place in self.one.places))
        shown = "_or_".join(labels) if len(labels) < 3 else f"{labels[0]}_and_elsewhere"
        known = dict.fromkeys(slug(str(v)) for p in self.one.places for _, v in p.known if not isinstance(v, Parameter))
        return "_".join(("never" if self.one.facts == (FALSE,) else "while", shown, *known)) + conditions
