"""A refused command leaves no row anywhere: event, text, folder, claim or answer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import pytest
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from application.documents.documents import NewDocument, Revision, WriteOptions
from application.eventstore.event_store import AlreadyHandled
from application.eventstore.idempotency import IdempotentRequest
from application.identity.organisations_and_keys import KeyRequest
from domain.documents.document import DocumentNotFound, DocumentNotTrashed
from domain.documents.events import Label
from domain.documents.folder import InvalidFolder
from domain.documents.label import TooManyTags
from domain.identity.keys import KeyAlreadyExpired, KeyNotFound, OperatorScope
from domain.identity.organisations import OrganisationExists, OrganisationNotFound
from domain.identity.plans import Plan
from domain.identity.scopes import Scope
from domain.refusals import PreconditionFailed, Refusal
from domain.text import InvalidText
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME, RIVAL
from tests.support.servers.databases import Database, Databases
from tests.support.service.backends import SECRETS, Failures

pytestmark = pytest.mark.anyio

DRAFT: Final = NewDocument(Label(name="customers"), "imports/2026", b"{}")
BY_ACME: Final = WriteOptions(ACME)
PAST: Final = datetime(2000, 1, 1, tzinfo=UTC)
TABLES: Final = """
    SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""
CONTENTS: Final = "SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM {} t"


def once() -> IdempotentRequest:
    return IdempotentRequest("k1", "again", b"digest", lambda _: b"answer")


class World(NamedTuple):
    """What there is to be refused on; each in a state of its own."""

    backend: Backend
    database: Database
    live: str
    trashed: str


Act = Callable[[World], Awaitable[Any]]


def draft(**changes: Any) -> NewDocument:
    return DRAFT._replace(folder="new/folder", **changes)


def _key(**asked: Any) -> Act:
    request = KeyRequest(**{"name": "n", "scopes": frozenset({Scope.DOCUMENTS}), **asked})
    return lambda w: w.backend.contexts.identity.commands.issue_key(request, ACME)


REFUSED: Final[dict[str, tuple[type[Refusal], Act]]] = {
    "a name that cannot be stored": (
        InvalidText,
        lambda w: w.backend.contexts.documents.commands.create(
            draft(label=Label(name="a\0b")), BY_ACME
        ),
    ),
    "too many tags": (
        TooManyTags,
        lambda w: w.backend.contexts.documents.commands.create(
            draft(label=Label(name="n", tags=tuple(map(str, range(1_000))))), BY_ACME
        ),
    ),
    "a folder that cannot be": (
        InvalidFolder,
        lambda w: w.backend.contexts.documents.commands.create(
            DRAFT._replace(folder="good//bad"), BY_ACME
        ),
    ),
    "a key used before": (
        AlreadyHandled,
        lambda w: w.backend.contexts.documents.commands.create(
            draft(), WriteOptions(ACME, once=once())
        ),
    ),
    "another's document": (
        DocumentNotFound,
        lambda w: w.backend.contexts.documents.commands.add_version(
            w.live, b"[]", WriteOptions(RIVAL)
        ),
    ),
    "a document that never was": (
        DocumentNotFound,
        lambda w: w.backend.contexts.documents.commands.overwrite("0" * 32, b"[]", BY_ACME),
    ),
    "a version that is not the current one": (
        PreconditionFailed,
        lambda w: w.backend.contexts.documents.commands.add_version(
            w.live, b"[]", WriteOptions(ACME, expected=7)
        ),
    ),
    "a move with a version that is not the current one": (
        PreconditionFailed,
        lambda w: w.backend.contexts.documents.commands.revise(
            w.live, Revision(folder="new/folder"), WriteOptions(ACME, expected=7)
        ),
    ),
    "a change to what is in the trash": (
        DocumentNotFound,
        lambda w: w.backend.contexts.documents.commands.revise(
            w.trashed, Revision(folder="new/folder"), BY_ACME
        ),
    ),
    "a restore of what is not": (
        DocumentNotTrashed,
        lambda w: w.backend.contexts.documents.commands.restore(w.live, BY_ACME),
    ),
    "a name that is taken": (
        OrganisationExists,
        lambda w: w.backend.contexts.identity.commands.create_organisation(
            "acme", Plan.PRO, "system:test", "r"
        ),
    ),
    "a plan for nobody": (
        OrganisationNotFound,
        lambda w: w.backend.contexts.identity.commands.change_plan(
            "nobody", Plan.PRO, "system:test", "r"
        ),
    ),
    "a key of the past": (KeyAlreadyExpired, _key(expires_at=PAST)),
    "a key for more than may be given": (
        OperatorScope,
        _key(scopes=frozenset({Scope.OPS})),
    ),
    "the end of a key that never was": (
        KeyNotFound,
        lambda w: w.backend.contexts.llm.credentials.revoke_key("0" * 32, ACME),
    ),
}


@pytest.fixture(scope="module")
async def world(databases: Databases) -> AsyncIterator[World]:
    with databases.migrated() as database:
        backend = Backend(database.app, SECRETS, Failures())
        async with backend.running():
            await backend.contexts.identity.commands.create_organisation(
                "acme", Plan.STARTER, "system:test", "r"
            )
            live, _ = await backend.contexts.documents.commands.create(
                DRAFT, WriteOptions(ACME, once=once())
            )
            trashed, _ = await backend.contexts.documents.commands.create(DRAFT, BY_ACME)
            await backend.contexts.documents.commands.trash(trashed, BY_ACME)
            yield World(backend, database, live, trashed)


@pytest.mark.parametrize("case", REFUSED)
async def test_it_leaves_no_row(world: World, case: str) -> None:
    refusal, act = REFUSED[case]
    before = await _everything(world.database)

    with pytest.raises(refusal):
        await act(world)

    assert await _everything(world.database) == before


async def test_what_is_accepted_shows(world: World) -> None:
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
