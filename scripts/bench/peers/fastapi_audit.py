"""FastAPI peer: SQLAlchemy on asyncpg, a table and an audit table, both written in one transaction.

What most teams would write, tuned: a pool of 20 that stays open, prepared statements, no expiry on
commit, orjson bytes as the response. It has no keys, no limits, no history beyond the audit row, no
hash chain, no erasure.
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

import orjson
from fastapi import APIRouter, FastAPI, HTTPException, Response
from psycopg.conninfo import conninfo_to_dict
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import DateTime, ForeignKey, Text, func
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA: Final = "fastapi_peer"
POOL: Final = 20


class Base(DeclarativeBase): ...


class Document(Base):
    __tablename__ = "documents"
    id: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(JSONB)
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Audit(Base):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("documents.id"), index=True)
    action: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str] = mapped_column(Text)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class NewDocument(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=200)
    description: str | None = None
    tags: list[str] = []
    content: str = Field(alias="contentText")


def create_app(conninfo: str) -> FastAPI:
    engine = _open_engine(conninfo)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.include_router(_documents(engine), prefix="/api/v1/documents")
    app.add_api_route("/livez", _alive)
    return app


def _open_engine(conninfo: str) -> AsyncEngine:
    place = conninfo_to_dict(conninfo)
    server = {"host": place["host"], "port": int(place["port"] or 0)}
    database = {"user": place["user"], "database": place["dbname"]}
    return create_async_engine(
        "postgresql+asyncpg://",
        pool_size=POOL,
        max_overflow=0,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={**server, **database, "server_settings": {"search_path": SCHEMA}},
    )


def _documents(engine: AsyncEngine) -> APIRouter:
    router = APIRouter()
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    @router.post("")
    async def create(body: NewDocument) -> Response:
        document = Document(id=uuid.uuid4(), **body.model_dump())
        async with sessions.begin() as session:
            session.add(document)
            await session.flush()
            session.add(_audit(document))
        return _answer(document, 201)

    @router.get("/{document_id}")
    async def one(document_id: uuid.UUID) -> Response:
        async with sessions() as session:
            document = await session.get(Document, document_id)
        if document is None:
            raise HTTPException(404)
        return _answer(document, 200)

    return router


def _audit(document: Document) -> Audit:
    after = {
        "name": document.name,
        "description": document.description,
        "tags": document.tags,
        "content": document.content,
    }
    return Audit(
        document_id=document.id,
        action="create",
        actor="user:1",
        request_id=uuid.uuid4().hex,
        after=after,
    )


def _answer(document: Document, status: int) -> Response:
    shown = {
        "id": str(document.id),
        "name": document.name,
        "description": document.description,
        "tags": document.tags,
        "fileSize": len(document.content),
        "createdAt": document.created_at,
    }
    body = orjson.dumps({"success": True, "document": shown})
    return Response(body, status, media_type="application/json")


async def _alive() -> None:
    """Liveness probe."""
