"""Certificates: what a proof rests on, in a file that anybody can check again and nobody has to trust.

A certificate names a model and its variant, the fingerprint of the lowered system, the claims, the lemmas of an
inductive invariant, and every obligation that was discharged. Checking it lowers the model anew, builds the obligations
anew from the lemmas, and asks two solvers. A file is data: it is decoded into the types below, its lemmas are built
with the checker's own builders, and whatever does not fit is refused. Nothing in it is ever executed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from raceproof.checker.errors import Code, UsageError
from raceproof.checker.filekinds import instead
from raceproof.checker.system.build import FALSE, TRUE, forall, number, parameter
from raceproof.checker.system.domain import Domain, Kind
from raceproof.checker.system.substitute import BUILDERS
from raceproof.checker.system.terms import Op, Parameter, Term, Variable, show, term
from raceproof.checker.system.transition import TransitionSystem

FORMAT = 1
MOST_BYTES = 4 * 2**20
MOST_DEPTH = 60

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class LemmaEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A lemma as nested lists, and as people read it."""

    reads: Annotated[str, Meta(max_length=20_000)]
    term: Any


class Certificate(Struct, frozen=True, forbid_unknown_fields=True):
    """A proof. `scope` are the sizes of the domains that are not open; `open` are those that may have any number of
    members; `obligations` what was discharged, by name."""

    format: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    raceproof: Name
    model: Name
    variant: Name
    scope: dict[Name, Annotated[int, Meta(ge=0, le=1_000_000)]]
    open: Annotated[list[Name], Meta(max_length=100)]
    system: Digest
    claims: Annotated[list[Name], Meta(min_length=1, max_length=1_000)]
    lemmas: Annotated[list[LemmaEntry], Meta(max_length=2_000)]
    obligations: Annotated[list[Annotated[str, Meta(max_length=1_000)]], Meta(max_length=200_000)]
    digest: Digest | Literal[""] = ""

    @property
    def sealed(self) -> Certificate:
        """The certificate with its digest: that of everything else in it. It tells accidents, not forgery; against that
        the proof itself is checked."""
        bare = msgspec.structs.replace(self, digest="")
        return msgspec.structs.replace(self, digest=hashlib.sha256(encode(bare)).hexdigest())


class CertificateRefused(UsageError):
    """A file that is no certificate, or one of another model, or one that proves nothing."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code=Code.CERTIFICATE)


def encode(certificate: Certificate) -> bytes:
    """The certificate as a readable file: one lemma or obligation a line."""
    lines = ["{"]
    fields = msgspec.to_builtins(certificate)
    for position, (name, value) in enumerate(fields.items()):
        comma = "" if position == len(fields) - 1 else ","
        if isinstance(value, list) and name in ("lemmas", "obligations"):
            inner = ",\n".join("    " + msgspec.json.encode(part).decode() for part in value)
            lines.append(f'  "{name}": [\n{inner}\n  ]{comma}' if value else f'  "{name}": []{comma}')
        else:
            lines.append(f'  "{name}": {msgspec.json.encode(value).decode()}{comma}')
    return ("\n".join([*lines, "}"]) + "\n").encode()


def decode(data: bytes) -> Certificate:
    """Raises CertificateRefused."""
    if len(data) > MOST_BYTES:
        raise CertificateRefused(f"the certificate has {len(data):,} bytes; more than {MOST_BYTES:,} are not read")
    try:
        found = msgspec.json.decode(data, type=Certificate)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CertificateRefused(f"this is no certificate: {instead(data, error, wanted='obligations')}") from error
    if found != found.sealed:
        raise CertificateRefused("the certificate has changed since it was written: its SHA-256 does not match")
    return found


def lemma_entry(lemma: Term) -> LemmaEntry:
    return LemmaEntry(show(lemma), encode_term(lemma))


def encode_term(node: Term) -> Any:
    """A term as nested lists: the operator, what it is about, its arguments."""
    match node.op:
        case Op.CONST:
            return bool(node.value) if node.boolean else node.value
        case Op.READ:
            return ["read", node.variable.name, *map(encode_term, node.args)]
        case Op.PARAMETER:
            return ["any", node.parameter.name]
        case Op.FORALL:
            bound = node.parameter
            return ["for all", bound.name, bound.domain.name, encode_term(node.args[0])]
        case Op.READ_AFTER:
            raise ValueError(f"{node!r} speaks of two states")
        case _:
            return [node.op.value, *map(encode_term, node.args)]


def decode_lemma(entry: LemmaEntry, system: TransitionSystem) -> Term:
    """The lemma of an entry. Raises CertificateRefused for what is no condition on a state of the system."""
    found = decode_term(entry.term, system)
    if not found.boolean or encode_term(found) != entry.term or show(found) != entry.reads:
        raise CertificateRefused(f"a lemma is not what it reads as: {entry.reads[:200]}")
    return found


def decode_term(value: Any, system: TransitionSystem) -> Term:
    """The term that nested lists stand for. Raises CertificateRefused."""
    variables = {variable.name: variable for variable in system.variables}
    domains = {domain.name: domain for v in system.variables for domain in (*v.keys, v.domain) if not domain.bounded}
    return _decoded(value, variables, domains, {}, MOST_DEPTH)


_BY_NAME = {op.value: op for op in BUILDERS}


def _decoded(
    value: Any, variables: Mapping[str, Variable], domains: Mapping[str, Domain], bound: Mapping[str, Term], depth: int
) -> Term:
    if depth == 0:
        raise CertificateRefused("a lemma is nested too deeply")
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, int) and abs(value) < 1 << 62:
        return number(value)
    match value:
        case ["read", str(name), *index] if name in variables:
            variable = variables[name]
            parts = tuple(_decoded(part, variables, domains, bound, depth - 1) for part in index)
            if len(parts) != len(variable.keys) or any(part.boolean for part in parts):
                raise CertificateRefused(f"a lemma asks for {name} with other keys than it has")
            return term(Op.READ, parts, variable, variable.domain.kind is Kind.BOOL)
        case ["any", str(name)] if name in bound:
            return bound[name]
        case ["for all", str(name), str(domain), body] if domain in domains and "?" in name and name not in bound:
            made = Parameter(name, domains[domain].of_members)
            return forall(made, _decoded(body, variables, domains, {**bound, name: parameter(made)}, depth - 1))
        case [str(name), *arguments] if name in _BY_NAME:
            parts = tuple(_decoded(part, variables, domains, bound, depth - 1) for part in arguments)
            return _operation(_BY_NAME[name], parts)
        case _:
            raise CertificateRefused(f"a lemma has no meaning here: {str(value)[:200]}")


def _operation(op: Op, parts: Sequence[Term]) -> Term:
    kinds = [part.boolean for part in parts]
    match op:
        case Op.AND | Op.OR | Op.NOT:
            right = all(kinds) and (len(parts) == 1 if op is Op.NOT else len(parts) > 1)
        case Op.ITE:
            right = len(parts) == 3 and kinds[0] and kinds[1] == kinds[2]
        case Op.EQ:
            right = len(parts) == 2 and kinds[0] == kinds[1]
        case Op.DIV | Op.MOD:
            right = len(parts) == 2 and not any(kinds) and parts[1].is_const and parts[1].value != 0
        case _:
            right = len(parts) == 2 and not any(kinds)
    if not right:
        raise CertificateRefused(f"a lemma uses {op.value} in a way that has no meaning")
    return BUILDERS[op](*parts)
