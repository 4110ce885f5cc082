"""What gcc and g++ say of generated code, against stub headers, where they are on PATH.

They only look at syntax and types. So many run at a time, and at the lowest priority: whoever waits
for a document does not wait for a compiler.
"""

import asyncio
import hashlib
import os
import re
import shutil
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from adapters.codegen.knowledge_file import read_types
from application.generating import Draft
from domain.generations.diagnostics import Diagnostic, Severity
from domain.generations.knowledge import VersionKnowledge

STRICT: Final = ("-fsyntax-only", "-Wall", "-Wextra", "-Werror")
PATIENCE_SECONDS: Final = 20.0
KEPT: Final = 1_000
LOWEST: Final = 19
_COMPLAINT: Final = re.compile(r"(src/[^:\n]+):(\d+):\d+: (?:fatal )?error: (.+)")


class Compiler(NamedTuple):
    path: str
    arguments: tuple[str, ...]


def installed() -> Sequence[Compiler]:
    """Return the compilers on PATH: gcc for C11, g++ for the same as C++17."""
    wanted = (("gcc", ("-std=c11",)), ("g++", ("-x", "c++", "-std=c++17")))
    found = ((shutil.which(name), arguments) for name, arguments in wanted)
    return [Compiler(path, arguments) for path, arguments in found if path]


def at_once() -> int:
    """Return how many may run at a time: half of the cores."""
    return max(1, (os.cpu_count() or 1) // 2)


class Compilers:
    """Implements ``application.generating.Compiling``; looks at nothing twice."""

    def __init__(self, compilers: Sequence[Compiler], limit: int) -> None:
        self._compilers = compilers
        self._free = asyncio.Semaphore(limit)
        self._known = OrderedDict[bytes, Sequence[Diagnostic]]()

    async def __call__(
        self, drafts: Sequence[Draft], knowledge: VersionKnowledge
    ) -> Sequence[Diagnostic]:
        if not self._compilers:
            return [_unchecked()]
        code = [draft for draft in drafts if draft.language == "c"]
        headers = {**knowledge.headers(), **dict([read_types()])}
        shared = [draft for draft in code if draft.path.endswith(".h")]
        told: list[Diagnostic] = []
        for draft in code:
            if draft not in shared:
                told += await self._checked([draft, *shared], headers)
        return list(dict.fromkeys(told))

    async def _checked(
        self, drafts: Sequence[Draft], headers: Mapping[str, str]
    ) -> Sequence[Diagnostic]:
        key = _digest(drafts, headers)
        if key not in self._known:
            async with self._free:
                self._known[key] = await self._compiled(drafts, headers)
        self._known.move_to_end(key)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return self._known[key]

    async def _compiled(
        self, drafts: Sequence[Draft], headers: Mapping[str, str]
    ) -> Sequence[Diagnostic]:
        with TemporaryDirectory(prefix="forge-check-") as directory:
            place = Path(directory)
            _write(place / "stubs", headers)
            _write(place, {draft.path: draft.content for draft in drafts})
            told: list[Diagnostic] = []
            for compiler in self._compilers:
                told += await _run(compiler, drafts[0].path, place)
        return told


async def _run(compiler: Compiler, path: str, place: Path) -> Sequence[Diagnostic]:
    process = await asyncio.create_subprocess_exec(
        compiler.path,
        *(*compiler.arguments, *STRICT, "-Istubs", "-Isrc", path),
        cwd=place,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TMPDIR": str(place)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _yield_to_others(process.pid)
        async with asyncio.timeout(PATIENCE_SECONDS):
            _, complaints = await process.communicate()
    except TimeoutError:
        return [_incomplete(compiler, path)]
    finally:
        await _end(process)
    found = [*_complaints(complaints.decode(errors="replace"))]
    return found or ([_incomplete(compiler, path)] if process.returncode else [])


def _yield_to_others(pid: int) -> None:
    try:
        os.setpriority(os.PRIO_PROCESS, pid, LOWEST)
    except ProcessLookupError:  # it was quick
        return


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


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
    return Diagnostic(severity=Severity.INFO, code="NOT_COMPILED", message=message)


def _incomplete(compiler: Compiler, path: str) -> Diagnostic:
    message = f"{Path(compiler.path).name} could not look at this file to its end."
    return Diagnostic(
        severity=Severity.WARNING, code="CHECK_INCOMPLETE", message=message, file=path
    )


def _digest(drafts: Sequence[Draft], headers: Mapping[str, str]) -> bytes:
    digest = hashlib.sha256()
    for path, content in (*((d.path, d.content) for d in drafts), *headers.items()):
        digest.update(f"{len(path)} {len(content)} {path}{content}".encode())
    return digest.digest()


def _write(place: Path, files: Mapping[str, str]) -> None:
    for path, content in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(content, "utf-8", newline="")
