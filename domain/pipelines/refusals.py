"""Refusals of utilities: unknown ids, invalid configuration or input, limits of runs."""

from typing import ClassVar

from domain.refusals import Invalid, NotFound, TimedOut, TooLarge


class UtilityNotFound(NotFound):
    code = "UTILITY_NOT_FOUND"
    message = "There is no such utility."


class InvalidConfig(Invalid):
    """The configuration is invalid; ``details`` names the option, if one is to blame."""

    code: ClassVar[str] = "INVALID_CONFIG"

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.details = {"field": field} if field else {}


class InvalidInput(Invalid):
    """The input does not suit the utility; the message names its kind and the expected one."""

    code: ClassVar[str] = "INVALID_INPUT"


class OutputTooLarge(TooLarge):
    """The output, or an intermediate result, exceeds the limit of a run."""

    code = "OUTPUT_TOO_LARGE"
    message = "The result is larger than a run may produce."


class RunTimedOut(TimedOut):
    code = "TIMEOUT"
    message = "The run took longer than it may, and was ended."
