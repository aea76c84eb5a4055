"""`raceproof fixes`: every set of protections, the smallest that satisfy all claims, and why no smaller one does."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from raceproof.checker import assertions, check, no_deadlock
from raceproof.checker.cli.author import load_file
from raceproof.checker.cli.surveying import progress
from raceproof.checker.fixes.results import decode
from raceproof.checker.fixes.sharing import Standing

VAULT = '''"""A vault that two workers open."""

from raceproof.checker import Id, Model, Steps, Variant, always, count, exists, process, reachable, until
from raceproof.checker.language import Protection, Space


class Worker(Id, size=2):
    """Somebody with business in the vault."""


class Vault(Model):
    """Look whether it is free, then go in."""

    taken: bool = False

    def __init__(self, *, taking: str = "look", alone: bool = False, closed: bool = False, alarm: bool = False) -> None:
        self.taking = taking
        self.alone = alone
        self.alarm = alarm
        self.taken = closed

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: self.may_look(me), "look", idle=True)
            if self.taking != "at once":
                if self.taking == "again":
                    yield until(lambda: not self.taken, "look again", idle=True)
                yield "take"
            self.taken = True
            yield "work"
            self.taken = False

    def may_look(self, me: Worker) -> bool:
        return not self.taken and not (self.alone and me != Worker.first)


@always
def mutual_exclusion(m: Vault) -> bool:
    """At most one worker works."""
    return count(Worker, lambda w: m.worker[w].at("work")) <= 1


@reachable
def someone_works(m: Vault) -> bool:
    """The vault lets somebody through."""
    return exists(Worker, lambda w: m.worker[w].at("work"))


VARIANTS = {
    "racy": Variant("Look, then take.", Vault),
    "guarded": Variant("Look and take in one step, alone.", lambda: Vault(taking="at once", alone=True)),
    "odd": Variant("Nobody would think of it.", lambda: Vault(taking="never")),
}
SPACE = Space(
    Vault,
    {
        "look-again": Protection("Look twice.", {"taking": "again"}),
        "at-once": Protection("Look and take in one step.", {"taking": "at once"}),
        "alone": Protection("Only the first worker goes in.", {"alone": True}),
        "closed": Protection("Nobody goes in.", {"closed": True}),
        "alarm": Protection("A bell that nobody hears.", {"alarm": True}),
    },
)
'''


@pytest.fixture(scope="session")
def machine_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which what is compiled once stays."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def decisions(machine_code: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where decisions are kept; nothing is decided yet, and one process decides."""
    monkeypatch.setenv("RACEPROOF_CACHE", str(machine_code))
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    shutil.rmtree(machine_code / "decisions", ignore_errors=True)
    return machine_code / "decisions"


@pytest.fixture
def vault(tmp_path: Path, decisions: Path) -> str:
    """The file name of a model with a space, in which one protection breaks what others mend."""
    (tmp_path / "vault_toy.py").write_text(VAULT, encoding="utf-8")
    return "vault_toy.py"


def trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def surveyed(ended: Any) -> Any:
    return decode(ended.out.encode())


def test_the_smallest_sets_and_why_no_smaller_one_does(invoke: Any, vault: str) -> None:
    ended = invoke("fixes", vault, "--workers", "2")

    assert (0, "") == (ended.code, ended.errors)
    assert [
        "Vault  Worker=2",
        "",
        "24 sets of 5 protections: all 4 claims hold of 8, not of 16.",
        "",
        "The smallest sets that satisfy every claim",
        "✓ at-once",
        "    proved for any number of Worker: mutual_exclusion, assertions",
        "    in this scope: someone_works, no_deadlock",
        "✓ alone",
        "    proved for any number of Worker: assertions",
        "    in this scope: mutual_exclusion, someone_works, no_deadlock",
        "    not proved: mutual_exclusion (no invariant was found among the candidate lemmas)",
        "",
        "What each smaller set violates",
        "✗ baseline",
        "    mutual_exclusion in 4 steps: … → worker 2: look → worker 1: take → worker 2: take",
        "    raceproof fixes vault_toy.py --set baseline --property mutual_exclusion",
        "",
        "8 sets violate a claim although a smaller one satisfies every claim: adding closed breaks 8 sets",
        "✗ at-once + closed",
        "    someone_works is never reached",
        "    raceproof fixes vault_toy.py --set at-once+closed --property someone_works",
    ] == trimmed(ended.out)[:22]
    assert "and 6 larger; --json FILE has all" in trimmed(ended.out)
    assert "native: 24 designs, 12 of them different, " in ended.out


