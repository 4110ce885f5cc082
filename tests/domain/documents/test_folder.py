"""Folder paths, and how folders are created."""

import pytest

from application.documents.folders import FOLDER
from domain.documents.folder import CreateFolder, FolderExists, checked_path, lineage
from domain.documents.folder_events import FolderCreated
from domain.refusals import Invalid
from tests.support.domain.scenario import Scenario

folder = Scenario(FOLDER)
created = FolderCreated(path="imports/2026", parent_id="f1")


def test_creating_records_the_whole_path_and_the_parent() -> None:
    folder.when(CreateFolder(path="imports/2026", parent_id="f1")).then(created)


def test_a_folder_is_created_once() -> None:
    again = CreateFolder(path="imports/2026", parent_id="f1")

    folder.given(created).when(again).then_refused(FolderExists)


@pytest.mark.parametrize(
    "path",
    [
        "imports",
        "Imports/2026",
        " leading and trailing ",
        "..",
        "a/../b",
        "\u202efolder/😀",
        "/".join(["d"] * 32),
        "n" * 255,
        "/".join(["n" * 255] * 4),
    ],
)
def test_a_path_is_taken_as_it_is_written(path: str) -> None:
    assert checked_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/imports",
        "imports/",
        "imports//2026",
        "/".join(["d"] * 33),
        "n" * 256,
        "/".join(["n" * 250] * 5),
        "im\0ports",
        "\ud800",
    ],
    ids=ascii,
)
def test_what_is_no_path_is_refused(path: str) -> None:
    folder.when(CreateFolder(path=path, parent_id=None)).then_refused(Invalid)


def test_a_lineage_begins_at_the_top_and_ends_with_the_folder_itself() -> None:
    assert lineage("a/b/c") == ["a", "a/b", "a/b/c"]
    assert lineage("a") == ["a"]
