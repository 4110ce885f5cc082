"""Port: executor of utilities. A unit of work is a chain: each output is the next input."""

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
    """A step: ``config`` is JSON, ``when`` a condition on its input.

    With ``continue_on_error`` a failed step passes its input on. A step fails without a value at
    each path of ``fields`` in its input.
    """

    node: str
    utility: str
    config: bytes
    when: str | None = None
    continue_on_error: bool = False
    fields: tuple[str, ...] = ()


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A chain of steps: inputs are JSON; ``keep_intermediate`` keeps every step's output.

    ``org_id`` is for fairness: organisations take turns.
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
        """Time limit: per step a base plus time by input size, up to the utility's limit."""
        each = LEAST_SECONDS + SECONDS_PER_MB * self.size / MB
        limits = (utility(step.utility).seconds for step in self.steps)
        return sum(min(limit, each) for limit in limits)


class FaultKind(Enum):
    INPUT = "input"
    CONFIG = "config"
    TOO_LARGE = "too-large"
    TOO_LONG = "too-long"


class StepFault(msgspec.Struct, frozen=True):
    """The cause of a step's failure; ``message`` is safe to show."""

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
    """``skipped``: the condition of the step, or of one before it, was not met."""

    COMPLETED = "completed"
    SKIPPED = "skipped"
    FAILED = "failed"


class StepReport(msgspec.Struct, frozen=True, kw_only=True):
    """Report of a step; ``output`` is JSON, if it was requested and exists."""

    node: str
    status: StepOutcome
    milliseconds: float = 0.0
    fault: StepFault | None = None
    output: bytes | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Reports of all steps; ``output`` is the last step's JSON, if it was reached."""

    steps: tuple[StepReport, ...]
    output: bytes | None = None


class AtCapacity(Unavailable):
    code = "PLATFORM_AT_CAPACITY"
    message = "Too much is being worked on. Try again shortly."


class Utilities(Protocol):
    """Executes units of work."""

    async def __call__(self, work: Work) -> Outcome:
        """Execute a unit of work; raises ``RunTimedOut``, ``OutputTooLarge`` or ``AtCapacity``."""
        ...
