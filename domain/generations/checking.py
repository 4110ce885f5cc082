"""Check of ITK calls in generated code against the known functions of a version."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from domain.generations.diagnostics import Diagnostic, Severity
from domain.generations.knowledge import VersionKnowledge

ITK_NAME: Final = re.compile(r"[A-Z][A-Z0-9]+_[a-z]\w*")


class Call(NamedTuple):
    """A function call in a source file; ``line`` is counted from 1."""

    name: str
    arguments: int
    file: str
    line: int


class Source(NamedTuple):
    """Parsed facts of one source file: calls, definitions, includes, syntax errors."""

    calls: Sequence[Call]
    defined: Collection[str]
    included: Collection[str]
    faults: Sequence[Diagnostic]


def check_calls(sources: Sequence[Source], knowledge: VersionKnowledge) -> Iterator[Diagnostic]:
    """Report calls to unknown or deprecated functions, wrong arguments and missing headers.

    Functions that the program defines itself, and names that are not like ITK's, are not checked.
    """
    own = {name for source in sources for name in source.defined}
    included = {path for source in sources for path in source.included}
    for source in sources:
        for call in source.calls:
            if call.name not in own and ITK_NAME.fullmatch(call.name):
                yield from _check_call(call, included, knowledge)


def _check_call(
    call: Call, included: Collection[str], knowledge: VersionKnowledge
) -> Iterator[Diagnostic]:
    function, version = knowledge.function(call.name), knowledge.version
    if function is None:
        message = f"Teamcenter {version.text} has no function {call.name}."
        yield _about(call, Severity.ERROR, "UNKNOWN_FUNCTION", message)
        return
    if call.arguments != (wanted := len(function.parameters)):
        message = f"{call.name} takes {wanted} arguments, not {call.arguments}."
        yield _about(call, Severity.ERROR, "WRONG_ARGUMENTS", message)
    if function.header not in included:
        message = f"{call.name} needs <{function.header}>, which is not included."
        yield _about(call, Severity.ERROR, "MISSING_HEADER", message)
    if function.deprecated_in(version):
        message = f"{call.name} is deprecated since {function.deprecated}"
        instead = f": use {function.replacement}." if function.replacement else "."
        yield _about(call, Severity.WARNING, "DEPRECATED_FUNCTION", message + instead)


def _about(call: Call, severity: Severity, code: str, message: str) -> Diagnostic:
    return Diagnostic(severity=severity, code=code, message=message, file=call.file, line=call.line)
