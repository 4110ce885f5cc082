"""The lines that a context, the notes of this folder, adds to files that are there already."""

from pathlib import Path
from typing import Final, NamedTuple

TREE: Final = ("domain", "application", "adapters", "projections", "api", "scripts")


class Entry(NamedTuple):
    """One line, the last of its ``table``; ``imported`` is the import that it needs."""

    file: str
    table: str
    line: str
    imported: str


ENTRIES: Final = (
    Entry(
        "domain/catalogue.py",
        "AnyEvent: TypeAlias = (",
        "    | NoteEvent",
        "from domain.notes.events import NoteEvent",
    ),
    Entry(
        "application/catalogue.py",
        "DECIDERS: ",
        "    NOTE,",
        "from application.notes.notes import NOTE",
    ),
    Entry(
        "application/feed/public_events/catalogue.py",
        "LANGUAGE: ",
        "    *notes.TYPES,",
        "from application.feed.public_events import notes",
    ),
    Entry(
        "projections/catalogue.py",
        "PROJECTIONS: ",
        "    NOTES,",
        "from projections.notes.notes import NOTES",
    ),
    Entry(
        "scripts/composition/catalogue.py",
        "    def __init__(self, kernel: Kernel)",
        "        self.notes = NotesContext(kernel)",
        "from scripts.composition.notes import NotesContext",
    ),
)


def enter(tree: Path) -> None:
    """Add every entry, and its import, to a copy of the product's tree."""
    for entry in ENTRIES:
        path = tree / entry.file
        path.write_text("\n".join(_with_entry(path.read_text().split("\n"), entry)))


def _with_entry(lines: list[str], entry: Entry) -> list[str]:
    first_import = next(at for at, line in enumerate(lines) if line.startswith("from "))
    table = next(at for at, line in enumerate(lines) if line.startswith(entry.table))
    end = next(at for at in range(table, len(lines)) if lines[at] in ("", ")"))
    imports = [*lines[:first_import], entry.imported, *lines[first_import:table]]
    return [*imports, *lines[table:end], entry.line, *lines[end:]]
