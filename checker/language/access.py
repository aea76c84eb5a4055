"""What a piece of the author's code may do with the state, and what it is told when it does more."""

from __future__ import annotations

from enum import Enum

from raceproof.checker.errors import Code, mistake


class Access(Enum):
    """A step reads and writes; a condition, label or claim only looks; code before the first yield does neither."""

    STEP = "read and write"
    LOOK = "read only"
    START = "neither"

    def check_read(self, name: str) -> None:
        """Raises ModelError where the state may not be read."""
        if self is Access.START:
            raise mistake(
                f"reads {name} before its first yield",
                "code before the first yield may set locals to constants only",
                code=Code.FIRST_YIELD,
            )

    def check_write(self, name: str) -> None:
        """Raises ModelError where the state may not be written."""
        if self is Access.START:
            raise mistake(
                f"writes {name} before its first yield",
                "code before the first yield may set locals only",
                code=Code.FIRST_YIELD,
            )
        if self is Access.LOOK:
            raise mistake(
                f"writes {name} in a condition, label or claim",
                "these only look: write the state in a step",
                code=Code.CHANGE_IN_QUESTION,
            )
