"""`raceproof fixes`: what survives the search is proved for any number, and a proof that is kept is not believed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert
from msgspec.structs import replace

from raceproof.checker.cli.author import load_file
from raceproof.checker.cli.designs import opening
from raceproof.checker.cli.proofs import progress
from raceproof.checker.fixes.finding import Attempt
from raceproof.checker.fixes.proving import Proving
from raceproof.checker.fixes.results import decode
from raceproof.checker.fixes.sharing import Standing
from raceproof.checker.limits import Limits
from raceproof.checker.symbolic.certificate import Certificate, encode

DOOR = '''"""A door that workers go through."""

from raceproof.checker import Id, Model, Steps, Variant, always, count, exists, process, reachable, until
from raceproof.checker.language import Protection, Space


class Worker(Id, size=2):
    """Somebody with business behind the door."""


class Door(Model):
    """Look whether it is free, then go in."""

    taken: bool = False

    def __init__(self, *, at_once: bool = False, bell: bool = False, first: bool = False) -> None:
        self.at_once = at_once
        self.bell = bell
        self.first = first

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: not self.taken and not (self.first and me != Worker.first), "look", idle=True)
            if not self.at_once:
                yield "take"
            self.taken = True
            yield "work"
            self.taken = False
            if self.bell:
                yield "ring"


@always
def mutual_exclusion(m: Door) -> bool:
    """At most one worker works."""
    return count(Worker, lambda w: m.worker[w].at("work")) <= 1


@reachable
def someone_works(m: Door) -> bool:
    """The door lets somebody through."""
    return exists(Worker, lambda w: m.worker[w].at("work"))


VARIANTS = {
    "plain": Variant("Look, then go in.", Door),
    "rung": Variant("Look and go in at once, and ring.", lambda: Door(at_once=True, bell=True)),
    "first": Variant("Only the first goes in.", lambda: Door(first=True)),
}
SPACE = Space(
    Door,
    {
        "at-once": Protection("Look and go in in one step.", {"at_once": True}),
        "bell": Protection("Ring when you leave.", {"bell": True}),
        "first": Protection("Only the first worker goes in.", {"first": True}),
    },
)
'''


@pytest.fixture(scope="session")
def machine_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which what is compiled once stays."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def proofs(machine_code: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where proofs are kept; nothing is proved yet, and one process proves."""
    monkeypatch.setenv("RACEPROOF_CACHE", str(machine_code))
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    for name in ("decisions", "proofs"):
        shutil.rmtree(machine_code / name, ignore_errors=True)
    return machine_code / "proofs"


@pytest.fixture
def door(tmp_path: Path, proofs: Path) -> str:
    """The file name of a model with a space of eight designs."""
    (tmp_path / "door_toy.py").write_text(DOOR, encoding="utf-8")
    return "door_toy.py"


def trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def proved(ended: Any) -> dict[tuple[str, ...], list[tuple[str, str]] | None]:
    """What came of proving each design."""
    found = decode(ended.out.encode())
    return {
        design.protections: [(claim.property, claim.verdict) for claim in design.proof.claims] if design.proof else None
        for design in found.designs
    }


WHOLE = [("mutual_exclusion", "proved"), ("assertions", "proved")]
PARTLY = [("mutual_exclusion", "undecided"), ("assertions", "proved")]


