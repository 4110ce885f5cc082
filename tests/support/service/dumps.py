"""All that is kept, to look for what should not be: every table as text, every file as it is."""

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


def dumped(data_dir: Path) -> bytes:
    """Return every row of every table of a service's, as text."""
    return dump_of(EmbeddedServers.attach(data_dir).database_url())


def dump_of(conninfo: str) -> bytes:
    """Return every row of every table, as text."""
    with Connection.connect(conninfo) as connection, connection.cursor() as cursor:
        parts = list[bytes]()
        for schema, table in connection.execute(TABLES).fetchall():
            query = SQL("COPY {} TO STDOUT").format(Identifier(schema, table))
            with cursor.copy(query) as copy:
                parts += [bytes(part) for part in copy]
    return b"".join(parts)


def found_in_files(data_dir: Path, needles: Sequence[bytes]) -> list[tuple[str, bytes]]:
    """Look into every file, the write-ahead log aside."""
    return [
        (str(path.relative_to(data_dir)), needle)
        for path in data_dir.rglob("*")
        if path.is_file() and "pg_wal" not in path.parts
        for data in [path.read_bytes()]
        for needle in needles
        if needle in data
    ]
