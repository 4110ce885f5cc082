"""Erasure: each SQL table has an entry that says how a purge reaches it."""

from typing import Final, LiteralString

from psycopg import Connection

from tests.support.registries.discovery import merged, parts
from tests.support.registries.table_part import TablePart
from tests.support.servers.databases import Database

TABLES: Final[LiteralString] = """
    SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""
PARTS: Final = parts("tables", TablePart).values()
SEALED: Final = merged(part.sealed for part in PARTS)
UNTOUCHED: Final = merged(part.untouched for part in PARTS)


def test_every_table_says_how_a_purge_reaches_it(database: Database) -> None:
    with Connection.connect(database.owner) as connection:
        tables = {name for (name,) in connection.execute(TABLES).fetchall()}

    assert tables == SEALED.keys() | UNTOUCHED.keys()
