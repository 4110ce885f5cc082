"""Folder aggregate: a path, created when it is first written to (wire.md, json_api).

Paths are case-sensitive; their names are not interpreted.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from domain.documents.folder_events import FolderCreated, FolderEvent
from domain.messages import Command
from domain.refusals import Conflict, Invalid
from domain.text import valid_text

MAX_NAME = 255
MAX_PATH = 1_024
MAX_FOLDER_DEPTH = 32


class InvalidFolder(Invalid):
    code = "INVALID_FOLDER"
    message = "A folder is a path of names separated by '/', such as imports/2026, 32 deep at most."


class FolderExists(Conflict):
    code = "FOLDER_EXISTS"


class CreateFolder(Command, frozen=True):
    path: str
    parent_id: str | None


class Folder(msgspec.Struct, frozen=True):
    path: str


def decide(folder: Folder | None, command: CreateFolder, _now: datetime) -> Sequence[FolderEvent]:
    if folder is not None:
        raise FolderExists
    return [FolderCreated(path=checked_path(command.path), parent_id=command.parent_id)]


def evolve(_: Folder | None, event: FolderEvent) -> Folder:
    return Folder(event.path)


def checked_path(path: str) -> str:
    """Return the path, or raise ``Invalid``: at most 32 names, none empty."""
    names = valid_text(path, field="folder", shortest=1, longest=MAX_PATH).split("/")
    if len(names) > MAX_FOLDER_DEPTH or not all(0 < len(name) <= MAX_NAME for name in names):
        raise InvalidFolder
    return path


def lineage(path: str) -> list[str]:
    """Return the paths of all ancestors and of the folder itself, topmost first."""
    names = path.split("/")
    return ["/".join(names[: depth + 1]) for depth in range(len(names))]
