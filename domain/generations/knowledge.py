"""Knowledge base of ITK: functions, their headers, and the versions that have them.

The data itself is read by an adapter.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

import msgspec

from domain.generations.versions import TcVersion, UnknownVersion, version_of

TYPES: Final = "itk_types.h"


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """An ITK function; ``parameters`` are C declarations, ``since`` and ``deprecated`` versions."""

    name: str
    header: str
    returns: str
    parameters: tuple[str, ...]
    since: str | None = None
    deprecated: str | None = None
    replacement: str | None = None

    def known_in(self, version: TcVersion) -> bool:
        return self.since is None or version_of(self.since) <= version

    def deprecated_in(self, version: TcVersion) -> bool:
        return self.deprecated is not None and version_of(self.deprecated) <= version

    def declaration(self) -> str:
        space = "" if self.returns.endswith("*") else " "
        return f"{self.returns}{space}{self.name}({', '.join(self.parameters) or 'void'});"


class Knowledge(msgspec.Struct, frozen=True, dict=True):
    """All known functions; ``versions`` are the supported major versions, in order."""

    versions: tuple[str, ...]
    functions: tuple[Function, ...]

    @cached_property
    def modules(self) -> frozenset[str]:
        """Return the prefixes of function names, such as ``AOM``."""
        return frozenset(each.name.partition("_")[0] for each in self.functions)

    @cached_property
    def _by_name(self) -> Mapping[str, Function]:
        return {each.name: each for each in self.functions}

    def function(self, name: str) -> Function | None:
        return self._by_name.get(name)

    def of(self, version: TcVersion) -> "VersionKnowledge":
        """Return the knowledge of a version; raises ``UnknownVersion`` before the first one known.

        A version later than the last known one is treated like that one.
        """
        first = version_of(self.versions[0])
        if version < first:
            known = ", ".join(self.versions)
            raise UnknownVersion(
                f"projectContext.tcVersion {version.text} is not supported; there are {known}."
            )
        return VersionKnowledge(self, version)


class VersionKnowledge:
    """The functions of one version of Teamcenter."""

    def __init__(self, knowledge: Knowledge, version: TcVersion) -> None:
        self.knowledge = knowledge
        self.version = version

    @property
    def is_newer_than_known(self) -> bool:
        """Say whether the major version is later than the last known one."""
        return self.version.major > version_of(self.knowledge.versions[-1]).major

    def function(self, name: str) -> Function | None:
        found = self.knowledge.function(name)
        return found if found is not None and found.known_in(self.version) else None

    def current(self, name: str) -> str:
        """Return the name of a function or, if it is deprecated, of its replacement."""
        found = self.knowledge.function(name)
        while found is not None and found.deprecated_in(self.version) and found.replacement:
            found = self.knowledge.function(found.replacement)
        if found is None or not found.known_in(self.version):
            raise LookupError(f"{name} is not known in {self.version.text}")
        return found.name

    def headers(self) -> Mapping[str, str]:
        """Return stub headers, by path, that declare all functions of the version."""
        declared: dict[str, list[str]] = {}
        for function in self.knowledge.functions:
            if function.known_in(self.version):
                declared.setdefault(function.header, []).append(function.declaration())
        return {path: _header(path, lines) for path, lines in declared.items()}


def _header(path: str, lines: Sequence[str]) -> str:
    guard = "FORGE_STUB_" + "".join(c if c.isalnum() else "_" for c in path).upper()
    opening = '#ifdef __cplusplus\nextern "C" {\n#endif\n'
    closing = "#ifdef __cplusplus\n}\n#endif\n"
    body = "\n".join(lines)
    return (
        f'#ifndef {guard}\n#define {guard}\n#include "{TYPES}"\n{opening}{body}\n{closing}#endif\n'
    )
