"""Compiler checks of generated code: gcc and g++ against stub headers, where they are on PATH.

They check syntax and types only. They run from worker processes at the lowest priority, so that
other requests do not wait for a compiler.
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

FLAGS: Final = ("-fsyntax-only", "-Wall", "-Wextra", "-Werror")
TIMEOUT_SECONDS: Final = 20.0
CACHE_SIZE: Final = 1_000
_ERROR: Final = re.compile(r"(src/[^:\n]+):(\d+):\d+: (?:fatal )?error: (.+)")


class Compiler(NamedTuple):
    path: str
    arguments: tuple[str, ...]


def find_compilers() -> Sequence[Compiler]:
    """Return the compilers on PATH: gcc for C11, g++ for the same as C++17."""
    candidates = (("gcc", ("-std=c11",)), ("g++", ("-x", "c++", "-std=c++17")))
    found = ((shutil.which(name), arguments) for name, arguments in candidates)
    return [Compiler(path, arguments) for path, arguments in found if path]


class Compilers:
    """Runs the compilers; results are cached by the content of a file and the headers."""

    def __init__(self, compilers: Sequence[Compiler], timeout: float = TIMEOUT_SECONDS) -> None:
        self._compilers = compilers
        self._timeout = timeout
        self._check = lru_cache(CACHE_SIZE)(self._compile)

    def __call__(self, sources: Sequence[SourceFile], version: str) -> Sequence[Diagnostic]:
        if not self._compilers:
            return [_not_compiled()]
        code = [source for source in sources if source.language == "c"]
        headers = tuple(source for source in code if source.path.endswith(".h"))
        diagnostics: list[Diagnostic] = []
        for source in code:
            if source not in headers:
                diagnostics += self._check((source, *headers), version)
        return list(dict.fromkeys(diagnostics))

    def _compile(self, sources: tuple[SourceFile, ...], version: str) -> Sequence[Diagnostic]:
        with TemporaryDirectory(prefix="forge-check-") as directory:
            place = Path(directory)
            stubs = read_knowledge().of(version_of(version)).headers()
            _write(place / "stubs", {**stubs, **dict([read_types()])})
            _write(place, {source.path: source.content for source in sources})
            diagnostics: list[Diagnostic] = []
            for compiler in self._compilers:
                diagnostics += self._run(compiler, sources[0].path, place)
        return diagnostics

    def _run(self, compiler: Compiler, path: str, place: Path) -> Sequence[Diagnostic]:
        try:
            done = subprocess.run(  # noqa: S603 - a compiler, of code that is ours
                [compiler.path, *compiler.arguments, *FLAGS, "-Istubs", "-Isrc", path],
                cwd=place,
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "LC_ALL": "C",
                    "TMPDIR": str(place),
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._timeout,
                check=False,
            )
        except (subprocess.TimeoutExpired, OSError):
            return [_incomplete(compiler, path)]
        errors = [*_parse_errors(done.stderr.decode(errors="replace"))]
        return errors or ([_incomplete(compiler, path)] if done.returncode else [])


def _parse_errors(text: str) -> Iterator[Diagnostic]:
    for match in _ERROR.finditer(text):
        yield Diagnostic(
            severity=Severity.ERROR,
            code="COMPILER_ERROR",
            message=match[3],
            file=match[1],
            line=int(match[2]),
        )


def _not_compiled() -> Diagnostic:
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
