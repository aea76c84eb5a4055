"""The kinds of mistakes, each with a code that an error shows: `raceproof explain RP012` tells what it means.

What there is to say of a code stands in `explanations/RP012.md`, with a wrong and a right example. A code keeps its
number for ever; a new kind of mistake gets a new one.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """A kind of mistake: of the author's model, of a claim, or of a call."""

    # State
    STATE = "RP010"
    INITIAL_VALUE = "RP011"
    OUT_OF_DOMAIN = "RP012"
    WRONG_DOMAIN = "RP013"
    TABLE_KEY = "RP014"
    TABLE_USE = "RP015"
    ATTRIBUTE = "RP016"
    NOT_STATE = "RP017"

    # Processes, steps and yields
    NO_PROCESS = "RP020"
    DECLARATION = "RP021"
    YIELDS = "RP022"
    ENDLESS_STEP = "RP023"
    TOO_MANY_WAYS = "RP024"
    PLACE = "RP025"
    UNSETTLED_YIELD = "RP026"
    FIRST_YIELD = "RP027"
    HELPER = "RP028"
    NO_VALUE = "RP029"
    LOOP = "RP030"
    MEMBERS = "RP031"
    LOCAL = "RP032"

    # Python that means something else in a model
    IDENTITY = "RP040"
    STATEMENT = "RP041"
    EFFECT = "RP042"
    REFLECTION = "RP043"
    NOTHING_DONE = "RP044"
    COMPARISON = "RP045"
    ARITHMETIC = "RP046"
    TRUTH = "RP047"
    KNOWN_VALUE = "RP048"
    REPEATABLE = "RP049"
    EXCEPTION = "RP050"
    SOURCE = "RP051"

    # Claims
    CLAIM = "RP060"
    CLAIM_ASKS = "RP061"
    LOOK_INTO_PROCESS = "RP062"
    QUANTIFIER = "RP063"
    CHANGE_IN_QUESTION = "RP064"
    OTHER_MODEL = "RP065"

    # Scope
    SIZE = "RP070"
    UNKNOWN_DOMAIN = "RP071"
    NO_SIZE = "RP072"
    ASKED_EARLY = "RP073"
    ENDLESS = "RP074"

    # Proofs for any number
    OPEN_LOOP = "RP080"
    OPEN_COUNT = "RP081"
    NOTHING_TO_PROVE = "RP082"

    # Design spaces
    SPACE = "RP090"
    DESIGN = "RP091"

    # Calls
    UNKNOWN_MODEL = "RP100"
    UNKNOWN_VARIANT = "RP101"
    UNKNOWN_CLAIM = "RP102"
    NOT_LOADED = "RP103"
    MODULE_TABLE = "RP104"
    OPTIONS = "RP105"
    WRITING = "RP106"
    ENGINE = "RP107"
    TOO_LARGE = "RP108"
    UNKNOWN_CODE = "RP109"

    # Files
    NO_TRACE = "RP110"
    NOT_OURS = "RP111"
    OTHER_RUN = "RP112"
    ITF = "RP113"
    CHECKPOINT = "RP114"
    CERTIFICATE = "RP115"
    WHICH_MODEL = "RP116"


GROUPS = {
    "RP01": "State",
    "RP02": "Processes, steps and yields",
    "RP03": "Processes, steps and yields",
    "RP04": "Python that means something else in a model",
    "RP05": "Python that means something else in a model",
    "RP06": "Claims",
    "RP07": "Scope",
    "RP08": "Proofs for any number",
    "RP09": "Design spaces",
    "RP10": "Calls",
    "RP11": "Files",
}
"""What the codes that begin like this are about."""
