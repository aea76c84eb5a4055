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
# # A control plane of your own, in twenty lines
#
# Some workers push the newest release to a fleet. Each looks which release is newest, takes a while, and makes it live. You
# will write that down as Python, find out how it breaks, repair it, and know that the repair holds.

# %%
from raceproof.checker import Id, Model, Ordinal, Steps, check, each_step, process, until


class Worker(Id, size=2):
    """Interchangeable: any of them may do the next step."""


class Release(Ordinal, size=3):
    """Ordered: none < release 1 < release 2 < release 3."""


# %%
class Fleet(Model):
    newest: Release = Release.none
    live: Release = Release.none

    @process
    def builder(self) -> Steps:
        while True:
            yield until(lambda: self.newest < Release.last, "build", idle=True)
            self.newest += 1

    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: self.newest > self.live, "look", idle=True)
            mine = self.newest
            yield "push"
            self.live = mine


# %% [markdown]
# A field is shared state; a local such as `mine` belongs to its worker. Every `yield` is a place where the worker may be
# delayed for as long as you like; what stands between two of them happens at once. `until` waits for a condition.
#
# ## What must hold
#
# A claim is a function of the state; `each_step` sees the states before and after any one step.


# %%
@each_step
def never_back(before: Fleet, after: Fleet) -> bool:
    """The fleet never goes back to an older release."""
    return before.live <= after.live


check(Fleet(), never_back)

# %% [markdown]
# Two workers look, one at an older release; the other is first; then the slow one pushes what it saw. Read it from top to
# bottom: each box is a step, and the arc leads from a check to
# the use that no longer agrees with it.
#
# ## Repair it, wrongly
#
# The first idea is to look again before the push.


# %%
class LooksAgain(Fleet):
    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: self.newest > self.live, "look", idle=True)
            mine = self.newest
            yield "look again"
            if mine > self.live:
                yield "push"
                self.live = mine


print(check(LooksAgain(), never_back))

# %% [markdown]
# There is still a `yield` between the second look and the push. It takes longer to happen, and it happens.
#
# ## Repair it
#
# The check belongs into the step that writes: a compare-and-swap, a conditional update, a transaction.


# %%
class Conditional(Fleet):
    @process(each=Worker)
    def worker(self, me: Worker) -> Steps:
        while True:
            yield until(lambda: self.newest > self.live, "look", idle=True)
            mine = self.newest
            yield "push, if it is newer"
            if mine > self.live:
                self.live = mine


print(check(Conditional(), never_back))

# %% [markdown]
# That is every state with two workers and three releases. More of them is a matter of the scope:

# %%
for workers, releases in ((2, 3), (3, 5), (4, 8)):
    verdict = check(Conditional(), never_back, scope={Worker: workers, Release: releases})
    print(f"{workers} workers, {releases} releases: {verdict.statistics.states:,} states, holds: {verdict.holds}")

# %% [markdown]
# And for any number of workers and of releases there is a proof, found by itself:

# %%
from raceproof.checker.prove import prove

print(prove(Conditional(), [never_back], name="fleet.py", variant="conditional").verdicts[0])


# %% [markdown]
# ## Is it good for anything?
#
# A worker that never does anything keeps every such claim. So ask that something good can happen, too: from every state, the
# newest release can still go live.

# %%
from raceproof.checker import recoverable


@recoverable(by=("worker",))
def newest_can_go_live(m: Fleet) -> bool:
    """Whatever has happened, the workers alone can make the newest release live."""
    return m.live == m.newest


for model in (Fleet(), Conditional()):
    print(check(model, newest_can_go_live))

# %% [markdown]
# In a file of your own, `raceproof new my_model.py` begins where this notebook ends; `raceproof check my_model.py` asks every
# claim in it. The rest of the language is in `docs/language.md`.