def test_what_each_protection_does_is_told(invoke: Any, vault: str) -> None:
    lines = trimmed(invoke("fixes", vault).out)

    assert [
        "protection  in  what it does",
        "look-again   –  Look twice.",
        "at-once      1  Look and take in one step.",
        "alone        1  Only the first worker goes in.",
        "closed       –  Nobody goes in.",
        "alarm        –  A bell that nobody hears.",
    ] == lines[lines.index("protection  in  what it does") :][:6]


def test_every_set_is_as_a_check_of_it_says_and_the_smallest_are_those_of_all(invoke: Any, vault: str) -> None:
    found = surveyed(invoke("fixes", vault, "--json", "-"))
    module = load_file(vault)
    claims = (module.mutual_exclusion, module.someone_works, no_deadlock, assertions)

    checked = {p: check(module.SPACE.model(p), claims) for p in module.SPACE.sets}
    enough = [set(p) for p, verdicts in checked.items() if all(verdict.holds for verdict in verdicts)]
    smallest = [one for one in enough if not any(other < one for other in enough)]

    assert [set(p) for p in found.minimal] == smallest
    assert {p: [verdict.name for verdict in verdicts] for p, verdicts in checked.items()} == {
        design.protections: [claim.verdict for claim in found.systems[design.system].claims] for design in found.designs
    }
    assert {p: all(verdict.holds for verdict in verdicts) for p, verdicts in checked.items()} == {
        design.protections: design.satisfies for design in found.designs
    }


def test_designs_that_are_the_same_system_are_searched_once(invoke: Any, vault: str) -> None:
    found = surveyed(invoke("fixes", vault, "--json", "-", "--workers", "2"))
    systems = {design.protections: design.system for design in found.designs}

    assert 24 == len(found.designs)
    assert 12 == len(found.systems)
    assert systems[("alone",)] == systems[("alone", "alarm")] != systems[("at-once",)]
    assert systems[("alone", "closed")] != systems[("alone",)]


def test_the_lengths_are_those_of_shortest_traces(invoke: Any, vault: str) -> None:
    found = surveyed(invoke("fixes", vault, "--json", "-"))
    module = load_file(vault)
    baseline = next(found.systems[design.system] for design in found.designs if not design.protections)
    verdict = check(module.Vault(), module.mutual_exclusion)

    assert verdict.trace is not None
    assert {"mutual_exclusion": len(verdict.trace)} == {claim.property: claim.steps for claim in baseline.violated}
    assert tuple(f"{step.process}: {step.label}" for step in verdict.trace.steps[-3:]) == baseline.violated[0].last


def test_the_json_says_what_was_asked(invoke: Any, vault: str) -> None:
    told = json.loads(
        invoke("fixes", vault, "--json", "-", "-s", "Worker=3", "--property", "mutual_exclusion", "--no-cache").out
    )

    assert "vault_toy.py" == told["model"]
    assert None is told["variant"]
    assert {"Worker": 3} == told["scope"]
    assert ["mutual_exclusion"] == told["claims"]
    assert {"name": "alone", "text": "Only the first worker goes in."} == told["protections"][2]
    assert 2 == told["schema_version"]
    assert "raceproof fixes vault_toy.py --property mutual_exclusion --scope Worker=3 --no-cache" == told["command"]
    assert [["at-once"], ["alone"], ["closed"]] == told["minimal"]


def test_claims_may_come_from_a_file_of_their_own(invoke: Any, vault: str, tmp_path: Path) -> None:
    (tmp_path / "strict.py").write_text(
        "from raceproof.checker import always\n"
        "from vault_toy import Vault\n\n\n"
        "@always\n"
        "def never_taken(m: Vault) -> bool:\n"
        "    return not m.taken\n"
    )
    found = surveyed(invoke("fixes", vault, "--claims", "strict.py", "--json", "-"))

    assert ("never_taken", "no_deadlock", "assertions") == found.claims
    assert "raceproof fixes vault_toy.py --claims strict.py" == found.command
    assert () == found.minimal


def test_one_design_alone_is_checked_and_its_trace_shown(invoke: Any, vault: str) -> None:
    ended = invoke("fixes", vault, "--set", "look-again+alarm", "--property", "mutual_exclusion")

    assert 1 == ended.code
    assert "Vault · look-again+alarm  Worker=2" in trimmed(ended.out)
    assert "Look twice. A bell that nobody hears." in trimmed(ended.out)
    assert "mutual_exclusion is violated in 6 steps" in trimmed(ended.out)
    assert "Reproduce: raceproof fixes vault_toy.py --set look-again+alarm --property mutual_exclusion" in (
        trimmed(ended.out)
    )


