"""What is wrong with a utility's input, with how it is configured, or with what came out."""

from typing import ClassVar

from domain.refusals import Invalid, NotFound, TimedOut, TooLarge


class UtilityNotFound(NotFound):
    code = "UTILITY_NOT_FOUND"
    message = "There is no such utility."


class InvalidConfig(Invalid):
    """``details`` names the option that is wrong, where it is one."""

    code: ClassVar[str] = "INVALID_CONFIG"

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.details = {"field": field} if field else {}


class InvalidInput(Invalid):
    """Not what the utility works on; the message says what it is and what it would have to be."""

    code: ClassVar[str] = "INVALID_INPUT"


class OutputTooLarge(TooLarge):
    """More comes out, or is needed on the way, than a run may have."""

    code = "OUTPUT_TOO_LARGE"
    message = "The result is larger than a run may make it."


class RunTimedOut(TimedOut):
    code = "TIMEOUT"
    message = "The run took longer than it may, and was ended."
