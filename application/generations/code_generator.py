"""The engine: from a prompt to checked files, stage by stage (wire.md, codegen)."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from application.generations.plan_models import PlanModel
from application.generations.planning import planned
from application.generations.ports import (
    Compiling,
    Drafting,
    FileSum,
    Manifest,
    SourceFile,
    UsedFunction,
)
from domain.generations.checking import Source, check_calls
from domain.generations.diagnostics import Diagnostic, has_errors, warning
from domain.generations.engine import ENGINE_VERSION
from domain.generations.knowledge import Knowledge, VersionKnowledge
from domain.generations.patterns import ARTIFACT, Pattern
from domain.generations.plans import AnyPlan
from domain.generations.request import GenerationSpec
from domain.generations.stages import Stage
from domain.generations.summary import summary_of
from domain.generations.versions import version_of

MANIFEST: Final = "forge-manifest.json"

Reached = Callable[[Stage], Awaitable[None]]
"""Told of each stage before it begins."""


class UnsoundCode(Exception):
    """What the engine made did not pass its own checks; ``diagnostics`` say where."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("The generated code did not pass its own checks.")
        self.diagnostics = diagnostics


class File(msgspec.Struct, frozen=True):
    """A file as it is delivered (wire.md, codegen): ``size`` in bytes, ``sha256`` in hex."""

    path: str
    content: str
    language: str
    size: int
    sha256: str


class Product(msgspec.Struct, frozen=True, kw_only=True):
    pattern: Pattern
    summary: str
    files: Sequence[File]
    diagnostics: Sequence[Diagnostic]
    manifest: Any


class Toolchain(NamedTuple):
    """What the engine works with."""

    knowledge: Knowledge
    drafting: Drafting
    compile: Compiling


class CodeGenerator:
    def __init__(self, workshop: Toolchain) -> None:
        self._at = workshop

    @property
    def modules(self) -> frozenset[str]:
        return self._at.knowledge.modules

    def knows(self, asked: GenerationSpec) -> None:
        """Raise ``UnknownVersion`` for one that there is no knowledge of."""
        self._at.knowledge.of(version_of(asked.context.tc_version))

    async def make(
        self, asked: GenerationSpec, reached: Reached, model: PlanModel | None = None
    ) -> Product:
        """Make a program; raises ``UnsoundCode``, or ``UnknownVersion`` before anything else."""
        knowledge = self._at.knowledge.of(version_of(asked.context.tc_version))
        await reached(Stage.PLANNING)
        reading = await self._at.drafting.read(asked)
        await reached(Stage.SELECTING_PATTERN)
        plan = await planned(asked, reading, model)
        await reached(Stage.LOADING_KB)
        told = [*plan.diagnostics, *_known(knowledge)]
        await reached(Stage.GENERATING)
        drafts = await self._at.drafting.render(asked, plan.plan)
        await reached(Stage.VALIDATING)
        sources = await self._at.drafting.parse(drafts)
        told += [fault for source in sources for fault in source.faults]
        told += check_calls(sources, knowledge)
        told += await self._at.compile(drafts, knowledge)
        if has_errors(told):
            raise UnsoundCode(told)
        await reached(Stage.PACKAGING)
        return _packed(asked, plan.plan, drafts, _used(sources, knowledge), told)


def _known(knowledge: VersionKnowledge) -> Iterator[Diagnostic]:
    if knowledge.is_newer_than_known:
        last = knowledge.knowledge.versions[-1]
        message = f"Teamcenter {knowledge.version.text} was taken for {last}, the last one known."
        yield warning("VERSION_BEYOND_KNOWLEDGE", message)


def _used(sources: Sequence[Source], knowledge: VersionKnowledge) -> Sequence[UsedFunction]:
    names = sorted({call.name for source in sources for call in source.calls})
    found = (knowledge.function(name) for name in names)
    return [UsedFunction(each.name, each.header, each.parameters) for each in found if each]


def _packed(
    asked: GenerationSpec,
    plan: AnyPlan,
    drafts: Sequence[SourceFile],
    used: Sequence[UsedFunction],
    told: Sequence[Diagnostic],
) -> Product:
    files = [_file(draft) for draft in drafts]
    manifest = Manifest(
        artifact_type=ARTIFACT,
        pattern=plan.pattern.value,
        engine_version=ENGINE_VERSION,
        tc_version=asked.context.tc_version,
        compiler=asked.context.compiler.value,
        functions=used,
        headers=sorted({each.header for each in used}),
        plan=plan,
        files=[FileSum(file.path, file.sha256, file.size) for file in files],
    )
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2).decode() + "\n"
    return Product(
        pattern=plan.pattern,
        summary=summary_of(plan),
        files=[*files, _file(SourceFile(MANIFEST, text, "json"))],
        diagnostics=told,
        manifest=msgspec.to_builtins(manifest),
    )


def _file(draft: SourceFile) -> File:
    data = draft.content.encode()
    digest = hashlib.sha256(data).hexdigest()
    return File(draft.path, draft.content, draft.language, len(data), digest)