def test_a_variant_is_proved_with_each_of_its_protections_dropped(invoke: Any, door: str) -> None:
    ended = invoke("fixes", door, "--variant", "rung")

    assert (0, "") == (ended.code, ended.errors)
    assert [
        "Door · rung  Worker=2",
        "at-once + bell",
        "",
        "rung             ✓ every claim holds, 2 for any number, 2 in this scope",
        "without at-once  ✗(4) mutual_exclusion",
        "without bell     ✓ every claim holds, 2 for any number, 2 in this scope",
        "",
        "    raceproof fixes door_toy.py --set bell --property mutual_exclusion",
        "",
        "rung, without bell",
        "    proved for any number of Worker: mutual_exclusion, assertions",
        "    in this scope: someone_works, no_deadlock",
        "",
        "Needed: at-once.",
        "Not needed: bell; every claim holds without, and what is proved is still proved.",
    ] == trimmed(ended.out)[:15]
    assert "parametric: 2 of 2 designs proved, 2 of them different, " in ended.out


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ((), {("at-once",): WHOLE, ("first",): PARTLY}),
        (("--prove", "minimal"), {("at-once",): WHOLE, ("first",): PARTLY}),
        (("--prove", "none"), {}),
        (
            ("--prove", "all"),
            {
                ("at-once",): WHOLE,
                ("first",): PARTLY,
                ("at-once", "bell"): WHOLE,
                ("at-once", "first"): WHOLE,
                ("bell", "first"): PARTLY,
                ("at-once", "bell", "first"): WHOLE,
            },
        ),
    ],
    ids=["default", "minimal", "none", "all"],
)
def test_those_sets_are_proved_that_were_asked_for(
    invoke: Any, door: str, which: tuple[str, ...], expected: dict[tuple[str, ...], list[tuple[str, str]]]
) -> None:
    found = proved(invoke("fixes", door, *which, "--json", "-"))

    assert 8 == len(found)
    assert expected == {protections: claims for protections, claims in found.items() if claims}


def test_what_is_the_same_of_all_smallest_sets_is_told_once(invoke: Any, door: str, tmp_path: Path) -> None:
    source = (tmp_path / door).read_text().replace('{"first": True}', '{"at_once": 1}')
    (tmp_path / door).write_text(source)

    assert [
        "The smallest sets that satisfy every claim",
        "✓ at-once",
        "✓ first",
        "",
        "Each of them is",
        "    proved for any number of Worker: mutual_exclusion, assertions",
        "    in this scope: someone_works, no_deadlock",
    ] == trimmed(invoke("fixes", door).out)[4:11]


def test_larger_sets_are_told_where_they_are_not_proved(invoke: Any, door: str) -> None:
    lines = trimmed(invoke("fixes", door, "--prove", "all").out)
    place = lines.index("4 larger sets: 3 proved, 1 not")

    assert [
        "✓ bell + first",
        "    proved for any number of Worker: assertions",
        "    in this scope: mutual_exclusion, someone_works, no_deadlock",
        "    not proved: mutual_exclusion (no invariant was found among the candidate lemmas)",
        "",
    ] == lines[place + 1 : place + 6]


def test_larger_sets_that_are_all_proved_are_counted(invoke: Any, door: str) -> None:
    lines = trimmed(invoke("fixes", door, "--prove", "all", "--property", "assertions").out)

    assert "7 larger sets: 7 proved" in lines


def test_the_json_has_the_invariant_and_what_it_is_about(invoke: Any, door: str) -> None:
    told = json.loads(invoke("fixes", door, "--variant", "rung", "--json", "-").out)
    (proof,) = [design["proof"] for design in told["designs"] if design["protections"] == ["at-once", "bell"]]

    assert (["Worker"], {}) == (proof["open"], proof["scope"])
    assert {"property": "mutual_exclusion", "kind": "always", "verdict": "proved", "steps": None, "why": None} == (
        proof["claims"][0]
    )
    assert proof["lemmas"]
    assert all(isinstance(lemma, str) for lemma in proof["lemmas"])


def test_known_proofs_are_checked_again_and_not_looked_for(invoke: Any, door: str) -> None:
    first = decode(invoke("fixes", door, "--json", "-").out.encode())
    again = invoke("fixes", door)
    second = decode(invoke("fixes", door, "--json", "-").out.encode())

    assert "parametric: 1 of 2 designs proved, 2 of them different, 2 of these known from before, and checked" in (
        again.out
    )
    assert first.designs == second.designs


def test_a_proof_is_known_in_every_scope(invoke: Any, door: str) -> None:
    invoke("fixes", door)

    assert "2 of these known from before, and checked again" in " ".join(
        invoke("fixes", door, "-s", "Worker=3").out.split()
    )


def test_no_proof_is_kept_or_known_without_a_cache(invoke: Any, door: str, proofs: Path) -> None:
    first = invoke("fixes", door, "--no-cache")

    assert 0 == first.code
    assert not proofs.exists()


