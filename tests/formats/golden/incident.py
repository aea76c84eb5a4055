"""never_empty was violated by this schedule, which is replayed through the model's own Python, step by step.

A repair makes this test fail; then --fixed writes the test that the repair must pass.
"""

from raceproof.checker.replaying import Move, follow
from raceproof.model.dns import VARIANTS
from raceproof.properties.dns import never_empty

SCOPE = {"Enactor": 3, "Endpoint": 2, "FleetChange": 0, "Plan": 4}
SCHEDULE = (
    Move("planner", "write the next plan"),  # newest: none → plan 1
    Move("enactor 1", "pick up the latest plan"),  # enactor 1.mine: none → plan 1
    Move("planner", "write the next plan"),  # newest: plan 1 → plan 2
    Move("enactor 2", "pick up the latest plan"),  # enactor 2.mine: none → plan 2
    Move("enactor 2", "read the lock"),  # lock_read[enactor 2, public]: false → true
    Move("enactor 2", "install"),  # alias[public]: none → plan 2; tree[public, plan 2]: false → true; …
    Move("enactor 1", "read the lock"),  # lock_read[enactor 1, public]: false → true
    Move("enactor 1", "install"),  # alias[public]: plan 2 → plan 1; rollback[public]: none → plan 2; tree[public, …
    Move("enactor 2", "read the lock"),  # lock_read[enactor 2, fips]: false → true
    Move("enactor 2", "install"),  # applied: none → plan 2; alias[fips]: none → plan 2; tree[fips, plan 2]: false → …
    Move("enactor 2", "delete an old tree"),  # tree[public, plan 1]: true → false
)


def test_never_empty_is_violated_by_this_schedule() -> None:
    followed = follow(VARIANTS["incident"].make(), never_empty, SCHEDULE, scope=SCOPE)

    assert followed.violated, str(followed)
