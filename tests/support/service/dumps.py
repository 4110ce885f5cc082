"""Dumps of everything stored: every table as text, every file as bytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from adapters.embedded.servers import EmbeddedServers

TABLES: Final = """
    SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""


def dump_data_directory(data_dir: Path) -> bytes:
    """Return every row of every table of a running service, as text."""
    return dump_database(EmbeddedServers.attach(data_dir).database_url())


def dump_database(conninfo: str) -> bytes:
    """Return every row of every table, as text."""
    with Connection.connect(conninfo) as connection, connection.cursor() as cursor:
        parts = list[bytes]()
        for schema, table in connection.execute(TABLES).fetchall():
            query = SQL("COPY {} TO STDOUT").format(Identifier(schema, table))
            with cursor.copy(query) as copy:
                parts += [bytes(part) for part in copy]
    return b"".join(parts)


def find_in_files(data_dir: Path, needles: Sequence[bytes]) -> list[tuple[str, bytes]]:
    """Return (file, needle) for each needle in a file, the write-ahead log excepted."""
    return [
        (str(path.relative_to(data_dir)), needle)
        for path in data_dir.rglob("*")
        if path.is_file() and "pg_wal" not in path.parts
        for data in [path.read_bytes()]
        for needle in needles
        if needle in data
    ]
