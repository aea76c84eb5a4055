"""What must hold of termination detection on a ring."""

from raceproof.checker.language import always, exists, forall, reachable, recoverable
from raceproof.model.ewd840 import Node, TerminationDetection


@always
def detected_only_when_terminated(m: TerminationDetection) -> bool:
    """Termination is announced only when every node has finished."""
    return not m.announced() or forall(Node, lambda n: not m.active[n])


@always
def dijkstras_invariant(m: TerminationDetection) -> bool:
    """The token is black, or a node that it has yet to pass is, or all those that it has passed have finished."""
    behind_are_passive = forall(Node, lambda n: n <= m.token_at or not m.active[n])
    ahead_is_black = exists(Node, lambda n: n <= m.token_at and m.black[n])
    return m.token_black or ahead_is_black or behind_are_passive


@reachable
def termination_is_detected(m: TerminationDetection) -> bool:
    """Termination can be announced."""
    return m.announced()


@recoverable
def termination_can_be_detected(m: TerminationDetection) -> bool:
    """Whatever happens, termination can still be announced."""
    return m.announced()