def test_what_a_limit_kept_from_being_proved_is_told_and_not_kept(invoke: Any, door: str, proofs: Path) -> None:
    ended = invoke("fixes", door, "--variant", "rung", "--prove-seconds", "0.001")
    lines = trimmed(ended.out)

    assert 0 == ended.code
    assert "rung             ✓ every claim holds" in lines
    assert "    not proved: mutual_exclusion, assertions (more than 0.001 seconds)" in lines
    assert [] == list(proofs.iterdir())


def test_that_there_is_no_invariant_is_kept(invoke: Any, door: str, proofs: Path) -> None:
    """The one reason that does not depend on the day."""
    asked = ("fixes", door, "--variant", "first", "--property", "mutual_exclusion")
    invoke(*asked)
    (kept,) = [json.loads(path.read_bytes()) for path in proofs.iterdir()]
    again = invoke(*asked)

    assert ("", True) == (kept["certificate"], kept["settled"])
    assert 0 == again.code
    assert "1 of them different, 1 of these known from before" in again.out
    assert "    not proved: mutual_exclusion (no invariant was found among the candidate lemmas)" in trimmed(again.out)


def test_what_holds_in_a_small_scope_and_not_in_the_usual_one_satisfies_nothing(invoke: Any, door: str) -> None:
    ended = invoke("fixes", door, "-s", "Worker=1", "--variant", "plain")

    assert 1 == ended.code
    assert [
        "plain  ✗ every claim holds in this scope, and not in others",
        "",
        "plain",
        "    proved for any number of Worker: assertions",
        "    mutual_exclusion is violated in Worker=2 in 4 steps",
        "    in this scope: someone_works, no_deadlock",
    ] == trimmed(ended.out)[3:9]


def _other_digest(proof: dict[str, Any]) -> None:
    proof["certificate"] = proof["certificate"].replace("Door", "Gate")


def _no_certificate(proof: dict[str, Any]) -> None:
    proof["certificate"] = "{}"


def _more_claims(proof: dict[str, Any]) -> None:
    for claim in proof["claims"]:
        claim["verdict"], claim["why"] = "proved", None


def _a_surrogate(proof: dict[str, Any]) -> None:
    proof["certificate"] = "no certificate \u0000"


