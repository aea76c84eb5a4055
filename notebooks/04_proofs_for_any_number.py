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
from inspect import getsource

from IPython.display import Markdown
from msgspec.structs import replace

from raceproof.checker.prove import prove
from raceproof.checker.recheck import recheck
from raceproof.checker.symbolic.certificate import CertificateRefused, decode
from raceproof.model.dns import VARIANTS
from raceproof.model.naive_dining import NaiveDining
from raceproof.properties import naive_dining
from raceproof.properties.dns import live_tree_exists, never_empty, never_goes_back

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

for change in ({"lemmas": certificate.lemmas[:-1]}, {"obligations": certificate.obligations[1:]}):
    try:
        recheck(replace(certificate, **change), model, CLAIMS)
    except CertificateRefused as refused:
        print(f"refused: {refused}")

# %% [markdown]
# The certificates of all repairs are in `proofs/`; `raceproof recheck proofs` checks them in every run of CI. And for the
# automation as it was there is no proof, but a trace:

# %%
print(
    str(prove(VARIANTS["incident"].make(), [never_empty], name="dns", variant="incident").verdicts[0]).splitlines()[0]
)

# %% [markdown]
# ## When a proof fails
#
# Philosophers around a table, any number of them; each takes one fork and then the other. Neighbours never eat at the same
# time. That is true, and by itself it cannot be proved:

# %%
attempt = prove(NaiveDining(), [naive_dining.forks_are_not_shared], name="naive_dining", variant="left-first")

print(attempt.verdicts[0].why)
print(attempt.obstacles[0])

# %% [markdown]
# The answer is a *counterexample to induction*: a state that satisfies all that is known, and a step from it that breaks the
# claim. Nobody can get there: one philosopher eats although a fork of his lies on the table. So what nobody has said yet is
# what it means to have a fork. Two lemmas say it, written like any other claim:


# %%
Markdown(
    "```python\n"
    + "\n\n".join(
        getsource(function)
        for function in (
            naive_dining.has,
            naive_dining.what_somebody_has_is_not_on_the_table.predicate,
            naive_dining.no_two_have_the_same_fork.predicate,
        )
    )
    + "```"
)

# %%
proof = prove(
    NaiveDining(),
    [naive_dining.forks_are_not_shared],
    lemmas=[naive_dining.what_somebody_has_is_not_on_the_table, naive_dining.no_two_have_the_same_fork],
    name="naive_dining",
    variant="left-first",
)
for verdict in (*proof.verdicts, *proof.lemmas):
    print(verdict)

# %% [markdown]
# Proved, however many philosophers there are. (That all of them can starve is another matter: `raceproof check
# naive_dining` shows it in three steps.) On the command line all this is `raceproof prove`; how it works and what it rests
# on is told in `docs/proofs.md`.
