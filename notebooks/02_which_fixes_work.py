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
# # Which repairs repair it, and why the others do not
#
# After an outage everybody has an idea. Fourteen of them are designs of the model in `model/dns/variants.py`, right and wrong
# ones alike. Here the checker says of each what it would have done, and of the wrong ones, at which moment.

# %%
from IPython.display import Markdown

from raceproof.checker import check
from raceproof.checker.check import prepare, run
from raceproof.checker.explain import explain
from raceproof.model.dns import VARIANTS
from raceproof.model.dns.space import SPACE
from raceproof.properties.dns import CLAIMS, TABLE_SCOPE, never_empty

# %% [markdown]
# ## Fourteen designs, one claim
#
# `never_empty`: a name that has been installed never resolves to nothing. Two enactors, two names, four plans; every order
# of steps.

# %%
verdicts = {name: check(variant.make(), never_empty, scope=TABLE_SCOPE) for name, variant in VARIANTS.items()}

rows = ["| design | | what it is |", "|---|---|---|"]
for name, verdict in verdicts.items():
    outcome = "✓" if verdict.holds else f"✗ {len(verdict.trace)} steps"
    rows.append(f"| {name} | {outcome} | {VARIANTS[name].text} |")

Markdown("\n".join(rows))

# %% [markdown]
# ## The decision that goes stale
#
# A race of this kind has three moments: somebody **checks**, somebody else **overwrites** what was checked, and the first
# **uses** the check all the same. raceproof finds them on the trace. This is what it says of the designs that fail:

# %%
rows = ["| design | what went stale |", "|---|---|"]
for name, verdict in verdicts.items():
    if not verdict.holds:
        prepared = prepare(VARIANTS[name].make(), (never_empty,), TABLE_SCOPE)
        rows.append(f"| {name} | {explain(prepared, run(prepared)[0]).sentence} |")

Markdown("\n".join(rows))

# %% [markdown]
# `recheck-before-lock` is the one that reviews propose first: check the plan again, right before the lock. The check and the
# lock are still two steps, so the same thing happens between them:

# %%
verdicts["recheck-before-lock"]

# %% [markdown]
# ## What is enough
#
# `never_empty` is one claim of several: nor may a name go back to an older plan, nor the way back be lost. A design is a set
# of protections; `raceproof fixes dns` decides all 832 sets of thirteen of them (some minutes). Below, one set that is
# enough, and what happens without each of its parts.


# %%
def broken_by(*protections):
    """The claims that do not hold of a set of protections."""
    choices = {k: v for name in protections for k, v in SPACE.protections[name].choices.items()}
    found = run(prepare(SPACE.make(**choices), CLAIMS, TABLE_SCOPE))
    return [verdict.claim.name for verdict in found if not verdict.holds]


FIXED = ("compare-and-swap", "delete-unreferenced")
for left in (FIXED, FIXED[:1], FIXED[1:]):
    print(f"{' + '.join(left) or 'neither'}: {', '.join(broken_by(*left)) or 'every claim holds'}")

# %% [markdown]
# Neither half is enough: the write must refuse a plan that is out of date, and the clean-up must refuse a plan that is in
# use, each in the transaction that it protects. Both are checks, too; what differs is that nothing can come between the
# check and the use.
#
# All this says of two enactors and four plans. For any number of either: notebook 04.
