"""Documents name only files and folders that exist, and messages that the code has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
DOCUMENTS: Final = ("ARCHITECTURE.md", "README.md", "CONTRIBUTING.md")
FLOORS: Final = frozenset(path.name for path in ROOT.iterdir() if path.is_dir())
FENCED: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
QUOTED: Final = re.compile(r"`([^`\n]+)`")
LINKED: Final = re.compile(r"\]\((?!https?:|#)([^)]+)\)")
PATH: Final = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?")
PLACEHOLDER: Final = re.compile(r"<[^>]+>.*")
FOLDER: Final = re.compile(r"\b([a-z_]+)/")


def paths(document: str) -> Iterator[str]:
    """Yield links, and words in backticks that begin with a folder of the repository.

    Of a path with a placeholder, such as ``domain/<context>/events.py``, only what precedes it.
    """
    text = FENCED.sub("", (ROOT / document).read_text())
    yield from LINKED.findall(text)
    for word in QUOTED.findall(text):
        path = PLACEHOLDER.sub("", word)
        if PATH.fullmatch(path) and path.partition("/")[0] in FLOORS:
            yield path


def exists(path: str) -> bool:
    """Return whether a path exists; a decision may be named by its number, ``docs/adr/0001``."""
    return (ROOT / path).exists() or any(ROOT.glob(f"{path}-*.md"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_exists(document: str) -> None:
    named = [*paths(document)]

    assert named
    assert [path for path in named if not exists(path)] == []


def test_every_folder_on_the_map_exists() -> None:
    [block, *_] = FENCED.findall((ROOT / "ARCHITECTURE.md").read_text())
    floor, missing = ROOT, list[str]()
    for line in block.splitlines()[1:-1]:
        folders = FOLDER.findall(line)
        if not line.startswith(" "):
            floor = ROOT / folders[0]
        missing += [name for name in folders if not _is_at_or_in(floor, name)]

    assert missing == []


def _is_at_or_in(floor: Path, name: str) -> bool:
    return floor.name == name or any(path.is_dir() for path in floor.rglob(name))


MESSAGE: Final = re.compile(r"^\| `([^`]+)`", re.MULTILINE)
VARIABLE: Final = re.compile(r"\.\.\.|\bN\b")
"""Text that a message fills in: anything, a position."""
OF_POSTGRES: Final = "permission denied to create database"


def test_every_message_that_the_restore_runbook_explains_is_one_of_the_code() -> None:
    messages = MESSAGE.findall((ROOT / "docs/runbooks/restore.md").read_text())
    texts = [text for floor in ("adapters", "scripts") for text in _texts(ROOT / floor)]

    assert OF_POSTGRES in messages
    assert [each for each in messages if each != OF_POSTGRES and not _is_in(each, texts)] == []


def _texts(floor: Path) -> Iterator[str]:
    """Yield every string of the source; of a formatted one, without what is filled in."""
    for path in floor.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            yield "".join(
                part.value
                for part in parts
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )


def _is_in(message: str, texts: list[str]) -> bool:
    pieces = [piece.strip() for piece in VARIABLE.split(message)]
    return any(all(piece in text for piece in pieces) for text in texts)
