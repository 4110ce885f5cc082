"""The erasure ledger file: complete entries survive a crash, torn ones are dropped."""

import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from adapters.backup.backup_errors import LedgerUnreadable
from adapters.backup.erasure_ledger_file import LedgerFile
from application.erasure.erasure_ledger import Entry

MANY: Final = 1_000


def entry(position: int) -> Entry:
    at = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
    return Entry(f"document-{position}", "acme", at, position, "d" * 64, "h" * 64)


@pytest.fixture
def ledger(tmp_path: Path) -> LedgerFile:
    return LedgerFile(tmp_path / "elsewhere" / "erasures.ndjson")


def test_entries_are_found_again_in_order_and_by_their_owner_alone(ledger: LedgerFile) -> None:
    assert ledger.newest() == []
    ledger.append([entry(1), entry(2)])
    ledger.append([entry(3)])

    assert [*ledger.entries()] == ledger.newest() == [entry(1), entry(2), entry(3)]
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600


def test_no_directory_is_created_before_the_first_entry(ledger: LedgerFile) -> None:
    ledger.create()
    assert not ledger.path.parent.exists()

    ledger.path.parent.mkdir()
    ledger.create()
    assert [*ledger.entries()] == []


def test_of_many_the_last_are_looked_at(ledger: LedgerFile) -> None:
    ledger.append([entry(number) for number in range(MANY)])

    newest = ledger.newest()

    assert newest == [entry(number) for number in range(MANY)][-len(newest) :]
    assert 100 < len(newest) < MANY


def test_a_line_cut_short_by_a_crash_never_was_and_spoils_no_other(ledger: LedgerFile) -> None:
    ledger.append([entry(1)])
    with ledger.path.open("ab") as file:
        file.write(b'{"stream":"document-2","orgId":"ac')
    assert [*ledger.entries()] == ledger.newest() == [entry(1)]

    ledger.append([entry(2)])

    assert [*ledger.entries()] == [entry(1), entry(2)]


def test_a_damaged_line_is_named_to_who_needs_them_all(ledger: LedgerFile) -> None:
    ledger.append([entry(1), entry(2)])
    ledger.path.write_bytes(ledger.path.read_bytes().replace(b'{"stream', b'{"steam', 1))

    assert ledger.newest() == [entry(2)]
    with pytest.raises(LedgerUnreadable, match=r"erasures\.ndjson line 1"):
        [*ledger.entries()]
