"""What is known of ITK: its functions, the headers they are in, and since and until which version.

The knowledge itself is data that an adapter reads.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

import msgspec

from domain.generations.versions import TcVersion, UnknownVersion, version_of

TYPES: Final = "itk_types.h"


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """``parameters`` are declarations; ``since`` and ``deprecated`` versions, if it has any."""

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
    """``versions`` are the major ones it is about."""

    versions: tuple[str, ...]
    functions: tuple[Function, ...]

    @cached_property
    def modules(self) -> frozenset[str]:
        """Return what names of functions begin with, such as ``AOM``."""
        return frozenset(each.name.partition("_")[0] for each in self.functions)

    @cached_property
    def _by_name(self) -> Mapping[str, Function]:
        return {each.name: each for each in self.functions}

    def function(self, name: str) -> Function | None:
        return self._by_name.get(name)

    def of(self, version: TcVersion) -> "VersionKnowledge":
        """Return what holds in a version; raises ``UnknownVersion`` before the first one known.

        A version later than all that are known is taken for the last of them.
        """
        first = version_of(self.versions[0])
        if version < first:
            known = ", ".join(self.versions)
            raise UnknownVersion(
                f"projectContext.tcVersion {version.text} is not supported; there are {known}."
            )
        return VersionKnowledge(self, version)


class VersionKnowledge:
    """What holds in one version of Teamcenter."""

    def __init__(self, knowledge: Knowledge, version: TcVersion) -> None:
        self.knowledge = knowledge
        self.version = version

    @property
    def is_newer_than_known(self) -> bool:
        """Tell whether the version is later than what is known."""
        return self.version.major > version_of(self.knowledge.versions[-1]).major

    def function(self, name: str) -> Function | None:
        found = self.knowledge.function(name)
        return found if found is not None and found.known_in(self.version) else None

    def current(self, name: str) -> str:
        """Return the function of that name, or what has replaced it by now."""
        found = self.knowledge.function(name)
        while found is not None and found.deprecated_in(self.version) and found.replacement:
            found = self.knowledge.function(found.replacement)
        if found is None or not found.known_in(self.version):
            raise LookupError(f"{name} is not known in {self.version.text}")
        return found.name

    def headers(self) -> Mapping[str, str]:
        """Return stub headers, by path, that declare all that is known."""
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
