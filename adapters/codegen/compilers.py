"""What gcc and g++ say of generated code, against stub headers, where they are on PATH.

They only look at syntax and types. They run from processes of their own, at the lowest priority:
whoever waits for a document does not wait for a compiler.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from adapters.codegen.knowledge_file import read_knowledge, read_types
from application.generations.ports import SourceFile
from domain.generations.diagnostics import Diagnostic, Severity, info
from domain.generations.versions import version_of

STRICT: Final = ("-fsyntax-only", "-Wall", "-Wextra", "-Werror")
PATIENCE_SECONDS: Final = 20.0
KEPT: Final = 1_000
_COMPLAINT: Final = re.compile(r"(src/[^:\n]+):(\d+):\d+: (?:fatal )?error: (.+)")


class Compiler(NamedTuple):
    path: str
    arguments: tuple[str, ...]


def installed() -> Sequence[Compiler]:
    """Return the compilers on PATH: gcc for C11, g++ for the same as C++17."""
    wanted = (("gcc", ("-std=c11",)), ("g++", ("-x", "c++", "-std=c++17")))
    found = ((shutil.which(name), arguments) for name, arguments in wanted)
    return [Compiler(path, arguments) for path, arguments in found if path]


class Compilers:
    """Looks at nothing twice: each file, with the headers it includes, is known by its content."""

    def __init__(self, compilers: Sequence[Compiler], patience: float = PATIENCE_SECONDS) -> None:
        self._compilers = compilers
        self._patience = patience
        self._checked = lru_cache(KEPT)(self._compiled)

    def __call__(self, drafts: Sequence[SourceFile], version: str) -> Sequence[Diagnostic]:
        if not self._compilers:
            return [_unchecked()]
        code = [draft for draft in drafts if draft.language == "c"]
        headers = tuple(draft for draft in code if draft.path.endswith(".h"))
        told: list[Diagnostic] = []
        for draft in code:
            if draft not in headers:
                told += self._checked((draft, *headers), version)
        return list(dict.fromkeys(told))

    def _compiled(self, drafts: tuple[SourceFile, ...], version: str) -> Sequence[Diagnostic]:
        with TemporaryDirectory(prefix="forge-check-") as directory:
            place = Path(directory)
            stubs = read_knowledge().of(version_of(version)).headers()
            _write(place / "stubs", {**stubs, **dict([read_types()])})
            _write(place, {draft.path: draft.content for draft in drafts})
            told: list[Diagnostic] = []
            for compiler in self._compilers:
                told += self._run(compiler, drafts[0].path, place)
        return told

    def _run(self, compiler: Compiler, path: str, place: Path) -> Sequence[Diagnostic]:
        try:
            done = subprocess.run(  # noqa: S603 - a compiler, of code that is ours
                [compiler.path, *compiler.arguments, *STRICT, "-Istubs", "-Isrc", path],
                cwd=place,
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "LC_ALL": "C",
                    "TMPDIR": str(place),
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._patience,
                check=False,
            )
        except (subprocess.TimeoutExpired, OSError):
            return [_incomplete(compiler, path)]
        found = [*_complaints(done.stderr.decode(errors="replace"))]
        return found or ([_incomplete(compiler, path)] if done.returncode else [])


def _complaints(text: str) -> Iterator[Diagnostic]:
    for found in _COMPLAINT.finditer(text):
        yield Diagnostic(
            severity=Severity.ERROR,
            code="COMPILER_ERROR",
            message=found[3],
            file=found[1],
            line=int(found[2]),
        )


def _unchecked() -> Diagnostic:
    message = "There is no gcc here: the code was parsed, but not checked against stub headers."
    return info("NOT_COMPILED", message)


def _incomplete(compiler: Compiler, path: str) -> Diagnostic:
    message = f"{Path(compiler.path).name} could not look at this file to its end."
    return Diagnostic(
        severity=Severity.WARNING, code="CHECK_INCOMPLETE", message=message, file=path
    )


def _write(place: Path, files: Mapping[str, str]) -> None:
    for path, content in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(content, "utf-8", newline="")
