"""Exports: verified with the public key alone; tampering is detected and named."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Final, TypeAlias

import msgspec
import pytest
from msgspec.structs import replace

from adapters.crypto.ed25519 import Ed25519Signer, verify
from application.audit import checkpoint_job as checkpointing
from application.audit.checkpoints import Checkpoint
from application.audit.export import ExportScope
from application.audit.export_format import CheckpointLine, EventLine, decode_line
from application.audit.proofs import verify_lines
from application.audit.verification import Report
from application.documents.documents import NewDocument, WriteOptions
from domain.documents.events import Label
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME, RIVAL
from tests.support.servers.databases import Database, Databases
from tests.support.service.backends import SECRETS, Failures

DRAFT: Final = NewDocument(Label(name="customers"), None, b"{}")
KEY: Final = Ed25519Signer(SECRETS.signing_key).public_key
OTHER: Final = Ed25519Signer(b"o" * 32)

Lines: TypeAlias = list[bytes]


class Exports(msgspec.Struct):
    """A log of 28 events, of which checkpoints of 8 cover 24, exported in three ways."""

    log: Lines
    organisation: Lines
    stream: Lines
    newest: Checkpoint


@pytest.fixture(scope="module")
def exports(databases: Databases) -> Iterator[Exports]:
    with databases.migrated() as database, pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpointing, "MAX_RANGE", 8)
        yield asyncio.run(_exported(database))


async def _exported(database: Database) -> Exports:
    backend = Backend(database.app, SECRETS, Failures())
    async with backend.running():
        keys = [await _document(backend, ACME if n % 3 else RIVAL) for n in range(12)]
        await backend.contexts.operate.checkpoint({})
        for key in keys[1:5]:
            await backend.contexts.documents.commands.add_version(
                key, b"[2]", WriteOptions(_owner(keys, key))
            )
        chosen = (
            ExportScope(),
            ExportScope(org_id="acme"),
            ExportScope(stream=f"document-{keys[1]}"),
        )
        log, organisation, stream = [
            [line async for line in backend.contexts.operate.proofs.export(each)] for each in chosen
        ]
    newest = _line(log[_places(log, CheckpointLine)[-1]]).checkpoint
    return Exports(log, organisation, stream, newest)


async def _document(backend: Backend, by: Any) -> str:
    key, _ = await backend.contexts.documents.commands.create(DRAFT, WriteOptions(by))
    await backend.contexts.documents.commands.add_version(key, b"[1]", WriteOptions(by))
    return key


def _owner(keys: list[str], key: str) -> Any:
    return ACME if keys.index(key) % 3 else RIVAL


def test_an_export_of_everything_is_verified(exports: Exports) -> None:
    report = _verified(exports.log, exports.newest)

    assert report.verified
    assert (report.events, report.checkpoints, report.covered) == (28, 3, 24)


def test_an_organisations_export_holds_its_events_and_the_run_of_checkpoints(
    exports: Exports,
) -> None:
    report = _verified(exports.organisation, exports.newest)

    assert report.verified
    assert (report.events, report.checkpoints) == (19, 3)
    assert b'"org_id":"rival"' not in b"".join(_states(exports.organisation))


def test_a_streams_export_is_proved_by_the_checkpoints_over_it(exports: Exports) -> None:
    report = _verified(exports.stream, exports.newest)

    assert (report.verified, report.events, report.checkpoints) == (True, 3, 3)


def _states(lines: Lines) -> list[bytes]:
    return [line.state for line in map(_line, lines) if isinstance(line, EventLine)]


def _line(text: bytes) -> Any:
    return decode_line(text)


def _encoded(line: Any) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def _places(lines: Lines, kind: type) -> list[int]:
    return [place for place, text in enumerate(lines) if isinstance(_line(text), kind)]


def _edited(kind: type, nth: int, edit: Callable[[Any], Any]) -> Callable[[Lines], Lines]:
    """Edit the so-many-th line of a kind."""

    def edited(lines: Lines) -> Lines:
        place = _places(lines, kind)[nth]
        return [*lines[:place], _encoded(edit(_line(lines[place]))), *lines[place + 1 :]]

    return edited


def _removed(kind: type, nth: int) -> Callable[[Lines], Lines]:
    def removed(lines: Lines) -> Lines:
        place = _places(lines, kind)[nth]
        return lines[:place] + lines[place + 1 :]

    return removed


def _swapped(lines: Lines) -> Lines:
    """Swap two lines of events that stand one after the other."""
    places = _places(lines, EventLine)
    place = next(a for a, b in pairwise(places) if b == a + 1)
    return [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]]


def _doubled(lines: Lines) -> Lines:
    place = _places(lines, EventLine)[4]
    return [*lines[: place + 1], lines[place], *lines[place + 1 :]]


def _another_key(line: CheckpointLine) -> CheckpointLine:
    forged = replace(line.checkpoint, public_key=OTHER.public_key)
    return CheckpointLine(replace(forged, signature=OTHER.sign(forged.statement())))


def _flipped(data: bytes) -> bytes:
    return data[:20] + bytes([data[20] ^ 1]) + data[21:]


TAMPERING: Final[dict[str, tuple[Callable[[Lines], Lines], str]]] = {
    "one byte changed": (
        _edited(EventLine, 2, lambda line: replace(line, state=_flipped(line.state))),
        "altered event",
    ),
    "a hash changed": (
        _edited(EventLine, 2, lambda line: replace(line, chain_hash=_flipped(line.chain_hash))),
        "altered range",
    ),
    "a proof taken away": (
        _edited(EventLine, 2, lambda line: replace(line, covered=False, proof=())),
        "altered export",
    ),
    "a proof cut short": (
        _edited(EventLine, 2, lambda line: replace(line, proof=line.proof[:-1])),
        "altered range",
    ),
    "an event of another place": (
        _edited(EventLine, 2, lambda line: replace(line, position=line.position + 1)),
        "altered event",
    ),
    "an event removed": (_removed(EventLine, 0), "broken stream"),
    "the last event removed": (_removed(EventLine, -1), "altered export"),
    "two swapped": (_swapped, "moved event"),
    "one inserted": (_doubled, "broken stream"),
    "the end cut off": (lambda lines: lines[:-1], "unfinished export"),
    "half a line at the end": (lambda lines: [*lines[:-1], lines[-1][:50]], "unreadable line"),
    "more after the end": (lambda lines: [*lines, lines[-2]], "altered export"),
    "no header": (lambda lines: lines[1:], "no export"),
    "a root changed": (
        _edited(
            CheckpointLine,
            0,
            lambda line: CheckpointLine(
                replace(line.checkpoint, root=_flipped(line.checkpoint.root))
            ),
        ),
        "bad signature",
    ),
    "a checkpoint signed with another key": (
        _edited(CheckpointLine, 0, _another_key),
        "bad signature",
    ),
    "a checkpoint removed": (_removed(CheckpointLine, 1), "broken checkpoints"),
}


@pytest.mark.parametrize("name", ["log", "organisation"])
@pytest.mark.parametrize("case", TAMPERING)
def test_tampering_with_a_file_is_detected_and_named(
    exports: Exports, name: str, case: str
) -> None:
    tamper, kind = TAMPERING[case]

    report = _verified(tamper(getattr(exports, name)), None)

    assert not report.verified
    assert kind in {fault.kind for fault in report.faults}
    assert report.first_bad_position is not None


def test_a_file_signed_with_another_key_is_refused(exports: Exports) -> None:
    report = verify_lines(exports.log, OTHER.public_key, verify, None)

    assert {fault.kind for fault in report.faults} == {"bad signature"}


def test_an_external_checkpoint_of_another_history_is_reported(exports: Exports) -> None:
    kept = replace(exports.newest, root=bytes(32))

    report = _verified(exports.log, kept)

    assert [fault.kind for fault in report.faults] == ["another history"]


def _verified(lines: Lines, kept: Checkpoint | None) -> Report:
    return verify_lines(lines, KEY, verify, kept)