def test_one_design_alone_that_satisfies_every_claim_ends_with_0(invoke: Any, vault: str) -> None:
    ended = invoke("fixes", vault, "--set", "at-once")

    assert 0 == ended.code
    assert "mutual_exclusion  holds" in ended.out


def test_the_results_of_one_design_are_those_of_a_check(invoke: Any, vault: str) -> None:
    results = json.loads(invoke("fixes", vault, "--set", "baseline", "--json", "-").out)

    assert [
        ("baseline", "mutual_exclusion", "violated"),
        ("baseline", "someone_works", "holds-in-scope"),
        ("baseline", "no_deadlock", "holds-in-scope"),
        ("baseline", "assertions", "holds-in-scope"),
    ] == [(result["variant"], result["property"], result["verdict"]) for result in results]
    assert "raceproof fixes vault_toy.py --set baseline --property mutual_exclusion" == results[0]["command"]


def test_the_commands_that_are_shown_show_what_was_said(invoke: Any, vault: str) -> None:
    lines = trimmed(invoke("fixes", vault).out)
    commands = [line.split()[1:] for line in lines if line.startswith("    raceproof fixes")]

    assert 3 == len(commands)
    assert [1] * 3 == [invoke(*command).code for command in commands]


def test_a_variant_is_told_with_each_of_its_protections_dropped(invoke: Any, vault: str) -> None:
    ended = invoke("fixes", vault, "--variant", "guarded")

    assert 0 == ended.code
    assert [
        "Vault · guarded  Worker=2",
        "at-once + alone",
        "",
        "guarded          ✓ every claim holds, 2 for any number, 2 in this scope",
        "without at-once  ✓ every claim holds, 1 for any number, 3 in this scope",
        "without alone    ✓ every claim holds, 2 for any number, 2 in this scope",
        "",
        "guarded, without alone",
        "    proved for any number of Worker: mutual_exclusion, assertions",
        "    in this scope: someone_works, no_deadlock",
        "",
        "without at-once",
        "    proved for any number of Worker: assertions",
        "    in this scope: mutual_exclusion, someone_works, no_deadlock",
        "    not proved: mutual_exclusion (no invariant was found among the candidate lemmas)",
        "",
        "Not needed: at-once, alone; every claim holds without.",
    ] == trimmed(ended.out)[:17]


def test_a_variant_needs_a_protection_without_which_a_claim_is_violated(
    invoke: Any, vault: str, tmp_path: Path
) -> None:
    source = (tmp_path / vault).read_text().replace('taking="at once", alone=True', "alone=True, alarm=True")
    (tmp_path / vault).write_text(source)

    ended = invoke("fixes", vault, "--variant", "guarded")

    assert 0 == ended.code
    assert [
        "guarded        ✓ every claim holds, 1 for any number, 3 in this scope",
        "without alone  ✗(4) mutual_exclusion",
        "without alarm  ✓ every claim holds, 1 for any number, 3 in this scope",
        "",
        "    raceproof fixes vault_toy.py --set alarm --property mutual_exclusion",
        "",
        "guarded, without alarm",
        "    proved for any number of Worker: assertions",
        "    in this scope: mutual_exclusion, someone_works, no_deadlock",
        "    not proved: mutual_exclusion (no invariant was found among the candidate lemmas)",
        "",
        "Needed: alone.",
        "Not needed: alarm; every claim holds without, and what is proved is still proved.",
    ] == trimmed(ended.out)[3:16]


def test_a_variant_that_violates_a_claim_ends_with_1(invoke: Any, vault: str) -> None:
    ended = invoke("fixes", vault, "--variant", "racy")

    assert 1 == ended.code
    assert ["baseline", "", "racy  ✗(4) mutual_exclusion"] == trimmed(ended.out)[1:4]


def test_a_space_in_which_nothing_is_enough_ends_with_1(invoke: Any, vault: str, tmp_path: Path) -> None:
    source = (tmp_path / vault).read_text().replace('.at("work")) <= 1', '.at("work")) <= 0')
    (tmp_path / vault).write_text(source)

    ended = invoke("fixes", vault)

    assert 1 == ended.code
    assert "24 sets of 5 protections: all 4 claims hold of 0, not of 24." in trimmed(ended.out)
    assert "No set satisfies every claim. What those of at most one protection violate" in trimmed(ended.out)


