"""The error body of AI drafts: ``{success, errors}`` (seed 002, AIDraftErrorResponse).

Its codes are a closed list: an error with any other code gets the code of its status.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, Literal, Self

import msgspec
from msgspec import UNSET, UnsetType

from api.http.envelopes.problem import Problem

AI_DRAFT: Final = "/api/v1/ai/pipeline-draft"
CODES: Final = frozenset(
    {
        *("UNAUTHORIZED", "FORBIDDEN", "INVALID_JSON", "INVALID_MODEL", "INVALID_CONFIG"),
        *("EMPTY_DRAFT", "UNKNOWN_UTILITY", "SEMANTIC_MISMATCH", "STEP_LIMIT_EXCEEDED"),
        *("INPUT_TOO_LARGE", "MODEL_FAILURE", "TIMEOUT", "RATE_LIMITED", "DAILY_QUOTA_EXCEEDED"),
        *("PLATFORM_AT_CAPACITY", "LIMITER_UNAVAILABLE", "USER_KEY_BROKEN"),
        "AI_DRAFT_BYO_REQUIRED",
    }
)
CODE_BY_STATUS: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.UNAUTHORIZED: "UNAUTHORIZED",
    HTTPStatus.FORBIDDEN: "FORBIDDEN",
    HTTPStatus.MISDIRECTED_REQUEST: "FORBIDDEN",
    HTTPStatus.REQUEST_TIMEOUT: "TIMEOUT",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "INPUT_TOO_LARGE",
    HTTPStatus.TOO_MANY_REQUESTS: "RATE_LIMITED",
    HTTPStatus.INTERNAL_SERVER_ERROR: "MODEL_FAILURE",
    HTTPStatus.BAD_GATEWAY: "MODEL_FAILURE",
    HTTPStatus.SERVICE_UNAVAILABLE: "PLATFORM_AT_CAPACITY",
}
"""Codes by status; every other status stands for an invalid request: ``INVALID_JSON``."""


class AIDraftErrorItem(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    code: str
    message: str
    step_index: int | UnsetType = UNSET
    utility_id: str | UnsetType = UNSET


class AIDraftErrorResponse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    success: Literal[False]
    errors: Sequence[AIDraftErrorItem]

    @classmethod
    def of(cls, problem: Problem) -> Self:
        known = problem.code in CODES
        error = AIDraftErrorItem(
            code=problem.code if known else CODE_BY_STATUS.get(problem.status, "INVALID_JSON"),
            message=problem.message,
            step_index=problem.details.get("stepIndex", UNSET),
            utility_id=problem.details.get("utilityId", UNSET),
        )
        return cls(success=False, errors=[error])
