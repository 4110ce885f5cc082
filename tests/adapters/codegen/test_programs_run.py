"""Generated programs do what they say: linked with a Teamcenter in memory, and run.

AddressSanitizer ends a program that leaks, or touches what is not its own.
"""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.codegen.engine import (
    Program,
    Run,
    build_program,
    engine_without_compilers,
    generation_spec,
    make_program,
)

pytestmark = pytest.mark.anyio

VERSIONS = pytest.mark.parametrize("version", ["11", "14.3"])


async def program(prompt: str, place: Path, version: str = "14.3") -> Program:
    return build_program(
        await make_program(generation_spec(prompt, version=version), engine_without_compilers()),
        place,
        version,
    )


def rows(path: Path, delimiter: str = ",") -> list[list[str]]:
    text = path.read_bytes().decode()
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def of_kind(run: Run, kind: str) -> Sequence[object]:
    return [each for each in run.state if each["kind"] == kind]


def revisions(run: Run, name: str, value: str) -> list[str]:
    """Name the revisions whose property has a value."""
    return [
        each["object_string"]
        for each in run.state
        if each["kind"] == "revision" and each.get(name) == value
    ]


@VERSIONS
async def test_a_query_export_writes_what_the_query_finds(tmp_path: Path, version: str) -> None:
    prompt = "Export parts owned by jdoe to found.csv with columns item_id, object_name; semicolons"
    exporting = await program(prompt, tmp_path, version)
    run = exporting.run()

    assert (run.code, run.errors) == (0, "")
    assert rows(tmp_path / "found.csv", ";") == [
        ["item_id", "object_name"],
        ["A-1", "Bolt"],
        ["A-1", 'Bolt, "M8"'],
        ["A-2", "Nut; large"],
    ]
    assert "summary: found=3 done=3 skipped=0 failed=0 exit=0" in run.out


async def test_options_and_configuration_stand_above_the_prompt(tmp_path: Path) -> None:
    exporting = await program("Export parts owned by jdoe to found.csv", tmp_path)
    config = tmp_path / "config" / "query-export.cfg"
    config.write_text(config.read_text().replace("=jdoe", "=msmith"))

    assert exporting.run("-output=by_config.csv").code == 0
    assert exporting.run("-where-owning-user=", "-output=all.csv", "-chunk=2").code == 0

    assert [row[0] for row in rows(tmp_path / "by_config.csv")] == ["Item ID", "B-1", "B-2"]
    assert len(rows(tmp_path / "all.csv")) == 6


async def test_a_bom_export_writes_every_level(tmp_path: Path) -> None:
    exporting = await program("BOM of item B-1 to bom.csv with item id, name, quantity", tmp_path)
    assert exporting.run().code == 0
    every = rows(tmp_path / "bom.csv")
    assert exporting.run("-levels=1").code == 0

    assert every == [
        ["Level", "item id", "name", "quantity"],
        ["0", "B-1", "Größe 10", ""],
        ["1", "A-1", 'Bolt, "M8"', "4"],
        ["2", "A-2", "Nut; large", "1"],
        ["1", "A-2", "Nut; large", "2"],
    ]
    assert [row[0] for row in rows(tmp_path / "bom.csv")] == ["Level", "0", "1", "1"]


@VERSIONS
async def test_a_property_update_sets_what_differs_and_names_what_failed(
    tmp_path: Path, version: str
) -> None:
    updating = await program("Update property x4_cost from costs.csv", tmp_path, version)
    (tmp_path / "costs.csv").write_text(
        '\ufeffitem_id,x4_cost\r\nA-1,"7,50"\r\nA-2,2\r\nB-1,REFUSED\r\nB-2,9\r\nNONE,1\r\n',
        newline="",
    )
    run = updating.run()

    assert run.code == 1
    assert "summary: found=5 done=1 skipped=1 failed=3 exit=1" in run.out
    assert revisions(run, "x4_cost", "7,50") == ["A-1/B"]
    assert revisions(run, "x4_cost", "3") == ["B-1/A"]
    assert "there is no item NONE" in run.errors
    assert "cannot be set: x4_cost" in run.errors
    assert "cannot be locked: B-2" in run.errors


@VERSIONS
async def test_ownership_goes_to_the_user_and_group_named(tmp_path: Path, version: str) -> None:
    prompt = "Change the owner of all items owned by jdoe to msmith"
    changing = await program(prompt, tmp_path, version)
    dry = changing.run("-dry-run")
    run = changing.run("-group=Engineering")

    assert (dry.code, revisions(dry, "owning_user", "jdoe")) == (0, ["A-1/A", "A-1/B", "A-2/A"])
    assert run.code == 0
    assert revisions(run, "owning_user", "jdoe") == []
    assert revisions(run, "owning_group", "Engineering") == ["A-1/A", "A-1/B", "A-2/A"]
    assert changing.run("-user=nobody").code == 2


