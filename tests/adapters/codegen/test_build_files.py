"""Build files of generated programs, checked without the tools of their platforms."""

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from application.generations.code_generator import File, Product
from application.generations.zip_archive import archive
from domain.generations.patterns import Pattern
from domain.generations.request import Compiler
from tests.support.codegen.engine import (
    content,
    engine_without_compilers,
    generation_spec,
    make_program,
)

pytestmark = pytest.mark.anyio

EVERY = pytest.mark.parametrize("pattern", list(Pattern), ids=lambda each: each.value)


async def product(pattern: Pattern, compiler: Compiler) -> Product:
    request = generation_spec("Do it, as the pattern says", pattern.value)
    context = msgspec.structs.replace(request.context, compiler=compiler)
    return await make_program(
        msgspec.structs.replace(request, context=context), engine_without_compilers()
    )


@EVERY
async def test_the_batch_file_compiles_and_links_every_source(pattern: Pattern) -> None:
    program = await product(pattern, Compiler.MSVC)
    text = content(program, "build.bat")
    lines = text.split("\r\n")
    sources = [file.path for file in program.files if file.path.endswith(".c")]

    assert "\n" not in text.replace("\r\n", "")
    assert lines[0] == "@echo off"
    compiled = [line for line in lines if r"\sample\compile" in line]
    assert [line.split()[3] for line in compiled] == [path.replace("/", "\\") for path in sources]
    [linked] = [line for line in lines if r"\sample\linkitk" in line]
    assert re.findall(r"\S+\.obj", linked) == [
        path.removeprefix("src/").replace(".c", ".obj") for path in sources
    ]
    assert all(line.endswith("|| exit /b 1") for line in [*compiled, linked])
    depth = [line.count("(") - line.count(")") for line in lines if not line.startswith("rem")]
    assert sum(depth) == 0
    assert "Makefile" not in {file.path for file in program.files}


@EVERY
async def test_the_makefile_builds_what_it_names(pattern: Pattern, tmp_path: Path) -> None:
    program = await product(pattern, Compiler.GCC)
    for file in program.files:
        (tmp_path / file.path).parent.mkdir(exist_ok=True)
        (tmp_path / file.path).write_text(file.content)
    planned = _planned(tmp_path)

    name = f"PNX_{pattern.value}"
    assert planned == [
        f"/tc/sample/compile -DIPLIB=none src/{name}.c",
        "/tc/sample/compile -DIPLIB=none src/PNX_itk_util.c",
        f"/tc/sample/linkitk -o {name} {name}.o PNX_itk_util.o",
    ]
    assert "build.bat" not in {file.path for file in program.files}


async def test_cmake_names_every_source() -> None:
    program = await product(Pattern.BOM_EXPORT, Compiler.GCC)
    text = content(program, "CMakeLists.txt")

    assert "add_executable(PNX_bom-export src/PNX_bom-export.c src/PNX_itk_util.c)" in text
    assert text.count("(") == text.count(")")


@EVERY
async def test_the_configuration_has_every_option_that_the_program_asks_for(
    pattern: Pattern,
) -> None:
    program = await product(pattern, Compiler.GCC)
    main = content(program, f"src/PNX_{pattern.value}.c")
    wanted = {*re.findall(r'PNX_(?:option|number)\("([\w-]+)"', main)}
    wanted |= {"delimiter"} if "PNX_delimiter(" in main else set()
    config = content(program, f"config/{pattern.value}.cfg")
    given = {line.partition("=")[0] for line in config.splitlines() if line[:1].isalpha()}

    assert given == wanted


def test_an_archive_is_the_same_whenever_it_is_made_and_leads_nowhere() -> None:
    files = [File("b.txt", "b", "text", 1, ""), File("a/build.bat", "a", "batch", 1, "")]

    assert archive(files) == archive(files[::-1])
    assert b"\xed\x81" in archive(files)[-200:]
    for path in ("/etc/passwd", "../up.txt", "a/../../up.txt", "a\\b.txt"):
        with pytest.raises(ValueError, match="leads out"):
            archive([File(path, "", "text", 0, "")])


def _planned(place: Path) -> list[str]:
    """Return what make would run, whatever makes run around this one."""
    make = shutil.which("make")
    assert make is not None
    done = subprocess.run(  # noqa: S603 - make
        [make, "-n", "TC_ROOT=/tc"], cwd=place, env={}, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()
