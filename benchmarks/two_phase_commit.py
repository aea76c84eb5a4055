"""Two-phase commit with eight resource managers: the largest row of tests/models/reference-counts.csv, counted by the
explicit search. Prints what was found beside what was expected; exit status 1 when they differ."""

import csv
import sys
from pathlib import Path

from raceproof.checker.check import check
from raceproof.model.two_phase_commit import TwoPhaseCommit
from raceproof.properties.two_phase_commit import consistency

TABLE = Path(__file__).parent.parent / "tests" / "models" / "reference-counts.csv"
SCOPE = "8 resource managers"
INITIAL_STATES = 1


def main() -> int:
    with TABLE.open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["scope"] == SCOPE)
    expected = (int(row["distinct states"]), int(row["generated states"]), row["verdict"])
    verdict = check(TwoPhaseCommit(), consistency, scope={"ResourceManager": 8})
    statistics = verdict.statistics
    found = (statistics.states, statistics.transitions + INITIAL_STATES, "holds" if verdict.holds else verdict.name)
    print(f"two-phase commit, {SCOPE}: {found[0]:,} states, {found[1]:,} generated, {found[2]}")
    print(f"    {statistics.seconds:.1f} s, {statistics.memory_bytes / 2**20:,.0f} MiB; expected {expected}")
    return int(found != expected)


if __name__ == "__main__":
    sys.exit(main())
