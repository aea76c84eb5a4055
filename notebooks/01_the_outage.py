# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The outage of 19 October 2025, found by a program
#
# At 23:48 Pacific time on 19 October 2025 the DNS name of DynamoDB in us-east-1 lost all of its addresses at once. The
# name is kept by several identical workers, the *enactors*: each takes the latest numbered *plan* of DNS records, checks
# once that it is newer than the plan that was applied last, and installs it. One enactor was delayed for so long that its
# check no longer held when it wrote: it replaced a new plan by a much older one, and another enactor, just then deleting
# old plans, deleted the one that the name now pointed to. No later plan could repair this, because each install must also
# record the previous records as the way back, and those were gone; people repaired it by hand, two and a half hours later.
#
# Below, the automation is a model in ordinary Python. A model checker runs its processes in **every**
# possible order and shows the shortest order that ends with an empty name. (Sources: `docs/incident.md`.)

# %%
from inspect import getsource
from textwrap import dedent

from IPython.display import Markdown

from raceproof.checker import check
from raceproof.checker.check import prepare, run
from raceproof.checker.explain import explain
from raceproof.model.dns import VARIANTS, DnsAutomation, Enactor, Endpoint, Plan
from raceproof.properties.dns import (
    TABLE_SCOPE,
    automation_recovers,
    never_empty,
    never_goes_back,
    operator_recovers,
    rollback_tree_exists,
)

# %% [markdown]
# ## The system, as Python
#
# A process is a generator. At each `yield` it stops, and any other process may go first, for however long; what stands
# between two yields happens at once. There are as many enactors as we ask for.
#
# `self.design` says how the automation is built. The defaults are how it was; every other branch is something that people
# have proposed since, and can be skipped for now.


# %%
def show(*functions):
    """The source of functions, as the model has it."""
    return Markdown("```python\n" + "\n".join(dedent(getsource(function)) for function in functions) + "```")


show(DnsAutomation.enactor.function, DnsAutomation.install, DnsAutomation.clean_up)

# %% [markdown]
# ## What must hold
#
# A claim is a Python function of the state, with a decorator that says when it must be true: here, always.

# %%
show(never_empty.predicate, DnsAutomation.is_empty)

# %% [markdown]
# ## The answer
#
# A small world is enough: two enactors, one name, up to three plans. In it the checker looks at every state that any
# order of steps can lead to.

# %%
SCOPE = {Enactor: 2, Endpoint: 1, Plan: 3}

verdict = check(DnsAutomation(), never_empty, scope=SCOPE)
print(verdict)

# %% [markdown]
# This is the incident, and no shorter order of steps does it. The lock (`lock_read`) works as designed: it keeps
# two enactors from writing at the same moment, and says nothing about whose plan is newer. The trace was replayed through
# the Python above before it was printed.

# %% [markdown]
# ## The same in one picture
#
# Time runs downwards. Each box is one atomic step; the bands on the right are what clients are told.

# %%
verdict

# %% [markdown]
# ## Which decision went stale
#
# A race of this kind has three moments: somebody checks, somebody else overwrites what was checked, and the first acts on it
# all the same. They can be found on the trace:

# %%
prepared = prepare(DnsAutomation(), (never_empty,), SCOPE)
print(explain(prepared, run(prepared)[0]).sentence)

# %% [markdown]
# ## Why it stayed broken
#
# With every install the *rollback record* is set to the records that were active before, in the same transaction. Once
# those are gone the transaction fails, for every enactor and every newer plan.

# %%
show(DnsAutomation.rollback_is_broken, automation_recovers.predicate)

# %%
found = {
    "as it was": check(DnsAutomation(), (automation_recovers, operator_recovers), scope=SCOPE),
    "tolerant rollback": check(VARIANTS["tolerant-rollback"].make(), (never_empty, automation_recovers), scope=SCOPE),
}
for design, verdicts in found.items():
    for answer in verdicts:
        print(f"{design + ':':<19}{str(answer).splitlines()[0]}")

assert found["as it was"][0].trace == verdict.trace

# %% [markdown]
# As it was, the same nine steps lead to a state from which no run of planner and enactors leads back, although a third
# plan is still to come; an operator always has a way. Had the install tolerated the missing records, the name would
# still have become empty, but the next plan would have healed it.

# %% [markdown]
# ## Which repairs repair it
#
# Each row is a design, each column a claim, checked with two enactors, two names and four plans. ✓ says that the claim
# holds in every state of that world (and says nothing of larger ones); ✗ 11 says that it is violated, in 11 steps at
# the least.

# %%
CLAIMS = (never_empty, automation_recovers, never_goes_back, rollback_tree_exists, operator_recovers)

rows = [["design", *(f"`{claim.name}`" for claim in CLAIMS)], ["---", *(":-:" for _ in CLAIMS)]]
for name, variant in VARIANTS.items():
    verdicts = run(prepare(variant.make(), CLAIMS, TABLE_SCOPE))
    rows.append([name, *("✓" if verdict.holds else f"✗ {len(verdict.trace)}" for verdict in verdicts)])

Markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))

# %% [markdown]
# What the designs are:

# %%
Markdown("\n".join(f"- **{name}**: {variant.text}" for name, variant in VARIANTS.items()))

# %% [markdown]
# Designs that check in one step and act in a later one (`recheck-before-lock`, `look-then-delete`, a `lease` without a
# token), or only ask for a longer delay (`keep-more`), still lose the name. What prevents the loss is one indivisible step
# (`atomic`), a single writer, or a write or deletion that itself refuses what is out of date or in use; of these designs
# only `fixed`, where both refuse, satisfies every claim.
