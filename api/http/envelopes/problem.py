"""Errors as every surface has them, before its envelope gives them a shape."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol, Self

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """An error: ``message`` is safe to show, ``code`` is for programs, ``details`` for both."""

    status: HTTPStatus
    code: str
    message: str
    details: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Envelope(Protocol):
    """The error body of one surface; its fields are its schema in the API document."""

    @classmethod
    def of(cls, problem: Problem) -> Self: ...


INTERNAL_ERROR = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "INTERNAL_ERROR",
    "Something went wrong here. The X-Request-Id of this answer names it in our log.",
)
