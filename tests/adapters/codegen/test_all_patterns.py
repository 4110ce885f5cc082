"""All patterns, compilers and versions: no error, and the code has what the prompt asked for.

Where gcc, g++ or clang is installed, each program is compiled with warnings as errors.
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Final

import msgspec
import pytest

from adapters.codegen.knowledge_file import read_knowledge, read_types
from application.generations.code_generator import Product
from domain.generations.diagnostics import Severity
from domain.generations.patterns import Pattern
from domain.generations.request import Compiler
from domain.generations.versions import version_of
from tests.support.codegen.engine import (
    content,
    engine_without_compilers,
    generation_spec,
    make_program,
)

pytestmark = pytest.mark.anyio

VERSIONS: Final = ("11", "12", "13", "14")
COMPILERS: Final[Mapping[str, Sequence[str]]] = {
    "gcc": ("-std=c11",),
    "g++": ("-x", "c++", "-std=c++17"),
    "clang": ("-std=c11",),
}
SOUND: Final = ("-fsyntax-only", "-Wall", "-Wextra", "-Werror")
ASKED: Final[Mapping[Pattern, tuple[str, Sequence[str]]]] = {
    Pattern.QUERY_EXPORT: (
        'Run query "Latest Parts" where item id is A*, with columns item id, x4_mass; to mass.csv',
        ('"Latest Parts"', '"Item ID"', '"A*"', '"item_id"', '"x4_mass"', '"mass.csv"'),
    ),
    Pattern.BOM_EXPORT: (
        "BOM of item A-100 revision C under the Any Status rule, 4 levels, quantity and name, tab",
        ('"A-100"', '"C"', '"Any Status"', '"levels", 4', '"bl_quantity"', "'\\011'"),
    ),
    Pattern.BULK_PROPERTY_UPDATE: (
        "Update properties x4_cost, x4_mass from costs.csv",
        ('"x4_cost"', '"x4_mass"', '"costs.csv"'),
    ),
    Pattern.BULK_ITEM_CREATE: ("Create items of type X4_Tool from t.csv", ('"X4_Tool"', '"t.csv"')),
    Pattern.DATASET_EXPORT: (
        "Export JT datasets of items owned by smith to /data/jt",
        ('"DirectModel"', '"JTPART"', '"/data/jt"', '"smith"', '"jt"'),
    ),
    Pattern.DATASET_IMPORT: (
        "Import Word files as datasets by the IMAN_reference relation from w.csv",
        ('"MSWordX"', '"word"', '"IMAN_reference"', '"w.csv"'),
    ),
    Pattern.CHANGE_OWNERSHIP: (
        "Transfer ownership of items of type Design to user anna and group Purchasing",
        ('"anna"', '"Purchasing"', '"Design"'),
    ),
    Pattern.RELEASE_STATUS_APPLY: (
        'Apply release status "TCM Released" to items owned by qa',
        ('"TCM Released"', '"qa"'),
    ),
    Pattern.WORKFLOW_INITIATE: (
        'Start the workflow "Quick Release" for items starting with N',
        ('"Quick Release"', '"N*"'),
    ),
    Pattern.STUCK_WORKFLOW_REPORT: (
        "Report workflows stuck for more than 3 weeks to s.csv",
        ('"days", 21', '"s.csv"'),
    ),
    Pattern.RELATION_MANAGE: (
        "Delete TC_Attaches relations in gone.csv",
        ('"TC_Attaches"', '"gone.csv"', "GRM_delete_relation"),
    ),
    Pattern.PROJECT_ASSIGN: ("Assign items owned by al to project P-7", ('"P-7"', '"al"')),
}
PATTERNS: Final = pytest.mark.parametrize("pattern", list(Pattern), ids=lambda each: each.value)


async def product(pattern: Pattern, version: str, compiler: Compiler) -> Product:
    request = generation_spec(ASKED[pattern][0], version=version)
    context = msgspec.structs.replace(request.context, compiler=compiler)
    return await make_program(
        msgspec.structs.replace(request, context=context), engine_without_compilers()
    )


@PATTERNS
@pytest.mark.parametrize("version", VERSIONS)
async def test_every_program_is_sound(pattern: Pattern, version: str, tmp_path: Path) -> None:
    ours, theirs = [await product(pattern, version, compiler) for compiler in Compiler]
    for program in (ours, theirs):
        assert program.pattern is pattern
        assert all(each.severity is not Severity.ERROR for each in program.diagnostics)
        assert not [each for each in program.diagnostics if each.code == "DEPRECATED_FUNCTION"]
    assert _sources(ours) == _sources(theirs)

    shared = pattern is Pattern.QUERY_EXPORT  # one program's: all have the same
    assert _complaints(ours, version, tmp_path, "*.c" if shared else "*-*.c") == []


@PATTERNS
async def test_the_code_has_what_the_prompt_asked_for(pattern: Pattern) -> None:
    program = await product(pattern, "14.3", Compiler.GCC)
    main = content(program, f"src/PNX_{pattern.value}.c")

    assert [each for each in ASKED[pattern][1] if each not in main] == []


async def test_programs_differ_from_each_other_and_by_version() -> None:
    mains = {}
    utils = {}
    for pattern in Pattern:
        for version in ("11", "14.3"):
            program = await product(pattern, version, Compiler.GCC)
            mains[pattern, version] = _code(content(program, f"src/PNX_{pattern.value}.c"))
            utils[version] = _code(content(program, "src/PNX_itk_util.c"))

    for one, other in combinations(Pattern, 2):
        assert mains[one, "14.3"] != mains[other, "14.3"]
    assert "AOM_save(object)" in utils["11"]
    assert "AOM_save_with_extensions(object)" in utils["14.3"]
    assert "AOM_UIF_ask_value" in utils["11"]
    assert "AOM_ask_displayable_values" in utils["14.3"]


async def test_the_prefix_is_on_every_file_and_symbol() -> None:
    program = await make_program(
        generation_spec("Export parts to CSV", prefix="Ac_9"), engine_without_compilers()
    )
    sources = [file for file in program.files if file.language == "c"]

    assert all(file.path.startswith("src/Ac_9_") for file in sources)
    text = "".join(file.content for file in sources)
    assert "PNX" not in text
    assert "Ac_9_TRY" in text
    assert "#ifndef AC_9_ITK_UTIL_H" in text


async def test_no_program_holds_credentials() -> None:
    for pattern in Pattern:
        program = await product(pattern, "14.3", Compiler.GCC)
        text = "".join(file.content for file in program.files if file.language == "c")
        assert "ITK_auto_login()" in text
        assert "ITK_init_module" not in text
        assert "infodba" not in text


async def test_the_manifest_names_functions_headers_and_sums() -> None:
    program = await product(Pattern.QUERY_EXPORT, "14.3", Compiler.GCC)
    manifest = program.manifest
    functions = {each["name"]: each for each in manifest["functions"]}

    assert functions["QRY_execute"]["header"] == "qry/qry.h"
    assert len(functions["QRY_execute"]["arguments"]) == 6
    assert {each["header"] for each in manifest["functions"]} == {*manifest["headers"]}
    sums = {each["path"]: each["sha256"] for each in manifest["files"]}
    assert sums == {file.path: file.sha256 for file in program.files[:-1]}
    assert manifest["plan"]["query"] == "Latest Parts"


def _sources(program: Product) -> Mapping[str, str]:
    return {file.path: file.content for file in program.files if file.language == "c"}


def _complaints(program: Product, version: str, place: Path, which: str) -> list[str]:
    headers = {**read_knowledge().of(version_of(version)).headers(), **dict([read_types()])}
    files = {f"stubs/{path}": text for path, text in headers.items()} | {**_sources(program)}
    for path, text in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text)
    complaints = []
    for name, standard in COMPILERS.items():
        if (compiler := shutil.which(name)) is not None:
            done = subprocess.run(  # noqa: S603 - a compiler
                [compiler, *standard, *SOUND, "-Istubs", "-Isrc", *place.glob(f"src/{which}")],
                cwd=place,
                capture_output=True,
                text=True,
                check=False,
            )
            complaints += [done.stderr] if done.returncode else []
    return complaints


def _code(text: str) -> str:
    return text.partition("*/")[2]
