"""The code generator in process, and generated programs compiled and run."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from adapters.codegen.compilers import Compilers, find_compilers
from adapters.codegen.knowledge_file import read_knowledge, read_types
from adapters.codegen.rendering_pool import Parse, ReadPrompt, Render
from adapters.codegen.rendering_worker import answer_question
from application.generations.code_generator import CodeGenerator, Product, Toolchain
from application.generations.planning import Reading
from application.generations.ports import SourceFile
from domain.generations.checking import Source
from domain.generations.diagnostics import Diagnostic
from domain.generations.knowledge import VersionKnowledge
from domain.generations.plans import AnyPlan
from domain.generations.request import Compiler, Context, GenerationSpec, Hints
from domain.generations.stages import Stage
from domain.generations.versions import version_of

ITK: Final = Path(__file__).parent / "itk"
FIXTURE: Final = ITK / "fixture.txt"
SANITIZED: Final = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
TESTS_WITH_GCC: Final = ("test_programs_run.py", "test_programs_fail.py", "test_compilers.py")
"""Tests of ``tests/adapters/codegen`` that cannot be run without gcc."""
STRICT: Final = ("-std=c11", "-g", "-O1", "-Wall", "-Wextra", "-Werror")


class InProcessRendering:
    """The rendering process, run in this one."""

    async def read(self, spec: GenerationSpec) -> Reading:
        return msgspec.convert(answer_question(ReadPrompt(spec)), Reading)

    async def render(self, spec: GenerationSpec, plan: AnyPlan) -> Sequence[SourceFile]:
        return msgspec.convert(answer_question(Render(spec, plan)), list[SourceFile])

    async def parse(self, drafts: Sequence[SourceFile]) -> Sequence[Source]:
        return msgspec.convert(answer_question(Parse([*drafts])), list[Source])


class InProcessCompiling:
    def __init__(self, compilers: Compilers) -> None:
        self._compilers = compilers

    async def __call__(
        self, drafts: Sequence[SourceFile], knowledge: VersionKnowledge
    ) -> Sequence[Diagnostic]:
        return self._compilers(drafts, knowledge.version.text)


@cache
def engine() -> CodeGenerator:
    return _engine(Compilers(find_compilers()))


@cache
def engine_without_compilers() -> CodeGenerator:
    """Return a generator that does not compile."""
    return _engine(Compilers(()))


def _engine(compilers: Compilers) -> CodeGenerator:
    return CodeGenerator(
        Toolchain(read_knowledge(), InProcessRendering(), InProcessCompiling(compilers))
    )


def generation_spec(
    prompt: str, pattern: str | None = None, *, version: str = "14.3", prefix: str | None = "PNX"
) -> GenerationSpec:
    context = Context(tc_version=version, compiler=Compiler.GCC, code_prefix=prefix)
    return GenerationSpec(prompt=prompt, context=context, hints=Hints(explicit_pattern=pattern))


async def make_program(spec: GenerationSpec, maker: CodeGenerator | None = None) -> Product:
    async def reached(_: Stage) -> None:
        pass

    return await (maker or engine()).generate(spec, reached)


def content(product: Product, path: str) -> str:
    return next(file.content for file in product.files if file.path == path)


class Run(NamedTuple):
    code: int
    out: str
    errors: str
    state: Sequence[Mapping[str, str]]
    """Of each object left: its kind, name and properties."""


class Program(NamedTuple):
    """A program linked with the in-memory Teamcenter; ``place`` is where it runs."""

    place: Path

    def run(self, *arguments: str, fails: str = "") -> Run:
        state = self.place / "state.txt"
        state.unlink(missing_ok=True)
        done = subprocess.run(  # noqa: S603 - a program of ours
            [self.place / "program", *arguments],
            cwd=self.place,
            env={
                "TC_FIXTURE": str(FIXTURE),
                "TC_STATE": str(state),
                "TC_FAIL": fails,
                "TZ": "UTC",
                "ASAN_OPTIONS": "detect_leaks=1:exitcode=99",
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        left = state.read_text() if state.exists() else ""
        return Run(
            done.returncode, done.stdout, done.stderr, [_object(x) for x in left.splitlines()]
        )


def build_program(product: Product, place: Path, version: str = "14.3") -> Program:
    """Compile a program with all warnings and sanitizers, and link it."""
    for file in product.files:
        (place / file.path).parent.mkdir(parents=True, exist_ok=True)
        (place / file.path).write_text(file.content, newline="")
    old = version_of(version) < version_of("11.2")
    stubs, library = _teamcenter(version, old=old)
    sources = {each.path: each.content for each in product.files if each.language == "c"}
    header = next(text for path, text in sources.items() if path.endswith(".h"))
    objects = [
        _compile(Path(path).name, text, header, stubs)
        for path, text in sources.items()
        if path.endswith(".c")
    ]
    _gcc(*SANITIZED, *objects, *library, "-o", place / "program")
    return Program(place)


@cache
def _compile(name: str, text: str, header: str, stubs: Path) -> Path:
    """Compile a file; what programs share is compiled once."""
    place = Path(tempfile.mkdtemp(prefix="forge-itk-", dir=stubs))
    (place / name).write_text(text)
    (place / "PNX_itk_util.h").write_text(header)
    _gcc(*STRICT, *SANITIZED, f"-I{stubs}", "-c", place / name, "-o", place / "made.o")
    return place / "made.o"


@cache
def _teamcenter(version: str, *, old: bool) -> tuple[Path, Sequence[Path]]:
    """Compile the in-memory Teamcenter once for each version."""
    place = Path(tempfile.mkdtemp(prefix="forge-itk-"))
    headers = {**read_knowledge().of(version_of(version)).headers(), **dict([read_types()])}
    for path, text in headers.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text)
    defined = ("-DTC_OLD",) if old else ()
    for name in ("store", "functions"):
        out = place / f"{name}.o"
        _gcc(*STRICT, *SANITIZED, *defined, f"-I{place}", "-c", ITK / f"{name}.c", "-o", out)
    return place, (place / "store.o", place / "functions.o")


def _gcc(*arguments: str | Path) -> None:
    path = shutil.which("gcc")
    assert path is not None, "gcc is needed for this test"
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - gcc
    assert done.returncode == 0, done.stderr


def _object(line: str) -> Mapping[str, str]:
    kind, name, *properties = line.split("\t")
    return {"kind": kind, "name": name, **dict(each.split("=", 1) for each in properties)}


def has_gcc() -> bool:
    return shutil.which("gcc", path=os.environ.get("PATH", os.defpath)) is not None
