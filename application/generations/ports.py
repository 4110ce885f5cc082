"""Ports of the code generator, and the data that passes between its stages."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from application.generations.planning import Reading
from domain.generations.checking import Source
from domain.generations.diagnostics import Diagnostic
from domain.generations.knowledge import VersionKnowledge
from domain.generations.plans import AnyPlan
from domain.generations.request import GenerationSpec


class SourceFile(msgspec.Struct, frozen=True):
    """A generated file; ``path`` is relative, with forward slashes."""

    path: str
    content: str
    language: str


class ProgramDrafter(Protocol):
    """Port: CPU work of the stages, done outside the event loop's thread."""

    async def read(self, spec: GenerationSpec) -> Reading:
        """Read a prompt with the planner."""
        ...

    async def render(self, spec: GenerationSpec, plan: AnyPlan) -> Sequence[SourceFile]:
        """Return the files of a program, without its manifest."""
        ...

    async def parse(self, drafts: Sequence[SourceFile]) -> Sequence[Source]:
        """Parse the C files; syntax errors are in ``Source.faults``."""
        ...


class SourceCompiler(Protocol):
    """Port: compilers for generated C."""

    async def __call__(
        self, drafts: Sequence[SourceFile], knowledge: VersionKnowledge
    ) -> Sequence[Diagnostic]:
        """Return the diagnostics of all compilers; none if there is no compiler."""
        ...


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """``forge-manifest.json``: plan, functions and files of a program (wire.md, codegen)."""

    artifact_type: str
    pattern: str
    engine_version: str
    tc_version: str
    compiler: str
    functions: Sequence["UsedFunction"]
    headers: Sequence[str]
    plan: Any
    files: Sequence["FileSum"]


class UsedFunction(msgspec.Struct, frozen=True):
    """An ITK function that a program calls."""

    name: str
    header: str
    arguments: Sequence[str]


class FileSum(msgspec.Struct, frozen=True):
    """Size and digest of a file: ``sha256`` of its UTF-8 content, in hex."""

    path: str
    sha256: str
    size: int
