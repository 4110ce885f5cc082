"""Rows of a log file: read from one snapshot of a database, inserted into an empty one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Final, NamedTuple

from msgspec.structs import astuple
from psycopg import Connection, IsolationLevel
from psycopg.sql import SQL, Composed, Identifier

from adapters.postgres.audit_rows import audit_row
from adapters.postgres.checkpoints import to_checkpoint
from application.audit.export_format import CheckpointLine
from application.audit.verification import Row
from application.log_transfer.log_file_format import (
    KINDS,
    ClaimLine,
    ContentLine,
    DataKeyLine,
    LogEvent,
    RowLine,
)

BATCH_ROWS: Final = 2_000
BATCH_TEXTS: Final = 4
"""Texts read together: each may have many megabytes."""
SELECT: Final = SQL("SELECT {} FROM {} ORDER BY {}")
COUNT: Final = SQL("SELECT count(*) FROM {}")
COPY: Final = SQL("COPY {} ({}) FROM STDIN (FORMAT binary)")
BYTEWISE: Final = SQL('{} COLLATE "C"')
"""The same order whatever the database's collation is."""


class Table(NamedTuple):
    """``columns``, with their types, are in the order of the line's fields; ``key`` orders rows."""

    name: str
    columns: Mapping[str, str]
    key: Sequence[str]
    batch_rows: int = BATCH_ROWS

    @property
    def column_list(self) -> Composed:
        return SQL(", ").join(map(Identifier, self.columns))

    @property
    def order(self) -> Composed:
        return SQL(", ").join(
            BYTEWISE.format(Identifier(each)) if self.columns[each] == "text" else Identifier(each)
            for each in self.key
        )


def _table(name: str, columns: str, key: str, batch_rows: int = BATCH_ROWS) -> Table:
    """Make a table from columns written as in a CREATE TABLE."""
    named = dict(column.split() for column in columns.split(","))
    return Table(name, named, key.split(), batch_rows)


TABLES: Final[Mapping[type[RowLine], Table]] = {
    CheckpointLine: _table(
        "checkpoints",
        "number int8, first_position int8, last_position int8, root bytea, previous bytea,"
        "signed_at timestamptz, public_key bytea, signature bytea",
        key="number",
    ),
    LogEvent: _table(
        "forge_events",
        "notification_id int8, originator_id text, originator_version int8, topic text,"
        "recorded_until timestamptz, state bytea, chain_hash bytea",
        key="notification_id",
    ),
    DataKeyLine: _table(
        "data_keys", "stream text, org_id text, wrapped bytea, blind bytea", key="stream"
    ),
    ClaimLine: _table(
        "claims", "kind text, scope text, value text, holder text", key="kind scope value"
    ),
    ContentLine: _table(
        "contents",
        "owner text, place bytea, org_id text, encoding int2, data bytea",
        key="owner place",
        batch_rows=BATCH_TEXTS,
    ),
}


class LogRows:
    """The rows that one transaction sees."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def counts(self) -> Mapping[str, int]:
        """Return the number of rows, under the names of ``log_file_format.KINDS``."""
        return {name: self._count(TABLES[kind].name) for kind, name in KINDS.items()}

    def lines(self) -> Iterator[RowLine]:
        """Yield all rows as lines, kind by kind."""
        for kind in KINDS:
            table = TABLES[kind]
            query = SELECT.format(table.column_list, Identifier(table.name), table.order)
            with self._connection.cursor(table.name, binary=True) as cursor:
                cursor.itersize = table.batch_rows
                for row in cursor.execute(query):
                    yield (
                        CheckpointLine(to_checkpoint(row)) if kind is CheckpointLine else kind(*row)
                    )

    def _count(self, table: str) -> int:
        row = self._connection.execute(COUNT.format(Identifier(table))).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def log_rows(conninfo: str) -> Iterator[LogRows]:
    with Connection.connect(conninfo) as connection:
        connection.execute("SET timezone TO 'UTC'")
        connection.commit()
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield LogRows(connection)


def insert_lines(conninfo: str, lines: Iterable[RowLine]) -> None:
    """Insert lines, sorted by kind, into empty tables: all of them or none."""
    with Connection.connect(conninfo) as connection, connection.cursor() as cursor:
        for kind, run in groupby(lines, type):
            table = TABLES[kind]
            with cursor.copy(COPY.format(Identifier(table.name), table.column_list)) as copy:
                copy.set_types([*table.columns.values()])
                for line in run:
                    copy.write_row(_values(line))
        cursor.execute("ANALYZE")


def to_audit_row(event: LogEvent) -> Row:
    """Return the row of an event as verification reads it."""
    stored = (event.stream, event.version, event.topic, event.state, event.position)
    return audit_row([*stored, event.chain_hash], event.recorded_until)


def _values(line: RowLine) -> Sequence[Any]:
    return astuple(line.checkpoint if isinstance(line, CheckpointLine) else line)
