"""Termination detection on a ring: has everybody finished, when finished nodes may be woken up again?

From Dijkstra, Feijen and van Gasteren, "Derivation of a termination detection algorithm for distributed computations"
(EWD 840; Information Processing Letters 16(5), 1983); in the TLA+ Examples as EWD840. A token travels round the ring
against the numbering of the nodes. A node that may have woken somebody up behind the token is black, and blackens the
token when it passes it on. The first node, which starts every round, announces termination when a white token comes
home and it is itself white and passive.
"""

from raceproof.checker.language import Model, Ordinal, Variant, action, anything, each, require


class Node(Ordinal, size=3):
    """A computer in the ring; the first one starts the rounds."""


class TerminationDetection(Model):
    """Everything may start in any way, except that the token starts black.

    Where there are several reasons for a move, each is an action of its own, because TLC counts successors that way.
    With `forgetful`, a node that wakes up another does not blacken itself, and termination is announced too early.
    """

    active: dict[Node, bool] = each(anything)
    black: dict[Node, bool] = each(anything)
    token_at: Node = anything
    token_black: bool = True

    def __init__(self, *, forgetful: bool = False) -> None:
        self.forgetful = forgetful

    def announced(self) -> bool:
        """Whether the first node can tell that everybody has finished."""
        at_home = self.token_at == Node.first and not self.token_black
        return at_home and not self.black[Node.first] and not self.active[Node.first]

    @action
    def start_after_a_black_token(self) -> None:
        """The last round told the first node nothing, because the token came home black."""
        require(self.token_at == Node.first and self.token_black)
        self.start_a_round()

    @action
    def start_because_black(self) -> None:
        """The last round told the first node nothing, because it has woken somebody up meanwhile."""
        require(self.token_at == Node.first and self.black[Node.first])
        self.start_a_round()

    def start_a_round(self) -> None:
        """The first node sends out a white token and becomes white."""
        self.token_at = Node.last
        self.token_black = False
        self.black[Node.first] = False

    @action(each=Node)
    def pass_when_passive(self, node: Node) -> None:
        """A node that has finished does not keep the token."""
        require(not self.active[node])
        self.pass_the_token(node)

    @action(each=Node)
    def pass_when_black(self, node: Node) -> None:
        """A black node need not wait until it has finished: this round fails anyway."""
        require(self.black[node])
        self.pass_the_token(node)

    @action(each=Node)
    def pass_a_black_token(self, node: Node) -> None:
        """Nor need anybody keep a token that is black already."""
        require(self.token_black)
        self.pass_the_token(node)

    def pass_the_token(self, node: Node) -> None:
        """A black node makes the token black, and becomes white itself."""
        require(node != Node.first and self.token_at == node)
        self.token_at = node - 1
        self.token_black = self.token_black or self.black[node]
        self.black[node] = False

    @action(each=(Node, Node))
    def send_a_message(self, sender: Node, receiver: Node) -> None:
        """An active node wakes up another. If the token may have passed that one already, the sender turns black."""
        require(sender != receiver and self.active[sender])
        self.active[receiver] = True
        if receiver > sender and not self.forgetful:
            self.black[sender] = True

    @action(each=Node)
    def finish(self, node: Node) -> None:
        """A node has nothing more to do, until a message wakes it up."""
        require(self.active[node])
        self.active[node] = False


VARIANTS = {
    "published": Variant("A node that wakes up another blackens itself.", lambda: TerminationDetection()),
    "forgetful": Variant("It does not.", lambda: TerminationDetection(forgetful=True)),
}
