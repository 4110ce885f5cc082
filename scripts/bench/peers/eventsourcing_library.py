"""Library peer: the stock eventsourcing library behind Litestar, on its own Postgres recorder.

As its tutorial shows it: an aggregate, an application that saves it, JSON as its transcoder, and
gets from the repository with its cache, which looks for newer events each time, as several
processes require. The library is synchronous, so handlers run in threads, one for each of its
connections. It has no keys, no limits, no hash chain, no erasure, and no read model to wait for.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event
from litestar import Litestar, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from psycopg.conninfo import conninfo_to_dict

from api.json_api.documents.responses import DocumentAnswer
from projections.documents.document_summaries import DocumentSummary
from scripts.bench.peers.crud import NewDocument
from scripts.bench.peers.hello import alive

SCHEMA: Final = "eventsourcing_peer"
CACHED: Final = "10000"
"""Aggregates: more than the load reads."""


class Document(Aggregate):
    @event("Created")
    def __init__(
        self, name: str, description: str | None, tags: list[str], content_text: str
    ) -> None:
        self.name = name
        self.description = description
        self.tags = tags
        self.content_text = content_text


class Documents(Application[UUID]):
    def create(self, new: NewDocument) -> Document:
        document = Document(new.name, new.description, list(new.tags), new.content_text)
        self.save(document)
        return document

    def find(self, document_id: UUID) -> Document:
        found: Document = self.repository.get(document_id)
        return found


def create_app(conninfo: str, pool: int) -> Litestar:
    documents = Documents(_environment(conninfo, pool))

    @asynccontextmanager
    async def run_threads(_: Litestar) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(pool))
        yield
        documents.close()

    routes = Router("/api/v1/documents", route_handlers=[_create(documents), _one(documents)])
    return Litestar([routes, alive], lifespan=[run_threads], openapi_config=None)


def _environment(conninfo: str, pool: int) -> dict[str, str]:
    place = conninfo_to_dict(conninfo)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_HOST": str(place["host"]),
        "POSTGRES_PORT": str(place["port"]),
        "POSTGRES_USER": str(place["user"]),
        "POSTGRES_PASSWORD": str(place.get("password", "")),  # none, over a socket
        "POSTGRES_DBNAME": str(place["dbname"]),
        "POSTGRES_SCHEMA": SCHEMA,
        "POSTGRES_POOL_SIZE": str(pool),
        "POSTGRES_MAX_OVERFLOW": "0",
        "AGGREGATE_CACHE_MAXSIZE": CACHED,
    }


def _create(documents: Documents) -> HTTPRouteHandler:
    @post(sync_to_thread=True)
    def create(data: NewDocument) -> DocumentAnswer:
        return _answer(documents.create(data))

    return create


def _one(documents: Documents) -> HTTPRouteHandler:
    @get("/{document_id:uuid}", sync_to_thread=True)
    def one(document_id: FromPath[UUID]) -> DocumentAnswer:
        try:
            return _answer(documents.find(document_id))
        except AggregateNotFoundError as error:
            raise NotFoundException from error

    return one


def _answer(document: Document) -> DocumentAnswer:
    return DocumentAnswer(
        document=DocumentSummary(
            id=str(document.id),
            name=document.name,
            title=document.name,
            tags=tuple(document.tags),
            file_size=len(document.content_text),
            created_at=int(document.created_on.timestamp() * 1_000),
            updated_at=int(document.modified_on.timestamp() * 1_000),
            description=document.description,
        )
    )
