"""Port: utilities at work. A chain of them is one piece of work: each takes what the last made."""

from enum import Enum
from typing import Final, Protocol

import msgspec

from domain.pipelines.refusals import InvalidConfig, InvalidInput, OutputTooLarge, RunTimedOut
from domain.pipelines.utilities.catalogue import utility
from domain.refusals import Refusal, Unavailable

MB: Final = 2**20
LEAST_SECONDS: Final = 3.0
SECONDS_PER_MB: Final = 1.5


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """``config`` is JSON. ``when`` is an expression over the input that must be true.

    ``continue_on_error`` hands its input on when it fails. ``fields`` are paths that must lead to a
    value in its input, or it fails.
    """

    node: str
    utility: str
    config: bytes
    when: str | None = None
    continue_on_error: bool = False
    fields: tuple[str, ...] = ()


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Inputs are JSON texts; ``keep_intermediate`` asks for the output of every step.

    ``org_id`` says for whom it is: organisations take turns.
    """

    org_id: str
    steps: tuple[Step, ...]
    primary: bytes
    secondary: bytes | None = None
    keep_intermediate: bool = False

    @property
    def size(self) -> int:
        return len(self.primary) + len(self.secondary or b"")

    @property
    def seconds(self) -> float:
        """How long it may take: so many for a start, more for much input, up to the limit."""
        each = LEAST_SECONDS + SECONDS_PER_MB * self.size / MB
        limits = (utility(step.utility).seconds for step in self.steps)
        return sum(min(limit, each) for limit in limits)


class FaultKind(Enum):
    INPUT = "input"
    CONFIG = "config"
    TOO_LARGE = "too-large"
    TOO_LONG = "too-long"


class StepFault(msgspec.Struct, frozen=True):
    """Why a step has failed, safe to show."""

    kind: FaultKind
    message: str
    field: str = ""

    def refusal(self) -> Refusal:
        match self.kind:
            case FaultKind.INPUT:
                return InvalidInput(self.message)
            case FaultKind.CONFIG:
                return InvalidConfig(self.message, self.field)
            case FaultKind.TOO_LARGE:
                return OutputTooLarge(self.message)
            case FaultKind.TOO_LONG:
                return RunTimedOut(self.message)


class StepOutcome(Enum):
    """``skipped`` is a step whose condition was not met, or that comes after such a one."""

    COMPLETED = "completed"
    SKIPPED = "skipped"
    FAILED = "failed"


class StepReport(msgspec.Struct, frozen=True, kw_only=True):
    """``output`` is JSON, where it was asked for and there is one."""

    node: str
    status: StepOutcome
    milliseconds: float = 0.0
    fault: StepFault | None = None
    output: bytes | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """``output`` is what came out of the last step, as JSON, if the work came to that."""

    steps: tuple[StepReport, ...]
    output: bytes | None = None


class AtCapacity(Unavailable):
    code = "PLATFORM_AT_CAPACITY"
    message = "Too much is being worked on. Try again shortly."


class Utilities(Protocol):
    async def __call__(self, work: Work) -> Outcome:
        """Do a piece of work; raises ``RunTimedOut``, ``OutputTooLarge`` or ``AtCapacity``."""
        ...
