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
# # Proofs for any number of enactors
#
# A search of every state says all there is to say about two enactors and four plans, and nothing about five. To know that
# a repair holds for **every** number of enactors and of plans, one needs an argument that does not count: an *inductive
# invariant*. It holds at the start, and every step of anybody keeps it; so it holds always. raceproof finds it, and two
# solvers, Z3 and cvc5, check it.

# %%
from dataclasses import replace

from raceproof.checker import check, forall, lemma
from raceproof.checker.check import prepare
from raceproof.checker.prove import prove
from raceproof.checker.recheck import recheck
from raceproof.checker.symbolic.certificate import CertificateRefused, decode
from raceproof.model.dns import VARIANTS
from raceproof.model.two_phase_commit import Decision, ResourceManager, Stage, TwoPhaseCommit
from raceproof.properties.dns import live_tree_exists, never_empty, never_goes_back
from raceproof.properties.two_phase_commit import consistency

CLAIMS = [never_empty, live_tree_exists, never_goes_back]

# %% [markdown]
# ## Why induction is not enough by itself
#
# The repair `compare-and-swap`: the transaction itself refuses a plan that is not newer than the live one. Take the claims
# alone as the invariant: is there a state that satisfies them, and a step from it that breaks one? There is, but no run ever
# leads to that state. What is missing are *lemmas*: facts that are always true and exclude such states. Nobody has to write
# them down here: candidates are made of the model's own words, those that a small world refutes are dropped, then those that
# some step can break, and of the rest what is needed is kept.

# %%
model = VARIANTS["compare-and-swap"].make()
proof = prove(model, CLAIMS, name="dns", variant="compare-and-swap")

for verdict in proof.verdicts:
    print(verdict)

# %% [markdown]
# This is the invariant, in the words of the model, beside the claims themselves. Each lemma is about *any* enactor.

# %%
print(proof.python(width=100))

# %% [markdown]
# Read it as the reason why the repair works. While an enactor is on its way through the names, its plan is not newer
# than what is live, because only the transaction makes a plan live; and what its clean-up deletes is older than that.
#
# ## A proof that others can check
#
# A certificate is a file: which model, which claims, the lemmas. Checking it needs none of the code that found them. The
# model is lowered again, every obligation is built again, and both solvers have to agree.

# %%
certificate = decode(proof.verdicts[0].certificate.encode())
print(f"{recheck(certificate, model, CLAIMS)} obligations discharged by Z3 and by cvc5")

for change in ({"lemmas": certificate.lemmas[:-1]}, {"variant": "incident"}):
    try:
        recheck(replace(certificate, **change) if False else certificate.__replace__(**change), model, CLAIMS)
    except CertificateRefused as refused:
        print(f"refused: {refused}")

# %% [markdown]
# The certificates of all repairs are in `proofs/`; `raceproof recheck proofs` checks them in every run of CI. And for the
# automation as it was there is no proof, but a trace:

# %%
print(str(prove(VARIANTS["incident"].make(), [never_empty], name="dns", variant="incident").verdicts[0]).splitlines()[0])

# %% [markdown]
# ## When a proof fails
#
# Two-phase commit: a transaction manager asks any number of resource managers. That none aborts what another has committed
# holds, and still no invariant is found.

# %%
attempt = prove(TwoPhaseCommit(), [consistency], name="two_phase_commit", variant="published")
print(attempt.verdicts[0].why)
print(attempt.obstacles[0])

# %% [markdown]
# The state shown is impossible: the second resource manager has promised to commit and aborted all the same, although nobody
# told it to. So say that. A lemma is written like any other claim:


# %%
@lemma
def who_has_promised_aborts_only_when_told(m: TwoPhaseCommit) -> bool:
    """Whoever has promised to commit aborts only after the decision to abort."""
    return forall(
        ResourceManager,
        lambda r: not m.prepared_sent[r] or m.stage[r] != Stage.ABORTED or m.decision == Decision.ABORT,
    )


proof = prove(
    TwoPhaseCommit(),
    [consistency],
    lemmas=[who_has_promised_aborts_only_when_told],
    name="two_phase_commit",
    variant="published",
)
print(proof.verdicts[0])

# %% [markdown]
# Proved, for every number of resource managers. A search of every state with eight of them visits 1,745,408 states and knows
# nothing of nine.
