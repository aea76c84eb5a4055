"""Lemmas on the command line: asked by name only, used by proofs; invariants printed and written as lemmas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

MODEL = '''"""A token that workers pass on."""

from raceproof.checker import Id, Model, Steps, always, each, forall, lemma, process, until


class Worker(Id, size=2):
    """Somebody who works."""


class Token(Model):
    """Whoever has the token works."""

    holder: Worker = Worker.none
    busy: dict[Worker, bool] = each(False)

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: self.holder == Worker.none, "take the token")
            self.holder = me
            yield "begin"
            self.busy[me] = True
            yield "end"
            self.busy[me] = False
            self.holder = Worker.none


@always
def one_is_busy(m: Token) -> bool:
    """Two never work at once."""
    return forall(Worker, Worker, lambda a, b: a == b or not (m.busy[a] and m.busy[b]))


@lemma
def busy_has_the_token(m: Token) -> bool:
    """Whoever is busy has the token."""
    return forall(Worker, lambda w: not m.busy[w] or m.holder == w)


@lemma
def nobody_begins(m: Token) -> bool:
    """Wrong: somebody does."""
    return forall(Worker, lambda w: not m.worker[w].at("begin"))
'''


@pytest.fixture
def token(tmp_path: Path) -> str:
    path = tmp_path / "token_model.py"
    path.write_text(MODEL, encoding="utf-8")
    return str(path)


def test_lemmas_are_listed_as_lemmas(invoke: Any, token: str) -> None:
    assert "lemma: Whoever is busy has the token." in invoke("list", token).out
    (listed,) = json.loads(invoke("list", token, "--json").out)
    assert [("one_is_busy", "always"), ("busy_has_the_token", "lemma"), ("nobody_begins", "lemma")] == [
        (claim["name"], claim["kind"])
        for claim in listed["claims"]
        if claim["name"] not in ("no_deadlock", "assertions")
    ]


def test_check_asks_a_lemma_by_name_only(invoke: Any, token: str) -> None:
    everything = invoke("check", token)
    one = invoke("check", token, "--property", "nobody_begins")

    assert (0, False) == (everything.code, "nobody_begins" in everything.out)
    assert 1 == one.code
    assert "nobody_begins  violated in 1 step" in one.out


def test_a_wrong_lemma_is_a_violated_claim(invoke: Any, token: str) -> None:
    ended = invoke("prove", token)

    assert 1 == ended.code
    assert "one_is_busy" in ended.out
    assert "nobody_begins" in ended.out
    assert "a lemma, violated in 1 step" in ended.out
    assert "take the token  holder: none → worker 1" in ended.out


def test_a_proof_names_the_lemmas_that_it_uses(invoke: Any, token: str) -> None:
    path = Path(token)
    path.write_text(MODEL.partition("@lemma\ndef nobody_begins")[0], encoding="utf-8")
    ended = invoke("prove", token)

    assert 0 == ended.code
    assert "busy_has_the_token  a lemma, proved for every size" in ended.out
    assert "The invariant: the claims themselves, the lemmas above and these lemmas:" in ended.out
    assert "@lemma\ndef " in ended.out


def test_written_lemmas_are_a_file_of_claims(invoke: Any, tmp_path: Path) -> None:
    path = tmp_path / "found_lemmas.py"
    first = invoke("prove", "dns", "--variant", "delete-unreferenced", "--property", "one_winner_per_epoch",
                   "--lemmas", str(path))  # fmt: skip
    again = invoke("prove", "dns", "--variant", "delete-unreferenced", "--claims", str(path))

    assert [0, 0] == [first.code, again.code]
    assert f"Written: {path}" in first.out
    assert "from raceproof.properties.dns import one_winner_per_epoch" in path.read_text(encoding="utf-8")
    assert "one_winner_per_epoch" in again.out
    assert "proved for every size" in again.out


def test_nothing_is_written_without_a_proof(invoke: Any, tmp_path: Path) -> None:
    path = tmp_path / "none.py"
    ended = invoke("prove", "dns", "--property", "never_empty", "--lemmas", str(path))

    assert 1 == ended.code
    assert f"Nothing is proved: {path} is not written" in ended.out
    assert not path.exists()


def test_lemmas_do_not_replace_the_claims(invoke: Any, token: str) -> None:
    ended = invoke("prove", token, "--lemmas", token)

    assert 2 == ended.code
    assert "has the claims themselves; write the lemmas to another file" in " ".join(ended.errors.split())
    assert MODEL == Path(token).read_text(encoding="utf-8")
