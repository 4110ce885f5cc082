"""Ports of the engine that makes programs, and what passes between its stages."""

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
    """A file as it is to be: ``path`` is relative, with forward slashes."""

    path: str
    content: str
    language: str


class Drafting(Protocol):
    """What takes milliseconds of CPU, and is done where it holds nobody up."""

    async def read(self, asked: GenerationSpec) -> Reading:
        """Return what the planner makes of a prompt."""
        ...

    async def render(self, asked: GenerationSpec, plan: AnyPlan) -> Sequence[SourceFile]:
        """Return the files of a program, without its manifest."""
        ...

    async def parse(self, drafts: Sequence[SourceFile]) -> Sequence[Source]:
        """Return what stands in the C files among them, and what of it is no C."""
        ...


class Compiling(Protocol):
    async def __call__(
        self, drafts: Sequence[SourceFile], knowledge: VersionKnowledge
    ) -> Sequence[Diagnostic]:
        """Return what compilers say of C files; nothing where there is no compiler."""
        ...


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """``forge-manifest.json``: what a program is made of (wire.md, codegen)."""

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
    name: str
    header: str
    arguments: Sequence[str]


class FileSum(msgspec.Struct, frozen=True):
    """``sha256`` of the content in UTF-8, in hex."""

    path: str
    sha256: str
    size: int
