"""CRUD peer: Litestar, a psycopg pool and one table; INSERT and commit, or SELECT by key.

It does less than Forge on purpose: no events, no history, no JSON validation, no waiting for a read
model. Otherwise it is optimised: prepared binary statements, the same structs encoded by msgspec.
"""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final, LiteralString

import msgspec
from litestar import Litestar, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from adapters.crypto.ids import new_key
from adapters.crypto.secret_files import Secrets
from adapters.postgres.pools import Pool
from adapters.postgres.reader import PostgresReader
from api.auth.api_keys import KeyCallers
from api.auth.guard import Guard
from api.json_api.documents.responses import DocumentAnswer
from api.request import AnyRequest
from application.identity.api_keys import KeyDigests
from application.telemetry.metrics import Metrics
from domain.documents.events import Label
from domain.identity.scopes import Scope, allows
from domain.refusals import Forbidden
from projections.documents.document_summaries import DocumentSummary
from projections.identity.api_keys import ApiKeyQueries

TABLE: Final[LiteralString] = """
    CREATE SCHEMA IF NOT EXISTS peer AUTHORIZATION forge_app;
    SET ROLE forge_app;
    CREATE TABLE IF NOT EXISTS peer.documents (
        id text PRIMARY KEY, org_id text, version bigint, label text, folder_id text, number int,
        digest text, file_size bigint, created_at bigint, updated_at bigint, purge_at bigint,
        created_position bigint, content bytea);
    CREATE INDEX IF NOT EXISTS documents_newest ON peer.documents (org_id, id DESC);
    CREATE INDEX IF NOT EXISTS documents_folder ON peer.documents (org_id, folder_id, id DESC)
        WHERE purge_at = 0;
    CREATE INDEX IF NOT EXISTS documents_due ON peer.documents (purge_at) WHERE purge_at > 0;
"""
INSERT: Final[LiteralString] = """
    INSERT INTO peer.documents (id, org_id, version, label, folder_id, number, file_size,
                                created_at, updated_at, purge_at, content)
    VALUES (%b, %b, 1, %b, '', 1, %b, %b, %b, 0, %b)
"""
SELECT: Final[LiteralString] = """
    SELECT id, label, file_size, created_at, updated_at FROM peer.documents
    WHERE id = %b AND org_id = %b AND purge_at = 0
"""
ORGANISATION: Final = "peer"


class NewDocument(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    name: str
    description: str | None = None
    tags: tuple[str, ...] = ()
    content_text: str


def key_check(pool: Pool, secrets: Secrets) -> Guard:
    """Return Forge's own key check, with its cache, on the same read model."""
    keys = ApiKeyQueries(PostgresReader(pool))
    digests = KeyDigests(secrets.key_pepper)
    callers = KeyCallers(
        digests, keys, lambda: datetime.now(UTC), lambda _: None, Metrics().key_refusals
    )

    async def check(request: AnyRequest) -> None:
        caller = await callers.caller(dict(request.scope["headers"]).get(b"authorization", b""))
        if caller is None or not allows(caller.scopes, Scope.DOCUMENTS):
            raise Forbidden

    return check


def create_app(pool: Pool, guard: Guard | None) -> Litestar:
    @asynccontextmanager
    async def open_pool(_: Litestar) -> AsyncIterator[None]:
        async with pool:
            yield

    return Litestar(
        [_documents(pool, guard), _alive()],
        lifespan=[open_pool],
        openapi_config=None,
    )


def _documents(pool: Pool, guard: Guard | None) -> Router:
    return Router(
        "/api/v1/documents",
        route_handlers=[_create(pool), _one(pool)],
        before_request=guard,
    )


def _create(pool: Pool) -> HTTPRouteHandler:
    @post()
    async def create(data: NewDocument) -> DocumentAnswer:
        content = data.content_text.encode()
        now = time.time_ns() // 1_000_000
        label = Label(name=data.name, description=data.description, tags=data.tags)
        row = (new_key(), msgspec.json.encode(label).decode(), len(content), now, now)
        async with pool.connection() as connection, connection.cursor(binary=True) as cursor:
            values = (row[0], ORGANISATION, *row[1:], content)
            await cursor.execute(INSERT, values, prepare=True)
        return _answer(row)

    return create


def _one(pool: Pool) -> HTTPRouteHandler:
    @get("/{document_id:str}")
    async def one(document_id: FromPath[str]) -> DocumentAnswer:
        async with pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute(SELECT, (document_id, ORGANISATION), prepare=True)
            row = await cursor.fetchone()
        if row is None:
            raise NotFoundException
        return _answer(row)

    return one


def _alive() -> HTTPRouteHandler:
    @get("/livez")
    async def alive() -> None:
        """Liveness probe."""

    return alive


def _answer(row: Sequence[Any]) -> DocumentAnswer:
    key, label_json, size, created_at, updated_at = row
    label = msgspec.json.decode(label_json, type=Label)
    return DocumentAnswer(
        document=DocumentSummary(
            id=key,
            name=label.name,
            title=label.name,
            tags=label.tags,
            file_size=size,
            created_at=created_at,
            updated_at=updated_at,
            description=label.description,
        )
    )