def test_a_system_that_needs_no_protection_is_told_without_reasons(invoke: Any, vault: str) -> None:
    lines = trimmed(invoke("fixes", vault, "--property", "no_deadlock").out)

    assert [
        "24 sets of 5 protections: the one claim holds of 24, not of 0.",
        "",
        "The smallest sets that satisfy every claim",
        "✓ baseline",
        "",
        "protection  in  what it does",
    ] == lines[2:8]


@pytest.mark.parametrize(
    ("standing", "seconds", "expected"),
    [
        (Standing(0, 24, 0, 0), 3.0, f"[{'-' * 24}] 0 of 24 designs, 0 systems, 3 s"),
        (Standing(12, 24, 1, 0), 30.2, f"[{'#' * 12}{'-' * 12}] 12 of 24 designs, 1 system, 30 s, about 30 s left"),
        (Standing(6, 24, 5, 5), 60.0, f"[{'#' * 6}{'-' * 18}] 6 of 24 designs, 5 systems, 60 s, about 3 min left"),
    ],
)
def test_the_progress_line_says_how_far_it_is(standing: Standing, seconds: float, expected: str) -> None:
    assert expected == progress(standing, seconds)


def test_what_is_undecided_ends_with_3_and_is_not_kept(invoke: Any, vault: str) -> None:
    ended = invoke("fixes", vault, "--max-states", "3")
    whole = invoke("fixes", vault)

    assert 3 == ended.code
    assert "Undecided, more than 3 states: 6 designs" in trimmed(ended.out)
    assert 0 == whole.code
    assert "9 of these known from before" in whole.out


def test_known_decisions_are_not_made_again(invoke: Any, vault: str) -> None:
    first = surveyed(invoke("fixes", vault, "--json", "-"))
    again = invoke("fixes", vault)
    second = surveyed(invoke("fixes", vault, "--json", "-"))

    assert "native: 24 designs, 12 of them different, 12 of these known from before, " in again.out
    assert first.systems == second.systems
    assert first.designs == second.designs


def test_what_is_kept_is_kept_by_scope_and_claims(invoke: Any, vault: str) -> None:
    invoke("fixes", vault)

    assert "known from before" not in invoke("fixes", vault, "-s", "Worker=3", "--prove", "none").out
    assert "known from before" not in invoke("fixes", vault, "--property", "mutual_exclusion").out
    assert "12 of these known from before" in invoke("fixes", vault).out


def test_nothing_is_kept_or_known_without_a_cache(
    invoke: Any, vault: str, decisions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke("fixes", vault, "--no-cache")
    monkeypatch.setenv("RACEPROOF_CACHE", "")
    ended = invoke("fixes", vault)

    assert not decisions.exists()
    assert 0 == ended.code
    assert "known from before" not in ended.out


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"not JSON",
        b'{"fingerprint": 1}',
        b"[" * 100_000,
        b" " * (2 << 20),
    ],
    ids=["empty", "text", "other", "deep", "large"],
)
def test_a_damaged_file_is_decided_anew_and_replaced(invoke: Any, vault: str, decisions: Path, damage: bytes) -> None:
    invoke("fixes", vault)
    files = sorted(decisions.iterdir())
    whole = files[0].read_bytes()
    files[0].write_bytes(damage)

    ended = invoke("fixes", vault)

    assert 0 == ended.code
    assert "note: 1 damaged file in the cache; what they were of was decided anew" in trimmed(ended.out)
    assert "11 of these known from before" in ended.out
    assert json.loads(whole)["claims"] == json.loads(files[0].read_bytes())["claims"]


@pytest.mark.parametrize("field", ["fingerprint", "claims"])
def test_a_decision_of_something_else_is_not_believed(invoke: Any, vault: str, decisions: Path, field: str) -> None:
    invoke("fixes", vault)
    files = sorted(decisions.iterdir())
    told = json.loads(files[0].read_bytes())
    told[field] = told[field][:-1] if field == "claims" else "0" * 64
    files[0].write_bytes(json.dumps(told).encode())

    assert "1 damaged file" in invoke("fixes", vault).out


def test_a_file_that_shadows_a_module_of_python_has_one_set_of_classes(invoke: Any, vault: str, tmp_path: Path) -> None:
    (tmp_path / "queue.py").write_text(VAULT, encoding="utf-8")

    ended = invoke("fixes", "queue.py")

    assert (0, "") == (ended.code, ended.errors)
    assert "24 sets of 5 protections: all 4 claims hold of 8, not of 16." in trimmed(ended.out)


