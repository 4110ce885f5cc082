"""Compilers that are missing, slow, broken, or right: none of them ever holds a generation up."""

import asyncio
import os
from pathlib import Path
from typing import Final

import pytest

from adapters.codegen import compilers
from adapters.codegen.compilers import Compiler, Compilers, installed
from adapters.codegen.knowledge_file import read_knowledge
from application.generating import Draft
from domain.generations.diagnostics import Severity
from domain.generations.versions import version_of

pytestmark = pytest.mark.anyio

KNOWLEDGE: Final = read_knowledge().of(version_of("14.3"))
GOOD: Final = Draft(
    "src/a.c", "#include <tc/emh.h>\nint f(void);\nint f(void) { return 0; }\n", "c"
)
BAD: Final = Draft(
    "src/a.c", "#include <tc/emh.h>\n\nint f(void) { return EMH_clear_errors(1); }", "c"
)


def script(directory: Path, text: str) -> Compiler:
    path = directory / "gcc"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return Compiler(str(path), ())


async def test_what_is_wrong_is_told_with_file_and_line() -> None:
    told = await Compilers(installed(), 1)([BAD], KNOWLEDGE)

    assert {(each.severity, each.code, each.file, each.line) for each in told} == {
        (Severity.ERROR, "COMPILER_ERROR", "src/a.c", 3)
    }
    assert any("too many arguments" in each.message for each in told)


async def test_what_is_right_has_nothing_said_of_it() -> None:
    assert [*await Compilers(installed(), 1)([GOOD], KNOWLEDGE)] == []


async def test_without_a_compiler_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert [*installed()] == []
    [told] = await Compilers((), 1)([BAD], KNOWLEDGE)

    assert (told.severity, told.code) == (Severity.INFO, "NOT_COMPILED")


async def test_one_that_hangs_is_ended_and_the_check_said_to_be_incomplete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compilers, "PATIENCE_SECONDS", 0.3)
    hanging = script(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 60")
    [told] = await Compilers([hanging], 1)([GOOD], KNOWLEDGE)

    assert (told.severity, told.code) == (Severity.WARNING, "CHECK_INCOMPLETE")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_one_that_crashes_is_no_error_of_the_code(tmp_path: Path) -> None:
    [told] = await Compilers([script(tmp_path, "kill -SEGV $$")], 1)([GOOD], KNOWLEDGE)

    assert (told.severity, told.code) == (Severity.WARNING, "CHECK_INCOMPLETE")


async def test_nothing_is_looked_at_twice(tmp_path: Path) -> None:
    counting = Compilers([script(tmp_path, f"echo x >> {tmp_path}/runs")], 1)
    for _ in range(3):
        await counting([GOOD], KNOWLEDGE)
    await counting([BAD], KNOWLEDGE)

    assert (tmp_path / "runs").read_text() == "x\nx\n"


async def test_no_more_run_at_a_time_than_may_and_at_the_lowest_priority(tmp_path: Path) -> None:
    counted = script(
        tmp_path,
        f"mkdir {tmp_path}/lock || echo two >> {tmp_path}/faults; sleep 0.05; nice >> "
        f"{tmp_path}/nice; rmdir {tmp_path}/lock",
    )
    checking = Compilers([counted], 1)
    drafts = [Draft("src/a.c", f"int f{n}(void);\n", "c") for n in range(4)]
    await asyncio.gather(*(checking([draft], KNOWLEDGE) for draft in drafts))

    assert not (tmp_path / "faults").exists()
    assert {*(tmp_path / "nice").read_text().split()} == {"19"}
