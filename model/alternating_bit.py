"""The alternating-bit protocol: reliable delivery over two lines that lose messages.

From Bartlett, Scantlebury and Wilkinson, "A note on reliable full-duplex transmission over half-duplex links"
(Communications of the ACM 12(5), 1969); modelled like the TLA+ of Lamport, "Specifying Systems" (2002), chapter 14.
The sender repeats its value, marked with a bit, until the receiver's acknowledgements carry the same bit; then it takes
the next value and flips the bit. Both lines keep the order of what they carry, and lose any of it.
"""

from raceproof.checker.language import Id, Model, Ordinal, Variant, action, anything, each, require


class Data(Id, size=2):
    """What is sent."""


class Position(Ordinal, size=2):
    """A position on a line, counted from its end towards the receiver: as many messages fit as there are positions."""


class AlternatingBit(Model):
    """A line that is full takes nothing more: sending is then a step that changes nothing.

    The bits may start either way, but all alike, and only how they compare ever matters. So what is kept is the bit of
    the sender, whether it is yet to be acknowledged (`waiting`), and whether the receiver's bit is the same (`agreed`).
    With `careless`, the sender takes any acknowledgement for the one it waits for.
    """

    sender_bit: bool = anything
    waiting: bool = False  # the last acknowledgement that arrived did not carry the sender's bit
    agreed: bool = True  # the bit of the last message that arrived is the sender's
    sent: Data = anything
    received: Data = anything
    messages: Position = Position.none  # the last position taken on the line to the receiver
    message_bit: dict[Position, bool] = each(False)
    message_data: dict[Position, Data] = each(Data.none)
    answers: Position = Position.none  # the last position taken on the line back to the sender
    answer_bit: dict[Position, bool] = each(False)

    def __init__(self, *, careless: bool = False) -> None:
        self.careless = careless

    @action(each=Data)
    def send_a_new_value(self, value: Data) -> None:
        """The sender goes on to another value, or to the same one again, with the bit flipped."""
        require(not self.waiting)
        if self.messages == Position.last:
            return
        self.sender_bit = not self.sender_bit
        self.waiting = True
        self.agreed = not self.agreed
        self.sent = value
        self.put_message()

    @action
    def send_again(self) -> None:
        """The sender repeats itself for as long as it waits."""
        require(self.waiting)
        if self.messages == Position.last:
            return
        self.put_message()

    @action
    def receive_message(self) -> None:
        """The receiver takes what arrives; if it has it already, it is the same value again."""
        require(self.messages != Position.none)
        self.agreed = self.message_bit[Position.first] == self.sender_bit
        self.received = self.message_data[Position.first]
        self.remove_message(Position.first)

    @action
    def send_acknowledgement(self) -> None:
        """The receiver tells the bit of the last message that it got, as often as it likes."""
        if self.answers == Position.last:
            return
        self.answers += 1
        self.answer_bit[self.answers] = self.agreed == self.sender_bit  # the receiver's bit

    @action
    def receive_acknowledgement(self) -> None:
        """The sender may go on when the acknowledgement carries its own bit."""
        require(self.answers != Position.none)
        self.waiting = not self.careless and self.answer_bit[Position.first] != self.sender_bit
        self.remove_answer(Position.first)

    @action(each=Position)
    def lose_message(self, position: Position) -> None:
        require(position <= self.messages)
        self.remove_message(position)

    @action(each=Position)
    def lose_acknowledgement(self, position: Position) -> None:
        require(position <= self.answers)
        self.remove_answer(position)

    def put_message(self) -> None:
        """What the sender has to say goes to the back of the line."""
        self.messages += 1
        self.message_bit[self.messages] = self.sender_bit
        self.message_data[self.messages] = self.sent

    def remove_message(self, removed: Position) -> None:
        """Those behind move up."""
        for position in Position:
            if removed <= position < Position.last:
                self.message_bit[position] = self.message_bit[position + 1]
                self.message_data[position] = self.message_data[position + 1]
        self.message_bit[Position.last] = False
        self.message_data[Position.last] = Data.none
        self.messages -= 1

    def remove_answer(self, removed: Position) -> None:
        """Those behind move up."""
        for position in Position:
            if removed <= position < Position.last:
                self.answer_bit[position] = self.answer_bit[position + 1]
        self.answer_bit[Position.last] = False
        self.answers -= 1


VARIANTS = {
    "published": Variant("The sender goes on when its own bit is acknowledged.", lambda: AlternatingBit()),
    "careless": Variant("It takes any acknowledgement for that one.", lambda: AlternatingBit(careless=True)),
}
