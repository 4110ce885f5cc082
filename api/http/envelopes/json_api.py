"""The error body of json_api: ``{success, error, code?}`` (seed 002, ErrorResponse)."""

from typing import Literal, Self

import msgspec

from api.http.envelopes.problem import Problem


class ErrorResponse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    success: Literal[False]
    error: str
    code: str | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls(success=False, error=problem.message, code=problem.code)