def test_what_a_model_prints_does_not_spoil_the_json(invoke: Any, vault: str, tmp_path: Path) -> None:
    source = (
        (tmp_path / vault)
        .read_text()
        .replace("        self.taking = taking\n", "        print('made')\n        self.taking = taking\n")
    )
    (tmp_path / vault).write_text(source)

    ended = invoke("fixes", vault, "--json", "-")

    assert 24 == len(surveyed(ended).designs)


def test_a_model_without_a_space_is_told_how_to_declare_one(invoke: Any, lock: str) -> None:
    ended = invoke("fixes", lock)

    assert (2, "") == (ended.code, ended.out)
    assert "error[RP090]: lock_toy.py declares no design space" in ended.errors
    assert "= help: list it at the top level of the module: SPACE = Space(MyModel, " in ended.errors


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("fixes", "nothing"), "there is no built-in model 'nothing'"),
        (("fixes", "vault_toy.py", "--property", "mutual"), "vault_toy.py has no property 'mutual'"),
        (("fixes", "vault_toy.py", "--variant", "rcy"), "vault_toy.py has no variant 'rcy'; did you mean 'racy'?"),
        (
            ("fixes", "vault_toy.py", "--variant", "odd"),
            "no set of the protections of vault_toy.py makes its variant odd",
        ),
        (("fixes", "vault_toy.py", "--set", "alne"), "there is no protection 'alne'; did you mean 'alone'?"),
        (("fixes", "vault_toy.py", "--set", "at-once+look-again"), "look-again and at-once exclude each other"),
        (
            ("fixes", "vault_toy.py", "--set", "alone", "--variant", "racy"),
            "--set and --variant each name what to look at",
        ),
        (("fixes", "vault_toy.py", "-s", "Workers=2"), "the scope names Workers, which is no domain of the model"),
        (("fixes", "vault_toy.py", "--json", "no/such/folder"), "cannot be written: there is no folder no/such"),
        (("fixes", "vault_toy.py", "--workers", "0"), "0 is not in the range 1<=x<=64"),
    ],
)
def test_a_wrong_call_ends_with_2(invoke: Any, vault: str, arguments: tuple[str, ...], expected: str) -> None:
    ended = invoke(*arguments)

    assert (2, "") == (ended.code, ended.out)
    assert expected in ended.errors.replace("\n", " ")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("SPACE = Space(", "SPACE = dict(x=(", "SPACE of vault_toy.py is "),
        ('{"alarm": True}', '{"bell": True}', "the design alarm of vault_toy.py cannot be made: "),
        (
            "    Vault,\n    {",
            "    lambda **choices: choices,\n    {",
            "the design baseline of vault_toy.py is {}, which is no model",
        ),
        ('"alone": Protection', '"alone!": Protection', "'alone!' is no name for a protection"),
    ],
)
def test_a_wrong_space_in_the_authors_file_ends_with_2(
    invoke: Any, vault: str, tmp_path: Path, old: str, new: str, expected: str
) -> None:
    source = (tmp_path / vault).read_text()
    assert old in source
    source = source.replace(old, new)
    (tmp_path / vault).write_text(source + ")" if "dict(x=(" in new else source)

    ended = invoke("fixes", vault)

    assert (2, "") == (ended.code, ended.out)
    assert expected in ended.errors


def test_a_design_that_goes_wrong_is_told_with_its_place_and_how_to_see_it_again(
    invoke: Any, vault: str, tmp_path: Path
) -> None:
    source = (
        (tmp_path / vault)
        .read_text()
        .replace(
            "            self.taken = True\n",
            "            self.taken = True\n            assert_free = 1 // (not self.alone)\n",
        )
    )
    (tmp_path / vault).write_text(source)

    ended = invoke("fixes", vault)

    assert (2, "") == (ended.code, ended.out)
    assert "--> vault_toy.py:" in ended.errors
    assert "= note: while running: raceproof fixes vault_toy.py --set " in ended.errors


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 200])
def test_no_line_but_a_command_is_wider_than_the_screen(
    invoke: Any, vault: str, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))

    for arguments in ((), ("--variant", "guarded")):
        ended = invoke("fixes", vault, *arguments)

        wide = [line for line in trimmed(ended.out) if len(line) > width and "raceproof fixes" not in line]
        assert [] == wide
        assert "at-once" in ended.out
