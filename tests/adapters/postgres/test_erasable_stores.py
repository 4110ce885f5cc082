"""Every table says how a purge reaches it: one that nobody has thought of is found here."""

from typing import Final, LiteralString

from psycopg import Connection

from tests.support.servers.databases import Database

TABLES: Final[LiteralString] = """
    SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""
SEALED: Final = {
    "forge_events": "personal fields under the stream's key",
    "forge_snapshots": "whole, under the stream's key, and deleted",
    "contents": "whole, under the owner's key, and deleted",
    "answers": "under the owner's key, and blanked with the question",
    "data_keys": "the key itself, deleted",
}
UNTOUCHED: Final = {
    "claims": "paths, names and request ids of what is not purged",
    "jobs": "ids",
    "key_uses": "ids and times",
    "login_links": "addresses of who asked, gone when used or after 15 minutes",
    "login_sessions": "names of browsers, gone with the session",
    "run_leases": "ids and times",
    "projections": "positions, and errors without rows",
    "checkpoints": "hashes of what is sealed",
    "forge_migrations": "ours",
}


def test_every_table_says_how_a_purge_reaches_it(database: Database) -> None:
    with Connection.connect(database.owner) as connection:
        tables = {name for (name,) in connection.execute(TABLES).fetchall()}

    assert tables == SEALED.keys() | UNTOUCHED.keys()
