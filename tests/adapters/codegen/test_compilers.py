"""Compilers that are missing, slow, broken or right: none of them delays a generation."""

import asyncio
import os
from pathlib import Path
from typing import Final

import pytest

from adapters.codegen.compilers import Compiler, Compilers, find_compilers
from adapters.codegen.compiling_pool import CompilingPool, max_processes
from adapters.codegen.knowledge_file import read_knowledge
from application.generations.ports import SourceFile
from domain.generations.diagnostics import Severity
from domain.generations.versions import version_of

INCLUDED: Final = "#include <tc/emh.h>\n\n"
GOOD: Final = SourceFile("src/a.c", INCLUDED + "int f(void);\n", "c")
BAD: Final = SourceFile("src/a.c", INCLUDED + "int f(void) { return EMH_clear_errors(1); }", "c")


def script(directory: Path, text: str) -> Compiler:
    path = directory / "gcc"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return Compiler(str(path), ())


def test_compiler_errors_have_file_and_line() -> None:
    told = Compilers(find_compilers())([BAD], "14.3")

    assert {(each.severity, each.code, each.file, each.line) for each in told} == {
        (Severity.ERROR, "COMPILER_ERROR", "src/a.c", 3)
    }
    assert any("too many arguments" in each.message for each in told)


def test_what_is_right_has_nothing_said_of_it() -> None:
    assert [*Compilers(find_compilers())([GOOD], "14.3")] == []


def test_without_a_compiler_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert [*find_compilers()] == []
    [told] = Compilers(())([BAD], "14.3")

    assert (told.severity, told.code) == (Severity.INFO, "NOT_COMPILED")


def test_one_that_hangs_is_ended_and_the_check_said_to_be_incomplete(tmp_path: Path) -> None:
    hanging = script(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 60")
    [told] = Compilers([hanging], timeout=0.3)([GOOD], "14.3")

    assert (told.severity, told.code) == (Severity.WARNING, "CHECK_INCOMPLETE")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize("text", ["kill -SEGV $$", "exit 4"])
def test_one_that_crashes_is_no_error_of_the_code(tmp_path: Path, text: str) -> None:
    [told] = Compilers([script(tmp_path, text)])([GOOD], "14.3")

    assert (told.severity, told.code) == (Severity.WARNING, "CHECK_INCOMPLETE")


def test_nothing_is_looked_at_twice(tmp_path: Path) -> None:
    counting = Compilers([script(tmp_path, f"echo x >> {tmp_path}/runs")])
    for _ in range(3):
        counting([GOOD], "14.3")
    counting([BAD], "14.3")
    counting([GOOD], "11")

    assert (tmp_path / "runs").read_text() == "x\n" * 3


@pytest.mark.anyio
async def test_a_pool_limits_processes_and_gives_them_the_lowest_priority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(
        tmp_path,
        f"echo x >> {tmp_path}/running; wc -l < {tmp_path}/running >> {tmp_path}/counts;"
        f" sleep 0.05; nice >> {tmp_path}/nice; sed -i 1d {tmp_path}/running",
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    (tmp_path / "g++").symlink_to("/bin/true")
    knowledge = read_knowledge().of(version_of("14.3"))
    pool = CompilingPool()
    drafts = [SourceFile("src/a.c", f"int f{n}(void);\n", "c") for n in range(4)]
    told = await asyncio.gather(*(pool([draft], knowledge) for draft in drafts))
    await pool.close()

    assert [[*each] for each in told] == [[], [], [], []]
    assert max(map(int, (tmp_path / "counts").read_text().split())) <= max_processes()
    assert {*(tmp_path / "nice").read_text().split()} == {"19"}
