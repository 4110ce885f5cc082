"""Rows of the log as stored, for verification: one snapshot, bounded memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec
from psycopg import Connection, IsolationLevel

from adapters.postgres.checkpoints import COLUMNS, NEWEST, to_checkpoint
from adapters.postgres.event_mapper import SEAL
from application.audit.checkpoints import Checkpoint
from application.audit.verification import Row

BATCH_ROWS: Final = 5_000
COUNT: Final[LiteralString] = "SELECT count(*) FROM forge_events"
EVENTS: Final[LiteralString] = """
    SELECT originator_id, originator_version, topic, state, notification_id, chain_hash,
           recorded_until
    FROM forge_events ORDER BY notification_id, originator_id, originator_version
"""


class RecordedAt(msgspec.Struct, frozen=True):
    recorded_at: datetime


_decode = msgspec.json.Decoder(RecordedAt).decode


class AuditRows:
    """The rows of the log that one transaction sees."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def count(self) -> int:
        row = self._connection.execute(COUNT).fetchone()
        return int(row[0]) if row else 0

    def checkpoints(self) -> Sequence[Checkpoint]:
        cursor = self._connection.execute(COLUMNS + "ORDER BY number", binary=True)
        return [to_checkpoint(row) for row in cursor.fetchall()]

    def newest_checkpoint(self) -> Checkpoint | None:
        row = self._connection.execute(NEWEST, binary=True).fetchone()
        return None if row is None else to_checkpoint(row)

    def __iter__(self) -> Iterator[Row]:
        with self._connection.cursor("audit", binary=True) as cursor:
            cursor.itersize = BATCH_ROWS
            for *stored, recorded_until in cursor.execute(EVENTS):
                yield audit_row(stored, recorded_until)


@contextmanager
def audit_rows(conninfo: str) -> Iterator[AuditRows]:
    with Connection.connect(conninfo) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield AuditRows(connection)


def audit_row(stored: Sequence[Any], recorded_until: datetime) -> Row:
    """Return the row to verify of (stream, version, topic, state, position, chain hash).

    The time is that in the state; an unreadable state is reported by the chain check.
    """
    stream, version, topic, state, position, chain_hash = stored
    try:
        recorded_at = _decode(state.partition(SEAL)[0]).recorded_at
    except (msgspec.DecodeError, UnicodeDecodeError):
        recorded_at = recorded_until
    return Row(stream, version, topic, state, position, chain_hash, recorded_at, recorded_until)
