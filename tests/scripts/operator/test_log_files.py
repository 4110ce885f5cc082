"""Log files: an import equals the exported log byte by byte; incomplete files are refused."""

import asyncio
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest

from adapters.backup.backup_errors import DatabaseNotEmpty
from application.documents.documents import DOCUMENT, NewDocument, WriteOptions
from application.log_transfer.log_file_format import decode_line
from application.log_transfer.log_file_reader import LogFileRefused
from domain.documents.events import Label
from scripts.composition.backend import Backend
from scripts.config.process_options import Options
from scripts.operator.log_files import export_log, import_log
from tests.support.domain.records import ACME
from tests.support.servers.databases import Database, Databases
from tests.support.service.backends import SECRETS, Failures, running_backend
from tests.support.service.backups import settings_of

DRAFT: Final = NewDocument(Label(name="customers"), "imports/2026", b'{"kept": "to the byte"}')
OTHER_KEY: Final = "0" * 64


@pytest.fixture(scope="module")
def file(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Export a log of two folders and four documents, two of them purged, one not covered yet."""
    directory = tmp_path_factory.mktemp("logs")
    with databases.migrated() as database:
        asyncio.run(_written(database))
        export_log(settings_of(database, directory), directory / "log.ndjson")
        yield directory / "log.ndjson"


@pytest.fixture(scope="module")
def untouched(databases: Databases) -> Iterator[Database]:
    """Give a database for what is refused: one does for all."""
    with databases.migrated() as database:
        yield database


async def _written(database: Database) -> None:
    backend = Backend(database.app, SECRETS, Failures())
    async with backend.running():
        keys = [
            (await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME)))[0]
            for _ in range(3)
        ]
        for key in keys[:2]:
            await backend.contexts.documents.commands.trash(key, WriteOptions(ACME))
            await backend.contexts.documents.commands.purge(key, WriteOptions(ACME))
        await backend.contexts.operate.checkpoint({})
        await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))


def test_what_is_imported_is_exported_again_as_the_same_bytes(
    file: Path, database: Database, tmp_path: Path
) -> None:
    settings = settings_of(database, tmp_path)

    done = import_log(settings, file)
    again = export_log(settings, tmp_path / "again.ndjson")

    assert (done["position"], done["covered"], done["verified"]) == (12, 11, True)
    assert done["erasedAgain"] == 0
    assert (again["events"], again["dataKeys"], again["contents"], again["claims"]) == (12, 4, 2, 2)
    assert (tmp_path / "again.ndjson").read_bytes() == file.read_bytes()


def test_a_packed_file_holds_the_same_and_packs_to_the_same(
    file: Path, database: Database, tmp_path: Path
) -> None:
    settings = settings_of(database, tmp_path)
    packed = tmp_path / "log.ndjson.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))

    import_log(settings, packed)
    for name in ("one.gz", "two.gz"):
        export_log(settings, tmp_path / name)

    assert gzip.decompress((tmp_path / "one.gz").read_bytes()) == file.read_bytes()
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


def test_an_imported_log_is_projected_read_and_written_on(
    file: Path, database: Database, tmp_path: Path
) -> None:
    import_log(settings_of(database, tmp_path), file)

    async def used() -> tuple[list[str], bytes | None]:
        async with running_backend(database) as backend:
            _, written = await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
            assert written.position == 13
            await backend.kernel.models["document_summaries"].reach(written.position, within=10)
            page = await backend.contexts.documents.summaries.page(
                "acme", folder_id=None, before="~", limit=10
            )
            oldest = await backend.contexts.documents.summaries.find("acme", page[-1].id)
            assert oldest
            stream = DOCUMENT.stream(page[-1].id)
            text = await backend.kernel.contents.get("acme", stream, oldest.digest)
            return [document.name for document in page], text

    assert asyncio.run(used()) == (["customers"] * 3, DRAFT.data)


def test_what_was_erased_since_the_export_is_erased_again(
    databases: Databases, database: Database, tmp_path: Path
) -> None:
    ledger = tmp_path / "erasures.ndjson"

    async def purged_afterwards(before: Database) -> str:
        backend = Backend(before.app, SECRETS, Failures(), options=Options(ledger=ledger))
        async with backend.running():
            key, _ = await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
            await asyncio.to_thread(export_log, settings_of(before, tmp_path), tmp_path / "log")
            await backend.contexts.documents.commands.trash(key, WriteOptions(ACME))
            await backend.contexts.documents.commands.purge(key, WriteOptions(ACME))
        return DOCUMENT.stream(key)

    with databases.migrated() as before:
        stream = asyncio.run(purged_afterwards(before))
    done = import_log(settings_of(database, tmp_path), tmp_path / "log")

    async def left() -> tuple[list[str], frozenset[str]]:
        backend = Backend(database.app, SECRETS, Failures())
        async with backend.running():
            names = [record.event.stored_name() for record in await backend.kernel.log.read(stream)]
            return names, await backend.kernel.certificates.keyed([stream])

    assert done["erasedAgain"] == 1
    assert asyncio.run(left()) == (["document.created", "document.purged"], frozenset())


def test_a_log_that_is_not_empty_takes_no_import(
    file: Path, database: Database, tmp_path: Path
) -> None:
    settings = settings_of(database, tmp_path)
    import_log(settings, file)

    with pytest.raises(DatabaseNotEmpty, match="into an empty one only"):
        import_log(settings, file)


def _without(place: int) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: lines[:place] + lines[place + 1 :]


def _edited(tag: str, old: bytes, new: bytes) -> Callable[[list[bytes]], list[bytes]]:
    """Edit the first line of a kind."""
    begins = b'{"type":"%s"' % tag.encode()

    def edited(lines: list[bytes]) -> list[bytes]:
        place = next(place for place, line in enumerate(lines) if line.startswith(begins))
        assert old in lines[place]
        return [*lines[:place], lines[place].replace(old, new, 1), *lines[place + 1 :]]

    return edited


def _swapped(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


SPOILT: Final[dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]]] = {
    "empty": (lambda _: [], "no log file"),
    "something else": (lambda _: [b"\x80\x00\n"], "no log file"),
    "of another format": (_edited("log", b'"format":1', b'"format":2'), "has format 2"),
    "cut short": (lambda lines: lines[:-1], "cut short"),
    "cut within a line": (lambda lines: [*lines[:-1], lines[-1][:50]], "cannot be read"),
    "more behind it": (lambda lines: [*lines, lines[-1]], "more in the file behind"),
    "a checkpoint removed": (_without(1), "has 0 checkpoints, and should have 1"),
    "an event removed": (_without(4), "position 3 on: missing event"),
    "the last text removed": (_without(-2), "has 1 contents, and should have 2"),
    "two swapped": (_swapped, "not where it should be"),
    "an event altered": (_edited("event", b'"version":1', b'"version":2'), "broken stream"),
    "a time altered": (_edited("event", b'"recordedUntil":"2', b'"recordedUntil":"3'), "altered"),
    "a checkpoint altered": (_edited("checkpoint", b'"number":1', b'"number":2'), "checkpoint"),
    "a claim altered": (_edited("claim", b"imports", b"exports"), "was altered"),
    "a key altered": (_edited("dataKey", b'"blind":"', b'"blind":"AA=='), "cannot be read"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_spoilt_file_is_refused_in_a_line_and_nothing_is_imported(
    file: Path, untouched: Database, tmp_path: Path, case: str
) -> None:
    spoil, message = SPOILT[case]
    spoilt = tmp_path / "spoilt.ndjson"
    spoilt.write_bytes(b"".join(spoil(file.read_bytes().splitlines(keepends=True))))

    with pytest.raises(LogFileRefused, match=message):
        import_log(settings_of(untouched, tmp_path), spoilt)

    assert export_log(settings_of(untouched, tmp_path), tmp_path / "after")["events"] == 0


def test_a_packed_file_that_is_cut_short_is_refused(
    file: Path, untouched: Database, tmp_path: Path
) -> None:
    packed = tmp_path / "log.gz"
    packed.write_bytes(gzip.compress(file.read_bytes())[:-100])

    with pytest.raises(LogFileRefused, match="cannot be unpacked"):
        import_log(settings_of(untouched, tmp_path), packed)


def test_a_file_of_other_secrets_is_refused(
    file: Path, untouched: Database, tmp_path: Path
) -> None:
    with pytest.raises(LogFileRefused, match="another signing key"):
        import_log(settings_of(untouched, tmp_path, FORGE_SIGNING_KEY=OTHER_KEY), file)


def test_every_line_says_what_it_is(file: Path) -> None:
    lines = file.read_bytes().splitlines()
    tags = [msgspec.json.decode(line)["type"] for line in lines]

    assert [*dict.fromkeys(tags)] == [
        *("log", "checkpoint", "event", "dataKey", "claim", "content", "end")
    ]
    assert all(map(decode_line, lines))
    assert b"customers" not in file.read_bytes()
