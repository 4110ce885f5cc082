"""gateway's error body, ``{error: {code, message, details}}`` (seed 004, Error Format)."""

from typing import Any, Self

import msgspec

from api.http.envelopes.problem import Problem


class GatewayFault(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    message: str
    details: dict[str, Any]


class GatewayError(msgspec.Struct, frozen=True, kw_only=True):
    error: GatewayFault

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls(
            error=GatewayFault(
                code=problem.code, message=problem.message, details=dict(problem.details)
            )
        )
