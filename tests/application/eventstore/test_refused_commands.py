"""A refused command leaves no row anywhere: event, text, folder, claim or answer."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final, NamedTuple

import pytest
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from application.catalogue import DECIDERS
from scripts.composition.backend import Backend
from tests.support.documents.refused_commands import BY_ACME, draft
from tests.support.registries.discovery import parts
from tests.support.registries.refused_command_part import RefusedCommandPart
from tests.support.servers.databases import Database, Databases
from tests.support.service.backends import SECRETS, Failures

pytestmark = pytest.mark.anyio

PARTS: Final = parts("refused_commands", RefusedCommandPart)
CASES: Final = [(context, name) for context, part in PARTS.items() for name in part.commands]
TABLES: Final = """
    SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""
CONTENTS: Final = "SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM {} t"


class World(NamedTuple):
    """A database with what every context prepared, by context."""

    backend: Backend
    database: Database
    prepared: Mapping[str, Any]


@pytest.fixture(scope="module")
async def world(databases: Databases) -> AsyncIterator[World]:
    with databases.migrated() as database:
        backend = Backend(database.app, SECRETS, Failures())
        async with backend.running():
            prepared = {context: await part.prepare(backend) for context, part in PARTS.items()}
            yield World(backend, database, prepared)


def test_every_decider_has_a_command_in_the_table() -> None:
    sampled = {
        command.decider.category for part in PARTS.values() for command in part.commands.values()
    }

    assert sampled == {decider.category for decider in DECIDERS}


@pytest.mark.parametrize(("context", "case"), CASES)
async def test_a_refused_command_leaves_no_row(world: World, context: str, case: str) -> None:
    command = PARTS[context].commands[case]
    before = await _everything(world.database)

    with pytest.raises(command.refusal):
        await command.send(world.backend, world.prepared[context])

    assert await _everything(world.database) == before


async def test_an_accepted_command_changes_rows(world: World) -> None:
    """The comparison sees a change when there is one."""
    before = await _everything(world.database)
    await world.backend.contexts.documents.commands.create(draft(), BY_ACME)

    changed = {
        name for name, rows in (await _everything(world.database)).items() if rows != before[name]
    }

    assert changed == {"forge_events", "data_keys", "contents", "claims"}


async def _everything(database: Database) -> dict[str, str]:
    """Return a digest of every table's rows."""
    async with await AsyncConnection.connect(database.owner) as connection:
        tables = await (await connection.execute(TABLES)).fetchall()
        return {name: await _digest(connection, schema, name) for schema, name in tables}


async def _digest(connection: AsyncConnection[Any], schema: str, name: str) -> str:
    [digest] = await (
        await connection.execute(SQL(CONTENTS).format(Identifier(schema, name)))
    ).fetchone() or ("",)
    return str(digest)
