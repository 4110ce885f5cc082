"""Diagnostics of a generation: how its prompt was read, and problems of the result."""

from collections.abc import Iterable
from enum import Enum

import msgspec

from domain.text import Personal, Public


class Severity(Enum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """A message with a severity and a code; ``line`` is counted from 1 (wire.md, codegen)."""

    severity: Severity
    code: Public
    message: Personal
    file: Personal | None = None
    line: int | None = None


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(each.severity is Severity.ERROR for each in diagnostics)


def info(code: str, message: str) -> Diagnostic:
    return Diagnostic(severity=Severity.INFO, code=code, message=message)


def warning(code: str, message: str) -> Diagnostic:
    return Diagnostic(severity=Severity.WARNING, code=code, message=message)
