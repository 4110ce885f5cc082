"""A context is added by its own folders and five lines, and is served like any other.

What is added is in ``tests/support/new_context``: notes that can be written and listed.
"""

import shutil
from collections.abc import Iterator
from contextlib import chdir
from difflib import ndiff
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from scripts.checks.tracked_files import tracked
from tests.support.new_context.entries import ENTRIES, TREE, enter
from tests.support.service.processes import ForgeProcess, data_directory, kill_at_exit

ROOT: Final = Path(__file__).parents[3]
ADDED: Final = ROOT / "tests/support/new_context"
TEXT: Final = "Ask Ada about the invoices."


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    with data_directory() as directory:
        yield directory


@pytest.fixture(scope="module")
def tree(data_dir: Path) -> Path:
    """Copy the product beside the data directory, and add the context to the copy."""
    copy = data_dir.with_name("tree")
    for path in product():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, copy / path)
    for folder in TREE:
        if (ADDED / folder).exists():
            shutil.copytree(ADDED / folder, copy / folder, dirs_exist_ok=True)
    enter(copy)
    return copy


@pytest.fixture(scope="module")
def client(tree: Path, data_dir: Path) -> Iterator[httpx.Client]:
    with chdir(tree):
        process = ForgeProcess(data_dir, "--port", "0")
    with kill_at_exit(process):
        url, headers = process.ready().url, {"Authorization": f"Bearer {process.key}"}
        with httpx.Client(base_url=url, headers=headers) as client:
            yield client
        assert process.stop() == 0


def test_five_lines_and_their_imports_are_all_that_changes(tree: Path) -> None:
    changes = {str(path): changed(path, tree) for path in product()}

    assert {path: lines for path, lines in changes.items() if lines} == {
        entry.file: [f"+ {entry.imported}", f"+ {entry.line}"] for entry in ENTRIES
    }


def test_what_was_written_is_listed_told_and_audited(client: httpx.Client) -> None:
    written = client.post("/api/v1/notes", json={"text": TEXT})
    assert written.status_code == 201, written.text
    note, position = written.json()["id"], written.headers["X-Forge-Position"]

    listed = client.get("/api/v1/notes", headers={"X-Forge-Min-Position": position})
    assert listed.json() == {"notes": [{"id": note, "text": TEXT}]}

    [event] = get(client, "/events?types=note.*")["events"]
    assert event["type"] == "note.written"
    assert event["data"] == {"noteId": note}
    assert event["position"] == int(position)

    [record] = get(client, f"/audit/notes/{note}")["events"]
    assert record["data"]["text"] == TEXT
    assert get(client, f"/audit/notes/{note}/state")["state"] == {"text": TEXT}


def test_it_is_in_the_api_document_and_among_the_types_of_events(client: httpx.Client) -> None:
    assert "/api/v1/notes" in get(client, "/api/v1/openapi.json")["paths"]
    types = get(client, "/events/types")["types"]
    assert "note.written" in {each["type"] for each in types}


def product() -> list[Path]:
    return [path for path in tracked(ROOT) if path.parts[0] in TREE]


def changed(path: Path, tree: Path) -> list[str]:
    before, after = (ROOT / path).read_bytes(), (tree / path).read_bytes()
    if before == after:
        return []
    compared = ndiff(before.decode().splitlines(), after.decode().splitlines())
    return [line for line in compared if line[0] in "+-"]


def get(client: httpx.Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()
