"""The error body of task_board: ``{success, error: {code, type, message, details}, meta}``.

``code`` is specific (``TASK_NOT_FOUND``), ``type`` a generic name of the table in seed 003.
"""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final, Literal, Self

import msgspec

from api.http.envelopes.problem import Problem
from api.http.version import VERSION

TYPES: Final = {
    HTTPStatus.BAD_REQUEST: "VALIDATION_ERROR",
    HTTPStatus.TOO_MANY_REQUESTS: "RATE_LIMIT",
    HTTPStatus.INTERNAL_SERVER_ERROR: "INTERNAL_ERROR",
}
CODES: Final = {"RATE_LIMITED": "RATE_LIMIT"}


class TaskBoardFault(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    type: str
    message: str
    details: dict[str, Any]


class TaskBoardMeta(msgspec.Struct, frozen=True, kw_only=True):
    timestamp: datetime
    version: str


class TaskBoardError(msgspec.Struct, frozen=True, kw_only=True):
    success: Literal[False]
    error: TaskBoardFault
    meta: TaskBoardMeta

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls(
            success=False,
            error=TaskBoardFault(
                code=CODES.get(problem.code, problem.code),
                type=TYPES.get(problem.status, problem.status.name),
                message=problem.message,
                details=dict(problem.details),
            ),
            meta=meta(),
        )


def meta() -> TaskBoardMeta:
    """Return the metadata of a response; its time has whole seconds, as in the seed."""
    now = datetime.now(UTC).replace(microsecond=0)
    return TaskBoardMeta(timestamp=now, version=VERSION)
