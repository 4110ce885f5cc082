"""The error body of codegen, gateway and operate: ``{error: {code, message, details}}``.

Source: seeds 000 and 004 (Error Format).
"""

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
