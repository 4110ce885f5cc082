"""Failing ITK calls: a generated program reports them, frees its memory and exits non-zero."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from domain.generations.patterns import Pattern
from tests.support.codegen.engine import (
    build_program,
    engine_without_compilers,
    generation_spec,
    make_program,
)

pytestmark = pytest.mark.anyio

PROMPTS = {
    Pattern.QUERY_EXPORT: "Export parts owned by jdoe to CSV",
    Pattern.BOM_EXPORT: "BOM of item B-1",
    Pattern.BULK_PROPERTY_UPDATE: "Update property x4_cost from rows.csv",
    Pattern.BULK_ITEM_CREATE: "Create items from rows.csv",
    Pattern.DATASET_EXPORT: "Export PDF datasets of parts owned by jdoe to ./out",
    Pattern.DATASET_IMPORT: "Attach PDF files in rows.csv to items",
    Pattern.CHANGE_OWNERSHIP: "Change the owner of items owned by jdoe to user msmith",
    Pattern.RELEASE_STATUS_APPLY: "Add status TCM to items of type Part",
    Pattern.WORKFLOW_INITIATE: 'Start the workflow "Quick Release" for parts owned by jdoe',
    Pattern.STUCK_WORKFLOW_REPORT: "Report workflows stuck for 3 days",
    Pattern.RELATION_MANAGE: "Create IMAN_reference relations from rows.csv",
    Pattern.PROJECT_ASSIGN: "Assign items owned by jdoe to project P-100",
}
ROWS = """item_id,x4_cost,name,revision,file,primary_id,secondary_id
A-2,9,Nut,A,rows.csv,A-2,B-1
NEW,9,New,A,rows.csv,A-2,B-1
"""
HARMLESS = {"EMH_clear_errors", "AOM_unload", "ITK_ask_cli_argument", "MEM_free"}
"""What a program can do without, or cannot fail."""
UNUSED = {
    "ITEM_find_rev": {Pattern.BOM_EXPORT},
    "SA_find_group": {Pattern.CHANGE_OWNERSHIP},
    "AOM_delete": {Pattern.DATASET_IMPORT},
    "EMH_ask_error_text": set(Pattern),
}
"""Called only in cases that this run is not, by pattern."""


@pytest.mark.parametrize("pattern", list(Pattern), ids=lambda pattern: pattern.value)
async def test_every_call_may_fail(pattern: Pattern, tmp_path: Path) -> None:
    product = await make_program(
        generation_spec(PROMPTS[pattern], pattern.value), engine_without_compilers()
    )
    program = build_program(product, tmp_path)
    (tmp_path / "rows.csv").write_text(ROWS)
    (tmp_path / "out").mkdir()
    main = next(f.content for f in product.files if f.path == f"src/PNX_{pattern.value}.c")
    util = next(f.content for f in product.files if f.path == "src/PNX_itk_util.c")
    called = {each["name"] for each in product.manifest["functions"] if each["name"] + "(" in main}
    shared = {"QRY_find2", "QRY_execute", "QRY_find_user_entries", "ITK_exit_module"}
    wanted = called | {name for name in shared if name in util and "PNX_find(" in main}
    tried = 0
    for function in sorted(wanted - HARMLESS):
        if pattern in UNUSED.get(function, ()):
            continue
        run = program.run(fails=function)
        tried += 1
        assert run.code in {1, 2}, (function, run)
        assert function in run.errors, run
        assert "Sanitizer" not in run.errors, run
        assert "failed as the test wants" in run.errors, run
    assert tried >= 2


async def test_a_leak_would_be_seen(tmp_path: Path) -> None:
    product = await make_program(
        generation_spec("Export parts owned by jdoe to CSV"), engine_without_compilers()
    )
    leaking = [
        replace(file, content=file.content.replace("        MEM_free(objects);\n", ""))
        if file.path == "src/PNX_query-export.c"
        else file
        for file in product.files
    ]
    run = build_program(replace(product, files=leaking), tmp_path).run()

    assert run.code == 99
    assert "LeakSanitizer" in run.errors
