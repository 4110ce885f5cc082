"""codegen's error body, shared by the operators' routes: ``{error: {code, message, details}}``."""

from typing import Any, Self

import msgspec

from api.http.envelopes.problem import Problem


class CodegenFault(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    message: str
    details: dict[str, Any]


class CodegenError(msgspec.Struct, frozen=True, kw_only=True):
    error: CodegenFault

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls(
            error=CodegenFault(
                code=problem.code, message=problem.message, details=dict(problem.details)
            )
        )