async def test_a_status_is_added_once(tmp_path: Path) -> None:
    prompt = "Add status Released to items of type Part"
    applying = await program(prompt, tmp_path)
    run = applying.run()

    assert run.code == 0
    assert "found=3 done=2 skipped=1 failed=0" in run.out
    assert revisions(run, "release_status_list", "Released") == ["A-1/A", "A-1/B", "A-2/A"]


async def test_items_are_created_and_those_there_already_are_left(tmp_path: Path) -> None:
    creating = await program("Create items of type Tool from tools.csv", tmp_path)
    (tmp_path / "tools.csv").write_text(
        'item_id,name,revision\nT-1,"Drill ""9""",01\nA-1,Other,\nT-2,Saw,\n,Nameless,\n'
    )
    run = creating.run()

    assert "found=4 done=2 skipped=1 failed=1 exit=1" in run.out
    made_items = {each["name"]: each for each in run.state if each.get("object_type") == "Tool"}
    assert {name: each["object_name"] for name, each in made_items.items()} == {
        "T-1": 'Drill "9"',
        "T-2": "Saw",
    }


async def test_datasets_are_written_under_plain_names(tmp_path: Path) -> None:
    exporting = await program("Export all PDF datasets of parts owned by jdoe to ./out", tmp_path)
    (tmp_path / "out").mkdir()
    run = exporting.run()

    assert run.code == 0
    files = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    assert files == {
        "A-1_A_.._drawing.pdf": "%PDF drawing",
        "A-1_B_.._drawing.pdf": "%PDF drawing",
    }


async def test_files_become_datasets_that_hang_on_their_items(tmp_path: Path) -> None:
    attaching = await program("Import PDF files and attach them to items in files.csv", tmp_path)
    (tmp_path / "new.pdf").write_text("%PDF new")
    (tmp_path / "files.csv").write_text("item_id,file,name\nA-2,new.pdf,New\nA-2,gone.pdf,\n")
    run = attaching.run()

    assert "found=2 done=1 skipped=0 failed=1" in run.out
    dataset = next(each for each in run.state if each["name"] == "New")
    assert (dataset["type"], dataset["PDF_Reference"]) == ("PDF", "%PDF new")
    assert any(e.get("secondary") == "New" and e.get("is_saved") == "yes" for e in run.state)


async def test_each_object_gets_a_process_of_its_own(tmp_path: Path) -> None:
    prompt = 'Start the workflow "Quick Release" for parts owned by msmith'
    starting = await program(prompt, tmp_path)
    run = starting.run()

    started = [each for each in run.state if each.get("template") == "Quick Release"]
    assert (run.code, [each["target"] for each in started]) == (0, ["B-1", "B-2"])


async def test_only_open_tasks_of_old_processes_are_reported(tmp_path: Path) -> None:
    reporting = await program("Report workflows stuck for more than 14 days to stuck.csv", tmp_path)
    run = reporting.run()

    assert run.code == 0
    assert rows(tmp_path / "stuck.csv")[1:] == [
        ["Release A-1", "started", "Review", "jdoe", "01-Jan-2020"]
    ]


async def test_relations_are_made_and_taken_away(tmp_path: Path) -> None:
    (tmp_path / "make").mkdir()
    (tmp_path / "drop").mkdir()
    making = await program("Create IMAN_specification relations from rel.csv", tmp_path / "make")
    dropping = await program("Delete IMAN_reference relations in rel.csv", tmp_path / "drop")
    for place in ("make", "drop"):
        (tmp_path / place / "rel.csv").write_text("primary_id,secondary_id\nA-1,B-1\n")
    after_making, after_dropping = making.run(), dropping.run()

    assert (after_making.code, after_dropping.code) == (0, 0)
    assert len(of_kind(after_making, "relation")) == 3
    assert len(of_kind(after_dropping, "relation")) == 1


async def test_objects_are_assigned_to_the_project(tmp_path: Path) -> None:
    assigning = await program("Assign all items owned by jdoe to project P-100", tmp_path)
    run = assigning.run()

    assert run.code == 0
    assert revisions(run, "project_ids", "P-100") == ["A-1/A", "A-1/B", "A-2/A"]


async def test_help_needs_no_log_in(tmp_path: Path) -> None:
    run = (await program("Export released parts to CSV", tmp_path)).run(
        "-h", fails="ITK_auto_login"
    )

    assert run.code == 0
    assert "-where-release-status=VALUE" in run.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["-query=Missing"], "there is no saved query Missing"),
        (["-chunk=none"], "-chunk takes a whole number from 1 to 100000, not none"),
        (["-delimiter=x"], "-delimiter takes one of"),
        (["-output=no/such/place.csv"], "no/such/place.csv: No such file or directory"),
        (["-config=missing.cfg"], "missing.cfg: No such file or directory"),
        (["-output=/dev/full"], "/dev/full could not be written to its end"),
    ],
)
async def test_what_cannot_be_run_ends_with_2_and_says_why(
    tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    run = (await program("Export parts owned by jdoe to CSV", tmp_path)).run(*arguments)

    assert run.code == 2
    assert complaint in run.errors
