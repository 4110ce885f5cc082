"""Code generator: from a prompt to checked files, stage by stage (wire.md, codegen)."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from application.generations.plan_models import PlanModel
from application.generations.planning import make_plan
from application.generations.ports import (
    FileSum,
    Manifest,
    ProgramDrafter,
    SourceCompiler,
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

StageListener = Callable[[Stage], Awaitable[None]]
"""Called with each stage before it begins."""


class UnsoundCode(Exception):
    """The generated code has failed its own checks; ``diagnostics`` say where."""

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
    """The knowledge base, drafter and compiler of a code generator."""

    knowledge: Knowledge
    drafter: ProgramDrafter
    compile: SourceCompiler


class CodeGenerator:
    def __init__(self, toolchain: Toolchain) -> None:
        self._toolchain = toolchain

    @property
    def modules(self) -> frozenset[str]:
        return self._toolchain.knowledge.modules

    def require_known_version(self, spec: GenerationSpec) -> None:
        """Raise ``UnknownVersion`` for a Teamcenter version that has no knowledge base."""
        self._toolchain.knowledge.of(version_of(spec.context.tc_version))

    async def generate(
        self, spec: GenerationSpec, on_stage: StageListener, model: PlanModel | None = None
    ) -> Product:
        """Generate a program; raises ``UnknownVersion`` before the first stage, ``UnsoundCode``."""
        knowledge = self._toolchain.knowledge.of(version_of(spec.context.tc_version))
        await on_stage(Stage.PLANNING)
        reading = await self._toolchain.drafter.read(spec)
        await on_stage(Stage.SELECTING_PATTERN)
        plan = await make_plan(spec, reading, model)
        await on_stage(Stage.LOADING_KB)
        diagnostics = [*plan.diagnostics, *_version_warnings(knowledge)]
        await on_stage(Stage.GENERATING)
        drafts = await self._toolchain.drafter.render(spec, plan.plan)
        await on_stage(Stage.VALIDATING)
        sources = await self._toolchain.drafter.parse(drafts)
        diagnostics += [fault for source in sources for fault in source.faults]
        diagnostics += check_calls(sources, knowledge)
        diagnostics += await self._toolchain.compile(drafts, knowledge)
        if has_errors(diagnostics):
            raise UnsoundCode(diagnostics)
        await on_stage(Stage.PACKAGING)
        return _package(spec, plan.plan, drafts, _used_functions(sources, knowledge), diagnostics)


def _version_warnings(knowledge: VersionKnowledge) -> Iterator[Diagnostic]:
    if knowledge.is_newer_than_known:
        last = knowledge.knowledge.versions[-1]
        message = f"Teamcenter {knowledge.version.text} was taken for {last}, the last one known."
        yield warning("VERSION_BEYOND_KNOWLEDGE", message)


def _used_functions(
    sources: Sequence[Source], knowledge: VersionKnowledge
) -> Sequence[UsedFunction]:
    names = sorted({call.name for source in sources for call in source.calls})
    found = (knowledge.function(name) for name in names)
    return [UsedFunction(each.name, each.header, each.parameters) for each in found if each]


def _package(
    spec: GenerationSpec,
    plan: AnyPlan,
    drafts: Sequence[SourceFile],
    used: Sequence[UsedFunction],
    diagnostics: Sequence[Diagnostic],
) -> Product:
    files = [_file(draft) for draft in drafts]
    manifest = Manifest(
        artifact_type=ARTIFACT,
        pattern=plan.pattern.value,
        engine_version=ENGINE_VERSION,
        tc_version=spec.context.tc_version,
        compiler=spec.context.compiler.value,
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
        diagnostics=diagnostics,
        manifest=msgspec.to_builtins(manifest),
    )


def _file(draft: SourceFile) -> File:
    data = draft.content.encode()
    digest = hashlib.sha256(data).hexdigest()
    return File(draft.path, draft.content, draft.language, len(data), digest)