@pytest.mark.parametrize("change", [_other_digest, _no_certificate, _more_claims, _a_surrogate])
def test_a_kept_proof_that_is_none_is_replaced(
    invoke: Any, door: str, proofs: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    """What is said to be proved of `first` is not: that nobody but the first works is in no candidate lemma."""
    asked = ("fixes", door, "--variant", "first")
    whole = invoke(*asked, "--json", "-")
    (path,) = proofs.iterdir()
    kept = json.loads(path.read_bytes())
    change(kept)
    path.write_bytes(json.dumps(kept).encode())

    again = invoke(*asked)

    assert "note: 1 damaged file in the cache; what they were of was decided anew" in trimmed(again.out)
    assert "known from before, and checked" not in again.out
    assert "    not proved: mutual_exclusion (no invariant was found among the candidate lemmas)" in trimmed(again.out)
    assert proved(whole) == proved(invoke(*asked, "--json", "-"))


def test_a_proof_of_another_design_is_none(invoke: Any, door: str, proofs: Path) -> None:
    invoke("fixes", door, "--property", "mutual_exclusion")
    good, bad = sorted(proofs.iterdir(), key=lambda path: -path.stat().st_size)
    told = json.loads(good.read_bytes())
    told["fingerprint"] = bad.stem
    bad.write_bytes(json.dumps(told).encode())

    again = invoke("fixes", door, "--property", "mutual_exclusion", "--json", "-")

    assert {
        ("at-once",): [("mutual_exclusion", "proved")],
        ("first",): [("mutual_exclusion", "undecided")],
    } == {protections: claims for protections, claims in proved(again).items() if claims}


@pytest.mark.parametrize("damage", [b"", b"not JSON", b"[" * 100_000], ids=["empty", "text", "deep"])
def test_a_damaged_file_is_replaced(invoke: Any, door: str, proofs: Path, damage: bytes) -> None:
    invoke("fixes", door, "--variant", "rung")
    path = sorted(proofs.iterdir())[0]
    path.write_bytes(damage)

    ended = invoke("fixes", door, "--variant", "rung")

    assert 0 == ended.code
    assert "note: 1 damaged file in the cache; what they were of was decided anew" in trimmed(ended.out)
    assert "1 of these known from before" in ended.out


def test_an_interrupted_proof_says_what_is_known(invoke: Any, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Proving.run

    def interrupted(self: Proving) -> Iterator[Any]:
        yield next(run(self))
        raise KeyboardInterrupt

    monkeypatch.setattr(Proving, "run", interrupted)
    ended = invoke("fixes", door, "--prove", "all")
    monkeypatch.setattr(Proving, "run", run)
    again = invoke("fixes", door)

    assert 0 == ended.code
    assert "✓ first" in trimmed(ended.out)
    assert "    not tried to prove yet" in trimmed(ended.out)
    assert "Interrupted, and what is known is kept. To go on: raceproof fixes door_toy.py --prove all" in (
        trimmed(ended.out)
    )
    assert "1 of these known from before, and checked again" in " ".join(again.out.split())


def test_a_design_that_cannot_be_lowered_for_any_number_is_told(invoke: Any, door: str, tmp_path: Path) -> None:
    source = (tmp_path / door).read_text().replace('.at("work")) <= 1', '.at("work")) < len(list(Worker))')
    (tmp_path / door).write_text(source)

    ended = invoke("fixes", door, "--variant", "rung", "--property", "mutual_exclusion")
    said = " ".join(ended.out.split())

    assert 0 == ended.code
    assert "not proved: mutual_exclusion (cannot be lowered for any number: " in said


def test_the_command_to_go_on_has_what_was_asked(invoke: Any, door: str) -> None:
    told = json.loads(invoke("fixes", door, "--prove", "all", "--prove-seconds", "60", "--json", "-").out)

    assert "raceproof fixes door_toy.py --prove all --prove-seconds 60" == told["command"]


@pytest.mark.parametrize("option", [("--prove", "all"), ("--prove-seconds", "3")])
def test_one_design_alone_is_not_proved(invoke: Any, door: str, option: tuple[str, str]) -> None:
    ended = invoke("fixes", door, "--set", "at-once", *option)

    assert (2, "") == (ended.code, ended.out)
    assert "--set checks one design in its scope, and proves nothing; leave out --prove" in ended.errors


def test_nothing_is_proved_where_no_claim_can_be(invoke: Any, door: str) -> None:
    ended = invoke("fixes", door, "--property", "no_deadlock")

    assert 0 == ended.code
    assert "proved" not in ended.out


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(0, 9, 0, 0), f"[{'-' * 24}] 0 of 9 proofs, 42 s"),
        (
            Standing(3, 9, 3, 0, "never-zero: 120 lemmas left"),
            f"[{'#' * 8}{'-' * 16}] 3 of 9 proofs, 42 s; never-zero: 120 lemmas left",
        ),
    ],
)
def test_the_progress_line_says_how_far_the_proofs_are(standing: Standing, expected: str) -> None:
    assert expected == progress(standing, 42.4)


def test_a_proof_that_is_of_fewer_members_is_not_enough(door: str, tmp_path: Path, invoke: Any) -> None:
    """A certificate for two workers would be good, and says nothing of three."""
    module = load_file(door)
    attempt = Attempt.of(("at-once",), module.SPACE.model(("at-once",)), [module.mutual_exclusion], {"Worker": 2})
    proof = attempt.proof(None, Limits(), lambda text: None)
    other = json.loads(proof.certificate)
    other["scope"], other["open"] = {"Worker": 2}, []
    sealed = encode(convert(other, Certificate).sealed).decode()

    assert attempt.accepts(proof)
    assert not attempt.accepts(replace(proof, certificate=sealed))


def test_a_design_whose_process_has_ended_is_not_proved(door: str, invoke: Any) -> None:
    """What its process has told before does not count."""
    module = load_file(door)
    proving = Proving(
        [("at-once",)], opening(door, None, (), {}), [module.mutual_exclusion, module.someone_works], Limits()
    )

    ended = proving.undecided("0" * 64, "its process was ended by SIGKILL")

    assert ["its process was ended by SIGKILL"] == [claim.why for claim in ended.claims]
    assert ((), False, False) == (ended.proved, ended.complete, ended.whole)
