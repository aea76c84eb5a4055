"""What must hold of the alternating-bit protocol; that everything sent is received at last is a temporal claim."""

from raceproof.checker.language import always, each_step, reachable
from raceproof.model.alternating_bit import AlternatingBit, Position


@always
def receiver_has_the_value_before_the_next(m: AlternatingBit) -> bool:
    """The sender stops waiting only when the receiver has got the last value."""
    return m.waiting or m.agreed


@always
def what_arrives_is_what_was_sent(m: AlternatingBit) -> bool:
    """While the sender waits, a receiver whose bit agrees has the value that is being sent."""
    return not (m.waiting and m.agreed) or m.received == m.sent


@each_step
def a_value_is_confirmed_only_when_it_has_arrived(before: AlternatingBit, after: AlternatingBit) -> bool:
    """When the sender stops waiting, the receiver has exactly the value that was sent."""
    return not before.waiting or after.waiting or after.received == after.sent


@reachable
def a_value_is_confirmed(m: AlternatingBit) -> bool:
    """The receiver can get a value, and the sender can wait for its acknowledgement which is on the line."""
    return m.waiting and m.agreed and m.answers != Position.none


@reachable
def both_lines_are_full(m: AlternatingBit) -> bool:
    """Both lines can fill up."""
    return m.messages == Position.last and m.answers == Position.last
